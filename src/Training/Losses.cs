using AlsterNode.Core;
using static TorchSharp.torch;

namespace AlsterNode.Training;

/// <summary>The losses of [ALSTER] 3.1.</summary>
public static class Losses
{
    /// <summary>
    /// Focal loss ([ALSTER] Eq. 5): (1 - p)^gamma CE with p the probability of the true class, averaged over the labelled rows, as
    /// PyTorch averages: weighted rows count as much as they weigh. 0, with gradients of 0, when no row is labelled.
    /// </summary>
    /// <param name="logits">[N, C].</param>
    /// <param name="labels">[N] u8 or i64; <see cref="LabelSpace.Unlabelled"/> is left out.</param>
    /// <param name="gamma">How much rows that are right already are played down; 0 is cross-entropy. 1 in the paper.</param>
    /// <param name="classWeights">[C]; null weighs all classes alike.</param>
    public static Tensor Focal(Tensor logits, Tensor labels, double gamma = 1, Tensor? classWeights = null)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        if (logits.dim() != 2 || labels.dim() != 1 || labels.shape[0] != logits.shape[0])
            throw new ArgumentException($"Logits are [{string.Join(", ", logits.shape)}] and labels [{string.Join(", ", labels.shape)}], expected [N, C] and [N].");
        using var scope = NewDisposeScope();
        var known = labels.ne(LabelSpace.Unlabelled).nonzero().squeeze(1); // [M] rows that have a label
        if (known.shape[0] == 0) return (logits.sum() * 0).MoveToOuterDisposeScope();

        var truth = labels.index_select(0, known).to(ScalarType.Int64);    // [M]
        var logProbability = logits.index_select(0, known).log_softmax(1).gather(1, truth.unsqueeze(1)).squeeze(1); // [M]
        var loss = -logProbability;
        if (gamma == 1) loss = loss * (1 - logProbability.exp());
        else if (gamma != 0) loss = loss * (1 - logProbability.exp()).clamp(1e-12).pow(gamma); // pow has no slope at 0
        if (classWeights is null) return loss.mean().MoveToOuterDisposeScope();
        var weights = classWeights.index_select(0, truth); // [M]
        return ((loss * weights).sum() / weights.sum()).MoveToOuterDisposeScope();
    }
}
