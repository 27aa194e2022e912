using System.Diagnostics;
using AlsterNode.Datasets.Rosbag2;
using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages;

namespace AlsterNode.Tests.Ros2Loopback;

/// <summary>Publishes a bag's messages, as <c>ros2 bag play</c> does.</summary>
public sealed class BagPlayer : IDisposable
{
    private readonly BagReader _bag;
    private readonly Dictionary<string, IPublisher<IMessage>> _publishers;

    public BagPlayer(INode node, string bag)
    {
        _bag = BagReader.Open(bag);
        _publishers = _bag.Topics.ToDictionary(
            topic => topic.Name,
            topic => node.Advertise(topic.Name, KnownMessages.ByName[topic.Type], topic.Name == "/tf_static" ? QosProfile.Latched with { Depth = 10 } : QosProfile.Default, QueuePolicy.Wait));
    }

    /// <summary>Waits until every topic but those in <paramref name="except"/> is heard.</summary>
    public void WaitForSubscribers(params string[] except)
    {
        Loopback.Wait(() => !Unheard(except).Any());
        Assert.Empty(Unheard(except));
    }

    /// <summary>Publishes all messages, <paramref name="rate"/> times as fast as they were recorded.</summary>
    public void Play(double rate = 1, Predicate<BagMessage>? wanted = null)
    {
        var start = Stopwatch.GetTimestamp();
        long? first = null;
        foreach (var message in _bag.Read())
        {
            first ??= message.LogTime;
            var wait = ((message.LogTime - first.Value) / 1e9 / rate) - Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (wait > 0) Thread.Sleep(TimeSpan.FromSeconds(wait));
            if (wanted is not null && !wanted(message)) continue;
            var payload = message.Payload;
            _publishers[message.Topic.Name].Publish(payload.Length, target => payload.Span.CopyTo(target));
        }
    }

    private IEnumerable<string> Unheard(string[] except) => _publishers.Where(pair => pair.Value.SubscriberCount == 0).Select(pair => pair.Key).Except(except);

    public void Dispose()
    {
        foreach (var publisher in _publishers.Values) publisher.Dispose();
        _bag.Dispose();
    }
}
