using AlsterNode.Core;
using AlsterNode.SceneStore;

namespace AlsterNode.Tests.Unit.SceneStore;

public class SemanticSceneTests
{
    [Fact]
    public void UnseenVoxelsAreZeroWithNoObservations()
    {
        using var scene = SemanticScene.Create(new SceneOptions());
        VoxelIndex[] voxels = [new(0, 0, 0), new(0, 0, 1), new(100, 0, 0)];
        new Frames(1).Integrate(scene, [new(0, 0, 0)], 5);

        var crop = scene.Crop(voxels);

        Assert.Equal([1, 0, 0], crop.Observations);
        Assert.All(crop.Features[40..], value => Assert.Equal(0, value));
        Assert.Contains(crop.Features[..40], value => value != 0);
    }

    [Fact]
    public void CropReturnsWhatWasWrittenInHalfPrecision()
    {
        using var scene = SemanticScene.Create(new SceneOptions());
        var frames = new Frames(2);
        var voxels = frames.Voxels(3000, 20);
        var features = frames.Features(voxels.Length);

        var update = scene.WriteBack(scene.Crop(voxels), features, frames.Labels(voxels.Length), frames.Confidences(voxels.Length), 77);

        Assert.Equal(features.Select(value => (float)(Half)value), scene.Crop(voxels).Features);
        Assert.Equal(voxels.Length, scene.VoxelCount);
        Assert.Equal(1, update.Sequence);
        Assert.All(update.Observations.ToArray(), count => Assert.Equal(1, count));
    }

    [Fact]
    public void RandomFramesAgreeWithADictionary()
    {
        const int Dimension = 6;
        using var scene = SemanticScene.Create(new SceneOptions { FeatureDimension = Dimension });
        var frames = new Frames(0, Dimension);
        var random = new Random(0);
        var twin = new SortedDictionary<VoxelIndex, StoredVoxel>();
        var twinFeatures = new Dictionary<VoxelIndex, float[]>();

        for (var frame = 1; frame <= 1000; frame++)
        {
            var around = new VoxelIndex(random.Next(-30, 30), random.Next(-30, 30), random.Next(-30, 30));
            var voxels = frames.Voxels(random.Next(0, 120), random.Next(1, 12), around);
            var (features, labels, confidences) = (frames.Features(voxels.Length), frames.Labels(voxels.Length), frames.Confidences(voxels.Length));
            var stamp = frame * 33_000_000L;

            var crop = scene.Crop(voxels);
            for (var i = 0; i < voxels.Length; i++)
            {
                Assert.Equal(twin.GetValueOrDefault(voxels[i]).Observations, crop.Observations[i]);
                Assert.Equal(twinFeatures.GetValueOrDefault(voxels[i]) ?? new float[Dimension], crop.Features[(i * Dimension)..((i + 1) * Dimension)]);
            }
            var update = scene.WriteBack(crop, features, labels, confidences, stamp);
            for (var i = 0; i < voxels.Length; i++)
            {
                var before = twin.GetValueOrDefault(voxels[i]);
                var first = before.Observations == 0 ? stamp : before.FirstSeen;
                twin[voxels[i]] = new StoredVoxel(voxels[i], labels[i], confidences[i], before.Observations + 1, first, stamp);
                twinFeatures[voxels[i]] = [.. features[(i * Dimension)..((i + 1) * Dimension)].Select(value => (float)(Half)value)];
                Assert.Equal(before.Observations + 1, update.Observations[i]);
            }
        }

        var stored = scene.Voxels().OrderBy(voxel => voxel.Index).ToArray();
        Assert.Equal(twin.Count, scene.VoxelCount);
        Assert.Equal(twin.Values.Select(voxel => voxel with { Confidence = 0 }), stored.Select(voxel => voxel with { Confidence = 0 }));
        Assert.All(stored, voxel => Assert.Equal(twin[voxel.Index].Confidence, voxel.Confidence, 0.5 / 65535 + 1e-7));
    }

