using AlsterNode.Core;
using AlsterNode.Node.Live;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.SensorMsgs;

namespace AlsterNode.Tests.EndToEnd.Live;

/// <summary>Each rule speaks on its case, and none on inputs that are well.</summary>
public sealed partial class SyncDoctorTests
{
    private const string Own = "/alster";
    private const string ImageType = "sensor_msgs/msg/Image";
    private const string CompressedType = "sensor_msgs/msg/CompressedImage";
    private const string InfoType = "sensor_msgs/msg/CameraInfo";

    [Fact]
    public void InputsThatBecomeMapAreLeftAlone() => Assert.Empty(After(facts => facts));

    [Fact]
    public void NothingIsSaidInTheFirstTwoSecondsAndEverythingWithinFive()
    {
        var doctor = new SyncDoctor();
        Assert.Empty(doctor.Examine(At(0, WithoutColor)));
        Assert.Empty(doctor.Examine(At(1, WithoutColor)));
        Assert.Empty(doctor.Examine(At(2, WithoutColor)));
        Assert.NotEmpty(doctor.Examine(At(3, WithoutColor)));
    }

    [Fact]
    public void ATroubleThatIsOverIsNotNamedAnyMore()
    {
        var doctor = new SyncDoctor();
        for (var second = 0; second < 6; second++) doctor.Examine(At(second, WithoutColor));
        for (var second = 6; second < 9; second++) doctor.Examine(At(second, facts => facts));

        Assert.Empty(doctor.Examine(At(9, facts => facts)));
    }

    private static Finding OnlyFinding(Func<InputFacts, InputFacts> change) => Assert.Single(After(change));

    /// <summary>What is found after four seconds of facts.</summary>
    private static IReadOnlyList<Finding> After(Func<InputFacts, InputFacts> change)
    {
        var doctor = new SyncDoctor();
        for (var second = 0; second < 3; second++) doctor.Examine(At(second, change));
        return doctor.Examine(At(3, change));
    }

    /// <summary>Good inputs at 30 Hz after so many seconds, changed.</summary>
    private static InputFacts At(int second, Func<InputFacts, InputFacts> change)
    {
        var arrival = (1_800_000_000L + second) * 1_000_000_000;
        StreamFacts Stream(string topic, string type, string encoding) => new()
        {
            Topic = topic,
            Type = type,
            Qos = QosProfile.SensorData,
            Received = 30 * second,
            LastStamp = arrival - 30_000_000,
            LastArrival = arrival,
            FrameId = "camera_depth_optical_frame",
            Encoding = encoding,
            Width = 640,
            Height = 480,
        };
        return change(new InputFacts
        {
            Node = Own,
            Uptime = TimeSpan.FromSeconds(second),
            Now = arrival,
            Endpoints =
            [
                Publisher("/color/image_raw", ImageType), Publisher("/depth/image_rect_raw", ImageType), Publisher("/color/camera_info", InfoType), Publisher("/depth/camera_info", InfoType),
                Publisher("/tf", "tf2_msgs/msg/TFMessage"), Publisher("/alster/points", "sensor_msgs/msg/PointCloud2", node: Own),
            ],
            Color = Stream("/color/image_raw", Image.MessageType.Name, "rgb8"),
            Depth = Stream("/depth/image_rect_raw", Image.MessageType.Name, "16UC1"),
            ColorInfo = Stream("/color/camera_info", CameraInfo.MessageType.Name, "plumb_bob"),
            DepthInfo = Stream("/depth/camera_info", CameraInfo.MessageType.Name, "plumb_bob"),
            Usable = 30 * second,
            StampsApartMs = 0.2,
            SyncMaxIntervalMs = 20,
            MapFrame = "map",
            DepthFrameAncestors = ["camera_depth_optical_frame", "camera_link", "base_link", "odom", "map"],
            TransformWaitMs = 300,
            MaxDepth = 3,
            Frames = new FrameFacts(MedianDepth: 1.8, NearestDepth: 0.6, Views: 40, WarmShare: 0.3, CoolShare: 0.05, CoolerViews: 4, YAxisUp: -0.9, ZAxisUp: -0.3),
        });
    }

    /// <summary>No colour image has come yet.</summary>
    private static InputFacts WithoutColor(InputFacts facts) => facts with { Usable = 0, Color = facts.Color with { Received = 0 } };

    /// <summary>Every frame so far was lost, for each of the reasons.</summary>
    private static InputFacts Lost(InputFacts facts, params string[] reasons) => facts with { Usable = 0, Dropped = reasons.ToDictionary(reason => reason, _ => facts.Depth.Received) };

    private static InputFacts WithoutTransform(InputFacts facts, string problem) => Lost(facts, DropReason.TransformMissing) with { TransformProblem = problem };

    private static InputFacts Unpaired(InputFacts facts) => Lost(facts, DropReason.ColorMissing, DropReason.DepthMissing);

    private static List<GraphEndpoint> Without(InputFacts facts, params string[] topics) => [.. facts.Endpoints.Where(endpoint => !topics.Contains(endpoint.Topic))];

    private static GraphEndpoint Publisher(string topic, string type, QosProfile? qos = null, string node = "/camera") =>
        new(topic, type, TypeHash: null, IsPublisher: true, qos ?? QosProfile.Default, node, default, "rt" + topic);
}
