using System.Globalization;
using AlsterNode.Evaluation;

namespace AlsterNode.Training;

/// <summary>Pictures of a run's log.csv: losses.png, and accuracy.png with the validation's scores.</summary>
internal static class TrainingCurves
{
    private const int Points = 200; // along a curve: means of as many steps as that needs

    /// <summary>Draws the log of a run folder into that folder.</summary>
    public static void Draw(string folder)
    {
        var figures = Read(Path.Combine(folder, "log.csv"));
        Draw(Path.Combine(folder, "losses.png"), "loss", percent: false, figures.Where(figure => figure.Key.StartsWith("loss_", StringComparison.Ordinal)));
        Draw(Path.Combine(folder, "accuracy.png"), "training accuracy, validation mIoU", percent: true, figures.Where(figure => !figure.Key.StartsWith("loss_", StringComparison.Ordinal)));
    }

    /// <summary>Each figure over the steps of all phases, one after the other; steps taken again after a resume follow those before.</summary>
    private static Dictionary<string, List<(double Step, double Value)>> Read(string path)
    {
        var figures = new Dictionary<string, List<(double, double)>>();
        var (taken, last) = (0, ("", ""));
        foreach (var row in File.ReadLines(path).Skip(1).Select(line => line.Split(',')))
        {
            if (row.Length != 5 || !double.TryParse(row[4], CultureInfo.InvariantCulture, out var value)) continue; // a line cut off by a kill
            if ((row[0], row[1]) != last) taken++;
            last = (row[0], row[1]);
            if (!figures.TryGetValue(row[3], out var values)) figures[row[3]] = values = [];
            values.Add((taken, row[3].StartsWith("miou_", StringComparison.Ordinal) ? value / 100 : value));
        }
        return figures;
    }

    private static void Draw(string path, string title, bool percent, IEnumerable<KeyValuePair<string, List<(double Step, double Value)>>> figures)
    {
        var lines = figures.Select(figure => (figure.Key, Means(figure.Value))).ToArray();
        if (lines.Length > 0) LineChart.Draw(title, "steps", percent, lines).Save(path);
    }

    private static IReadOnlyList<(double X, double Y)> Means(List<(double Step, double Value)> values) =>
        [.. values.Chunk(Math.Max(1, values.Count / Points)).Select(chunk => (chunk[^1].Step, chunk.Average(item => item.Value)))];
}
