namespace AlsterNode.Evaluation;

/// <summary>Latency of one stage [ms].</summary>
public sealed record LatencySummary(double P50, double P95, double P99, double Mean);

/// <summary>Percentiles per stage from recorded samples.</summary>
public static class LatencyReport
{
    /// <summary>Summarises samples [ms] by stage, in the given order; stages without samples are left out.</summary>
    public static IReadOnlyList<KeyValuePair<string, LatencySummary>> Summarize(IReadOnlyDictionary<string, IReadOnlyList<double>> samplesMs)
    {
        ArgumentNullException.ThrowIfNull(samplesMs);
        var stages = new List<KeyValuePair<string, LatencySummary>>();
        foreach (var (stage, samples) in samplesMs)
        {
            if (samples.Count > 0) stages.Add(new(stage, Summarize(samples)));
        }

        return stages;
    }

    /// <summary>Summarises one stage's samples [ms]; percentiles between two samples are interpolated linearly.</summary>
    public static LatencySummary Summarize(IReadOnlyList<double> samplesMs)
    {
        ArgumentNullException.ThrowIfNull(samplesMs);
        if (samplesMs.Count == 0) throw new ArgumentException("There are no samples, expected at least one.");
        var sorted = samplesMs.Order().ToArray();
        return new LatencySummary(Percentile(sorted, 0.50), Percentile(sorted, 0.95), Percentile(sorted, 0.99), sorted.Average());
    }

    private static double Percentile(double[] sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
