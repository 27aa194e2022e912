using System.Diagnostics;
using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Datasets.Rosbag2;
using AlsterNode.Datasets.SyntheticRooms;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.AlsterMsgs;
using AlsterNode.Ros2.Messages.DiagnosticMsgs;
using AlsterNode.Ros2.Messages.SensorMsgs;
using AlsterNode.Ros2.Messages.VisualizationMsgs;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Ros2Loopback.Live;

/// <summary>The whole node on a recording that is played to it.</summary>
public sealed class LiveNodeTests : IDisposable
{
    private const int Frames = 12;

    private readonly Loopback _loopback = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _loopback.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public void ARecordingThatIsPlayedBecomesMap(string overlap)
    {
        var bag = Recording();
        using var running = Start("-p", $"overlap:={overlap}");
        using var player = new BagPlayer(_loopback.Node("camera"), bag);
        player.WaitForSubscribers();

        player.Play(rate: 0.5);

        Assert.True(Loopback.Wait(() => running.Live.Tally.Integrated + running.Live.Tally.Dropped.Values.Sum() >= Frames), running.Live.Tally.Reasons);
        Assert.True(running.Live.Tally.Integrated > 0, running.Live.Tally.Reasons);
        Assert.All(running.Live.Tally.Dropped.Keys, reason => Assert.Equal(DropReason.MapperBusy, reason));
        Assert.True(running.Live.Map!.Read(scene => scene.VoxelCount) > 1000);
    }

    [Fact]
    public void DiagnosticsTellWhatBecameOfTheFrames()
    {
        using var running = Start();
        using var diagnostics = new Listener<DiagnosticArray>(_loopback.Node("monitor"), "/diagnostics", QosProfile.Default);
        using var player = new BagPlayer(_loopback.Node("camera"), Recording());
        player.WaitForSubscribers();

        player.Play(rate: 0.5);

        diagnostics.First(message => Value(message, "frames", "integrated") is not (null or "0") && Value(message, "inputs", "color.messages") == $"{Frames}", "tells of all images");
    }

    [Fact]
    public void DeactivatedItHearsNothingAndActivatedAgainItGoesOn()
    {
        using var running = Start();
        Assert.True(running.Machine.Request("deactivate"));
        Assert.Null(running.Live.Frames);
        Assert.True(running.Machine.Request("activate"));
        using var player = new BagPlayer(_loopback.Node("camera"), Recording());
        player.WaitForSubscribers();

        player.Play(rate: 0.5);

        Assert.True(Loopback.Wait(() => running.Live.Tally.Integrated > 0), running.Live.Tally.Reasons);
    }

