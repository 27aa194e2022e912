using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.GeometryMsgs;
using AlsterNode.Ros2.Messages.SensorMsgs;
using AlsterNode.Ros2.Messages.StdMsgs;
using AlsterNode.Ros2.Messages.Tf2Msgs;

namespace AlsterNode.Tests.Ros2Loopback.Live;

/// <summary>An RGB-D camera before a wall, on the node's default topics; a frame is published when a test says so.</summary>
internal sealed class TestCamera : IDisposable
{
    private readonly string _frame;
    private readonly IPublisher<Image> _color, _depth;
    private readonly IPublisher<CameraInfo> _colorInfo, _depthInfo;
    private readonly IPublisher<TFMessage> _tf;

    public TestCamera(INode node, string frame = "camera")
    {
        _frame = frame;
        _color = node.Advertise<Image>("color/image_raw", QosProfile.Default, QueuePolicy.Wait);
        _depth = node.Advertise<Image>("depth/image_rect_raw", QosProfile.Default, QueuePolicy.Wait);
        _colorInfo = node.Advertise<CameraInfo>("color/camera_info", QosProfile.Default, QueuePolicy.Wait);
        _depthInfo = node.Advertise<CameraInfo>("depth/camera_info", QosProfile.Default, QueuePolicy.Wait);
        _tf = node.Advertise<TFMessage>("/tf", QosProfile.Tf, QueuePolicy.Wait);
        Assert.True(Loopback.Wait(() => new[] { _color.SubscriberCount, _depth.SubscriberCount, _colorInfo.SubscriberCount, _depthInfo.SubscriberCount, _tf.SubscriberCount }.All(count => count > 0)), "Nobody hears the camera.");
    }

    /// <summary>Publishes a frame with its pose.</summary>
    /// <param name="stamp">When it was taken [ns].</param>
    /// <param name="width">Of both images, three quarters as high.</param>
    public void Send(long stamp, int width = 160)
    {
        SendPose(stamp);
        SendImages(stamp, width);
    }

    /// <summary>Publishes a frame every 50 ms until <paramref name="until"/>, each 50 ms later than the one before; returns the next stamp.</summary>
    public long SendUntil(Func<bool> until, long stamp, int width = 160)
    {
        Assert.True(Loopback.Wait(() =>
        {
            Send(stamp, width);
            stamp += 50_000_000;
            Thread.Sleep(50);
            return until();
        }), "What the frames were sent for did not come.");
        return stamp;
    }

    public void SendPose(long stamp) => _tf.Publish(new TFMessage
    {
        Transforms =
        [
            new TransformStamped
            {
                Header = HeaderOf(stamp, "map"), ChildFrameId = _frame,
                Transform = { Translation = { Z = 1.2 }, Rotation = { X = -0.5, Y = 0.5, Z = -0.5, W = 0.5 } }, // it looks along the map's x axis
            },
        ],
    });

    public void SendImages(long stamp, int width = 160)
    {
        var height = width * 3 / 4;
        var info = new CameraInfo
        {
            Header = HeaderOf(stamp, _frame),
            Width = (uint)width,
            Height = (uint)height,
            DistortionModel = "plumb_bob",
            K = [width, 0, width / 2.0, 0, width, height / 2.0, 0, 0, 1],
            R = [1, 0, 0, 0, 1, 0, 0, 0, 1],
            P = [width, 0, width / 2.0, 0, 0, width, height / 2.0, 0, 0, 0, 1, 0],
        };
        _colorInfo.Publish(info);
        _depthInfo.Publish(info);
        var color = new byte[width * height * 3];
        var depth = new byte[width * height * sizeof(ushort)];
        new Random(0).NextBytes(color);
        for (var i = 0; i < depth.Length; i += sizeof(ushort)) BitConverter.TryWriteBytes(depth.AsSpan(i), (ushort)(1500 + (i % (2 * width)))); // a wall 1.5 m away
        _color.Publish(ImageOf(stamp, width, height, "rgb8", color));
        _depth.Publish(ImageOf(stamp, width, height, "16UC1", depth));
    }

    public void Dispose()
    {
        _color.Dispose();
        _depth.Dispose();
        _colorInfo.Dispose();
        _depthInfo.Dispose();
        _tf.Dispose();
    }

    private Image ImageOf(long stamp, int width, int height, string encoding, byte[] data) =>
        new() { Header = HeaderOf(stamp, _frame), Width = (uint)width, Height = (uint)height, Encoding = encoding, Step = (uint)(data.Length / height), Data = data };

    private static Header HeaderOf(long stamp, string frame) => new() { Stamp = RosTime.ToStamp(stamp), FrameId = frame };
}
