using System.Globalization;
using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>
/// What the numbers in a recording's label images mean. ScanNet's own images (_2d-label-filt.zip) hold the ids of its table of some 600 categories,
/// scannetv2-labels.combined.tsv, whose column nyu40id says what they are in NYU40; other makers write NYU40 ids at once.
/// </summary>
internal sealed class LabelIds
{
    /// <summary>The table's name in ScanNet's release.</summary>
    public const string TableName = "scannetv2-labels.combined.tsv";

    private const int MostLevels = 3; // scene, scans, data set: where people put the table
    private const ushort LastNyu40 = 40;

    private readonly ushort[]? _nyu40; // by ScanNet's id, 0 where it has none; null: the images hold NYU40 ids

    private LabelIds(ushort[]? nyu40) => _nyu40 = nyu40;

    /// <summary>The ids of a recording whose files are in a folder, as <see cref="SourceOptions.LabelIds"/> says.</summary>
    public static LabelIds Of(string folder, SourceOptions options)
    {
        if (options.LabelIds == SourceOptions.Nyu40LabelIds) return new LabelIds(null);
        var table = options.LabelIds ?? TableNear(folder);
        return new LabelIds(table is null ? null : ReadTable(table));
    }

    /// <summary>A label image in NYU40 ids; null when there is none or it is damaged.</summary>
    public Image16? TryRead(string? path)
    {
        if (ImageFiles.TryReadIds(path) is not { } image) return null;
        var pixels = image.Pixels;
        for (var i = 0; i < pixels.Length; i++)
        {
            if (_nyu40 is not null) pixels[i] = _nyu40[pixels[i]];
            else if (pixels[i] > LastNyu40) throw NotNyu40(path!, pixels[i]);
        }
        return image;
    }

    private static InputException NotNyu40(string path, ushort id) => new(
        $"Label image '{path}' has id {id}, expected NYU40 ids (0 to {LastNyu40}). ScanNet's own label images hold other ids: put its {TableName} into the scans' folder or name it with --label-ids.");

    private static string? TableNear(string folder)
    {
        var place = new DirectoryInfo(Path.GetFullPath(folder));
        for (var level = 0; level < MostLevels && place is not null; level++, place = place.Parent)
        {
            var path = Path.Combine(place.FullName, TableName);
            if (File.Exists(path)) return path;
        }
        return null;
    }

    /// <summary>NYU40 ids by ScanNet's ids. Copies of the table differ in line ends and trailing tabs.</summary>
    private static ushort[] ReadTable(string path)
    {
        if (!File.Exists(path)) throw new InputException($"Label table '{path}' does not exist; expected nyu40, or ScanNet's {TableName}.");
        var lines = File.ReadLines(path).Select(line => line.TrimEnd('\r').Split('\t')).ToArray();
        var header = lines.Length == 0 ? [] : Array.ConvertAll(lines[0], name => name.Trim());
        var (id, nyu40) = (Array.IndexOf(header, "id"), Array.IndexOf(header, "nyu40id"));
        if (id < 0 || nyu40 < 0) throw new InputException($"Label table '{path}' has no columns id and nyu40id in its first line, expected ScanNet's {TableName}.");
        var ids = new ushort[ushort.MaxValue + 1];
        for (var row = 1; row < lines.Length; row++)
        {
            var cells = lines[row];
            if (cells.Length == 1 && cells[0].Trim().Length == 0) continue;
            if (cells.Length <= Math.Max(id, nyu40) || !TryParse(cells[id], out var from) || !TryParse(cells[nyu40], out var to) || to > LastNyu40)
                throw new InputException($"Label table '{path}', line {row + 1}: expected a number in the columns id and nyu40id (0 to {LastNyu40}), found '{string.Join(' ', cells.Take(8))}'.");
            ids[from] = to;
        }
        return ids;
    }

    private static bool TryParse(string text, out ushort value) => ushort.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out value);
}