    [Fact]
    public void TheHashDoesNotDependOnTheOrderVoxelsCameIn()
    {
        var frames = new Frames(3);
        var voxels = frames.Voxels(2000, 30);
        var (features, labels, confidences) = (frames.Features(voxels.Length), frames.Labels(voxels.Length), frames.Confidences(voxels.Length));
        using var whole = SemanticScene.Create(new SceneOptions());
        whole.WriteBack(whole.Crop(voxels), features, labels, confidences, 1);

        using var piecewise = SemanticScene.Create(new SceneOptions());
        for (var start = voxels.Length - 100; start > -100; start -= 100)
        {
            var part = Math.Max(start, 0)..(start + 100);
            var features40 = features[(part.Start.Value * 40)..(part.End.Value * 40)];
            piecewise.WriteBack(piecewise.Crop(voxels[part]), features40, labels[part], confidences[part], 1);
        }

        Assert.Equal(whole.Hash(), piecewise.Hash());
        new Frames(4).Integrate(piecewise, [voxels[7]], 2);
        Assert.NotEqual(whole.Hash(), piecewise.Hash());
    }

    [Fact]
    public void BoxAndRadiusQueriesAgreeWithAFilterOverAllVoxels()
    {
        using var scene = SemanticScene.Create(new SceneOptions { VoxelSize = 0.1 });
        var frames = new Frames(5);
        frames.Integrate(scene, frames.Voxels(5000, 20), 1);
        var (min, max) = (new VoxelIndex(-9, -3, 0), new VoxelIndex(8, 12, 15));
        var center = new Vector3d(0.33, -0.5, 0.2);

        var box = scene.Query(min, max).ToArray();
        var ball = scene.Query(center, 0.9).ToArray();

        Assert.Equal(scene.Voxels().Where(v => v.Index.X is >= -9 and <= 8 && v.Index.Y is >= -3 and <= 12 && v.Index.Z is >= 0 and <= 15), box);
        Assert.Equal(scene.Voxels().Where(v => (v.Index.Center(0.1) - center).Length <= 0.9), ball);
        Assert.NotEmpty(box);
        Assert.NotEmpty(ball);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(70000f)]
    public void FeaturesThatHalfPrecisionCannotHoldAreRefusedBeforeAnythingIsWritten(float bad)
    {
        using var scene = SemanticScene.Create(new SceneOptions());
        var features = new float[80];
        features[63] = bad;
        var crop = scene.Crop([new(0, 0, 0), new(0, 0, 1)]);

        var error = Assert.Throws<ArgumentException>(() => scene.WriteBack(crop, features, [0, 0], [1, 1], 1));

        Assert.Contains("half precision", error.Message);
        Assert.Equal(0, scene.VoxelCount);
        Assert.Equal(0, scene.LastFrame);
    }

    [Fact]
    public void VoxelsOutOfTheMapsRangeAreRefused()
    {
        using var scene = SemanticScene.Create(new SceneOptions());
        VoxelIndex[] corners = [new(-8388608, 8388607, -8388608), new(8388607, -8388608, 8388607)];
        new Frames(6).Integrate(scene, corners, 1);

        var error = Assert.Throws<InputException>(() => scene.Crop([new(8388608, 0, 0)]));

        Assert.Contains("outside of the map", error.Message);
        Assert.Equal(corners, scene.Voxels().Select(voxel => voxel.Index));
    }

    [Fact]
    public void VoxelsOutOfOrderAreRefused()
    {
        using var scene = SemanticScene.Create(new SceneOptions());

        Assert.Throws<ArgumentException>(() => scene.Crop([new(0, 0, 1), new(0, 0, 0)]));
        Assert.Throws<ArgumentException>(() => scene.Crop([new(0, 0, 1), new(0, 0, 1)]));
    }

    [Fact]
    public void MemoryPerVoxelOfAWallStaysBelow110Bytes()
    {
        using var scene = SemanticScene.Create(new SceneOptions());
        var frames = new Frames(7);
        for (var x = 0; x < 20; x++) frames.Integrate(scene, Frames.Wall(x: 16 * x), x);

        Assert.Equal(200_000, scene.VoxelCount);
        Assert.InRange((double)scene.Bytes / scene.VoxelCount, 94, 110);
    }
}
