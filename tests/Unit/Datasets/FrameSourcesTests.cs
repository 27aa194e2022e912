using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Datasets;

public sealed class FrameSourcesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, "is an empty folder")]
    [InlineData("notes.txt", "is a folder of 1 entry (notes.txt)")]
    [InlineData("color/0.jpg", "is a folder of 1 entry (color/)")]
    public void AnUnknownFolderIsDescribed(string? file, string found)
    {
        if (file is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
            File.WriteAllText(_folder[file], "text");
        }

        AssertRefused(_folder.FullName, found);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("%PDF-1.7", "has 8 bytes and begins with 255044462D312E37")]
    public void AnUnknownFileIsDescribed(string content, string found)
    {
        File.WriteAllText(_folder["file.bin"], content);

        AssertRefused(_folder["file.bin"], found);
    }

    [Fact]
    public void AMissingRecordingIsNamed() => AssertRefused(_folder["nowhere"], "does not exist");

    [Fact]
    public void AFolderWithOneSensFileIsThatFile()
    {
        using (var writer = new SensWriter(_folder["scene.sens"], Scenes.Color, Scenes.Depth, RigidTransform.Identity)) writer.Write(Scenes.Frame(0));
        File.Copy(_folder["scene.sens"], _folder["renamed"]);

        using var source = FrameSources.Open(_folder.FullName);
        using var renamed = FrameSources.Open(_folder["renamed"]); // by content, not by name

        Assert.IsType<SensReader>(source);
        Assert.IsType<SensReader>(renamed);
    }

    [Fact]
    public void AChoiceThatWouldBeIgnoredIsRefused()
    {
        using (var writer = new SensWriter(_folder["scene.sens"], Scenes.Color, Scenes.Depth, RigidTransform.Identity)) writer.Write(Scenes.Frame(0));

        var error = Assert.Throws<InputException>(() => FrameSources.Open(_folder["scene.sens"], new SourceOptions { DepthFolder = "depth_noisy" }));

        Assert.Contains("depth_noisy", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void AFrameRateThatIsNoneIsRefused(double framesPerSecond) =>
        Assert.Throws<InputException>(() => FrameSources.Open(_folder.FullName, new SourceOptions { FramesPerSecond = framesPerSecond }));

    [Fact]
    public void TheLabelMeshLiesBesideTheFrames()
    {
        Assert.Null(FrameSources.FindLabelMesh(_folder.FullName));
        File.WriteAllText(_folder["scene_vh_clean_2.labels.ply"], "");

        Assert.Equal(_folder["scene_vh_clean_2.labels.ply"], FrameSources.FindLabelMesh(_folder.FullName));
        Assert.Equal(_folder["scene_vh_clean_2.labels.ply"], FrameSources.FindLabelMesh(_folder["scene.sens"]));
    }

    private static void AssertRefused(string path, string found)
    {
        var error = Assert.Throws<InputException>(() => FrameSources.Open(path));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(found, error.Message, StringComparison.Ordinal);
        foreach (var known in new[] { ".sens", "ScanNet", "7-Scenes", "TUM" }) Assert.Contains(known, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
