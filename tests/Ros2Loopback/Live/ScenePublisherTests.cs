using AlsterNode.Core;
using AlsterNode.Node.Live;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.AlsterMsgs;
using AlsterNode.Ros2.Messages.SensorMsgs;
using AlsterNode.Ros2.Messages.VisionMsgs;
using AlsterNode.Ros2.Messages.VisualizationMsgs;
using AlsterNode.Tests.EndToEnd.Live;

namespace AlsterNode.Tests.Ros2Loopback.Live;

public sealed class ScenePublisherTests : IDisposable
{
    private readonly Loopback _loopback = new();
    private readonly RandomScene _random = new(1, frames: 0);
    private readonly SimpleMap _map;
    private ScenePublisher? _publisher;

    public ScenePublisherTests() => _map = new SimpleMap(_random);

    public void Dispose()
    {
        _publisher?.Dispose();
        _loopback.Dispose();
        _map.Dispose();
    }

    [Fact]
    public void WhoComesLateGetsTheWholeMapAndFollowsEveryUpdate()
    {
        var publisher = Publish(new PublishOptions { FullMapPeriod = 1 });
        Map(5);
        Assert.True(Loopback.Wait(() => Published("/alster/semantic_map") > 0));

        using var follower = new MapFollower(_loopback.Node("late"));
        Assert.True(Loopback.Wait(() => follower.Sequence is not null && follower.HearsUpdates), "No full map came.");
        Assert.True(Loopback.Wait(() => { Map(1); return follower.AppliedUpdates > 0; }), "No update came.");
        Map(40);

        Assert.True(Loopback.Wait(() => follower.Sequence == publisher.Sequence), $"The follower is at {follower.Sequence}, the map at {publisher.Sequence}.");
        Assert.Equal(MapCopy.Of(_map.Scene), follower.Voxels);
        var numbers = follower.UpdateNumbers;
        Assert.Equal(Enumerable.Range(0, numbers.Length).Select(i => numbers[0] + (ulong)i), numbers);
        Assert.InRange(follower.AppliedUpdates, 40, int.MaxValue);
        Assert.Equal((ulong)_map.Scene.LastFrame, publisher.Sequence);
    }

    [Fact]
    public void FullMapsMadeWhileMappingGoesOnFitTheUpdatesThatFollow()
    {
        var publisher = Publish(new PublishOptions { FullMapPeriod = 0.05, Points = PublishedPoints.Map, MarkersPeriod = 0.05 });
        var node = _loopback.Node("listener");
        using var points = new Listener<PointCloud2>(node, "/alster/points", QosProfile.Default);
        using var markers = new Listener<MarkerArray>(node, "/alster/markers", QosProfile.Latched);
        using var first = new MapFollower(node);
        for (var frame = 0; frame < 150; frame++)
        {
            Map(1);
            Thread.Sleep(5);
        }
        using var second = new MapFollower(_loopback.Node("late"));
        for (var frame = 0; frame < 100; frame++)
        {
            Map(1);
            Thread.Sleep(5);
        }

        foreach (var follower in (MapFollower[])[first, second])
        {
            Assert.True(Loopback.Wait(() => follower.Sequence == publisher.Sequence), $"The follower is at {follower.Sequence}, the map at {publisher.Sequence}.");
            Assert.Equal(MapCopy.Of(_map.Scene), follower.Voxels);
        }
        Assert.InRange(first.FullMaps, 3, int.MaxValue);
        Assert.InRange(first.AppliedUpdates, 1, int.MaxValue);
        points.First(cloud => cloud.Width == _map.Scene.VoxelCount, "with the whole map");
        markers.First(array => array.Markers.Sum(m => m.Points.Length) == _map.Scene.VoxelCount, "with the whole map");
    }

