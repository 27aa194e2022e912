using AlsterNode.Encoder2D;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.AlsterMsgs;

namespace AlsterNode.Tests.EndToEnd;

[Collection(RoomGroup.Name)]
public sealed class ReplayTests(RoomFixture room)
{
    [Fact]
    public void ReplayWritesEveryOutput()
    {
        var folder = room.Fresh("out");

        AlsterProgram.Run("replay", room.Room, "--out", folder).ShouldSucceed();

        foreach (var name in new[] { "scene.alster", "map.ply", "map_top.png", "map_view.png", "metrics.json" })
            Assert.True(new FileInfo(Path.Combine(folder, name)) is { Exists: true, Length: > 500 }, $"{name} is missing or empty");
        var metrics = RoomFixture.Metrics(folder);
        Assert.Equal(1, metrics.GetProperty("schema").GetInt32());
        Assert.Equal(24, metrics.GetProperty("frames").GetProperty("integrated").GetInt32());
        Assert.True(metrics.GetProperty("scene").GetProperty("voxels").GetInt64() > 5_000, metrics.ToString());
        foreach (var stage in new[] { "normals", "encode2d", "lift", "unet3d", "crop", "expert", "write_back", "heads", "total" })
            Assert.True(metrics.GetProperty("stages_ms").GetProperty(stage).GetProperty("p50").GetDouble() > 0, stage);
    }

    [Fact]
    public void TwoReplaysGiveTheSameHashWhateverTheThreads()
    {
        var (first, second) = (room.Fresh("out"), room.Fresh("out"));

        AlsterProgram.Run("replay", room.Room, "--out", first, "--threads", "2").ShouldSucceed();
        AlsterProgram.Run("replay", room.Room, "--out", second, "--threads", "2").ShouldSucceed();

        Assert.Equal(HashOf(first), HashOf(second));
    }

    [Fact]
    public void AtAnyRateTheMapIsTheSame()
    {
        var (plain, paced) = (room.Fresh("out"), room.Fresh("out"));

        AlsterProgram.Run("replay", room.Room, "--out", plain).ShouldSucceed();
        AlsterProgram.Run("replay", room.Room, "--out", paced, "--rate", "1000").ShouldSucceed(); // far more than the mapper can do

        Assert.Equal(HashOf(plain), HashOf(paced));
    }

    [Fact]
    public void FramesThatAreEncodedAheadGiveTheSameMap()
    {
        var (oneByOne, overlapped) = (room.Fresh("out"), room.Fresh("out"));

        AlsterProgram.Run("replay", room.Room, "--out", oneByOne).ShouldSucceed();
        AlsterProgram.Run("replay", room.Room, "--out", overlapped, "--overlap").ShouldSucceed();

        Assert.Equal(HashOf(oneByOne), HashOf(overlapped));
        Assert.Equal(24, RoomFixture.Metrics(overlapped).GetProperty("frames").GetProperty("integrated").GetInt32());
    }

    [Fact]
    public void TheEncodersPrecisionIsTheUsersOrRefused()
    {
        var (precise, rounded) = (room.Fresh("out"), room.Fresh("out"));

        AlsterProgram.Run("replay", room.Room, "--out", precise, "--max-frames", "2").ShouldSucceed();
        var inBfloat16 = AlsterProgram.Run("replay", room.Room, "--out", rounded, "--max-frames", "2", "--encoder-precision", "bfloat16");
        AlsterProgram.Run("replay", room.Room, "--out", room.Fresh("out"), "--encoder-precision", "half").ShouldFail(2, "--encoder-precision is half", "float32 or bfloat16");

        Assert.Equal("float32", RoomFixture.Metrics(precise).GetProperty("encoder_precision").GetString());
        if (DeepLabV3Plus.Bfloat16Problem is { } problem)
        {
            inBfloat16.ShouldFail(2, problem, "use float32");
            return;
        }
        inBfloat16.ShouldSucceed();
        Assert.Equal("bfloat16", RoomFixture.Metrics(rounded).GetProperty("encoder_precision").GetString());
        Assert.NotEqual(HashOf(precise), HashOf(rounded));
    }

    [Fact]
    public void TheMetricsSayWhenTheFirstFrameWasInTheMap()
    {
        var folder = room.Fresh("out");

        AlsterProgram.Run("replay", room.Room, "--out", folder, "--max-frames", "2").ShouldSucceed();

        var process = RoomFixture.Metrics(folder).GetProperty("process");
        Assert.InRange(process.GetProperty("first_frame_s").GetDouble(), 0.1, 60);
    }

