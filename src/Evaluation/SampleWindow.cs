namespace AlsterNode.Evaluation;

/// <summary>The last samples of a figure that never ends. Safe to use from any thread.</summary>
/// <param name="size">Samples that are kept.</param>
public sealed class SampleWindow(int size)
{
    private readonly Lock _gate = new();
    private readonly Queue<double> _samples = new(size);

    /// <summary>Adds a sample; the oldest makes room.</summary>
    public void Add(double sample)
    {
        lock (_gate)
        {
            if (_samples.Count == size) _samples.Dequeue();
            _samples.Enqueue(sample);
        }
    }

    /// <summary>Percentiles and mean of what is kept; null when there is nothing.</summary>
    public LatencySummary? Summarize()
    {
        double[] samples;
        lock (_gate) samples = [.. _samples];
        return samples.Length == 0 ? null : LatencyReport.Summarize(samples);
    }
}
