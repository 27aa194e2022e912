using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AlsterNode.Pipeline;

/// <summary>What a head says about N voxels.</summary>
/// <param name="Probabilities">Softmax over the classes, [N, C].</param>
/// <param name="Labels">The most probable class, [N]; the lower id where two are equal.</param>
/// <param name="Confidences">Its probability, [N].</param>
internal sealed record Prediction(float[] Probabilities, byte[] Labels, float[] Confidences)
{
    /// <summary>Reads logits [N, C].</summary>
    public static Prediction Of(Tensor logits)
    {
        var classes = (int)logits.shape[1];
        var probabilities = MemoryMarshal.Cast<byte, float>(logits.softmax(1).contiguous().bytes).ToArray(); // [N, C]
        var labels = new byte[logits.shape[0]];
        var confidences = new float[labels.Length];
        for (var row = 0; row < labels.Length; row++)
        {
            var best = probabilities.AsSpan(row * classes, classes);
            var label = 0;
            for (var id = 1; id < classes; id++)
            {
                if (best[id] > best[label]) label = id;
            }
            labels[row] = (byte)label;
            confidences[row] = best[label];
        }
        return new Prediction(probabilities, labels, confidences);
    }
}
