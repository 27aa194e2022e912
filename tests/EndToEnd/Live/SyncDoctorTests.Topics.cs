using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;

namespace AlsterNode.Tests.EndToEnd.Live;

public sealed partial class SyncDoctorTests
{
    [Theory]
    [InlineData("/camera/camera/color/image_raw")] // realsense2_camera
    [InlineData("/rgb/image_raw")]                 // Azure_Kinect_ROS_Driver
    [InlineData("/oakd/rgb/preview/image_raw")]    // TurtleBot 4
    public void ASimilarTopicIsNamedWhenNobodyPublishesTheColourImages(string topic)
    {
        var finding = OnlyFinding(facts => WithoutColor(facts) with
        {
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
        var findings = After(facts => WithoutColor(facts) with
        {
            Depth = facts.Depth with { Received = 0 },
            Endpoints = [.. Without(facts, "/color/image_raw", "/depth/image_rect_raw"), Publisher(topic, ImageType)],
        });

        Assert.Contains("nothing like it carries sensor_msgs/msg/Image either; start the driver or set topics.color", findings.Single(finding => finding.Key == "no_messages.color").Text);
        Assert.Contains($"'{topic}' is there with the same type", findings.Single(finding => finding.Key == "no_messages.depth").Text);
    }

    [Fact]
    public void ACompressedTopicIsOfferedWhereThereIsNoRawOne()
    {
        var finding = OnlyFinding(facts => WithoutColor(facts) with
        {
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
        var findings = After(facts => WithoutColor(facts) with
        {
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
        var finding = OnlyFinding(facts => WithoutColor(facts) with
        {
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
}
