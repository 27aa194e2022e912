using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Datasets.SyntheticRooms;
using AlsterNode.Node.Live;
using AlsterNode.Ros2.Dds;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.EndToEnd.Live;

/// <summary>What the frames themselves tell about their units, colours and axes.</summary>
public sealed class FrameStatisticsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ARoomLooksRightAndWithRedAndBlueSwappedItDoesNot(ulong seed)
    {
        using var room = new SyntheticRoomSource(new SyntheticScene(seed), frames: 60, width: 80, height: 60);
        var frames = room.Read().Select(reading => reading.Frame!).ToList();

        Assert.Empty(Findings(frames));
        Assert.Equal("looks_like.bgr", Assert.Single(Findings(frames.Select(Swapped))).Key);
    }

    [SharedDataFact("redkitchen_7scenes")]
    public void ARealKitchenLooksRightAndWithRedAndBlueSwappedItDoesNot()
    {
        using var kitchen = FrameSources.Open(SharedData.PathOf("redkitchen_7scenes"), new SourceOptions { WorldUp = new Vector3d(-0.01, -0.89, -0.45) });
        var frames = kitchen.Read(number => number % 4 == 0).Select(reading => reading.Frame!).ToList();

        Assert.Empty(Findings(frames));
        Assert.Equal("looks_like.bgr", Assert.Single(Findings(frames.Select(Swapped))).Key);
    }

    [Fact]
    public void ABodyFrameInPlaceOfAnOpticalOneIsNoticed()
    {
        using var room = new SyntheticRoomSource(new SyntheticScene(1), frames: 40, width: 80, height: 60);
        var bodyToOptical = RigidTransform.LookAt(Vector3d.Zero, new Vector3d(1, 0, 0), new Vector3d(0, 0, 1)); // optical axes in body axes
        var frames = room.Read().Select(reading => reading.Frame!).Select(frame => frame with { CameraToWorld = bodyToOptical.Inverse().Then(frame.CameraToWorld) });

        Assert.Equal("looks_like.not_optical", Assert.Single(Findings(frames)).Key);
    }

    [Theory]
    [InlineData(1000, "millimetres sent as metres")]
    [InlineData(0.001, "metres sent as millimetres")]
    public void DepthInAnotherUnitIsNoticed(float factor, string text)
    {
        using var room = new SyntheticRoomSource(new SyntheticScene(1), frames: 3, width: 80, height: 60);
        var frames = room.Read().Select(reading => reading.Frame!)
            .Select(frame => frame with { Depth = new DepthImage(frame.Depth.Width, frame.Depth.Height, Array.ConvertAll(frame.Depth.Metres, metres => metres * factor)) });

        Assert.Contains(text, Assert.Single(Findings(frames)).Text);
    }

    [Fact]
    public void ACameraAtRestIsOneView()
    {
        using var room = new SyntheticRoomSource(new SyntheticScene(1), frames: 2, width: 80, height: 60);
        var frame = room.Read().First().Frame!;
        var statistics = new FrameStatistics();
        for (var i = 0; i < 100; i++) statistics.Add(frame);

        Assert.Equal(1, statistics.Facts!.Views);
    }

    private static RgbdFrame Swapped(RgbdFrame frame)
    {
        var pixels = frame.Color.Pixels.ToArray();
        for (var i = 0; i < pixels.Length; i += 3) (pixels[i], pixels[i + 2]) = (pixels[i + 2], pixels[i]);
        return frame with { Color = new ColorImage(frame.Color.Width, frame.Color.Height, pixels) };
    }

    /// <summary>What the doctor says of frames of inputs that are well otherwise.</summary>
    private static IReadOnlyList<Finding> Findings(IEnumerable<RgbdFrame> frames)
    {
        var statistics = new FrameStatistics();
        foreach (var frame in frames) statistics.Add(frame);
        var doctor = new SyncDoctor();
        doctor.Examine(At(0));
        return doctor.Examine(At(3));

        InputFacts At(int second)
        {
            var stream = new StreamFacts { Topic = "/x", Type = "sensor_msgs/msg/Image", Qos = QosProfile.SensorData, Received = second, FrameId = "camera_optical_frame", Encoding = "rgb8" };
            return new InputFacts
            {
                Node = "/alster",
                Uptime = TimeSpan.FromSeconds(second),
                Now = second,
                Color = stream,
                Depth = stream,
                ColorInfo = stream,
                DepthInfo = stream,
                Usable = second,
                SyncMaxIntervalMs = 20,
                MapFrame = "map",
                TransformWaitMs = 300,
                MaxDepth = 3,
                Frames = statistics.Facts,
            };
        }
    }
}
