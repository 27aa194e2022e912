using AlsterNode.Core;
using AlsterNode.Node.Live;
using AlsterNode.SceneStore;

namespace AlsterNode.Tests.EndToEnd.Live;

public sealed class SceneQueriesTests : IDisposable
{
    private const double Size = 0.1;

    private readonly RandomScene _random = new(1, frames: 12);

    private SemanticScene Scene => _random.Scene;

    public void Dispose() => _random.Dispose();

    [Fact]
    public void ABoxHoldsExactlyTheVoxelsWhoseCentresLieInIt()
    {
        var random = new Random(2);
        for (var round = 0; round < 200; round++)
        {
            var (a, b) = (Point(random, 1.6), Point(random, 1.6));
            var (min, max) = (new Vector3d(Math.Min(a.X, b.X), Math.Min(a.Y, b.Y), Math.Min(a.Z, b.Z)), new Vector3d(Math.Max(a.X, b.X), Math.Max(a.Y, b.Y), Math.Max(a.Z, b.Z)));

            var found = SceneQueries.Box(Scene, min, max, All());

            Assert.Equal(Scene.Voxels().Where(v => Contains(min, max, v.Index.Center(Size))), found.Voxels);
            Assert.Equal((false, Scene.LastStamp), (found.IsTruncated, found.Stamp));
        }
    }

    [Fact]
    public void ABoxWithACentreOnItsBorderHoldsThatVoxelAndAnEndlessBoxAll()
    {
        var center = Scene.Voxels().First().Index.Center(Size);

        Assert.Single(SceneQueries.Box(Scene, center, center, All()).Voxels);
        var all = SceneQueries.Box(Scene, Same(double.NegativeInfinity), Same(double.PositiveInfinity), All());
        Assert.Equal(Scene.VoxelCount, all.Voxels.Count);
    }

    [Fact]
    public void ABallGivesItsVoxelsNearestFirst()
    {
        var random = new Random(3);
        for (var round = 0; round < 100; round++)
        {
            var (center, radius) = (Point(random, 1.6), random.NextDouble());

            var found = SceneQueries.Radius(Scene, center, radius, All());

            Assert.Equal(
                Scene.Voxels().Where(v => Distance(v, center) <= radius).OrderBy(v => Distance(v, center)).ThenBy(v => v.Index),
                found.Voxels);
        }
    }

    [Fact]
    public void FiltersLeaveWhatWasAskedFor()
    {
        var labels = new ushort[] { 3, 7, 65535 };

        var found = SceneQueries.Box(Scene, Same(-10), Same(10), new QueryFilter(LabelSpace.ScanNet20, labels, 0.4f, 0.35, 0)).Voxels;

        var newest = Scene.Voxels().Max(v => v.LastSeen);
        var expected = Scene.Voxels().Where(v => v.Label is 3 or 7 or 255 && v.Confidence >= 0.4f && newest - v.LastSeen <= 350_000_000).ToArray();
        Assert.Equal(expected, found);
        Assert.Equal([3, 7, 255], found.Select(v => (int)v.Label).Distinct().Order());
        Assert.Equal(4, found.Select(v => v.LastSeen).Distinct().Count()); // of 12 frames, 100.3 ms apart
        Assert.InRange(found.Count, 20, (int)Scene.VoxelCount / 5);
    }

    [Fact]
    public void AtMostMaxVoxelsAreGivenAndTheRestIsToldOf()
    {
        var center = new Vector3d(0.03, 0.02, 0.01);
        var all = SceneQueries.Radius(Scene, center, 1, All()).Voxels;

        var first = SceneQueries.Radius(Scene, center, 1, All(maxVoxels: 10));
        var exact = SceneQueries.Radius(Scene, center, 1, All(maxVoxels: (uint)all.Count));
        var box = SceneQueries.Box(Scene, Same(-10), Same(10), All(maxVoxels: 25));
        var whole = SceneQueries.Box(Scene, Same(-10), Same(10), All(maxVoxels: (uint)Scene.VoxelCount));

        Assert.Equal(all.Take(10), first.Voxels);
        Assert.Equal(Scene.Voxels().Take(25), box.Voxels);
        Assert.Equal((true, false, true, false), (first.IsTruncated, exact.IsTruncated, box.IsTruncated, whole.IsTruncated));
    }

