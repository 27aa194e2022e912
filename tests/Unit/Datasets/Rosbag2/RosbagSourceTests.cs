using System.Globalization;
using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Datasets.Rosbag2;
using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Messages.SensorMsgs;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Datasets.Rosbag2;

public class RosbagSourceTests
{
    [SharedDataFact("ros2/redkitchen_jazzy_mcap_zstd")]
    public void FramesHaveThePosesThatTf2Gives()
    {
        using var source = FrameSources.Open(SharedData.PathOf("ros2/redkitchen_jazzy_mcap_zstd"));
        var expected = Expected("ros2/redkitchen_jazzy_mcap_zstd");
        var frames = source.ReadAll();
        Assert.Equal(80, frames.Count);
        foreach (var (reading, row) in frames.Zip(expected))
        {
            Assert.NotNull(reading.Frame);
            Assert.Equal(row.Stamp, reading.Frame.Stamp);
            Scenes.AssertNear(row.Pose, reading.Frame.CameraToWorld, 1e-7);
        }
        Assert.Equal((585.0, 525.0), (frames[0].Frame!.DepthIntrinsics.Fx, frames[0].Frame!.ColorIntrinsics.Fx));
        Assert.InRange(frames[0].Frame!.DepthToColor.Translation.Length, 0.02, 0.035);
        Assert.Empty(source.Findings);
    }

    [SharedDataFact("ros2/redkitchen_defective")]
    public void EveryDefectIsNamedWithItsCount()
    {
        using var source = FrameSources.Open(SharedData.PathOf("ros2/redkitchen_defective"));
        var frames = source.ReadAll();
        var dropped = frames.Where(frame => frame.Reason is not null).GroupBy(frame => frame.Reason!).ToDictionary(group => group.Key, group => group.Count());

        Assert.Equal(new Dictionary<string, int>
        {
            [DropReason.CameraInfoMissing] = 4, // 0-3
            [DropReason.DepthMissing] = 3, // 7, 18, 33
            [DropReason.TransformMissing] = 5, // 13-17
            [DropReason.TransformMissingAfterClockJump] = 1, // 20
            [DropReason.ColorUnreadable] = 1, // 22
            [DropReason.DepthUnreadable] = 1, // 29
        }.OrderBy(pair => pair.Key), dropped.OrderBy(pair => pair.Key));
        Assert.Equal(["clock_jumped_back 1", "color_duplicated 2", "depth_late 1", "out_of_order_in_file 1"], source.Findings.Select(pair => $"{pair.Key} {pair.Value}"));
        var good = frames.Where(frame => frame.Frame is not null).Select(frame => frame.Number).ToList();
        Assert.Equal(Expected("ros2/redkitchen_defective").Where(row => row.IsUsable).Select(row => row.Number), good);
    }

    [SharedDataFact("ros2/redkitchen_defective")]
    public void GoodFramesOfADefectiveBagHaveTheRightPoses()
    {
        using var source = FrameSources.Open(SharedData.PathOf("ros2/redkitchen_defective"));
        var expected = Expected("ros2/redkitchen_defective").ToDictionary(row => row.Number);
        foreach (var reading in source.ReadAll().Where(reading => reading.Frame is not null)) Scenes.AssertNear(expected[reading.Number].Pose, reading.Frame!.CameraToWorld, 1e-7);
    }

    [SharedDataFact("ros2")]
    public void RawAndCompressedRecordingsOfOneSceneGiveOneDepth()
    {
        using var raw = FrameSources.Open(SharedData.PathOf("ros2/redkitchen_sqlite_raw"));
        using var packed = FrameSources.Open(SharedData.PathOf("ros2/redkitchen_mcap_lz4"));
        foreach (var (a, b) in raw.ReadAll().Zip(packed.ReadAll()))
        {
            Assert.Equal(a.Frame!.Depth.Metres, b.Frame!.Depth.Metres);
            Scenes.AssertNear(a.Frame.CameraToWorld, b.Frame.CameraToWorld, 1e-6);
            var difference = a.Frame.Color.Pixels.Zip(b.Frame.Color.Pixels, (x, y) => Math.Abs(x - y)).Average();
            Assert.True(difference < 1, $"Colours differ by {difference:F2} on average."); // decoded by two versions of libjpeg
        }
    }

    [Theory]
    [InlineData(BagStorage.Mcap)]
    [InlineData(BagStorage.Sqlite)]
    public void AConvertedRecordingGivesTheSameFramesBitForBit(BagStorage storage)
    {
        using var folder = new TemporaryFolder();
        using (var writer = new ScanNetWriter(folder["scene"], Scenes.Color, Scenes.Depth))
        {
            for (var i = 0; i < 5; i++) writer.Write(i, Scenes.Frame(i));
        }
        using var scene = FrameSources.Open(folder["scene"]);
        var conversion = BagConverter.Convert(scene, folder["bag"], storage);
        using var bag = FrameSources.Open(folder["bag"]);

        Assert.Equal(5, conversion.Frames);
        AssertSame(scene.ReadAll(), bag.ReadAll());
        using var reader = BagReader.Open(folder["bag"]);
        var jpeg = reader.Read(topic => topic.Name == "/camera/color/image_raw/compressed").Skip(2).First();
        Assert.Equal(File.ReadAllBytes(folder["scene/color/2.jpg"]), CdrMessage.Parse<CompressedImage>(jpeg.Payload.Span).Data);
    }

