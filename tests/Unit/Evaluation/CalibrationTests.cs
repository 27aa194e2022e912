using AlsterNode.Evaluation;

namespace AlsterNode.Tests.Unit.Evaluation;

public class CalibrationTests
{
    [Fact]
    public void AConfidenceThatIsTheShareOfRightLabelsHasNoError()
    {
        var calibration = new Calibration();
        for (var i = 0; i < 10; i++) calibration.Add(0.8, i < 8);
        calibration.Add(0.25, true, 5);
        calibration.Add(0.25, false, 15);

        Assert.Equal(0, Assert.NotNull(calibration.ExpectedError), 1e-12);
    }

    [Fact]
    public void TheErrorIsTheGapWeightedByTheBinsShare()
    {
        var calibration = new Calibration();
        calibration.Add(0.9, false, 1);
        calibration.Add(0.5, true, 3);

        Assert.Equal((0.9 + (3 * 0.5)) / 4, Assert.NotNull(calibration.ExpectedError), 1e-12);
    }

    [Fact]
    public void GapsOfOppositeSignWithinABinCancelAndBetweenBinsDoNot()
    {
        var (within, between) = (new Calibration(), new Calibration());
        within.Add(0.5, true);
        within.Add(0.5, false);
        between.Add(0.3, true);
        between.Add(0.7, false);

        Assert.Equal(0, Assert.NotNull(within.ExpectedError), 1e-12);
        Assert.Equal(0.7, Assert.NotNull(between.ExpectedError), 1e-12);
    }

    [Fact]
    public void FifteenBinsCoverZeroToOne()
    {
        var calibration = new Calibration();
        calibration.Add(0, false);
        calibration.Add(0.0666, true);
        calibration.Add(0.0667, true);
        calibration.Add(1, true);

        var bins = calibration.Bins;
        Assert.Equal((15, 0.0, 1.0), (bins.Count, bins[0].From, bins[14].To));
        Assert.Equal((2, 1, 1), (bins[0].Count, bins[1].Count, bins[14].Count));
        Assert.Equal(0.5, bins[0].Accuracy);
        Assert.Equal((null, null), (bins[7].Accuracy, bins[7].Confidence));
    }

    [Fact]
    public void ScenesAddUp()
    {
        var (first, second) = (new Calibration(), new Calibration());
        first.Add(0.5, true);
        second.Add(0.5, false);

        first.Add(second);

        Assert.Equal(2, first.Total);
        Assert.Equal(0, Assert.NotNull(first.ExpectedError), 1e-12);
    }

    [Fact]
    public void NothingHasNoErrorAndWhatIsNoProbabilityIsRefused()
    {
        var calibration = new Calibration();

        Assert.Null(calibration.ExpectedError);
        foreach (var confidence in new[] { double.NaN, -0.1, 1.1 }) Assert.Throws<ArgumentOutOfRangeException>(() => calibration.Add(confidence, true));
    }
}
