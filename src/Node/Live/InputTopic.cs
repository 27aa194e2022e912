using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.SensorMsgs;

namespace AlsterNode.Node.Live;

/// <summary>An input of the node and what was heard on it. Written by the receiving thread, read by any.</summary>
/// <param name="name">The topic as given, before expansion.</param>
/// <param name="isCompressed">Whether its images are CompressedImage.</param>
internal sealed class InputTopic(string name, bool isCompressed)
{
    private long _messages;
    private long _lastArrival;
    private long _lastStamp;

    /// <summary>The topic as given, before expansion.</summary>
    public string Name => name;

    /// <summary>Whether its images are CompressedImage.</summary>
    public bool IsCompressed => isCompressed;

    /// <summary>The subscription.</summary>
    public ISubscription? Subscription { get; set; }

    /// <summary>Messages heard.</summary>
    public long Messages => Interlocked.Read(ref _messages);

    /// <summary>When the last message came, on the monotonic clock [ns]; 0 before the first.</summary>
    public long LastArrival => Interlocked.Read(ref _lastArrival);

    /// <summary>Its stamp [ns].</summary>
    public long LastStamp => Interlocked.Read(ref _lastStamp);

    /// <summary>The coordinate frame it is in; null before the first.</summary>
    public string? Frame { get; private set; }

    /// <summary>The last camera_info, on topics that carry it.</summary>
    public CameraInfo? Info { get; set; }

    /// <summary>Takes note of a message.</summary>
    public void Heard(long stamp, string frame)
    {
        Frame = frame;
        Interlocked.Exchange(ref _lastStamp, stamp);
        Interlocked.Exchange(ref _lastArrival, FrameSubscriber.MonotonicNow);
        Interlocked.Increment(ref _messages);
    }
}
