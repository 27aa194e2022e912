using AlsterNode.Core;
using AlsterNode.SceneStore;

namespace AlsterNode.Tests.Unit.SceneStore;

public sealed class SceneCopyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scene").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ACopyFromMemoryToAFileAndBackHoldsEveryRecordAsItWas()
    {
        using var scene = Mapped();

        using (var saved = SemanticScene.Create(Options("saved", budget: 1 << 20)))
        {
            scene.CopyTo(saved);
            saved.Flush();
            AssertSame(scene, saved);
        }
        using var stored = SemanticScene.Open(PathOf("saved"), readOnly: true);
        using var loaded = SemanticScene.Create(new SceneOptions());
        stored.CopyTo(loaded);

        AssertSame(scene, stored);
        AssertSame(scene, loaded);
        Assert.Equal(scene.Crop(Frames.Wall(200)).Features, loaded.Crop(Frames.Wall(200)).Features);
    }

    [Fact]
    public void ACopyIsPagedAsTheSceneItCameFromIs()
    {
        const long Budget = 2 << 20;
        using var scene = Mapped(Options("map", Budget));
        scene.Flush();
        using var copy = SemanticScene.Create(Options("copy", Budget));

        scene.CopyTo(copy);
        copy.Flush();

        scene.Crop(Frames.Wall());
        copy.Crop(Frames.Wall());
        Assert.InRange(scene.Bytes, 0, Budget);
        Assert.InRange(copy.Bytes, 0, Budget);
        AssertSame(scene, copy);
    }

    [Fact]
    public void MappingGoesOnInACopyAsInTheSceneAndLeavesTheSceneAlone()
    {
        using var scene = Mapped();
        using var copy = SemanticScene.Create(new SceneOptions());
        scene.CopyTo(copy);
        var hash = scene.Hash();

        var inCopy = new Frames(9).Integrate(copy, Frames.Wall(50), 99_000_000_000);

        Assert.Equal(hash, scene.Hash());
        Assert.NotEqual(hash, copy.Hash());
        var inScene = new Frames(9).Integrate(scene, Frames.Wall(50), 99_000_000_000);
        AssertSame(scene, copy);
        Assert.Equal((inScene.Sequence, inScene.LastSeen), (inCopy.Sequence, inCopy.LastSeen));
    }

    [Fact]
    public async Task TheCopyOfASceneThatIsBeingMappedIsOfOneFrame()
    {
        VoxelIndex[] voxels = [.. Enumerable.Range(0, 3000).Select(i => new VoxelIndex(8 * i, 0, 0))]; // a block each
        var options = new SceneOptions { FeatureDimension = 1 };
        using var scene = SemanticScene.Create(options);
        using var stop = new CancellationTokenSource();
        var mapping = Task.Factory.StartNew(
            () =>
            {
                for (var frame = 1; !stop.IsCancellationRequested; frame++)
                {
                    var labels = new byte[voxels.Length];
                    Array.Fill(labels, (byte)frame);
                    scene.WriteBack(scene.Crop(voxels), new float[voxels.Length], labels, new float[voxels.Length], frame);
                }
            },
            TaskCreationOptions.LongRunning);
        while (scene.LastFrame == 0) Thread.Yield();

        var torn = 0;
        for (var round = 0; round < 200; round++)
        {
            using var copy = SemanticScene.Create(options);
            scene.CopyTo(copy);
            if (copy.Voxels().Count(voxel => voxel.Label == (byte)copy.LastFrame && voxel.Observations == copy.LastFrame) != voxels.Length) torn++;
        }

        stop.Cancel();
        await mapping;
        Assert.Equal(0, torn);
    }

    [Fact]
    public void AnEmptySceneIsCopiedToo()
    {
        using var scene = SemanticScene.Create(new SceneOptions());
        using var copy = SemanticScene.Create(new SceneOptions());

        scene.CopyTo(copy);

        AssertSame(scene, copy);
        Assert.Equal(1, new Frames(1).Integrate(copy, [default], 5).Sequence);
    }

    [Fact]
    public void OnlyAnEmptySceneOfTheSameKindIsCopiedInto()
    {
        using var scene = Mapped();
        using var other = Mapped();
        using var coarse = SemanticScene.Create(new SceneOptions { VoxelSize = 0.05 });

        var full = Assert.Throws<InvalidOperationException>(() => scene.CopyTo(other));
        var kind = Assert.Throws<InputException>(() => scene.CopyTo(coarse));

        Assert.Contains("expected an empty one", full.Message);
        Assert.Contains("voxel size 0.04 m, expected 0.05 m", kind.Message);
        Assert.Throws<ArgumentException>(() => scene.CopyTo(scene));
        Assert.Equal(0, coarse.BlockCount);
    }

    private static void AssertSame(SemanticScene expected, SemanticScene found)
    {
        Assert.Equal(expected.Hash(), found.Hash());
        Assert.Equal(expected.Voxels(), found.Voxels());
        Assert.Equal(
            (expected.VoxelCount, expected.BlockCount, expected.LastFrame, expected.LastStamp, expected.InputPosition),
            (found.VoxelCount, found.BlockCount, found.LastFrame, found.LastStamp, found.InputPosition));
    }

    private static SemanticScene Mapped(SceneOptions? options = null)
    {
        var frames = new Frames(8);
        var scene = SemanticScene.Create(options ?? new SceneOptions());
        for (var frame = 0; frame < 20; frame++)
        {
            scene.InputPosition = frame + 1;
            frames.Integrate(scene, Frames.Wall(frame * 40), 1_700_000_000_000_000_000 + (frame * 33_333_333L));
        }
        return scene;
    }

    private string PathOf(string name) => Path.Combine(_folder, name + ".alster");

    private SceneOptions Options(string name, long budget) => new() { Path = PathOf(name), MemoryBudgetBytes = budget, CommitInterval = 0.02 };
}