    [Fact]
    public void MapsOfDifferentSizeAreComparedFrameByFrame()
    {
        var scratch = room.Fresh("scratch");
        Directory.CreateDirectory(scratch);

        var bench = AlsterProgram.Run("bench", room.Room, "--voxels", "0,20k", "--frames", "3", "--scratch", scratch);

        bench.ShouldSucceed();
        Assert.Contains("to the first", bench.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch)); // what it made is gone
        AlsterProgram.Run("bench", room.Room, "--voxels", "2M,1k").ShouldFail(2, "ascending");
        AlsterProgram.Run("bench", room.Room, "--voxels", "many").ShouldFail(2, "many");
    }

    [Fact]
    public void RandomWeightsTimeAPresetThatNobodyTrained()
    {
        var folder = room.Fresh("out");

        AlsterProgram.Run("replay", room.Room, "--out", folder, "--preset", "wide", "--model", "random", "--max-frames", "2").ShouldSucceed();

        var model = RoomFixture.Metrics(folder).GetProperty("model");
        Assert.Equal("random", model.GetProperty("id").GetString());
        Assert.InRange(model.GetProperty("parameters").GetInt64(), 10_000_000, 13_000_000); // the U-Net has 8 M of them
    }

    [Fact]
    public void DroppingWithoutARateIsRefused() => AlsterProgram.Run("replay", room.Room, "--out", room.Fresh("out"), "--drop-late").ShouldFail(2, "--drop-late needs --rate");

    [Fact]
    public void AsLiveFramesThatComeWhileTheMapperIsBusyAreDroppedAndCounted()
    {
        var folder = room.Fresh("out");

        AlsterProgram.Run("replay", room.Room, "--out", folder, "--rate", "1000", "--drop-late").ShouldSucceed();

        var frames = RoomFixture.Metrics(folder).GetProperty("frames");
        var busy = frames.GetProperty("dropped").GetProperty("mapper_busy").GetInt32(); // the first frame alone takes longer than all take to decode
        Assert.InRange(busy, 1, 23);
        Assert.Equal(24, busy + frames.GetProperty("integrated").GetInt32());
    }

    [Fact]
    public void PublishingIsHeardAndDoesNotChangeTheMap()
    {
        var (alone, heard, ns) = (room.Fresh("out"), room.Fresh("out"), $"/replay_{Guid.NewGuid():N}");
        using var listener = new RosNode("listener", ns, RosArguments.None, RosEnvironment.FromProcess() with { Range = DiscoveryRange.Localhost });
        var (cells, changes) = (0, 0);
        using var maps = listener.Subscribe($"{ns}/alster/semantic_map", QosProfile.Latched, (in ReceivedSample<SemanticVoxelMap> sample) => cells = sample.Read().Cells.Length);
        using var updates = listener.Subscribe($"{ns}/alster/semantic_map_updates", QosProfile.Default, (in ReceivedSample<SemanticVoxelMap> _) => changes++);

        AlsterProgram.Run("replay", room.Room, "--out", alone, "--repeat", "3").ShouldSucceed();
        AlsterProgram.Run("replay", room.Room, "--out", heard, "--repeat", "3", "--publish", "--ros-args", "-r", $"__ns:={ns}", "--log-level", "error").ShouldSucceed();

        Assert.Equal(HashOf(alone), HashOf(heard));
        Assert.True(cells > 0 && changes > 0, $"{cells} voxels in the last full map, {changes} updates");
    }

    [Fact]
    public void ARateThatIsNoneIsRefused() => AlsterProgram.Run("replay", room.Room, "--out", room.Fresh("out"), "--rate", "0").ShouldFail(2, "--rate is 0; expected a positive number");

    [Fact]
    public void FramesKeptOutOfTheMapFindTheirSurfacesInIt()
    {
        var folder = room.Fresh("out");

        AlsterProgram.Run("replay", room.Room, "--out", folder, "--hold-out", "4").ShouldSucceed();

        var heldOut = RoomFixture.Metrics(folder).GetProperty("held_out");
        Assert.Equal(4, heldOut.GetProperty("frames").GetInt32());
        Assert.Equal(24 - 4, RoomFixture.Metrics(folder).GetProperty("frames").GetProperty("integrated").GetInt32());
        // 24 frames do not see everything the 4 see: what is never seen elsewhere cannot be in the map.
        Assert.InRange(heldOut.GetProperty("explained").GetDouble(), 0.6, 1.0);
    }

    [Fact]
    public void EvalScoresTheExpertAndTheBaselines()
    {
        var folder = room.Fresh("out");

        AlsterProgram.Run("eval", room.Room, "--out", folder, "--max-frames", "12").ShouldSucceed();

        var voxel = RoomFixture.Metrics(folder).GetProperty("scores").GetProperty("voxel");
        foreach (var method in new[] { "expert", "vote2d", "vote3d", "bayes2d" })
            Assert.InRange(voxel.GetProperty(method).GetProperty("miou").GetDouble(), 0.05, 1.0); // one class alone would give less
    }

    [Fact]
    public void AKilledReplayResumesAndEndsWithTheSameMap()
    {
        var (whole, killed) = (room.Fresh("out"), room.Fresh("out"));
        AlsterProgram.Run("replay", room.Room, "--out", whole).ShouldSucceed();
        var scene = Path.Combine(killed, "scene.alster");
        using (var process = AlsterProgram.Start("replay", room.Room, "--out", killed))
        {
            var log = scene + "-wal";
            while (!process.HasExited && (!File.Exists(log) || new FileInfo(log).Length < 200_000)) Thread.Sleep(5); // some blocks are written
            process.Kill(); // SIGKILL
            process.WaitForExit();
        }
        AlsterProgram.Run("scene", "info", scene).ShouldSucceed();

        AlsterProgram.Run("replay", room.Room, "--out", killed, "--resume", scene).ShouldSucceed();

        var expected = RoomFixture.Metrics(whole).GetProperty("scene");
        var resumed = RoomFixture.Metrics(killed).GetProperty("scene");
        Assert.Equal(expected.GetProperty("voxels").GetInt64(), resumed.GetProperty("voxels").GetInt64());
        Assert.Equal(expected.GetProperty("hash").GetString(), resumed.GetProperty("hash").GetString());
    }

    private static string HashOf(string folder) => RoomFixture.Metrics(folder).GetProperty("scene").GetProperty("hash").GetString()!;
}
