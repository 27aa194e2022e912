using System.Text;
using AlsterNode.Core;

namespace AlsterNode.Evaluation;

/// <summary>
/// Confusion counts by domain ("voxel", "vertex") and method ("expert", "vote3d", "vote2d", "bayes2d"), over one scene or, added up, over many;
/// the <c>scores</c> block of metrics.json.
/// </summary>
public sealed class ScoreBoard
{
    private readonly List<(string Domain, string Method, ConfusionMatrix Matrix)> _entries = [];

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
    public ConfusionMatrix this[string domain, string method]
    {
        get
        {
            foreach (var entry in _entries)
            {
                if (entry.Domain == domain && entry.Method == method) return entry.Matrix;
            }

            var matrix = new ConfusionMatrix(LabelSpace.Count);
            _entries.Add((domain, method, matrix));
            return matrix;
        }
    }

    /// <summary>The scores of a domain and method.</summary>
    public SegmentationScores Scores(string domain, string method) => new(this[domain, method]);

    /// <summary>Adds another scene's counts.</summary>
    public void Add(ScoreBoard other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.LabelSpace.Name != LabelSpace.Name)
        {
            throw new ArgumentException($"The other board scores {other.LabelSpace.Name}, expected {LabelSpace.Name}.");
        }

        foreach (var (domain, method, matrix) in other._entries) this[domain, method].Add(matrix);
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
        AppendRow("mAcc", s => s.MeanAccuracy);
        AppendRow("wIoU", s => s.WeightedIou);
        for (var c = 0; c < LabelSpace.Count; c++)
        {
            if (scores.Any(s => s.Iou[c] is not null)) AppendRow(LabelSpace.Classes[c].Name, s => s.Iou[c]);
        }

        return table.ToString();

        void AppendRow(string name, Func<SegmentationScores, double?> value) =>
            table.Append(name.PadRight(width)).AppendLine(string.Concat(scores.Select(s => value(s) is { } v ? $"{100 * v,9:F1}" : $"{"-",9}")));
    }
}
