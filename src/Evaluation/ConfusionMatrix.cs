using AlsterNode.Core;

namespace AlsterNode.Evaluation;

/// <summary>
/// Counts pairs of truth and prediction, [C, C] and one more column for predictions outside the classes. By ScanNet's rule a pair whose truth
/// is outside the classes is ignored altogether, and a prediction outside the classes is a miss of the truth.
/// </summary>
public sealed class ConfusionMatrix
{
    private readonly long[] _counts; // [C, C + 1], row = truth, last column = no class predicted

    /// <summary>An empty matrix.</summary>
    public ConfusionMatrix(int classes)
    {
        if (classes is < 1 or > 254) throw new ArgumentOutOfRangeException(nameof(classes), classes, "Expected 1 to 254 classes.");
        Classes = classes;
        _counts = new long[classes * (classes + 1)];
    }

    /// <summary>Number of classes, C.</summary>
    public int Classes { get; }

    /// <summary>How often <paramref name="truth"/> was called <paramref name="prediction"/>.</summary>
    public long this[int truth, int prediction] => _counts[(Checked(truth) * (Classes + 1)) + Checked(prediction)];

    /// <summary>How often <paramref name="truth"/> got no class at all.</summary>
    public long Missed(int truth) => _counts[(Checked(truth) * (Classes + 1)) + Classes];

    /// <summary>How often <paramref name="truth"/> occurs.</summary>
    public long TruthCount(int truth)
    {
        var sum = 0L;
        foreach (var count in _counts.AsSpan(Checked(truth) * (Classes + 1), Classes + 1)) sum += count;
        return sum;
    }

    /// <summary>How often <paramref name="prediction"/> was predicted where there is a truth.</summary>
    public long PredictionCount(int prediction)
    {
        var sum = 0L;
        for (var truth = 0; truth < Classes; truth++) sum += this[truth, prediction];
        return sum;
    }

    /// <summary>All pairs with a truth.</summary>
    public long Total => _counts.Sum();

    /// <summary>All pairs with a truth that got no class.</summary>
    public long TotalMissed => Enumerable.Range(0, Classes).Sum(Missed);

    /// <summary>Counts one pair; <see cref="LabelSpace.Unlabelled"/> as truth is ignored, as prediction it is a miss.</summary>
    public void Add(byte truth, byte prediction) => Add(truth, prediction, 1);

    /// <summary>Counts the same pair <paramref name="count"/> times; a negative count takes pairs back.</summary>
    public void Add(byte truth, byte prediction, long count)
    {
        if (truth >= Classes) return;
        _counts[(truth * (Classes + 1)) + Math.Min(prediction, Classes)] += count;
    }

    /// <summary>Counts pairs, [N] each.</summary>
    public void Add(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> predictions)
    {
        if (truth.Length != predictions.Length) throw new ArgumentException($"{truth.Length} truths and {predictions.Length} predictions, expected as many.");
        for (var i = 0; i < truth.Length; i++) Add(truth[i], predictions[i]);
    }

    /// <summary>Adds another matrix: scores over several scenes are scores of the summed counts.</summary>
    public void Add(ConfusionMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Classes != Classes) throw new ArgumentException($"The other matrix has {other.Classes} classes, expected {Classes}.");
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
    }

    /// <summary>A copy.</summary>
    public ConfusionMatrix Clone()
    {
        var copy = new ConfusionMatrix(Classes);
        copy.Add(this);
        return copy;
    }

    /// <summary>A copy without the pairs that got no class: how good the predictions are where there are some.</summary>
    public ConfusionMatrix WithoutMissed()
    {
        var copy = Clone();
        for (var truth = 0; truth < Classes; truth++) copy._counts[(truth * (Classes + 1)) + Classes] = 0;
        return copy;
    }

    private int Checked(int id) => (uint)id < (uint)Classes ? id : throw new ArgumentOutOfRangeException(nameof(id), id, $"Expected 0 to {Classes - 1}.");
}