    [Fact]
    public void ARayMeetsTheVoxelThatATestOfEveryVoxelFindsNearest()
    {
        var random = new Random(4);
        var filter = new QueryFilter(LabelSpace.ScanNet20, [1, 2, 3, 4], 0.5f, 0, 0);
        var wanted = Scene.Voxels().Where(v => v.Label is >= 1 and <= 4 && v.Confidence >= 0.5f).ToArray();
        var hits = 0;
        for (var round = 0; round < 3000; round++)
        {
            var (origin, range) = (Point(random, 3), 6 * random.NextDouble());
            var direction = Point(random, 1.4) - origin;
            if (round % 5 == 0) direction = direction with { Y = 0 };
            if (round % 7 == 0) direction = new Vector3d(0, 0, direction.Z);

            var met = SceneQueries.Ray(Scene, origin, direction, range, filter);

            var expected = wanted.Select(v => (Voxel: v, Passed: Slab(origin, direction.Normalized(), v.Index)))
                .Where(v => v.Passed.Enter < v.Passed.Leave && v.Passed.Enter <= range).OrderBy(v => v.Passed.Enter).FirstOrDefault();
            Assert.Equal(expected.Passed.Leave > 0 ? expected.Voxel : null, met.Voxel);
            if (met.Voxel is null) continue;
            Assert.Equal(expected.Passed.Enter, met.Distance, 1e-9);
            hits++;
        }
        Assert.InRange(hits, 200, 2800);
    }

    [Fact]
    public void ARayIntoTheMiddleOfAVoxelHitsItFromAllSidesAndFromWithin()
    {
        using var scene = SemanticScene.Create(new SceneOptions { VoxelSize = Size, FeatureDimension = 1 });
        var index = new VoxelIndex(-20, 3, 11);
        scene.WriteBack(scene.Crop([index]), [1], [5], [1], 1);
        var center = index.Center(Size);

        foreach (var side in (Vector3d[])[new(1, 0, 0), new(-1, 0, 0), new(0, 1, 0), new(0, -1, 0), new(0, 0, 1), new(0, 0, -1)])
        {
            Assert.Equal(1.95, SceneQueries.Ray(scene, center + (2 * side), -7 * side, 2, All()).Distance, 1e-12);
            Assert.Null(SceneQueries.Ray(scene, center + (2 * side), -side, 1.94, All()).Voxel);
            Assert.Null(SceneQueries.Ray(scene, center + (2 * side), side, 100, All()).Voxel);
        }
        Assert.Equal(index, SceneQueries.Ray(scene, center, new(1, 2, 3), 1, All()).Voxel?.Index);
        Assert.Equal(0, SceneQueries.Ray(scene, center, new(1, 2, 3), 1, All()).Distance);
    }

    [Fact]
    public void ARayThroughACornerMeetsTheVoxelBehindItNotThoseItTouches()
    {
        using var scene = SemanticScene.Create(new SceneOptions { VoxelSize = 1, FeatureDimension = 1 });
        VoxelIndex[] voxels = [new(0, 0, 1), new(0, 1, 0), new(0, 1, 1), new(1, 0, 0), new(1, 0, 1), new(1, 1, 0), new(1, 1, 1)];
        scene.WriteBack(scene.Crop(voxels), new float[7], new byte[7], new float[7], 1);

        var up = SceneQueries.Ray(scene, Same(0.5), Same(1), 10, All());
        var down = SceneQueries.Ray(scene, Same(3.5), Same(-1), 10, All());
        var along = SceneQueries.Ray(scene, new(-5, 1, 0.5), new(1, 0, 0), 10, All());

        Assert.Equal(new VoxelIndex(1, 1, 1), up.Voxel!.Value.Index);
        Assert.Equal(Math.Sqrt(3) / 2, up.Distance, 1e-12);
        Assert.Equal(new VoxelIndex(1, 1, 1), down.Voxel!.Value.Index);
        Assert.Equal(new VoxelIndex(0, 1, 0), along.Voxel!.Value.Index); // a plane belongs to the voxel above it
        Assert.Equal(5, along.Distance);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(-1, 1)]
    public void ARayThatBeginsOnAPlaneBeginsInTheVoxelItGoesInto(double direction, int expected)
    {
        using var scene = SemanticScene.Create(new SceneOptions { VoxelSize = 1, FeatureDimension = 1 });
        VoxelIndex[] voxels = [new(1, 0, 0), new(2, 0, 0)];
        scene.WriteBack(scene.Crop(voxels), new float[2], new byte[2], new float[2], 1);

        var met = SceneQueries.Ray(scene, new(2, 0.5, 0.5), new(direction, 0, 0), 5, All());

        Assert.Equal((expected, 0.0), (met.Voxel!.Value.Index.X, met.Distance));
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(-1e300)]
    [InlineData(1e-300)]
    [InlineData(1e9)]
    public void RaysFromVeryFarAndOfAnyLengthEnd(double length)
    {
        var met = SceneQueries.Ray(Scene, new(-5, 0.05, 0.05), new(length, 0, 0), double.PositiveInfinity, All());
        var far = SceneQueries.Ray(Scene, new(length, length, length), new(-1, -1, -1), double.PositiveInfinity, All());

        Assert.Equal(length > 0, met.Voxel is not null);
        Assert.Equal(length is 1e-300 or 1e9, far.Voxel is not null);
    }

