using System.Globalization;
using System.Text;

namespace AlsterNode.Evaluation;

/// <summary>Writes what lies behind the scores into a folder: confusion matrices as pictures and counts, reliability diagrams, the curve.</summary>
public static class ScoreFiles
{
    /// <summary>Replaces the files of the same names.</summary>
    public static void Write(string directory, ScoreBoard scores, MiouCurve? curve)
    {
        ArgumentNullException.ThrowIfNull(scores);
        foreach (var domain in scores.Domains)
        {
            foreach (var method in scores.MethodsOf(domain)) WriteMethod(directory, scores, domain, method);
        }

        if (curve is null || curve.Points.Count == 0) return;
        curve.WriteCsv(Path.Combine(directory, "miou_by_frames.csv"));
        CurvePicture.Draw(curve).Save(Path.Combine(directory, "miou_by_frames.png"));
    }

    private static void WriteMethod(string directory, ScoreBoard scores, string domain, string method)
    {
        var matrix = scores[domain, method];
        var title = $"{domain}, {method}: mIoU {Percent(scores.Scores(domain, method).MeanIou)}, rows in percent of the true class";
        ConfusionPicture.Draw(matrix, scores.LabelSpace, title).Save(Path.Combine(directory, $"confusion_{domain}_{method}.png"));
        WriteCounts(Path.Combine(directory, $"confusion_{domain}_{method}.csv"), matrix, scores.LabelSpace);
        if (scores.CalibrationOf(domain, method) is { } calibration)
            ReliabilityPicture.Draw(calibration, $"{domain}, {method}").Save(Path.Combine(directory, $"reliability_{domain}_{method}.png"));
    }

    // A row for each true class, a column for each predicted one and one for none.
    private static void WriteCounts(string path, ConfusionMatrix matrix, Core.LabelSpace labelSpace)
    {
        var text = new StringBuilder("truth");
        foreach (var entry in labelSpace.Classes) text.Append(CultureInfo.InvariantCulture, $",{entry.Name}");
        text.Append(",no label\n");
        for (var truth = 0; truth < matrix.Classes; truth++)
        {
            text.Append(labelSpace.Classes[truth].Name);
            for (var prediction = 0; prediction < matrix.Classes; prediction++) text.Append(CultureInfo.InvariantCulture, $",{matrix[truth, prediction]}");
            text.Append(CultureInfo.InvariantCulture, $",{matrix.Missed(truth)}\n");
        }

        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Percent(double? value) => value is { } v ? $"{100 * v:F1} %" : "-";
}
