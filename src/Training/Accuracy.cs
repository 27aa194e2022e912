using AlsterNode.Core;
using static TorchSharp.torch;

namespace AlsterNode.Training;

/// <summary>Share of labelled rows whose most probable class is the true one.</summary>
internal static class Accuracy
{
    /// <summary>Logits [N, C], labels int64 [N].</summary>
    public static double Of(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var known = labels.ne(LabelSpace.Unlabelled);
        var right = logits.argmax(1).eq(labels).logical_and(known);
        var count = known.sum().item<long>();
        return count == 0 ? 0 : (double)right.sum().item<long>() / count;
    }
}
