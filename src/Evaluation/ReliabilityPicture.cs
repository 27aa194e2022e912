namespace AlsterNode.Evaluation;

/// <summary>
/// Draws a reliability diagram, [Guo] Fig. 1: above, the share of right labels in each bin of confidence against the diagonal on which a
/// calibrated map would lie; below, how many labels each bin holds.
/// </summary>
public static class ReliabilityPicture
{
    private const int Side = 420; // px
    private const int Histogram = 120;

    private static readonly Rgb Right = new(24, 84, 160);
    private static readonly Rgb Gap = new(214, 96, 77);
    private static readonly Rgb Count = new(130, 130, 130);

    /// <summary>Draws the bins.</summary>
    public static Canvas Draw(Calibration calibration, string title)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        var canvas = new Canvas(Side + 130, Side + Histogram + 170, ChartFrame.Paper);
        canvas.DrawText(12, 12, title, ChartFrame.Ink);
        canvas.DrawText(12, 34, calibration.ExpectedError is { } ece ? $"ECE {100 * ece:F1} %, {calibration.Total} labels" : "no labels", ChartFrame.Ink);
        var accuracy = new ChartFrame(canvas, 90, 66, Side, Side, (0, 1), (0, 1));
        DrawAccuracy(accuracy, calibration);
        accuracy.DrawAxes([0, 0.2, 0.4, 0.6, 0.8, 1], [0, 0.2, 0.4, 0.6, 0.8, 1], percentY: true, "", "right");
        var counts = new ChartFrame(canvas, 90, 66 + Side + 40, Side, Histogram, (0, 1), (0, 1));
        foreach (var bin in calibration.Bins)
        {
            if (calibration.Total > 0) counts.FillBar(bin.From, bin.To, 0, (double)bin.Count / calibration.Total, Count);
        }

        counts.DrawAxes([0, 0.2, 0.4, 0.6, 0.8, 1], [0, 0.5, 1], percentY: true, "confidence", "labels");
        return canvas;
    }

    private static void DrawAccuracy(ChartFrame chart, Calibration calibration)
    {
        foreach (var bin in calibration.Bins)
        {
            if (bin is not { Accuracy: { } accuracy, Confidence: { } confidence }) continue;
            chart.FillBar(bin.From, bin.To, 0, accuracy, Right);
            chart.FillBar(bin.From, bin.To, Math.Min(accuracy, confidence), Math.Max(accuracy, confidence), Gap); // what the bin adds to the ECE
        }

        chart.DrawLine(0, 0, 1, 1, ChartFrame.Ink);
    }
}
