using System.Buffers.Binary;
using AlsterNode.Core;
using AlsterNode.Node.Live;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Messages.AlsterMsgs;
using AlsterNode.Ros2.Messages.VisualizationMsgs;
using AlsterNode.SceneStore;

namespace AlsterNode.Tests.EndToEnd.Live;

public sealed class MapMessagesTests : IDisposable
{
    private const double Size = 0.1;

    private readonly RandomScene _random = new(1, frames: 8);
    private readonly VoxelMapBuilder _maps = new("map", Size, "scannet20");
    private readonly PointCloudBuilder _points = new("map", Size, LabelSpace.ScanNet20);
    private readonly MarkerBuilder _markers = new("map", Size, LabelSpace.ScanNet20);

    private SemanticScene Scene => _random.Scene;

    public void Dispose() => _random.Dispose();

    [Fact]
    public void AFullMapHoldsEveryVoxelBlockAfterBlockWithCellsAscending()
    {
        var map = _maps.Full(Scene, 7);

        Assert.Equal((7ul, SemanticVoxelMap.FULL, Size, "scannet20", "map"), (map.Sequence, map.Kind, map.VoxelSize, map.LabelSpace, map.Header.FrameId));
        Assert.Equal(Scene.LastStamp, map.Header.Stamp.ToNanoseconds());
        Assert.Equal(Scene.VoxelCount, map.VoxelCounts.Sum(count => count));
        Assert.All((int[])[map.Labels.Length, map.Confidences.Length, map.Observations.Length, map.LastSeen.Length], length => Assert.Equal(map.Cells.Length, length));
        var place = 0;
        foreach (var count in map.VoxelCounts)
        {
            Assert.InRange(count, 1u, 512u);
            for (var i = place + 1; i < place + count; i++) Assert.True(map.Cells[i] > map.Cells[i - 1], $"Cell {map.Cells[i]} comes after {map.Cells[i - 1]}.");
            place += (int)count;
        }
        Assert.Equal(map.Blocks.Length, map.Blocks.Select(b => (b.X, b.Y, b.Z)).Distinct().Count());
        Assert.Equal(MapCopy.Of(Scene), new MapCopy(map).Voxels);
        Assert.Contains(SemanticVoxelMap.UNLABELLED, map.Labels);
    }

    [Fact]
    public void DeltasAppliedToAFullMapGiveExactlyTheScene()
    {
        var copy = new MapCopy(_maps.Full(Scene, 100));
        for (ulong sequence = 101; sequence < 130; sequence++)
        {
            var delta = _maps.Delta(_random.Integrate(300, new((int)sequence % 9, -3, 60)), sequence);
            Assert.Equal((SemanticVoxelMap.DELTA, Scene.LastStamp), (delta.Kind, delta.Header.Stamp.ToNanoseconds()));
            copy.Apply(delta);
        }

        Assert.Equal(MapCopy.Of(Scene), copy.Voxels);
    }

