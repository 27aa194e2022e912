using AlsterNode.Core;
using AlsterNode.Pipeline;

namespace AlsterNode.Evaluation;

/// <summary>What the expert has to beat, from the same frames.</summary>
public enum Baseline
{
    /// <summary>The 2D head's label, counted per voxel.</summary>
    Vote2D,

    /// <summary>The 3D head's label, counted per voxel.</summary>
    Vote3D,

    /// <summary>The product of the 2D head's class probabilities over the frames, as SemanticFusion does.</summary>
    Bayes2D,
}

/// <summary>
/// Fuses the heads' per-frame output without learning: two majority votes and a Bayesian product. Memory is linear in voxels
/// (8 C bytes and a dictionary entry each); ties go to the lower class id; the result depends on the frames only.
/// </summary>
public sealed class Baselines : IFrameObserver
{
    // One certain frame must not veto a class for good: probabilities are read as at least this.
    private const float LeastProbability = 1e-5f;

    private readonly VoxelRows _rows = new();
    private readonly RowTable<ushort> _votes2D; // [N, C]
    private readonly RowTable<ushort> _votes3D;
    private readonly RowTable<float> _logProbabilities;

    /// <summary>The baselines in the order of tables and files.</summary>
    public static IReadOnlyList<Baseline> All { get; } = [Baseline.Vote3D, Baseline.Vote2D, Baseline.Bayes2D];

    /// <summary>Baselines over <paramref name="classes"/> classes.</summary>
    public Baselines(int classes)
    {
        if (classes is < 1 or > 254) throw new ArgumentOutOfRangeException(nameof(classes), classes, "Expected 1 to 254 classes.");
        Classes = classes;
        (_votes2D, _votes3D, _logProbabilities) = (new(classes), new(classes), new(classes));
    }

    /// <summary>Number of classes, C.</summary>
    public int Classes { get; }

    /// <summary>Number of voxels seen.</summary>
    public int VoxelCount => _rows.Count;

    /// <summary>The name in metrics.json.</summary>
    public static string NameOf(Baseline baseline) => baseline switch
    {
        Baseline.Vote2D => "vote2d",
        Baseline.Vote3D => "vote3d",
        _ => "bayes2d",
    };

    /// <inheritdoc/>
    public void OnFrame(FramePrediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        if (prediction.Classes != Classes) throw new ArgumentException($"The frame has {prediction.Classes} classes, expected {Classes}.");
        for (var i = 0; i < prediction.Voxels.Length; i++)
        {
            var row = _rows.Add(prediction.Voxels[i]);
            var frame2D = prediction.Probabilities2D.AsSpan(i * Classes, Classes);
            Vote(_votes2D[row], ArgMax<float>(frame2D));
            Vote(_votes3D[row], ArgMax<float>(prediction.Probabilities3D.AsSpan(i * Classes, Classes)));
            Multiply(_logProbabilities[row], frame2D);
        }
    }

    /// <summary>The baseline's label of each voxel, [N]; <see cref="LabelSpace.Unlabelled"/> where no frame saw it.</summary>
    public void LabelsOf(Baseline baseline, ReadOnlySpan<VoxelIndex> voxels, Span<byte> labels)
    {
        for (var i = 0; i < voxels.Length; i++)
        {
            labels[i] = !_rows.TryGet(voxels[i], out var row) ? LabelSpace.Unlabelled : baseline switch
            {
                Baseline.Vote2D => (byte)ArgMax<ushort>(_votes2D[row]),
                Baseline.Vote3D => (byte)ArgMax<ushort>(_votes3D[row]),
                _ => (byte)ArgMax<float>(_logProbabilities[row]),
            };
        }
    }

    /// <summary>The class probabilities that <see cref="Baseline.Bayes2D"/> holds of a voxel, [C]; false where no frame saw it.</summary>
    public bool TryProbabilities(VoxelIndex voxel, Span<float> probabilities)
    {
        if (!_rows.TryGet(voxel, out var row)) return false;
        var logs = _logProbabilities[row];
        for (var c = 0; c < Classes; c++) probabilities[c] = MathF.Exp(logs[c]);
        return true;
    }

    private static void Vote(Span<ushort> votes, int label)
    {
        if (votes[label] == ushort.MaxValue)
        {
            foreach (ref var count in votes) count /= 2; // half an hour of one view at 30 Hz: the proportions are what counts
        }

        votes[label]++;
    }

    // log P(c | frames) = log P(c | frames before) + log P(c | frame) - log Z
    private static void Multiply(Span<float> logs, ReadOnlySpan<float> probabilities)
    {
        var max = float.NegativeInfinity;
        for (var c = 0; c < logs.Length; c++)
        {
            logs[c] += MathF.Log(MathF.Max(probabilities[c], LeastProbability));
            max = MathF.Max(max, logs[c]);
        }

        var sum = 0f;
        foreach (var log in logs) sum += MathF.Exp(log - max);
        var logZ = max + MathF.Log(sum);
        foreach (ref var log in logs) log -= logZ;
    }

    /// <summary>The greatest value's position, the first where several are equal.</summary>
    internal static int ArgMax<T>(ReadOnlySpan<T> values)
        where T : System.Numerics.INumber<T>
    {
        var best = 0;
        for (var c = 1; c < values.Length; c++)
        {
            if (values[c] > values[best]) best = c;
        }

        return best;
    }
}
