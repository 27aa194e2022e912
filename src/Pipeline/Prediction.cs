using AlsterNode.Kernels;

namespace AlsterNode.Pipeline;

/// <summary>What a head says about the N voxels of a frame, in memory that the next frame uses again.</summary>
internal sealed class Prediction
{
    private byte[] _labels = [];
    private float[] _confidences = [];

    /// <summary>Number of voxels, N.</summary>
    public int Count { get; private set; }

    /// <summary>The most probable class, [N]; the lower id where two are equal.</summary>
    public ReadOnlySpan<byte> Labels => _labels.AsSpan(0, Count);

    /// <summary>Its probability, [N].</summary>
    public ReadOnlySpan<float> Confidences => _confidences.AsSpan(0, Count);

    /// <summary>Picks from probabilities [N, C].</summary>
    public void Take(ReadOnlySpan<float> probabilities, int classes)
    {
        Count = probabilities.Length / classes;
        var (labels, confidences) = (Reuse.Reserve(ref _labels, Count), Reuse.Reserve(ref _confidences, Count));
        for (var row = 0; row < Count; row++)
        {
            var best = probabilities.Slice(row * classes, classes);
            var label = 0;
            for (var id = 1; id < classes; id++)
            {
                if (best[id] > best[label]) label = id;
            }
            labels[row] = (byte)label;
            confidences[row] = best[label];
        }
    }
}
