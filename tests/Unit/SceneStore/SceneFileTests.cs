using System.Text;
using AlsterNode.Core;
using AlsterNode.Core.Sqlite;
using AlsterNode.SceneStore;

namespace AlsterNode.Tests.Unit.SceneStore;

public sealed class SceneFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scene").FullName;

    private string ScenePath => Path.Combine(_folder, "map.alster");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AReopenedSceneEqualsTheOneThatWasWritten()
    {
        var frames = new Frames(1);
        StoredVoxel[] voxels;
        string hash;
        using (var scene = SemanticScene.Create(Options()))
        {
            for (var frame = 0; frame < 20; frame++) frames.Integrate(scene, frames.Voxels(500, 40), 1_700_000_000_000_000_000 + (frame * 33_000_000L));
            voxels = [.. scene.Voxels()];
            hash = scene.Hash();
        }

        using var reopened = SemanticScene.Open(ScenePath, Options());

        Assert.Equal(hash, reopened.Hash());
        Assert.Equal(voxels, reopened.Voxels());
        Assert.Equal(voxels.Length, reopened.VoxelCount);
        Assert.Equal(20, reopened.LastFrame);
        Assert.Equal(1_700_000_000_000_000_000 + (19 * 33_000_000L), reopened.LastStamp);
    }

    [Fact]
    public void ASceneContinuedFromItsFileEqualsOneMappedInOneGo()
    {
        using var whole = SemanticScene.Create(new SceneOptions());
        var frames = new Frames(2);
        for (var frame = 0; frame < 30; frame++) frames.Integrate(whole, frames.Voxels(300, 20), frame);

        frames = new Frames(2);
        for (var part = 0; part < 3; part++)
        {
            using var scene = part == 0 ? SemanticScene.Create(Options()) : SemanticScene.Open(ScenePath, Options());
            for (var frame = 0; frame < 10; frame++) Assert.Equal((part * 10) + frame + 1, frames.Integrate(scene, frames.Voxels(300, 20), scene.LastFrame).Sequence);
        }

        using var pieces = SemanticScene.Open(ScenePath, readOnly: true);
        Assert.Equal(whole.Hash(), pieces.Hash());
        Assert.Equal(whole.Voxels(), pieces.Voxels());
    }

    [Fact]
    public void AClosedSceneIsOneFile()
    {
        using (var scene = SemanticScene.Create(Options())) new Frames(3).Integrate(scene, Frames.Wall(), 1);

        Assert.Equal([ScenePath], Directory.GetFiles(_folder));
        const int ReadVersion = 19; // https://sqlite.org/fileformat.html: 2 needs files beside it also to be read
        Assert.Equal(1, File.ReadAllBytes(ScenePath)[ReadVersion]);
    }

    [Fact]
    public void TheFileTakesAtMost100BytesPerVoxelOfAWall()
    {
        var frames = new Frames(4);
        using (var scene = SemanticScene.Create(Options()))
        {
            for (var frame = 0; frame < 60; frame++) frames.Integrate(scene, Frames.Wall(frame * 20), frame * 100_000_000L);
        }

        using var stored = SemanticScene.Open(ScenePath, readOnly: true);

        Assert.InRange((double)stored.FileBytes / stored.VoxelCount, 80, 100);
    }

    [Fact]
    public void ASceneBeyondItsBudgetLosesNothingAndKeepsToIt()
    {
        const long Budget = 2 << 20;
        var frames = new Frames(5);
        using var unlimited = SemanticScene.Create(new SceneOptions());
        for (var frame = 0; frame < 40; frame++) frames.Integrate(unlimited, Frames.Wall(frame * 50 % 1000), frame);

        frames = new Frames(5);
        using var paged = SemanticScene.Create(Options(budget: Budget));
        for (var frame = 0; frame < 40; frame++)
        {
            frames.Integrate(paged, Frames.Wall(frame * 50 % 1000), frame);
            paged.Flush();
        }
        paged.Crop(Frames.Wall());

        Assert.InRange(unlimited.Bytes, 3 * Budget, long.MaxValue);
        Assert.InRange(paged.Bytes, 0, Budget);
        Assert.Equal(unlimited.VoxelCount, paged.VoxelCount);
        Assert.Equal(unlimited.BlockCount, paged.BlockCount);
        Assert.Equal(unlimited.Hash(), paged.Hash());
        Assert.Equal(unlimited.Crop(Frames.Wall(300)).Features, paged.Crop(Frames.Wall(300)).Features);
        Assert.Equal(unlimited.Voxels(), paged.Voxels());
        Assert.InRange(paged.Bytes, 0, Budget);
    }

    [Fact]
    public void BlocksThatAreNotInTheFileYetStayInMemory()
    {
        var options = Options(budget: 1 << 20);
        options.CommitInterval = 60;
        var frames = new Frames(10);
        using var scene = SemanticScene.Create(options);
        for (var shift = 0; shift < 500; shift += 100) frames.Integrate(scene, Frames.Wall(shift), shift);
        var hash = scene.Hash();

        Assert.True(scene.IsOverBudget);
        Assert.All(scene.Crop(Frames.Wall()).Observations, count => Assert.Equal(1, count));
        scene.Flush();
        scene.Crop(Frames.Wall(400));
        Assert.False(scene.IsOverBudget);
        Assert.Equal(hash, scene.Hash());
    }

    [Fact]
    public void ASceneInMemoryIgnoresItsBudgetAndSaysSo()
    {
        using var scene = SemanticScene.Create(new SceneOptions { MemoryBudgetBytes = 1 << 20 });
        Assert.False(scene.IsOverBudget);

        for (var shift = 0; shift < 200; shift += 100) new Frames(6).Integrate(scene, Frames.Wall(shift), shift);

        Assert.True(scene.IsOverBudget);
        Assert.Equal(20_000, scene.VoxelCount);
    }

    [Fact]
    public void ReadersSeeOneStateWhileTheSceneIsWritten()
    {
        var frames = new Frames(7);
        using var writing = SemanticScene.Create(Options());
        frames.Integrate(writing, Frames.Wall(), 1);
        writing.Flush();
        var hash = writing.Hash();

        using var reading = SemanticScene.Open(ScenePath, readOnly: true);
        frames.Integrate(writing, Frames.Wall(), 2);
        writing.Flush();

        Assert.Equal(hash, reading.Hash());
        Assert.Equal(1, reading.LastFrame);
        Assert.Throws<InvalidOperationException>(() => reading.WriteBack(reading.Crop([default]), new float[40], [1], [1], 3));
        using var later = SemanticScene.Open(ScenePath, readOnly: true);
        Assert.Equal(writing.Hash(), later.Hash());
    }

    [Fact]
    public void OnlyOneRunAtATimeWritesAScene()
    {
        using var scene = SemanticScene.Create(Options());

        var again = Assert.Throws<InputException>(() => SemanticScene.Create(Options()));
        var open = Assert.Throws<InputException>(() => SemanticScene.Open(ScenePath));

        Assert.Contains("being written by another run", again.Message);
        Assert.Contains("being written by another run", open.Message);
    }

    [Fact]
    public void AFinishedSceneIsReplacedByANewOne()
    {
        using (var old = SemanticScene.Create(Options())) new Frames(8).Integrate(old, Frames.Wall(), 1);

        using var scene = SemanticScene.Create(Options());

        Assert.Equal(0, scene.VoxelCount);
        Assert.Empty(scene.Voxels());
    }

    public static TheoryData<string, string> FilesThatAreNoScene => new()
    {
        { "", "no scene" },
        { "hello", "no scene" },
        { "SQLite format 3\0 and then nonsense", "no scene" },
        { new string('x', 5000), "no scene" },
    };

    [Theory]
    [MemberData(nameof(FilesThatAreNoScene))]
    public void AFileThatIsNoSceneIsRefusedAndLeftAlone(string content, string expected)
    {
        File.WriteAllText(ScenePath, content, Encoding.Latin1);

        var open = Assert.Throws<InputException>(() => SemanticScene.Open(ScenePath));
        var look = Assert.Throws<InputException>(() => SemanticScene.Open(ScenePath, readOnly: true));
        if (content.Length > 0) Assert.Throws<InputException>(() => SemanticScene.Create(Options()));

        Assert.Contains(expected, open.Message);
        Assert.Contains(expected, look.Message);
        Assert.Contains(ScenePath, open.Message);
        Assert.Equal(content, File.ReadAllText(ScenePath, Encoding.Latin1));
        Assert.Equal([ScenePath], Directory.GetFiles(_folder));
    }

    [Fact]
    public void ADatabaseThatIsNoSceneIsRefusedAndLeftAlone()
    {
        using (var other = SqliteConnection.Open(ScenePath, SqliteNative.OpenReadWrite | SqliteNative.OpenCreate)) other.Execute("CREATE TABLE notes(text)");
        var before = File.ReadAllBytes(ScenePath);

        Assert.Contains("no scene", Assert.Throws<InputException>(() => SemanticScene.Open(ScenePath)).Message);
        Assert.Contains("no scene", Assert.Throws<InputException>(() => SemanticScene.Create(Options())).Message);
        Assert.Equal(before, File.ReadAllBytes(ScenePath));
    }

    [Fact]
    public void AMissingSceneIsRefusedWithItsName()
    {
        var error = Assert.Throws<InputException>(() => SemanticScene.Open(ScenePath));

        Assert.Contains($"{ScenePath} does not exist", error.Message);
    }

    [Fact]
    public void AFolderThatDoesNotExistIsRefused()
    {
        var options = Options();
        options.Path = Path.Combine(_folder, "nowhere", "map.alster");

        var error = Assert.Throws<InputException>(() => SemanticScene.Create(options));

        Assert.Contains("cannot be created", error.Message);
    }

    public static TheoryData<string, Action<SceneOptions>> OtherKinds => new()
    {
        { "model 'weights-1', expected 'weights-2'", options => options.ModelId = "weights-2" },
        { "label space 'scannet20', expected 'nyu40'", options => options.LabelSpace = "nyu40" },
        { "voxel size 0.04 m, expected 0.05 m", options => options.VoxelSize = 0.05 },
        { "feature dimension 40, expected 41", options => options.FeatureDimension = 41 },
    };

    [Theory]
    [MemberData(nameof(OtherKinds))]
    public void ASceneOfAnotherKindIsRefusedWithBothKinds(string expected, Action<SceneOptions> change)
    {
        SemanticScene.Create(Options()).Dispose();
        var options = Options();
        change(options);

        var error = Assert.Throws<InputException>(() => SemanticScene.Open(ScenePath, options));

        Assert.Contains(expected, error.Message);
        SemanticScene.Open(ScenePath, Options()).Dispose();
    }

    [Fact]
    public void ASceneOfAnotherSchemaVersionIsRefused()
    {
        SemanticScene.Create(Options()).Dispose();
        Patch(60, 77); // user_version, last byte at 63: https://sqlite.org/fileformat.html

        var error = Assert.Throws<InputException>(() => SemanticScene.Open(ScenePath));

        Assert.Contains("schema version", error.Message);
        Assert.Contains("expected 1", error.Message);
    }

    [Fact]
    public void ADamagedBlockIsNamedNotUsed()
    {
        using (var scene = SemanticScene.Create(Options())) new Frames(9).Integrate(scene, Frames.Wall(), 1);
        Patch(new FileInfo(ScenePath).Length - 500, 0x5A);

        using var damaged = SemanticScene.Open(ScenePath, readOnly: true);
        var error = Assert.Throws<InputException>(() => damaged.Hash());

        Assert.Contains("damaged", error.Message);
        Assert.Contains("checksum", error.Message);
    }

    private SceneOptions Options(long budget = long.MaxValue) =>
        new() { Path = ScenePath, ModelId = "weights-1", MemoryBudgetBytes = budget, CommitInterval = 0.05 };

    private void Patch(long position, byte value)
    {
        using var file = File.OpenWrite(ScenePath);
        file.Position = position;
        file.WriteByte(value);
    }
}
