using System.Globalization;
using AlsterNode.Core;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AlsterNode.Ros2;

/// <summary>YAML values with ROS 2's types: what is written decides, there is no schema.</summary>
internal static class RosYaml
{
    /// <summary>The first document's root; null when the text is empty.</summary>
    public static YamlNode? Load(TextReader text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(text);
        }
        catch (InvalidOperationException e) // YamlDotNet's scanner on some damaged values
        {
            throw new YamlException("a value is damaged", e);
        }
        return stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode;
    }

    /// <summary>bool, long, double or string, or an array of one of them.</summary>
    public static object Value(YamlNode node, string name, string where)
    {
        if (node is YamlScalarNode scalar) return Scalar(scalar);
        if (node is not YamlSequenceNode sequence) throw new InputException($"Parameter '{name}' ({where}) is neither a value nor a list.");
        var values = sequence.Children.Select(child => child is YamlScalarNode element ? Scalar(element) : throw Mixed(name, where)).ToArray();
        if (values.Length == 0) return Array.Empty<string>(); // no element tells the type: whoever declares it decides
        if (values.All(value => value is long or double) && values.Any(value => value is double)) return Array.ConvertAll(values, Convert.ToDouble);
        return values[0] switch
        {
            bool => Same<bool>(values, name, where),
            long => Same<long>(values, name, where),
            _ => Same<string>(values, name, where),
        };
    }

    private static T[] Same<T>(object[] values, string name, string where) =>
        values.All(value => value is T) ? Array.ConvertAll(values, value => (T)value) : throw Mixed(name, where);

    private static InputException Mixed(string name, string where) => new($"Parameter '{name}' ({where}) is a list of different types, expected one type.");

    // YAML 1.1, as rcl reads it: yes and no are truth values.
    private static object Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted or ScalarStyle.Literal or ScalarStyle.Folded) return text;
        if (text is "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "y" or "Y") return true;
        if (text is "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "n" or "N") return false;
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && long.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var hex)) return hex;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)) return integer;
        switch (text)
        {
            case ".inf" or ".Inf" or ".INF" or "+.inf": return double.PositiveInfinity;
            case "-.inf" or "-.Inf" or "-.INF": return double.NegativeInfinity;
            case ".nan" or ".NaN" or ".NAN": return double.NaN;
        }
        return double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
            && text.Any(char.IsAsciiDigit) ? number : text;
    }
}