    [Fact]
    public void AnEmptySceneAnswersWithNothing()
    {
        using var scene = SemanticScene.Create(new SceneOptions());

        Assert.Empty(SceneQueries.Box(scene, Same(-1), Same(1), All()).Voxels);
        Assert.Empty(SceneQueries.Radius(scene, default, double.PositiveInfinity, All()).Voxels);
        Assert.Null(SceneQueries.Ray(scene, default, new(1, 0, 0), 1, All()).Voxel);
    }

    public static TheoryData<string, Action<SemanticScene>> Senseless => new()
    {
        { "min not above max", scene => SceneQueries.Box(scene, new(0, 1, 0), new(1, 0, 1), All()) },
        { "min not above max", scene => SceneQueries.Box(scene, new(double.NaN, 0, 0), new(1, 1, 1), All()) },
        { "The radius is -1 m", scene => SceneQueries.Radius(scene, default, -1, All()) },
        { "The radius is NaN m", scene => SceneQueries.Radius(scene, default, double.NaN, All()) },
        { "The centre is (0, NaN, 0) m", scene => SceneQueries.Radius(scene, new(0, double.NaN, 0), 1, All()) },
        { "a vector that is not zero", scene => SceneQueries.Ray(scene, default, default, 1, All()) },
        { "a vector that is not zero", scene => SceneQueries.Ray(scene, default, new(double.NaN, 1, 0), 1, All()) },
        { "The ray's origin is (Infinity, 0, 0) m", scene => SceneQueries.Ray(scene, new(double.PositiveInfinity, 0, 0), new(1, 0, 0), 1, All()) },
        { "max_range is 0 m", scene => SceneQueries.Ray(scene, default, new(1, 0, 0), 0, All()) },
        { "max_range is NaN m", scene => SceneQueries.Ray(scene, default, new(1, 0, 0), double.NaN, All()) },
        { "Label 20 is unknown; label space 'scannet20' has 0 to 19", _ => GC.KeepAlive(new QueryFilter(LabelSpace.ScanNet20, [1, 20], 0, 0, 0)) },
        { "Label 255 is unknown", _ => GC.KeepAlive(new QueryFilter(LabelSpace.ScanNet20, [255], 0, 0, 0)) },
        { "min_confidence is 1.5", _ => GC.KeepAlive(new QueryFilter(LabelSpace.ScanNet20, [], 1.5f, 0, 0)) },
        { "min_confidence is NaN", _ => GC.KeepAlive(new QueryFilter(LabelSpace.ScanNet20, [], float.NaN, 0, 0)) },
        { "max_age is -1 s", _ => GC.KeepAlive(new QueryFilter(LabelSpace.ScanNet20, [], 0, -1, 0)) },
    };

    [Theory]
    [MemberData(nameof(Senseless))]
    public void InputThatMakesNoSenseIsRefusedInOneSentence(string expected, Action<SemanticScene> query)
    {
        var error = Assert.Throws<InputException>(() => query(Scene));

        Assert.Contains(expected, error.Message);
        Assert.EndsWith(".", error.Message);
    }

    private static QueryFilter All(uint maxVoxels = 0) => new(LabelSpace.ScanNet20, [], 0, 0, maxVoxels);

    private static Vector3d Same(double value) => new(value, value, value);

    private static Vector3d Point(Random random, double reach) =>
        new((random.NextDouble() - 0.5) * 2 * reach, (random.NextDouble() - 0.5) * 2 * reach, (random.NextDouble() - 0.5) * 2 * reach);

    private static double Distance(StoredVoxel voxel, Vector3d point) => (voxel.Index.Center(Size) - point).Length;

    private static bool Contains(Vector3d min, Vector3d max, Vector3d p) =>
        p.X >= min.X && p.Y >= min.Y && p.Z >= min.Z && p.X <= max.X && p.Y <= max.Y && p.Z <= max.Z;

    /// <summary>Where a ray enters and leaves a voxel; entered at 0 when it begins within.</summary>
    private static (double Enter, double Leave) Slab(Vector3d origin, Vector3d direction, VoxelIndex voxel)
    {
        var (enter, leave) = (0.0, double.PositiveInfinity);
        foreach (var (o, d, index) in ((double, double, int)[])[(origin.X, direction.X, voxel.X), (origin.Y, direction.Y, voxel.Y), (origin.Z, direction.Z, voxel.Z)])
        {
            var (low, high) = (((index * Size) - o) / d, (((index + 1) * Size) - o) / d);
            if (d == 0 && Math.Floor(o / Size) != index) return (0, 0); // beside it for ever
            if (d == 0) (low, high) = (double.NegativeInfinity, double.PositiveInfinity);
            enter = Math.Max(enter, Math.Min(low, high));
            leave = Math.Min(leave, Math.Max(low, high));
        }
        return (enter, leave);
    }
}
