using AlsterNode.Ros2.Cdr;

namespace AlsterNode.Ros2.Dds;

/// <summary>Publishes messages on a topic. Safe to use from any thread.</summary>
public interface IPublisher<in T> : IDisposable
    where T : IMessage
{
    /// <summary>The topic's full name.</summary>
    string Topic { get; }

    /// <summary>Subscriptions that hear this publisher now.</summary>
    int SubscriberCount { get; }

    /// <summary>Messages handed to DDS.</summary>
    long Published { get; }

    /// <summary>Messages dropped because the queue was full.</summary>
    long Dropped { get; }

    /// <summary>
    /// Serialises the message straight into the sample that goes on the wire and returns; another thread publishes it. On a volatile topic that
    /// nobody listens to nothing is done. False when the message was dropped, and after the publisher or its node has ended.
    /// </summary>
    bool Publish(T message);

    /// <summary>As <see cref="Publish(T)"/>, for a payload that is written in place or copied from a bag.</summary>
    /// <param name="payloadBytes">The payload's size with its 4-byte header.</param>
    /// <param name="write">Fills the payload, header included.</param>
    bool Publish(int payloadBytes, PayloadWriter write);

    /// <summary>Waits until all messages are handed to DDS. False when that takes longer than <paramref name="limit"/>.</summary>
    bool Flush(TimeSpan limit);

    /// <summary>Why a subscription could not be connected; null when none was refused.</summary>
    string? Incompatibility { get; }
}

/// <summary>Fills a payload: the 4-byte CDR header, then the message.</summary>
public delegate void PayloadWriter(Span<byte> payload);

/// <summary>A writer and its queue, for payloads of any type.</summary>
internal sealed class DdsPublisher : IDisposable
{
    private readonly DdsTopic _topic;
    private readonly QosProfile _qos;
    private readonly PublishQueue _queue;

    public DdsPublisher(DdsParticipant participant, string topic, string type, QosProfile qos, string userData, QueuePolicy policy, Action<string> report)
    {
        _qos = qos;
        _topic = DdsTopic.Create(participant.Entity, topic, type);
        Writer = _topic.CreateWriter(participant.Entity, qos, userData);
        _queue = new PublishQueue(Writer, participant.Publishing, policy, qos.Depth == 0 ? int.MaxValue : qos.Depth, report);
    }

    public DdsEntity Writer { get; }

    public long Published => _queue.Published;

    public long Dropped => _queue.Dropped;

    public int SubscriberCount => Native.Checked(Native.Matched(Writer, 1, out _, out _));

    public string? Incompatibility => DdsPolicy.Incompatibility(Writer, isWriter: true);

    /// <summary>Disposed, alone or with its node.</summary>
    public bool HasEnded => Writer.IsClosed;

    /// <summary>Nobody would get a sample now, nor later.</summary>
    public bool IsUnheard => !_qos.TransientLocal && SubscriberCount == 0;

    public unsafe bool Publish(int size, PayloadWriter write, Func<Permission>? mayGo = null)
    {
        Native.Checked(Native.Loan(_topic.SampleType, (ulong)size, out var sample, out var bytes));
        try
        {
            write(new Span<byte>(bytes, size));
        }
        catch
        {
            Native.Return(sample);
            throw;
        }
        return _queue.Add(sample, mayGo);
    }

    public bool Flush(TimeSpan limit) => _queue.Flush(limit);

    public void Dispose()
    {
        _queue.Dispose();
        Writer.Dispose();
        _topic.Dispose();
    }
}

/// <inheritdoc cref="IPublisher{T}"/>
internal sealed class Publisher<T>(string topic, DdsPublisher publisher, Action disposed) : IPublisher<T>
    where T : IMessage
{
    public string Topic => topic;

    public int SubscriberCount => publisher.SubscriberCount;

    public long Published => publisher.Published;

    public long Dropped => publisher.Dropped;

    public string? Incompatibility => publisher.Incompatibility;

    public bool Publish(T message)
    {
        try
        {
            return publisher.IsUnheard || publisher.Publish(message.PayloadBytes(), message.WriteTo);
        }
        catch (ObjectDisposedException) when (publisher.HasEnded)
        {
            return false;
        }
    }

    public bool Publish(int payloadBytes, PayloadWriter write)
    {
        try
        {
            return publisher.IsUnheard || publisher.Publish(payloadBytes, write);
        }
        catch (ObjectDisposedException) when (publisher.HasEnded)
        {
            return false;
        }
    }

    public bool Flush(TimeSpan limit) => publisher.Flush(limit);

    public void Dispose()
    {
        publisher.Dispose();
        disposed();
    }
}
