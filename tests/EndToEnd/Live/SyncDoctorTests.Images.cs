using AlsterNode.Core;
using AlsterNode.Node.Live;

namespace AlsterNode.Tests.EndToEnd.Live;

public sealed partial class SyncDoctorTests
{
    [Fact]
    public void StampsThatNeverMatchAreNamedWithTheirDistance()
    {
        var finding = OnlyFinding(facts => Unpaired(facts) with { StampsApartMs = 33.4 });

        Assert.Equal("sync", finding.Key);
        Assert.Contains("their stamps lie 33.4 ms apart, sync.max_interval_ms is 20; raise it above 34", finding.Text);
        Assert.Contains("the two come from clocks that differ", OnlyFinding(facts => Unpaired(facts) with { StampsApartMs = 5400 }).Text);
    }

    [Theory]
    [InlineData("yuv422_yuy2", "encoding.color", "have the encoding 'yuv422_yuy2', expected rgb8, bgr8, rgba8, bgra8, mono8")]
    [InlineData("16UC1", "encoding.color", "topics.color and topics.depth may be swapped")]
    [InlineData("rgb8", "damaged.color", "cannot be decoded")]
    public void ImagesThatCannotBeReadAreNamedWithTheirEncoding(string encoding, string key, string text)
    {
        var finding = OnlyFinding(facts => Lost(facts, DropReason.ColorUnreadable) with
        {
            Color = facts.Color with { Encoding = encoding },
        });

        Assert.Equal(key, finding.Key);
        Assert.Contains(text, finding.Text);
    }

    [Fact]
    public void ACameraInfoOfAnotherSizeIsNamedWithBoth()
    {
        var finding = OnlyFinding(facts => facts with { Usable = 0, ColorInfo = facts.ColorInfo with { Width = 1280, Height = 720 } });

        Assert.Equal("size.color_info", finding.Key);
        Assert.Contains("The images on '/color/image_raw' are 640 x 480, the camera_info on '/color/camera_info' is for 1280 x 720", finding.Text);
    }

    [Fact]
    public void ALensModelThatCannotBeUndoneIsNamed()
    {
        var finding = OnlyFinding(facts => Lost(facts, DropReason.CameraInfoUnusable) with
        {
            ColorInfo = facts.ColorInfo with { Encoding = "equidistant" },
        });

        Assert.Equal("camera_info", finding.Key);
        Assert.Contains("lens model 'equidistant'", finding.Text);
    }

    [Theory]
    [InlineData(4.2, "the nearest pixel is 4.2 m away: raise max_depth")]
    [InlineData(double.NaN, "no pixel has depth")]
    public void DepthOutOfReachIsNamed(double nearest, string text)
    {
        var finding = OnlyFinding(facts => Lost(facts, DropReason.DepthEmpty) with
        {
            Frames = facts.Frames! with { NearestDepth = nearest, MedianDepth = nearest + 1 },
        });

        Assert.Equal("range", finding.Key);
        Assert.Contains("nothing within max_depth, 3 m", finding.Text);
        Assert.Contains(text, finding.Text);
    }

    [Theory]
    [InlineData(1830, "32FC1", "looks like millimetres sent as metres: half of it lies beyond 1830 m")]
    [InlineData(0.0018, "16UC1", "looks like metres sent as millimetres: half of it lies within 1.8 mm")]
    public void DepthInAnotherUnitIsNamedOnceAndForAll(double median, string encoding, string text)
    {
        var finding = OnlyFinding(facts => Lost(facts, DropReason.DepthEmpty) with
        {
            Depth = facts.Depth with { Encoding = encoding },
            Frames = facts.Frames! with { MedianDepth = median, NearestDepth = median / 2 },
        });

        Assert.Equal("looks_like.depth_unit", finding.Key);
        Assert.Contains(text, finding.Text);
    }

    [Fact]
    public void BlueRoomsAreNoSwappedColoursUntilTheyAreCertain()
    {
        InputFacts Blue(InputFacts facts, int views) => facts with { Frames = facts.Frames! with { Views = views, CoolShare = 0.3, WarmShare = 0.05, CoolerViews = views } };

        Assert.Empty(After(facts => Blue(facts, 19)));
        Assert.Equal("looks_like.bgr", OnlyFinding(facts => Blue(facts, 20)).Key);
        Assert.Empty(After(facts => Blue(facts, 20) with { Color = facts.Color with { Encoding = "mono8" } }));
    }
}
