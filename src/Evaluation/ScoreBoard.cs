using System.Text;
using AlsterNode.Core;

namespace AlsterNode.Evaluation;

/// <summary>
/// Confusion counts by domain ("voxel", "vertex", "image") and method ("expert", "vote3d", "vote2d", "bayes2d"), over one scene or, added up, over
/// many, and the calibration of methods that say how sure they are; the <c>scores</c> block of metrics.json.
/// </summary>
public sealed class ScoreBoard
{
    private readonly List<Entry> _entries = [];

    /// <summary>An empty board.</summary>
    public ScoreBoard(LabelSpace labelSpace)
    {
        ArgumentNullException.ThrowIfNull(labelSpace);
        LabelSpace = labelSpace;
    }

    /// <summary>The classes scored.</summary>
    public LabelSpace LabelSpace { get; }

    /// <summary>The domains in order of their first use.</summary>
    public IEnumerable<string> Domains => _entries.Select(e => e.Domain).Distinct();

    /// <summary>The methods scored in a domain, in order of their first use.</summary>
    public IEnumerable<string> MethodsOf(string domain) => _entries.Where(e => e.Domain == domain).Select(e => e.Method);

    /// <summary>The counts of a domain and method; an empty matrix is entered when there is none yet.</summary>
    public ConfusionMatrix this[string domain, string method] => EntryOf(domain, method).Matrix;

    /// <summary>The scores of a domain and method.</summary>
    public SegmentationScores Scores(string domain, string method) => new(this[domain, method]);

    /// <summary>How far a method's confidences can be believed; null when it gave none.</summary>
    public Calibration? CalibrationOf(string domain, string method) => EntryOf(domain, method).Calibration;

    /// <summary>Counts the confidence of a label; ignored where there is no truth.</summary>
    public void AddConfidence(string domain, string method, byte truth, byte label, double confidence, long count = 1)
    {
        if (truth >= LabelSpace.Count) return;
        var entry = EntryOf(domain, method);
        (entry.Calibration ??= new Calibration()).Add(confidence, truth == label, count);
    }

    /// <summary>Adds another scene's counts.</summary>
    public void Add(ScoreBoard other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.LabelSpace.Name != LabelSpace.Name)
        {
            throw new ArgumentException($"The other board scores {other.LabelSpace.Name}, expected {LabelSpace.Name}.");
        }

        foreach (var entry in other._entries)
        {
            var own = EntryOf(entry.Domain, entry.Method);
            own.Matrix.Add(entry.Matrix);
            if (entry.Calibration is not null) (own.Calibration ??= new Calibration()).Add(entry.Calibration);
        }
    }

    /// <summary>A plain table [%]: the means first, then a line for each class that occurs.</summary>
    public string ToTable(string domain)
    {
        var methods = MethodsOf(domain).ToArray();
        var scores = methods.Select(m => Scores(domain, m)).ToArray();
        var width = Math.Max(12, LabelSpace.Classes.Max(c => c.Name.Length));
        var table = new StringBuilder();
        table.Append(domain.PadRight(width)).AppendLine(string.Concat(methods.Select(m => $"{m,9}")));
        AppendRow("mIoU", s => s.MeanIou);
        AppendRow("mIoU present", s => s.MeanIouPresent);
        AppendRow("mAcc", s => s.MeanAccuracy);
        AppendRow("wIoU", s => s.WeightedIou);
        if (scores.Any(s => s.Missed > 0)) AppendRow("no label", s => s.Total > 0 ? (double)s.Missed / s.Total : null);
        for (var c = 0; c < LabelSpace.Count; c++)
        {
            if (scores.Any(s => s.Iou[c] is not null)) AppendRow(LabelSpace.Classes[c].Name, s => s.Iou[c]);
        }

        return table.ToString();

        void AppendRow(string name, Func<SegmentationScores, double?> value) =>
            table.Append(name.PadRight(width)).AppendLine(string.Concat(scores.Select(s => value(s) is { } v ? $"{100 * v,9:F1}" : $"{"-",9}")));
    }

    /// <summary>A plain table of mIoU [%]: a line for each domain, with the calibration error (ECE) of the method that has one.</summary>
    public string ToSummary()
    {
        var methods = _entries.Select(e => e.Method).Distinct().ToArray();
        var table = new StringBuilder();
        table.Append("mIoU".PadRight(12)).AppendLine(string.Concat(methods.Select(m => $"{m,13}")) + $"{"ECE",9}");
        foreach (var domain in Domains)
        {
            table.Append(domain.PadRight(12)).Append(string.Concat(methods.Select(m => Cell(_entries.Find(e => e.Domain == domain && e.Method == m), 13))));
            var error = _entries.Find(e => e.Domain == domain && e.Calibration is not null)?.Calibration?.ExpectedError;
            table.AppendLine(error is { } ece ? $"{100 * ece,9:F1}" : $"{"-",9}");
        }

        return table.ToString();

        static string Cell(Entry? entry, int width) =>
            (entry is not null && new SegmentationScores(entry.Matrix).MeanIou is { } miou ? $"{100 * miou:F1}" : "-").PadLeft(width);
    }

    private Entry EntryOf(string domain, string method)
    {
        foreach (var entry in _entries)
        {
            if (entry.Domain == domain && entry.Method == method) return entry;
        }

        var added = new Entry(domain, method, new ConfusionMatrix(LabelSpace.Count));
        _entries.Add(added);
        return added;
    }

    private sealed class Entry(string domain, string method, ConfusionMatrix matrix)
    {
        public string Domain => domain;

        public string Method => method;

        public ConfusionMatrix Matrix => matrix;

        public Calibration? Calibration { get; set; }
    }
}
