using System.Collections.Concurrent;
using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Dds;

namespace AlsterNode.Tests.Ros2Loopback.Live;

/// <summary>Keeps every message of a topic, in the order they came.</summary>
internal sealed class Listener<T> : IDisposable
    where T : IMessage<T>, new()
{
    private readonly ISubscription<T> _subscription;

    public Listener(INode node, string topic, QosProfile qos) =>
        _subscription = node.Subscribe<T>(topic, qos, (in ReceivedSample<T> sample) => Heard.Enqueue(sample.Read()));

    public ConcurrentQueue<T> Heard { get; } = new();

    public bool IsConnected => _subscription.PublisherCount > 0;

    /// <summary>The first message that is as it should be; fails the test when there is none in time.</summary>
    public T First(Func<T, bool> condition, string what)
    {
        T? found = default;
        Assert.True(Loopback.Wait(() => (found = Heard.FirstOrDefault(condition)) is not null), $"{Heard.Count} messages on '{_subscription.Topic}', none {what}.");
        return found!;
    }

    public void Dispose() => _subscription.Dispose();
}
