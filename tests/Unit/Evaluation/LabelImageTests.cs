using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Tests.TestSupport;
using AlsterNode.Tests.Unit.Datasets;

namespace AlsterNode.Tests.Unit.Evaluation;

/// <summary>What becomes of label images that are not as they should be.</summary>
public sealed class LabelImageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LabelImageTests()
    {
        using var writer = new ScanNetWriter(_folder.FullName, Scenes.Color, Scenes.Depth, new ScanNetWriterOptions { ColorAsPng = true });
        foreach (var number in new[] { 0, 100, 250 }) writer.Write(number, Scenes.Frame(number));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ARecordingSaysWhetherItHasLabelImages()
    {
        Assert.True(Open().HasLabels);

        Directory.Delete(_folder["label-filt"], recursive: true);
        Assert.False(Open().HasLabels);
        Assert.All(Frames(), frame => Assert.Null(frame.Labels));
    }

    [Fact]
    public void LabelImagesBesideASensFileAreItsGroundTruth()
    {
        using (var writer = new SensWriter(_folder["scan.sens"], Scenes.Color, Scenes.Depth, RigidTransform.Identity)) writer.Write(Scenes.Frame(0));

        using (var source = FrameSources.Open(_folder["scan.sens"]))
        {
            Assert.True(source.HasLabels);
            Assert.NotNull(source.ReadAll()[0].Frame!.Labels);
        }

        Directory.Delete(_folder["label-filt"], recursive: true);
        using var without = FrameSources.Open(_folder["scan.sens"]);
        Assert.False(without.HasLabels);
    }

    [Fact]
    public void FramesKeepTheNumberOfTheirFiles() => Assert.Equal([0, 100, 250], Enumerable.Range(0, 3).Select(Open().FileNumber));

    [Theory]
    [InlineData(32, 24)] // twice as large
    [InlineData(8, 6)]   // half as large
    public void AnotherSizeOfTheSameShapeIsResampled(int width, int height)
    {
        Write(0, width, height, (x, y) => (ushort)(2 * x < width ? 5 : 7));

        var labels = Frames()[0].Labels!;

        Assert.Equal((16, 12), (labels.Width, labels.Height));
        Assert.Equal((LabelSpace.ScanNet20.FromNyu40(5), LabelSpace.ScanNet20.FromNyu40(7)), (labels.Labels[7], labels.Labels[8]));
    }

    [Fact]
    public void AnotherShapeIsNoLabelImageOfTheFrame()
    {
        Write(0, 16, 16, (_, _) => 5);

        Assert.Equal([false, true, true], Frames().Select(frame => frame.Labels is not null));
    }

    [Fact]
    public void AMissingOrDamagedLabelImageLeavesTheFrameWithoutTruth()
    {
        File.Delete(_folder["label-filt/0.png"]);
        File.WriteAllText(_folder["label-filt/100.png"], "no image");

        Assert.Equal([false, false, true], Frames().Select(frame => frame.Labels is not null));
    }

    [Fact]
    public void IdsOutsideTheLabelSpaceAreUnlabelled()
    {
        Write(0, 16, 12, (x, _) => (ushort)new[] { 0, 13, 40, 22, 25, 31, 39, 1 }[x % 8]);

        Assert.Equal([255, 255, 255, 255, 255, 255, 19, 0], Frames()[0].Labels!.Labels[..8]);
    }

    private void Write(int number, int width, int height, Func<int, int, ushort> id)
    {
        var pixels = Enumerable.Range(0, width * height).Select(i => id(i % width, i / width)).ToArray();
        File.WriteAllBytes(_folder[$"label-filt/{number}.png"], ImageCodec.EncodePng16(width, height, pixels));
    }

    private ScanNetFolder Open() => new(_folder.FullName);

    private List<RgbdFrame> Frames() => Open().ReadAll().ConvertAll(reading => reading.Frame!);
}
