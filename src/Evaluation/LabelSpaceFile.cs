using AlsterNode.Core;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace AlsterNode.Evaluation;

/// <summary>
/// A label space of one's own in YAML: <c>name</c> and <c>classes</c>, each with <c>name</c>, <c>color</c> [r, g, b] and, where the ground
/// truth has one, its <c>nyu40</c> id; optionally <c>remap</c>, which says by name what classes of other spaces become. Patterns lie in
/// <c>launch/label_spaces</c>.
/// </summary>
public static class LabelSpaceFile
{
    private const string Nothing = "unlabelled"; // what a remap says for classes that shall count as none

    /// <summary>A built-in space by name, or the file at a path.</summary>
    public static LabelSpace Resolve(string nameOrPath)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        return nameOrPath.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || nameOrPath.EndsWith(".yml", StringComparison.OrdinalIgnoreCase)
            ? Read(nameOrPath)
            : LabelSpace.Named(nameOrPath);
    }

    /// <summary>Reads a label space; throws <see cref="InputException"/> with the place where the file is wrong.</summary>
    public static LabelSpace Read(string path)
    {
        if (!File.Exists(path)) throw new InputException($"Label space file '{path}' does not exist.");
        try
        {
            var deserializer = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).Build();
            using var reader = new StreamReader(path);
            return ToLabelSpace(path, deserializer.Deserialize<Document?>(reader));
        }
        catch (YamlException e)
        {
            throw new InputException($"Label space file '{path}' line {e.Start.Line}: {e.InnerException?.Message ?? e.Message}", e);
        }
        catch (InvalidOperationException e) // YamlDotNet's scanner on some damaged values
        {
            throw new InputException($"Label space file '{path}' is damaged: {e.Message}", e);
        }
    }

    private static LabelSpace ToLabelSpace(string path, Document? document)
    {
        if (string.IsNullOrWhiteSpace(document?.Name)) throw new InputException($"Label space file '{path}' has no 'name'.");
        if (document.Classes is not { Count: > 0 }) throw new InputException($"Label space file '{path}' has no 'classes'.");
        var classes = document.Classes.Select((entry, id) => ToClass(path, id, entry)).ToList();
        Refuse(path, "name", classes.Select(c => c.Name));
        Refuse(path, "nyu40 id", classes.Where(c => c.Nyu40Id > 0).Select(c => c.Nyu40Id));
        return new LabelSpace(document.Name, classes, (document.Remap ?? []).ToDictionary(remap => remap.Key, remap => Target(path, classes, remap.Key, remap.Value)));
    }

    private static byte Target(string path, List<LabelClass> classes, string other, string? name)
    {
        var what = $"Label space file '{path}' remaps '{other}' to '{name}'";
        if (classes.Exists(entry => entry.Name == other)) throw new InputException($"{what}, expected a name of another space: '{other}' is a class of this one.");
        var nyu40 = LabelSpace.Nyu40.Classes.FirstOrDefault(entry => entry.Name == other)?.Nyu40Id;
        if (classes.Find(entry => entry.Nyu40Id == nyu40) is { } owner && owner.Name != name) throw new InputException($"{what}, but its nyu40 id {nyu40} belongs to class '{owner.Name}'.");
        var id = classes.FindIndex(entry => entry.Name == name);
        return id >= 0 ? (byte)id : name == Nothing ? LabelSpace.Unlabelled : throw new InputException($"{what}, expected one of its classes or '{Nothing}'.");
    }

    private static LabelClass ToClass(string path, int id, ClassEntry? entry)
    {
        if (string.IsNullOrWhiteSpace(entry?.Name)) throw new InputException($"Label space file '{path}': class {id} has no 'name'.");
        if (entry.Color is not { Length: 3 } color || color.Any(v => v is < 0 or > 255))
        {
            throw new InputException($"Label space file '{path}': class '{entry.Name}' needs 'color: [red, green, blue]' with values 0 to 255.");
        }

        if (entry.Nyu40 is < 0 or > 255)
        {
            throw new InputException($"Label space file '{path}': class '{entry.Name}' has nyu40 id {entry.Nyu40}, expected 1 to 40.");
        }

        return new LabelClass(entry.Name, (byte)color[0], (byte)color[1], (byte)color[2], entry.Nyu40);
    }

    private static void Refuse<T>(string path, string what, IEnumerable<T> values)
    {
        var twice = values.GroupBy(v => v).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null) throw new InputException($"Label space file '{path}': {what} '{twice.Key}' is used by {twice.Count()} classes.");
    }

    private sealed class Document
    {
        public string? Name { get; set; }

        public List<ClassEntry?>? Classes { get; set; }

        public Dictionary<string, string?>? Remap { get; set; }
    }

    private sealed class ClassEntry
    {
        public string? Name { get; set; }

        public int[]? Color { get; set; }

        public int Nyu40 { get; set; }
    }
}
