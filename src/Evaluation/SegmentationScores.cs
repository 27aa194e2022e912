namespace AlsterNode.Evaluation;

/// <summary>
/// ScanNet's and SceneNN's scores, in [0, 1]. A class that occurs neither in the truth nor in the predictions has no score (null) and
/// no part in the means; with no class left the means are null too.
/// </summary>
public sealed class SegmentationScores
{
    /// <summary>Computes the scores of a matrix.</summary>
    public SegmentationScores(ConfusionMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        (Total, Missed) = (matrix.Total, matrix.TotalMissed);
        var iou = new double?[matrix.Classes];
        var accuracy = new double?[matrix.Classes];
        double weighted = 0;
        for (var c = 0; c < matrix.Classes; c++)
        {
            var hits = matrix[c, c];
            var truths = matrix.TruthCount(c);
            var union = truths + matrix.PredictionCount(c) - hits; // TP + FN + FP
            iou[c] = union > 0 ? (double)hits / union : null;
            accuracy[c] = truths > 0 ? (double)hits / truths : null;
            weighted += (iou[c] ?? 0) * truths;
        }

        (Iou, Accuracy) = (iou, accuracy);
        (MeanIou, MeanAccuracy) = (iou.Average(), accuracy.Average()); // Average passes nulls over
        MeanIouPresent = iou.Where((_, c) => matrix.TruthCount(c) > 0).Average();
        WeightedIou = Total > 0 ? weighted / Total : null;
    }

    /// <summary>Number of elements with a truth.</summary>
    public long Total { get; }

    /// <summary>Number of elements with a truth and no predicted class: each is a false negative.</summary>
    public long Missed { get; }

    /// <summary>TP / (TP + FP + FN) of each class, [C].</summary>
    public IReadOnlyList<double?> Iou { get; }

    /// <summary>TP / (TP + FN) of each class, [C]; null where the truth has none of it.</summary>
    public IReadOnlyList<double?> Accuracy { get; }

    /// <summary>mIoU: mean of <see cref="Iou"/> over the classes that have one (ScanNet).</summary>
    public double? MeanIou { get; }

    /// <summary>Mean of <see cref="Iou"/> over the classes in the truth: in a small scene a few voxels of a class it has not do not weigh as much as a wall.</summary>
    public double? MeanIouPresent { get; }

    /// <summary>mAcc: mean of <see cref="Accuracy"/> over the classes in the truth (SceneNN).</summary>
    public double? MeanAccuracy { get; }

    /// <summary>wIoU: <see cref="Iou"/> weighted by the class's share of the truth (SceneNN).</summary>
    public double? WeightedIou { get; }
}