    [Fact]
    public void AMisspeltTopicIsNamedWithinFiveSecondsWithTheOneThatIsThere()
    {
        using var player = new BagPlayer(_loopback.Node("camera"), Recording());
        using var running = Start("-p", "topics.depth:=/camera/depth/image_rect");
        var start = Stopwatch.GetTimestamp();

        Assert.True(Loopback.Wait(() => _loopback.Log.Any(line => line.Message.Contains("/camera/depth/image_rect_raw/compressedDepth", StringComparison.Ordinal))), "nothing was logged");
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 5.5); // and half a second for the activation itself
    }

    [Fact]
    public void WithoutATransformTheLogSaysWhatTheTreeHolds()
    {
        using var running = Start("-p", "frames.map:=world");
        using var player = new BagPlayer(_loopback.Node("camera"), Recording());
        player.WaitForSubscribers();

        player.Play(rate: 0.1);

        Assert.True(Loopback.Wait(() => _loopback.Log.Any(line => line.Message.Contains("world", StringComparison.Ordinal) && line.Message.Contains("map -> camera", StringComparison.Ordinal))), Log());
        Assert.Equal([DropReason.TransformMissing], running.Live.Tally.Dropped.Keys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ASavedMapComesBackAfterClearing(bool inFile)
    {
        using var running = Start(inFile ? ["-p", $"map_file:={_folder["map.alster"]}"] : []);
        Play(running);
        var (map, saved) = (running.Live.Map!, _folder["saved.alster"]);
        var hash = map.Read(scene => scene.Hash());

        await map.SaveAsync(saved, default);
        await map.ClearAsync(default);
        Assert.Equal(0, map.Read(scene => scene.VoxelCount));
        await map.LoadAsync(saved, default);
        Assert.Equal(hash, map.Read(scene => scene.Hash()));

        var before = File.ReadAllBytes(saved);
        Play(running); // goes on in the loaded map, not in the file it came from
        Assert.NotEqual(hash, map.Read(scene => scene.Hash()));
        Assert.Equal(before, File.ReadAllBytes(saved));
    }

    [Fact]
    public async Task PathsThatCannotBeAreRefusedAndTheMapStays()
    {
        using var running = Start("-p", $"map_file:={_folder["map.alster"]}");
        var map = running.Live.Map!;
        await File.WriteAllTextAsync(_folder["notes.txt"], "no map");

        await Refused(map.SaveAsync("map.alster", default), "a full path");
        await Refused(map.SaveAsync("/nowhere/at/all/map.alster", default), "'/nowhere/at/all' does not exist");
        await Refused(map.LoadAsync(_folder["other.alster"], default), "does not exist");
        await Refused(map.LoadAsync(_folder["map.alster"], default), "map_file");
        await Refused(map.LoadAsync(_folder["notes.txt"], default), "no scene");
        Assert.Equal(0, map.Read(scene => scene.VoxelCount));

        static async Task Refused(Task task, string because) => Assert.Contains(because, (await Assert.ThrowsAsync<InputException>(() => task)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhilePausedFramesAreCountedAndNotMapped()
    {
        using var running = Start();
        running.Live.Map!.IsPaused = true;
        using var player = new BagPlayer(_loopback.Node("camera"), Recording());
        player.WaitForSubscribers();

        player.Play(rate: 0.5);

        Assert.True(Loopback.Wait(() => running.Live.Tally.Dropped.GetValueOrDefault(DropReason.Paused) > 0));
        Assert.Equal((0, 0), (running.Live.Tally.Integrated, running.Live.Map!.Read(scene => scene.VoxelCount)));
    }

    [Fact]
    public void WhatIsMappedIsPublishedAndWhoComesLateGetsTheWholeMap()
    {
        using var running = Start("-p", "publish.full_map_period_s:=0.5", "-p", "publish.markers_period_s:=0.5");
        var listener = _loopback.Node("listener");
        using var updates = new Listener<SemanticVoxelMap>(listener, "/alster/semantic_map_updates", QosProfile.Default with { Depth = 100 });
        using var points = new Listener<PointCloud2>(listener, "/alster/points", QosProfile.Default);
        using var images = new Listener<Image>(listener, "/alster/semantic_image", QosProfile.SensorData);
        using var markers = new Listener<MarkerArray>(listener, "/alster/markers", QosProfile.Latched);

        Play(running);

        Assert.True(Loopback.Wait(() => !updates.Heard.IsEmpty && !points.Heard.IsEmpty && !images.Heard.IsEmpty && !markers.Heard.IsEmpty), $"{updates.Heard.Count} updates, {points.Heard.Count} clouds, {images.Heard.Count} images, {markers.Heard.Count} markers");
        Assert.All(updates.Heard, update => Assert.Equal(("map", SemanticVoxelMap.DELTA), (update.Header.FrameId, update.Kind)));
        Assert.Equal("camera_depth_optical_frame", images.Heard.First().Header.FrameId);
        using var full = new Listener<SemanticVoxelMap>(_loopback.Node("late"), "/alster/semantic_map", QosProfile.Latched);
        long Voxels() => running.Live.Map!.Read(scene => scene.VoxelCount); // the last frames may still be on their way
        Assert.True(Loopback.Wait(() => full.Heard.Any(map => map.Cells.Length == Voxels())), $"{full.Heard.Count} maps, {Voxels()} voxels");
    }

    [Fact]
    public void AParameterChangedWhileItRunsTakesEffect()
    {
        using var running = Start();
        using var points = new Listener<PointCloud2>(_loopback.Node("listener"), "/alster/points", QosProfile.Default);
        Assert.Null(running.Parameters.Set([("publish.points", "off")]));
        Play(running);
        Assert.Empty(points.Heard);

        Assert.Null(running.Parameters.Set([("publish.points", "frame")]));
        Play(running);
        Assert.True(Loopback.Wait(() => !points.Heard.IsEmpty));
        Assert.Contains("expected one of frame, map, off", running.Parameters.Set([("publish.points", "some")]), StringComparison.Ordinal);
        Assert.Contains("can be set at start", running.Parameters.Set([("voxel_size", 0.1)]), StringComparison.Ordinal);
    }

    private void Play(LiveNodeRun running)
    {
        var before = running.Live.Tally.Integrated;
        using var player = new BagPlayer(_loopback.Node("camera"), Recording());
        player.WaitForSubscribers();
        player.Play(rate: 0.5);
        Assert.True(Loopback.Wait(() => running.Live.Tally.Integrated > before), running.Live.Tally.Reasons);
        for (var seen = -1L; seen != Handled();) // what is still on its way
        {
            seen = Handled();
            Thread.Sleep(300);
        }

        long Handled() => running.Live.Tally.Integrated + running.Live.Tally.Dropped.Values.Sum();
    }

    private string Log() => string.Join('\n', _loopback.Log.Select(line => line.Message));

    private string Recording()
    {
        if (Directory.Exists(_folder["bag"])) return _folder["bag"];
        SyntheticWriter.Write(_folder["rooms"], 1, 4711, Frames, 320, 240);
        using var source = FrameSources.Open(Directory.GetDirectories(_folder["rooms"]).Single(), new SourceOptions());
        BagConverter.Convert(source, _folder["bag"]);
        return _folder["bag"];
    }

    private LiveNodeRun Start(params string[] parameters) => new(_loopback, [
        "-p", $"topics.color:={BagConverter.ColorTopic}", "-p", "transport.color:=compressed", "-p", $"topics.depth:={BagConverter.DepthTopic}", "-p", "transport.depth:=compressedDepth", "-p", "threads:=2", .. parameters]);

    private static string? Value(DiagnosticArray message, string part, string key) =>
        message.Status.FirstOrDefault(status => status.Name == $"alster: {part}")?.Values.FirstOrDefault(value => value.Key == key)?.Value;
}
