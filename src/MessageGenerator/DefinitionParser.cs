using System.Globalization;
using System.Text.RegularExpressions;

namespace AlsterNode.MessageGenerator;

/// <summary>Reads .msg and .srv files (docs.ros.org, "About ROS 2 interfaces").</summary>
internal static class DefinitionParser
{
    private static readonly Regex Line = new(
        @"^(?<type>[A-Za-z][\w/]*)(<=(?<text>\d+))?(?<array>\[(<=)?\d*\])?\s+(?<name>[A-Za-z]\w*)\s*(?<rest>.*)$", RegexOptions.CultureInvariant);

    /// <summary>A .msg file.</summary>
    /// <param name="folder">The package's folder.</param>
    /// <param name="name">The file's name without its ending.</param>
    /// <param name="text">The file.</param>
    public static Message ParseMessage(string folder, string name, string text) => new(folder, "msg", name, text, ParseLines(folder, name, text));

    /// <summary>A .srv file: request, a line of three dashes, response.</summary>
    public static Service ParseService(string folder, string name, string text)
    {
        var halves = Regex.Split(text, @"^---\s*\n", RegexOptions.Multiline);
        if (halves.Length != 2) throw new DefinitionException($"{folder}/srv/{name}.srv has {halves.Length} parts, expected a request, a line '---' and a response");
        Message Half(string suffix, string half) => new(folder, "srv", $"{name}_{suffix}", half, ParseLines(folder, $"{name}_{suffix}", half));
        return new Service(name, Half("Request", halves[0]), Half("Response", halves[1]));
    }

    private static List<Field> ParseLines(string folder, string name, string text)
    {
        var fields = new List<Field>();
        foreach (var raw in text.Replace("\r", "").Split('\n'))
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            var match = Line.Match(line);
            if (!match.Success) throw new DefinitionException($"{folder}/{name} has the line '{line}', expected 'type name', 'type name default' or 'type NAME=value'");
            fields.Add(ParseField(folder, name, match));
        }
        var twice = fields.GroupBy(field => field.Name).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? fields : throw new DefinitionException($"{folder}/{name} has two fields '{twice.Key}'");
    }

    private static Field ParseField(string folder, string message, Match match)
    {
        var type = ParseType(folder, message, match);
        var rest = match.Groups["rest"].Value;
        if (rest.StartsWith("=", StringComparison.Ordinal))
        {
            var (constant, remark) = type.Name == "string" ? (rest.Substring(1), "") : SplitComment(rest.Substring(1));
            return new Field(type, match.Groups["name"].Value, null, constant.Trim(), remark);
        }
        var (value, comment) = SplitComment(rest);
        return new Field(type, match.Groups["name"].Value, value.Length == 0 ? null : value, null, comment);
    }

    private static FieldType ParseType(string folder, string message, Match match)
    {
        var name = match.Groups["type"].Value;
        if (name == "wstring") throw new DefinitionException($"{folder}/{message} has a wstring, which is not supported; use string (UTF-8)");
        if (Primitive.Named(name) is null) name = Key(folder, name);
        var textBound = Number(match.Groups["text"].Value);
        var array = match.Groups["array"].Value;
        var shape = array.Length == 0 ? Shape.Single : array == "[]" ? Shape.Sequence : array.Contains("<=") ? Shape.BoundedSequence : Shape.Array;
        return new FieldType(name, textBound, shape, Number(array.Trim('[', ']', '<', '=')));
    }

    /// <summary>Name, package/Name and package/msg/Name are all in use; a name alone is of the same folder.</summary>
    private static string Key(string folder, string name)
    {
        var parts = name.Split('/');
        return parts.Length == 1 ? $"{folder}/{name}" : $"{parts[0]}/{parts[parts.Length - 1]}";
    }

    /// <summary>A '#' begins a comment, but not within quotes.</summary>
    private static (string Value, string Comment) SplitComment(string text)
    {
        char? quote = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (quote is not null) quote = text[i] == quote ? null : quote;
            else if (text[i] is '"' or '\'') quote = text[i];
            else if (text[i] == '#') return (text.Substring(0, i).Trim(), text.Substring(i + 1).Trim());
        }
        return (text.Trim(), "");
    }

    private static int Number(string digits) => digits.Length == 0 ? 0 : int.Parse(digits, CultureInfo.InvariantCulture);
}
