using AlsterNode.Ros2.Cdr;

namespace AlsterNode.Ros2.Dds;

/// <summary>
/// A ROS 2 node. Names are expanded and remapped as the command line says. What is made here belongs to the caller and ends at the latest
/// with the node.
/// </summary>
public interface INode : IDisposable
{
    /// <summary>The node's name.</summary>
    string Name { get; }

    /// <summary>Its namespace, with a leading slash.</summary>
    string NodeNamespace { get; }

    /// <summary>Namespace and name.</summary>
    string FullName { get; }

    /// <summary>The ROS arguments of the command line.</summary>
    RosArguments Arguments { get; }

    /// <summary>Everyone in the domain.</summary>
    RosGraph Graph { get; }

    /// <summary>A line was logged; it is loud enough for the log level.</summary>
    event Action<RosLogRecord>? Logged;

    /// <summary>Announces a topic. The queue before the network holds as many messages as <paramref name="qos"/> keeps.</summary>
    IPublisher<T> Advertise<T>(string topic, QosProfile qos, QueuePolicy policy = QueuePolicy.DropOldest)
        where T : IMessage<T>, new();

    /// <summary>As <see cref="Advertise{T}"/>, for a type that is known only at run time.</summary>
    IPublisher<IMessage> Advertise(string topic, MessageType type, QosProfile qos, QueuePolicy policy = QueuePolicy.DropOldest);

    /// <summary>Hears a topic. The handler runs on the receiving thread, which serves all subscriptions: it hands over or copies, and returns.</summary>
    ISubscription<T> Subscribe<T>(string topic, QosProfile qos, SampleHandler<T> handler)
        where T : IMessage<T>, new();

    /// <summary>Offers a service. Requests are handled one after the other, off the receiving thread; an exception means no reply.</summary>
    IServiceServer Serve<TService, TRequest, TResponse>(string name, Func<TRequest, CancellationToken, Task<TResponse>> handler)
        where TService : IService<TRequest, TResponse>
        where TRequest : IMessage<TRequest>, new()
        where TResponse : IMessage<TResponse>, new();

    /// <summary>Calls a service.</summary>
    IClient<TRequest, TResponse> CreateClient<TService, TRequest, TResponse>(string name)
        where TService : IService<TRequest, TResponse>
        where TRequest : IMessage<TRequest>, new()
        where TResponse : IMessage<TResponse>, new();

    /// <summary>Logs a line.</summary>
    void Log(RosLogLevel level, string message);
}

/// <summary>A line of a node's log.</summary>
/// <param name="Time">When [UTC].</param>
/// <param name="Level">How loud.</param>
/// <param name="Message">The line.</param>
public sealed record RosLogRecord(DateTime Time, RosLogLevel Level, string Message);