    [Fact]
    public async Task AMapThatGrowsWhileItIsReadIsWholeAndOfExactSize()
    {
        using var stop = new CancellationTokenSource();
        var mapping = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested) _random.Integrate(200, new((int)Scene.LastFrame % 40, 0, 0));
        });

        var maps = new List<(VoxelIndex[] Before, SemanticVoxelMap Map)>();
        for (var round = 0; round < 30; round++) maps.Add(([.. Scene.Voxels().Select(voxel => voxel.Index)], _maps.Full(Scene, 1)));
        stop.Cancel();
        await mapping;

        foreach (var (before, map) in maps)
        {
            Assert.Equal(map.Cells.Length, map.VoxelCounts.Sum(count => count));
            Assert.All((int[])[map.Labels.Length, map.Confidences.Length, map.Observations.Length, map.LastSeen.Length], length => Assert.Equal(map.Cells.Length, length));
            Assert.Superset(before.ToHashSet(), new MapCopy(map).Voxels.Keys.ToHashSet());
        }
    }

    [Fact]
    public void ABlockIsAFullMapOfItselfAndAnAbsentOneHasNoVoxels()
    {
        var index = BlockIndex.Of(Scene.Voxels().First().Index);

        var block = _maps.Block(Scene, index, 5);
        var absent = _maps.Block(Scene, new(int.MaxValue, 0, 0), 5);

        Assert.Equal(MapCopy.Of(Scene).Where(v => BlockIndex.Of(v.Key) == index), new MapCopy(block).Voxels);
        Assert.Equal((0, 0, 0), (absent.Blocks.Length, absent.Cells.Length, absent.VoxelCounts.Length));
    }

    [Fact]
    public void PointsAreCentresWithColourLabelAndConfidence()
    {
        var cloud = _points.Map(Scene, new PublishOptions { MinConfidence = 0.3, MinObservations = 2 });

        var expected = Scene.Voxels().Where(v => v.Confidence >= 0.3 && v.Observations >= 2).ToArray();
        Assert.Equal(["x 0 7", "y 4 7", "z 8 7", "rgb 12 7", "label 16 4", "confidence 20 7"], cloud.Fields.Select(f => $"{f.Name} {f.Offset} {f.Datatype}"));
        Assert.Equal((1u, (uint)expected.Length, 24u, 24u * (uint)expected.Length, true, false),
            (cloud.Height, cloud.Width, cloud.PointStep, cloud.RowStep, cloud.IsDense, cloud.IsBigendian));
        Assert.Equal(24 * expected.Length, cloud.Data.Length);
        Assert.InRange(expected.Length, 50, (int)Scene.VoxelCount / 2);
        for (var i = 0; i < expected.Length; i++)
        {
            var point = cloud.Data.AsSpan(24 * i);
            var center = expected[i].Index.Center(Size);
            Assert.Equal(((float)center.X, (float)center.Y, (float)center.Z), (Single(point), Single(point[4..]), Single(point[8..])));
            var color = expected[i].Label < 20 ? LabelSpace.ScanNet20.Classes[expected[i].Label] : new LabelClass("", 160, 160, 160, 0);
            Assert.Equal([color.Blue, color.Green, color.Red, 0], point.Slice(12, 4).ToArray());
            Assert.Equal(expected[i].Label == 255 ? 65535 : expected[i].Label, BinaryPrimitives.ReadUInt16LittleEndian(point[16..]));
            Assert.Equal(expected[i].Confidence, Single(point[20..]));
        }
        static float Single(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadSingleLittleEndian(bytes);
    }

    [Fact]
    public void AFramesPointsAreTheVoxelsItChanged()
    {
        var update = _random.Integrate(500);
        var options = new PublishOptions { MinConfidence = 0.5, MinObservations = 3 };

        var cloud = _points.Frame(update, options);
        var all = _points.Frame(update, new PublishOptions());

        var shown = Enumerable.Range(0, update.Voxels.Length).Where(i => update.Confidences[i] >= 0.5 && update.Observations[i] >= 3).ToArray();
        Assert.NotEmpty(shown);
        Assert.Equal((uint)shown.Length, cloud.Width);
        Assert.Equal((uint)update.Voxels.Length, all.Width);
        Assert.Equal(shown.Select(i => (float)update.Voxels[i].Center(Size).Y), Enumerable.Range(0, shown.Length).Select(i => BitConverter.ToSingle(cloud.Data, (24 * i) + 4)));
        Assert.Equal(update.Stamp, cloud.Header.Stamp.ToNanoseconds());
    }

    [Fact]
    public void MarkersAreOneListOfCubesForEachClass()
    {
        var array = _markers.Build(Scene, new PublishOptions(), isReplaced: false);

        Assert.Equal(
            Scene.Voxels().GroupBy(v => v.Label).OrderBy(g => g.Key).Select(g => $"{(g.Key < 20 ? LabelSpace.ScanNet20.Classes[g.Key].Name : "unlabelled")} {g.Count()}"),
            array.Markers.Select(m => $"{m.Ns} {m.Points.Length}"));
        var chairs = array.Markers.Single(m => m.Ns == "chair");
        Assert.Equal((Marker.CUBE_LIST, Marker.ADD, Size, Size, Size, 1.0), (chairs.Type, chairs.Action, chairs.Scale.X, chairs.Scale.Y, chairs.Scale.Z, chairs.Pose.Orientation.W));
        Assert.Equal((188 / 255f, 189 / 255f, 34 / 255f, 1f), (chairs.Color.R, chairs.Color.G, chairs.Color.B, chairs.Color.A));
        Assert.Equal(Scene.Voxels().Where(v => v.Label == 4).Select(v => v.Index.Center(Size)), chairs.Points.Select(p => new Vector3d(p.X, p.Y, p.Z)));
    }

    [Fact]
    public void ViewersAreToldToDeleteWhenAClassIsGoneOrTheMapIsAnother()
    {
        using var scene = new RandomScene(3, frames: 0);
        scene.Integrate(50, label: 2);
        bool Deletes(bool isReplaced = false) => _markers.Build(scene.Scene, new PublishOptions { MinConfidence = 0 }, isReplaced).Markers[0].Action == Marker.DELETEALL;

        Assert.False(Deletes());
        Assert.True(Deletes(isReplaced: true));
        scene.Integrate(50, new(40, 0, 0), label: 3);
        Assert.False(Deletes()); // one more class
        foreach (var voxel in scene.Scene.Voxels().Where(v => v.Label == 2).ToArray()) scene.Scene.WriteBack(scene.Scene.Crop([voxel.Index]), new float[4], [3], [1], 1);
        Assert.True(Deletes()); // one class less
        Assert.False(Deletes());
    }

    [Fact]
    public void MarkersEndAtTheMostAndSayHowManyAreLeftOut()
    {
        var array = _markers.Build(Scene, new PublishOptions { MaxMarkers = 100 }, isReplaced: false);

        Assert.Equal(100, array.Markers.Sum(m => m.Points.Length));
        Assert.Equal(Scene.VoxelCount - 100, _markers.Omitted);
        _markers.Build(Scene, new PublishOptions { MaxMarkers = (int)Scene.VoxelCount }, isReplaced: false);
        Assert.Equal(0, _markers.Omitted);
    }

    [Fact]
    public void LabelsNameTheClassesInOrder()
    {
        var labels = MapMessages.Labels(LabelSpace.ScanNet20, 0.25f, 5, "map");

        Assert.Equal(LabelSpace.ScanNet20.Classes.Select((c, id) => ((ushort)id, c.Name)), labels.ClassMap.Select(c => (c.ClassId, c.ClassName)));
        Assert.Equal((0.25f, "map"), (labels.Threshold, labels.Header.FrameId));
    }
}
