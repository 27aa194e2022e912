using AlsterNode.Ros2.Cdr;

namespace AlsterNode.Ros2.Dds;

/// <summary>Shorter ways to offer services.</summary>
public static class NodeServices
{
    /// <summary>Offers a service whose handler answers at once.</summary>
    public static IServiceServer Serve<TService, TRequest, TResponse>(this INode node, string name, Func<TRequest, TResponse> handler)
        where TService : IService<TRequest, TResponse>
        where TRequest : IMessage<TRequest>, new()
        where TResponse : IMessage<TResponse>, new()
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.Serve<TService, TRequest, TResponse>(name, (request, _) => Task.FromResult(handler(request)));
    }
}
