namespace AlsterNode.Evaluation;

/// <summary>One bin of a reliability diagram: confidences in (From, To], their mean and the share of right labels; null where it is empty.</summary>
public readonly record struct CalibrationBin(double From, double To, long Count, double? Confidence, double? Accuracy);

/// <summary>
/// Does a confidence of 0.8 mean that 8 of 10 labels are right? Counts by confidence in 15 bins of equal width, as [Guo] does; the first bin
/// includes 0. Only labels with a truth take part.
/// </summary>
public sealed class Calibration
{
    /// <summary>Number of bins.</summary>
    public const int BinCount = 15;

    private readonly long[] _counts = new long[BinCount];
    private readonly long[] _hits = new long[BinCount];
    private readonly double[] _confidences = new double[BinCount]; // sums

    /// <summary>Labels counted.</summary>
    public long Total => _counts.Sum();

    /// <summary>ECE: sum over the bins of their share times |accuracy - mean confidence|, [Guo] Eq. (3); null when nothing was counted.</summary>
    public double? ExpectedError
    {
        get
        {
            if (Total == 0) return null;
            var sum = 0.0;
            for (var bin = 0; bin < BinCount; bin++) sum += Math.Abs(_hits[bin] - _confidences[bin]); // = count * |accuracy - confidence|
            return sum / Total;
        }
    }

    /// <summary>The bins from the lowest confidence on.</summary>
    public IReadOnlyList<CalibrationBin> Bins => [.. Enumerable.Range(0, BinCount).Select(bin => new CalibrationBin(
        bin / (double)BinCount,
        (bin + 1) / (double)BinCount,
        _counts[bin],
        _counts[bin] == 0 ? null : _confidences[bin] / _counts[bin],
        _counts[bin] == 0 ? null : (double)_hits[bin] / _counts[bin]))];

    /// <summary>Counts labels of one confidence in [0, 1].</summary>
    public void Add(double confidence, bool isRight, long count = 1)
    {
        if (!(confidence is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "Expected 0 to 1.");
        var bin = Math.Max(0, (int)Math.Ceiling(confidence * BinCount) - 1);
        _counts[bin] += count;
        _confidences[bin] += count * confidence;
        if (isRight) _hits[bin] += count;
    }

    /// <summary>Adds another scene's counts.</summary>
    public void Add(Calibration other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var bin = 0; bin < BinCount; bin++)
        {
            _counts[bin] += other._counts[bin];
            _hits[bin] += other._hits[bin];
            _confidences[bin] += other._confidences[bin];
        }
    }
}