    [Fact]
    public void AReplacedMapIsPublishedAtOnceAndWithoutAPeriodOnlyThen()
    {
        var publisher = Publish(new PublishOptions { FullMapPeriod = 0 });
        using var maps = new Listener<SemanticVoxelMap>(_loopback.Node("listener"), "/alster/semantic_map", QosProfile.Latched);
        Assert.True(Loopback.Wait(() => maps.IsConnected));
        Map(3);
        Thread.Sleep(400);
        Assert.Empty(maps.Heard);

        publisher.Replaced();

        var full = maps.First(_ => true, "at all");
        Assert.Equal((4ul, SemanticVoxelMap.FULL, _map.Scene.VoxelCount), (full.Sequence, full.Kind, full.Cells.Length));
        _map.ClearAsync(default);
        var empty = maps.First(map => map.Sequence == 5, "of number 5");
        Assert.Empty(empty.Cells);
    }

    [Fact]
    public void TheFullMapComesAgainOnlyWhenItChanged()
    {
        Publish(new PublishOptions { FullMapPeriod = 0.05 });
        Map(1);
        Assert.True(Loopback.Wait(() => Published("/alster/semantic_map") == 1));
        Thread.Sleep(500);
        Assert.Equal(1, Published("/alster/semantic_map"));

        Map(1);

        Assert.True(Loopback.Wait(() => Published("/alster/semantic_map") == 2));
    }

    [Fact]
    public void LabelsAreThereForWhoComesLateAndFollowTheThreshold()
    {
        var publisher = Publish(new PublishOptions());
        using var labels = new Listener<LabelInfo>(_loopback.Node("late"), "/alster/labels", QosProfile.Latched);

        var info = labels.First(_ => true, "at all");

        Assert.Equal(LabelSpace.ScanNet20.Classes.Select(c => c.Name), info.ClassMap.Select(c => c.ClassName));
        Assert.Equal(0, info.Threshold);
        publisher.Options = new PublishOptions { MinConfidence = 0.5 };
        labels.First(i => i.Threshold == 0.5f, "with the new threshold");
    }

    [Fact]
    public void PointsOfEachFrameComeWithItUntilTheyAreTurnedOff()
    {
        var publisher = Publish(new PublishOptions { MinConfidence = 0.5 });
        using var points = new Listener<PointCloud2>(_loopback.Node("listener"), "/alster/points", QosProfile.Default);
        Assert.True(Loopback.Wait(() => { Map(1); return !points.Heard.IsEmpty; }));

        var update = _random.Integrate(200);
        publisher.OnUpdate(update);

        var cloud = points.First(c => c.Header.Stamp.ToNanoseconds() == update.Stamp, "of the last frame");
        Assert.Equal((uint)update.Confidences.ToArray().Count(c => c >= 0.5), cloud.Width);
        Assert.Equal("map", cloud.Header.FrameId);
        publisher.Options = new PublishOptions { Points = PublishedPoints.Off };
        var before = Published("/alster/points");
        Map(5);
        Assert.Equal(before, Published("/alster/points"));
    }

    [Fact]
    public void WhoComesLateGetsTheMapsPointsAndMarkersThoughNothingChanges()
    {
        Publish(new PublishOptions { Points = PublishedPoints.Map, FullMapPeriod = 0.05, MarkersPeriod = 0.05 });
        Map(3);
        Thread.Sleep(300);
        Assert.Equal((0, 0), (Published("/alster/points"), Published("/alster/markers")));

        for (var i = 0; i < 2; i++)
        {
            var node = _loopback.Node($"late{i}");
            var points = new Listener<PointCloud2>(node, "/alster/points", QosProfile.Default); // ends with its node, after the test
            var markers = new Listener<MarkerArray>(node, "/alster/markers", QosProfile.Latched);
            Assert.Equal((uint)_map.Scene.VoxelCount, points.First(_ => true, "at all").Width);
            Assert.Equal(_map.Scene.VoxelCount, markers.First(_ => true, "at all").Markers.Sum(m => m.Points.Length));
        }
    }

