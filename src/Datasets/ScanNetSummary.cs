using System.Globalization;

namespace AlsterNode.Datasets;

/// <summary>A scan's summary file, NAME.txt: lines "key = value".</summary>
internal sealed class ScanNetSummary
{
    private readonly Dictionary<string, string> _values = [];

    private ScanNetSummary(string path)
    {
        Path = path;
        foreach (var line in File.ReadLines(path))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) _values[line[..equals].Trim()] = line[(equals + 1)..].Trim();
        }
    }

    public string Path { get; }

    /// <summary>The summary in a folder; null when there is none.</summary>
    public static ScanNetSummary? TryRead(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*.txt").Order(StringComparer.Ordinal))
        {
            if (new FileInfo(path).Length > 1 << 16) continue;
            var summary = new ScanNetSummary(path);
            if (summary._values.ContainsKey("depthWidth")) return summary;
        }
        return null;
    }

    /// <summary>A value; NaN when it is absent or no number.</summary>
    public double Number(string key) => _values.TryGetValue(key, out var text)
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
}
