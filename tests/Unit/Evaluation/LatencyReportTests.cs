using AlsterNode.Evaluation;

namespace AlsterNode.Tests.Unit.Evaluation;

public class LatencyReportTests
{
    [Fact]
    public void PercentilesOfAnUnsortedRampAreItsValues()
    {
        var ramp = Enumerable.Range(0, 101).Select(i => (double)(i * 37 % 101)).ToArray();

        Assert.Equal(new LatencySummary(50, 95, 99, 50), LatencyReport.Summarize(ramp));
    }

    [Fact]
    public void PercentilesBetweenTwoSamplesAreInterpolated()
    {
        var summary = LatencyReport.Summarize([10, 20]);

        Assert.Equal(15, summary.P50, 1e-12);
        Assert.Equal(19.5, summary.P95, 1e-12);
        Assert.Equal(19.9, summary.P99, 1e-12);
    }

    [Fact]
    public void StagesKeepTheirOrderAndEmptyOnesAreLeftOut()
    {
        var samples = new Dictionary<string, IReadOnlyList<double>> { ["normals"] = [1.0], ["encode2d"] = [], ["crop"] = [2.0, 4.0] };

        var report = LatencyReport.Summarize(samples);

        Assert.Equal(["normals", "crop"], report.Select(s => s.Key));
        Assert.Equal(3, report[1].Value.Mean);
    }
}