    [Fact]
    public void AfterTheMapIsReplacedMarkersBeginWithDeletingAll()
    {
        var publisher = Publish(new PublishOptions { MarkersPeriod = 0.05 });
        using var markers = new Listener<MarkerArray>(_loopback.Node("listener"), "/alster/markers", QosProfile.Latched);
        Map(2);
        Assert.DoesNotContain(markers.First(_ => true, "at all").Markers, m => m.Action == Marker.DELETEALL);

        publisher.Replaced();

        var replaced = markers.First(array => array.Markers[0].Action == Marker.DELETEALL, "that deletes");
        Assert.Equal(_map.Scene.VoxelCount, replaced.Markers.Sum(m => m.Points.Length));
        _map.ClearAsync(default);
        markers.First(array => array.Markers.Length == 1 && array.Markers[0].Action == Marker.DELETEALL, "that only deletes");
    }

    [Fact]
    public void TooManyCubesAreLeftOutWithAWarning()
    {
        Publish(new PublishOptions { MarkersPeriod = 0.05, MaxMarkers = 50 });
        using var markers = new Listener<MarkerArray>(_loopback.Node("listener"), "/alster/markers", QosProfile.Latched);
        Map(2);

        Assert.Equal(50, markers.First(_ => true, "at all").Markers.Sum(m => m.Points.Length));
        Assert.True(Loopback.Wait(() => _loopback.Log.Any(line => line.Level == RosLogLevel.Warn && line.Message.Contains("publish.max_markers is 50"))));
    }

    [Fact]
    public void OtherOptionsAreSeenInPointsAndMarkersThoughTheMapStays()
    {
        var publisher = Publish(new PublishOptions { Points = PublishedPoints.Map, FullMapPeriod = 0.05, MarkersPeriod = 0.05 });
        using var points = new Listener<PointCloud2>(_loopback.Node("listener"), "/alster/points", QosProfile.Default);
        using var markers = new Listener<MarkerArray>(_loopback.Node("watcher"), "/alster/markers", QosProfile.Latched);
        Map(2);
        points.First(cloud => cloud.Width == _map.Scene.VoxelCount, "with the whole map");
        markers.First(array => array.Markers.Sum(m => m.Points.Length) == _map.Scene.VoxelCount, "with the whole map");

        publisher.Options = publisher.Options with { MinConfidence = 0.5 };

        var sure = _map.Scene.Voxels().Count(voxel => voxel.Confidence >= 0.5);
        points.First(cloud => cloud.Width == sure, "with the sure voxels");
        markers.First(array => array.Markers.Sum(m => m.Points.Length) == sure, "with the sure voxels");
    }

    [Fact]
    public void NothingIsMadeForTopicsThatNobodyHears()
    {
        Publish(new PublishOptions { FullMapPeriod = 0.05, MarkersPeriod = 0.05 });

        Map(20);

        Assert.True(Loopback.Wait(() => Published("/alster/semantic_map") > 0));
        Assert.Equal([0, 0, 0], ((string[])["/alster/semantic_map_updates", "/alster/points", "/alster/markers"]).Select(Published));
    }

    [Fact]
    public void AMapThatCannotBeReadIsReportedAndPublishedWhenItCan()
    {
        var publisher = Publish(new PublishOptions());
        _map.Failure = new InvalidOperationException("there is no map yet");
        publisher.Replaced();
        Assert.True(Loopback.Wait(() => _loopback.Log.Any(line => line.Level == RosLogLevel.Error && line.Message == "The map could not be published: there is no map yet")));
        Assert.Equal(0, Published("/alster/semantic_map"));

        _map.Failure = null;

        Assert.True(Loopback.Wait(() => Published("/alster/semantic_map") == 1));
    }

    private ScenePublisher Publish(PublishOptions options)
    {
        _publisher = new ScenePublisher(_loopback.Node("alster"), _map, options);
        _map.Replaced = _publisher.Replaced;
        return _publisher;
    }

    private void Map(int frames)
    {
        for (var i = 0; i < frames; i++) _publisher!.OnUpdate(_random.Integrate(150, new((int)_random.Scene.LastFrame % 50, 0, 0)));
    }

    private long Published(string topic) => _publisher!.Counts.Single(count => count.Topic == topic).Published;
}