    [Fact]
    public void DepthThatIsNotInMillimetresStaysExact()
    {
        using var folder = new TemporaryFolder();
        var source = new OneFrame(Scenes.Frame(3) with { Depth = new DepthImage(8, 6, [.. Enumerable.Range(1, 48).Select(i => 1 + (1 / (float)i))]) });
        BagConverter.Convert(source, folder["bag"]);
        using var bag = FrameSources.Open(folder["bag"]);
        Assert.Equal(source.Frame.Depth.Metres, bag.ReadAll().Single().Frame!.Depth.Metres);
    }

    [SharedDataFact("ros2/redkitchen_sqlite_raw")]
    public void ABagBecomesABagOfAnotherStorageMessageForMessage()
    {
        using var folder = new TemporaryFolder();
        using var old = BagReader.Open(SharedData.PathOf("ros2/redkitchen_sqlite_raw"));
        BagConverter.Convert(old, folder["bag"], BagStorage.Mcap);
        using var copy = BagReader.Open(folder["bag"]);
        Assert.Equal(old.Read().Select(message => (message.Topic.Name, message.LogTime, Crc32.Of(message.Payload.Span))), copy.Read().Select(message => (message.Topic.Name, message.LogTime, Crc32.Of(message.Payload.Span))));
        Assert.All(copy.Topics, topic => Assert.True(topic.TypeHash.StartsWith("RIHS01_", StringComparison.Ordinal) && topic.Definition.Length > 0, topic.ToString()));
    }

    [SharedDataFact("ros2/redkitchen_mcap_none")]
    public void AWrongTopicIsAnsweredWithThoseThereAre()
    {
        var problem = Assert.Throws<InputException>(() => FrameSources.Open(SharedData.PathOf("ros2/redkitchen_mcap_none"), new SourceOptions { DepthTopic = "/depth" }));
        Assert.Contains("has no topic '/depth'; it has /camera/color/camera_info", problem.Message);
        problem = Assert.Throws<InputException>(() => FrameSources.Open(SharedData.PathOf("ros2/redkitchen_mcap_none"), new SourceOptions { WorldFrame = "earth" }));
        Assert.Contains("no transform from 'camera_depth_optical_frame' to 'earth': the tf tree holds base_link -> camera_link (static)", problem.Message);
    }

    [SharedDataFact("ros2/redkitchen_mcap_none")]
    public void ChosenFramesAreReadAlone()
    {
        using var source = FrameSources.Open(SharedData.PathOf("ros2/redkitchen_mcap_none"));
        var third = source.ReadAll()[3].Frame!;
        var alone = source.Read(number => number == 3).Single();
        Assert.Equal(3, alone.Number);
        Assert.Equal(third.Depth.Metres, alone.Frame!.Depth.Metres);
    }

    private static void AssertSame(List<FrameReading> expected, List<FrameReading> found)
    {
        Assert.Equal(expected.Count, found.Count);
        foreach (var (a, b) in expected.Zip(found, (a, b) => (a.Frame!, b.Frame!)))
        {
            Assert.Equal((a.Stamp, a.CameraToWorld, a.DepthToColor, a.ColorIntrinsics, a.DepthIntrinsics), (b.Stamp, b.CameraToWorld, b.DepthToColor, b.ColorIntrinsics, b.DepthIntrinsics));
            Assert.Equal(a.Color.Pixels, b.Color.Pixels);
            Assert.Equal(a.Depth.Metres, b.Depth.Metres);
        }
    }

    private static List<(int Number, long Stamp, RigidTransform Pose, bool IsUsable)> Expected(string bag)
    {
        var lines = File.ReadAllLines(SharedData.PathOf($"{bag}/expected_poses.csv")).Where(line => line.Length > 0 && line[0] != '#').ToArray();
        var names = lines[0].Split(',').ToList();
        return [.. lines[1..].Select(line => line.Split(',')).Select((words, row) =>
        {
            double Number(string name) => double.Parse(words[names.IndexOf(name)], CultureInfo.InvariantCulture);
            var pose = new RigidTransform(Number("qx"), Number("qy"), Number("qz"), Number("qw"), new Vector3d(Number("tx"), Number("ty"), Number("tz")));
            return (row, long.TryParse(words[names.IndexOf("depth_stamp_ns")], out var stamp) ? stamp : 0, pose, !names.Contains("usable") || words[names.IndexOf("usable")] is "1" or "yes" or "true");
        })];
    }

    private sealed class OneFrame(RgbdFrame frame) : IFrameSource
    {
        public RgbdFrame Frame => frame;

        public string Description => "one frame";

        public int? FrameCount => 1;

        public IEnumerable<FrameReading> Read(Predicate<int>? wanted = null, CancellationToken cancellation = default) => [FrameReading.Of(0, frame)];

        public void Dispose() { }
    }
}
