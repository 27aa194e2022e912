using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.SensorMsgs;

namespace AlsterNode.Node.Live;

/// <summary>An input of the node and what was heard on it. Written by the receiving thread, read by any.</summary>
/// <param name="name">The topic as given, before expansion.</param>
/// <param name="fullName">The topic after expansion and remapping.</param>
/// <param name="type">Its message type.</param>
/// <param name="qos">What is asked for.</param>
internal sealed class InputTopic(string name, string fullName, string type, QosProfile qos)
{
    private readonly Lock _gate = new();
    private StreamFacts? _facts;
    private ISubscription? _subscription;

    /// <summary>The topic as given, before expansion.</summary>
    public string Name => name;

    /// <summary>Whether its images are CompressedImage.</summary>
    public bool IsCompressed => type == CompressedImage.MessageType.Name;

    /// <summary>The subscription; given once, when it is made.</summary>
    public ISubscription Subscription
    {
        get => _subscription ?? throw new InvalidOperationException($"'{name}' is not subscribed to.");
        set => _subscription = value;
    }

    /// <summary>What is known by now.</summary>
    public StreamFacts Facts
    {
        get
        {
            lock (_gate) return _facts ?? new StreamFacts { Topic = fullName, Type = type, Qos = qos };
        }
    }

    /// <summary>The last camera_info, on topics that carry it.</summary>
    public CameraInfo? Info { get; private set; }

    /// <summary>Takes note of a message.</summary>
    public void Heard(long stamp, long now, string frame, string encoding = "", uint width = 0, uint height = 0)
    {
        var before = Facts;
        lock (_gate)
        {
            _facts = before with
            {
                Received = before.Received + 1,
                LastStamp = stamp,
                LastArrival = now,
                FrameId = frame,
                Encoding = encoding,
                Width = (int)Math.Min(width, int.MaxValue),
                Height = (int)Math.Min(height, int.MaxValue),
            };
        }
    }

    /// <summary>Takes a camera_info in.</summary>
    public void Heard(CameraInfo info, long stamp, long now)
    {
        Heard(stamp, now, info.Header.FrameId.TrimStart('/'), info.DistortionModel, info.Width, info.Height);
        Info = info;
    }
}
