using AlsterNode.Core;
using AlsterNode.Node.Live;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.SensorMsgs;
using AlsterNode.Ros2.Tf;

namespace AlsterNode.Tests.EndToEnd.Live;

/// <summary>Each rule speaks on its case, and none on inputs that are well.</summary>
public sealed class SyncDoctorTests
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
        Assert.Empty(doctor.Examine(At(0, Mute)));
        Assert.Empty(doctor.Examine(At(1, Mute)));
        Assert.Empty(doctor.Examine(At(2, Mute)));
        Assert.NotEmpty(doctor.Examine(At(3, Mute)));

        static InputFacts Mute(InputFacts facts) => facts with { Usable = 0, Color = facts.Color with { Received = 0 } };
    }

    [Fact]
    public void ATroubleThatIsOverIsNotNamedAnyMore()
    {
        var doctor = new SyncDoctor();
        for (var second = 0; second < 6; second++) doctor.Examine(At(second, facts => facts with { Usable = 0, Color = facts.Color with { Received = 0 } }));
        for (var second = 6; second < 9; second++) doctor.Examine(At(second, facts => facts));

        Assert.Empty(doctor.Examine(At(9, facts => facts)));
    }

    [Theory]
    [InlineData("/camera/camera/color/image_raw")] // realsense2_camera
    [InlineData("/rgb/image_raw")]                 // Azure_Kinect_ROS_Driver
    [InlineData("/oakd/rgb/preview/image_raw")]    // TurtleBot 4
    public void ASimilarTopicIsNamedWhenNobodyPublishesTheColourImages(string topic)
    {
        var finding = OnlyFinding(facts => facts with
        {
            Usable = 0,
            Color = facts.Color with { Received = 0 },
            Endpoints = [.. Without(facts, "/color/image_raw"), Publisher(topic, ImageType), Publisher("/camera/infra1/image_raw", ImageType), Publisher("/alster/semantic_image", ImageType, node: Own)],
        });

        Assert.Equal(("no_messages.color", RosLogLevel.Error), (finding.Key, finding.Severity));
        Assert.Equal($"Nobody publishes '/color/image_raw' (colour images): '{topic}' is there with the same type; set topics.color to it or remap.", finding.Text);
        Assert.Contains(("similar", topic), finding.Values);
    }

    [Theory]
    [InlineData("/camera/camera/aligned_depth_to_color/image_raw")]
    [InlineData("/depth_to_rgb/image_raw")]
    public void TheDepthImagesAreNotMistakenForColourOnes(string topic)
    {
        var findings = After(facts => facts with
        {
            Usable = 0,
            Color = facts.Color with { Received = 0 },
            Depth = facts.Depth with { Received = 0 },
            Endpoints = [.. Without(facts, "/color/image_raw", "/depth/image_rect_raw"), Publisher(topic, ImageType)],
        });

        Assert.Contains("nothing like it carries sensor_msgs/msg/Image either; start the driver or set topics.color", findings.Single(finding => finding.Key == "no_messages.color").Text);
        Assert.Contains($"'{topic}' is there with the same type", findings.Single(finding => finding.Key == "no_messages.depth").Text);
    }

    [Fact]
    public void ACompressedTopicIsOfferedWhereThereIsNoRawOne()
    {
        var finding = OnlyFinding(facts => facts with
        {
            Usable = 0,
            Color = facts.Color with { Received = 0 },
            Endpoints = [.. Without(facts, "/color/image_raw"), Publisher("/color/image_raw/compressed", CompressedType)],
        });

        Assert.Contains("'/color/image_raw/compressed' is there as sensor_msgs/msg/CompressedImage; set topics.color to it, with transport.color compressed", finding.Text);
    }

    [Fact]
    public void APublisherOfAnotherTypeIsNamed()
    {
        var finding = OnlyFinding(facts => facts with
        {
            Usable = 0,
            Depth = facts.Depth with { Received = 0 },
            Endpoints = [.. Without(facts, "/depth/image_rect_raw"), Publisher("/depth/image_rect_raw", CompressedType)],
        });

        Assert.Equal("type.depth", finding.Key);
        Assert.Contains("is published by /camera as sensor_msgs/msg/CompressedImage, expected sensor_msgs/msg/Image", finding.Text);
        Assert.Contains("transport.depth compressedDepth", finding.Text);
    }

    [Fact]
    public void AQosThatCannotMatchIsNamedWithBothSides()
    {
        var finding = OnlyFinding(facts => facts with
        {
            Usable = 0,
            Color = facts.Color with { Received = 0, Qos = QosProfile.Default },
            Endpoints = [.. Without(facts, "/color/image_raw"), Publisher("/color/image_raw", ImageType, QosProfile.SensorData)],
        });

        Assert.Equal("qos.color", finding.Key);
        Assert.Contains("the subscription asks for reliable, the publisher offers best effort; set qos.images to sensor_data", finding.Text);
    }

    [Fact]
    public void OneOfTwoPublishersThatMatchesIsEnough()
    {
        var finding = OnlyFinding(facts => facts with
        {
            Usable = 0,
            Color = facts.Color with { Received = 0, Qos = QosProfile.Default },
            Endpoints = [.. facts.Endpoints, Publisher("/color/image_raw", ImageType, QosProfile.SensorData)],
        });

        Assert.Equal("no_messages.color", finding.Key);
        Assert.Contains("has a publisher, /camera, that has sent nothing yet", finding.Text);
    }

    [Fact]
    public void AStreamThatStoppedIsNamedWithWhatItSentBefore()
    {
        var finding = OnlyFinding(facts => facts with { Usable = 40, Depth = facts.Depth with { Received = 40 } });

        Assert.Equal("no_messages.depth", finding.Key);
        Assert.Contains("has sent nothing for 3 s, after 40 messages", finding.Text);
    }

    [Fact]
    public void AMissingCameraInfoIsNamed()
    {
        var finding = OnlyFinding(facts => facts with
        {
            Usable = 0,
            DepthInfo = facts.DepthInfo with { Received = 0 },
            Endpoints = [.. Without(facts, "/depth/camera_info"), Publisher("/camera/aligned_depth_to_color/camera_info", InfoType)],
        });

        Assert.Equal("no_messages.depth_info", finding.Key);
        Assert.Contains("'/camera/aligned_depth_to_color/camera_info' is there with the same type; set topics.depth_info to it", finding.Text);
    }

    [Fact]
    public void ACameraThatIsNotThereIsNamedForItsImagesAlone()
    {
        var findings = After(facts => facts with
        {
            Usable = 0,
            Color = facts.Color with { Received = 0 },
            ColorInfo = facts.ColorInfo with { Received = 0 },
            Depth = facts.Depth with { Received = 0 },
            DepthInfo = facts.DepthInfo with { Received = 0 },
            Endpoints = [Publisher("/tf", "tf2_msgs/msg/TFMessage")],
        });

        Assert.Equal(["no_messages.color", "no_messages.depth"], findings.Select(finding => finding.Key));
    }

    [Fact]
    public void ACameraInfoThatCameOnceIsEnough() =>
        Assert.Equal("transform.missing", OnlyFinding(facts => WithoutTransform(facts, "no transform from 'camera' to 'map': the tf tree is empty") with { ColorInfo = facts.ColorInfo with { Received = 1 } }).Key);

    [Fact]
    public void WhenNobodyElseIsThereThatIsAllThatIsSaid()
    {
        var finding = OnlyFinding(facts => facts with
        {
            Usable = 0,
            Color = facts.Color with { Received = 0 },
            Depth = facts.Depth with { Received = 0 },
            Endpoints =
            [
                Publisher("/alster/points", "sensor_msgs/msg/PointCloud2", node: Own),
                new("ros_discovery_info", "rmw_dds_common/msg/ParticipantEntitiesInfo", null, IsPublisher: true, QosProfile.Latched, Node: null, default, "ros_discovery_info"),
            ],
        });

        Assert.Equal("alone", finding.Key);
        Assert.Contains("ROS_DOMAIN_ID", finding.Text);
    }

    [Fact]
    public void AMissingTransformIsNamedWithWhatTheTreeHolds()
    {
        var tree = new TransformBuffer();
        tree.Add("odom", "base_link", 0, RigidTransform.Identity, isStatic: false);
        tree.Add("base_link", "camera_depth_optical_frame", 0, RigidTransform.Identity, isStatic: true);
        tree.TryLookup("camera_depth_optical_frame", "map", 0, out _, out var problem);

        var finding = OnlyFinding(facts => WithoutTransform(facts, problem!) with { DepthFrameAncestors = tree.Ancestors("camera_depth_optical_frame") });

        Assert.Equal(("transform.missing", RosLogLevel.Error), (finding.Key, finding.Severity));
        Assert.Contains("no transform from 'camera_depth_optical_frame' to 'map': the tf tree holds base_link -> camera_depth_optical_frame (static), odom -> base_link", finding.Text);
        Assert.Contains("set frames.map to 'odom'", finding.Text);
    }

    [Fact]
    public void WithoutAnyPublisherOfTfThatIsNamed()
    {
        new TransformBuffer().TryLookup("camera", "map", 0, out _, out var problem);

        Assert.Contains("nobody publishes /tf", OnlyFinding(facts => WithoutTransform(facts, problem!) with { Endpoints = Without(facts, "/tf") }).Text);
    }

    [Theory]
    [InlineData(180, "transform.late", "raise tf.wait_ms from 300 to 550 or more")]
    [InlineData(60_000, "transform.stopped", "has stopped, or its clock is behind")]
    public void TransformsThatComeLateAreNamedWithTheWaitThatWouldDo(int lateMs, string key, string advice)
    {
        var tree = new TransformBuffer();
        tree.Add("map", "camera", 1_000_000_000, RigidTransform.Identity, isStatic: false);
        tree.TryLookup("camera", "map", 1_000_000_000 + (lateMs * 1_000_000L), out _, out var problem);

        var finding = OnlyFinding(facts => WithoutTransform(facts, problem!));

        Assert.Equal(key, finding.Key);
        Assert.Contains($"ends {lateMs} ms before the image", finding.Text);
        Assert.Contains(advice, finding.Text);
        Assert.Contains(("late_ms", $"{lateMs}"), finding.Values);
    }

    [Fact]
    public void AGapInTheTransformsIsNamedWithItsLength()
    {
        var tree = new TransformBuffer();
        tree.Add("map", "camera", 0, RigidTransform.Identity, isStatic: false);
        for (var i = 0; i < 10; i++) tree.Add("map", "camera", 1_000_000_000 + (i * 10_000_000), RigidTransform.Identity, isStatic: false);
        tree.TryLookup("camera", "map", 500_000_000, out _, out var problem);

        var finding = OnlyFinding(facts => WithoutTransform(facts, problem!));

        Assert.Contains("has a gap of 1000 ms around the image; publish it more often", finding.Text);
    }

    [Fact]
    public void ATransformLostNowAndThenIsNoFinding() => Assert.Empty(After(facts => facts with
    {
        Dropped = new Dictionary<string, long> { [DropReason.TransformMissing] = facts.Usable / 2 },
        TransformProblem = "'map' -> 'camera' ends 5 ms before the image",
    }));

    [Fact]
    public void StampsThatNeverMatchAreNamedWithTheirDistance()
    {
        var finding = OnlyFinding(facts => Unpaired(facts) with { StampsApartMs = 33.4 });

        Assert.Equal("sync", finding.Key);
        Assert.Contains("their stamps lie 33.4 ms apart, sync.max_interval_ms is 20; raise it above 34", finding.Text);
        Assert.Contains("the two come from clocks that differ", OnlyFinding(facts => Unpaired(facts) with { StampsApartMs = 5400 }).Text);
    }

    [Theory]
    [InlineData(-86_400, "is published, so set use_sim_time to true", "86400.0 s behind")]
    [InlineData(3, "(chrony)", "3.0 s ahead of")]
    public void ClocksThatDifferAreNamed(int stampsAheadSeconds, string advice, string difference)
    {
        var finding = OnlyFinding(facts => facts with
        {
            Usable = 0,
            Depth = facts.Depth with { LastStamp = facts.Depth.LastArrival + (stampsAheadSeconds * 1_000_000_000L) },
            Endpoints = stampsAheadSeconds < 0 ? [.. facts.Endpoints, Publisher("/clock", "rosgraph_msgs/msg/Clock")] : facts.Endpoints,
        });

        Assert.Equal("clock.differs", finding.Key);
        Assert.Contains(advice, finding.Text);
        Assert.Contains($"The stamps on '/depth/image_rect_raw' are {difference} the node's clock", finding.Text);
    }

    [Fact]
    public void SimulatedTimeThatDoesNotComeIsNamed()
    {
        var finding = OnlyFinding(facts => facts with { Usable = 0, UseSimTime = true, Now = 0 });

        Assert.Equal("clock.silent", finding.Key);
        Assert.Contains("use_sim_time is on and nobody publishes '/clock'", finding.Text);
    }

    [Theory]
    [InlineData("yuv422_yuy2", "encoding.color", "have the encoding 'yuv422_yuy2', expected rgb8, bgr8, rgba8, bgra8, mono8")]
    [InlineData("16UC1", "encoding.color", "topics.color and topics.depth may be swapped")]
    [InlineData("rgb8", "damaged.color", "cannot be decoded")]
    public void ImagesThatCannotBeReadAreNamedWithTheirEncoding(string encoding, string key, string text)
    {
        var finding = OnlyFinding(facts => facts with
        {
            Usable = 0,
            Color = facts.Color with { Encoding = encoding },
            Dropped = new Dictionary<string, long> { [DropReason.ColorUnreadable] = facts.Color.Received },
        });

        Assert.Equal(key, finding.Key);
        Assert.Contains(text, finding.Text);
    }

    [Fact]
    public void ACameraInfoOfAnotherSizeIsNamedWithBoth()
    {
        var finding = OnlyFinding(facts => facts with { Usable = 0, ColorInfo = facts.ColorInfo with { Width = 1280, Height = 720 } });

        Assert.Equal("size.color_info", finding.Key);
        Assert.Contains("The images on '/color/image_raw' are 640 x 480, the camera_info on '/color/camera_info' is for 1280 x 720", finding.Text);
    }

    [Fact]
    public void ALensModelThatCannotBeUndoneIsNamed()
    {
        var finding = OnlyFinding(facts => facts with
        {
            Usable = 0,
            ColorInfo = facts.ColorInfo with { Encoding = "equidistant" },
            Dropped = new Dictionary<string, long> { [DropReason.CameraInfoUnusable] = facts.Color.Received },
        });

        Assert.Equal("camera_info", finding.Key);
        Assert.Contains("lens model 'equidistant'", finding.Text);
    }

    [Theory]
    [InlineData(4.2, "the nearest pixel is 4.2 m away: raise max_depth")]
    [InlineData(double.NaN, "no pixel has depth")]
    public void DepthOutOfReachIsNamed(double nearest, string text)
    {
        var finding = OnlyFinding(facts => facts with
        {
            Usable = 0,
            Dropped = new Dictionary<string, long> { [DropReason.DepthEmpty] = facts.Depth.Received },
            Frames = facts.Frames! with { NearestDepth = nearest, MedianDepth = nearest + 1 },
        });

        Assert.Equal("range", finding.Key);
        Assert.Contains("nothing within max_depth, 3 m", finding.Text);
        Assert.Contains(text, finding.Text);
    }

    [Theory]
    [InlineData(1830, "32FC1", "looks like millimetres sent as metres: half of it lies beyond 1830 m")]
    [InlineData(0.0018, "16UC1", "looks like metres sent as millimetres: half of it lies within 1.8 mm")]
    public void DepthInAnotherUnitIsNamedOnceAndForAll(double median, string encoding, string text)
    {
        var finding = OnlyFinding(facts => facts with
        {
            Usable = 0,
            Depth = facts.Depth with { Encoding = encoding },
            Dropped = new Dictionary<string, long> { [DropReason.DepthEmpty] = facts.Depth.Received },
            Frames = facts.Frames! with { MedianDepth = median, NearestDepth = median / 2 },
        });

        Assert.Equal("looks_like.depth_unit", finding.Key);
        Assert.Contains(text, finding.Text);
    }

    [Fact]
    public void ABodyFrameInPlaceOfAnOpticalOneIsNamedAtOnceAndATiltedWorldAfterSomeViews()
    {
        InputFacts Upward(InputFacts facts, string frame, int views) => facts with
        {
            Depth = facts.Depth with { FrameId = frame },
            Frames = facts.Frames! with { ZAxisUp = 0.98, YAxisUp = 0.02, Views = views, CoolerViews = 0 },
        };

        Assert.Contains("The frame 'camera_link' of '/depth/image_rect_raw' looks like no optical frame", OnlyFinding(facts => Upward(facts, "camera_link", 1)).Text);
        Assert.Contains("its transform turns body axes into optical ones", OnlyFinding(facts => Upward(facts, "camera_depth_optical_frame", 12)).Text);
        Assert.Empty(After(facts => Upward(facts, "camera_depth_optical_frame", 3)));
    }

    [Fact]
    public void BlueRoomsAreNoSwappedColoursUntilTheyAreCertain()
    {
        InputFacts Blue(InputFacts facts, int views) => facts with { Frames = facts.Frames! with { Views = views, CoolShare = 0.3, WarmShare = 0.05, CoolerViews = views } };

        Assert.Empty(After(facts => Blue(facts, 19)));
        Assert.Equal("looks_like.bgr", OnlyFinding(facts => Blue(facts, 20)).Key);
        Assert.Empty(After(facts => Blue(facts, 20) with { Color = facts.Color with { Encoding = "mono8" } }));
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

    private static InputFacts WithoutTransform(InputFacts facts, string problem) => facts with
    {
        Usable = 0,
        Dropped = new Dictionary<string, long> { [DropReason.TransformMissing] = facts.Depth.Received },
        TransformProblem = problem,
    };

    private static InputFacts Unpaired(InputFacts facts) => facts with
    {
        Usable = 0,
        Dropped = new Dictionary<string, long> { [DropReason.ColorMissing] = facts.Depth.Received, [DropReason.DepthMissing] = facts.Color.Received },
    };

    private static List<GraphEndpoint> Without(InputFacts facts, params string[] topics) => [.. facts.Endpoints.Where(endpoint => !topics.Contains(endpoint.Topic))];

    private static GraphEndpoint Publisher(string topic, string type, QosProfile? qos = null, string node = "/camera") =>
        new(topic, type, TypeHash: null, IsPublisher: true, qos ?? QosProfile.Default, node, default, "rt" + topic);
}
