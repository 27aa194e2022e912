using AlsterNode.Core;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>A YAML document as dictionaries, lists and strings. Its depth is bounded, so that no file can exhaust the stack.</summary>
internal static class YamlTree
{
    private const int MaxDepth = 32;

    public static object Parse(string where, string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            parser.Consume<DocumentStart>();
            return Node(parser, 0);
        }
        catch (Exception problem) when (problem is YamlException or InvalidOperationException) // the latter is YamlDotNet's scanner on some damaged values
        {
            throw new InputException($"'{where}' is no YAML: {problem.Message}", problem);
        }
    }

    private static object Node(Parser parser, int depth)
    {
        if (depth > MaxDepth) throw new YamlException($"values lie {MaxDepth} deep within each other");
        if (parser.TryConsume<Scalar>(out var scalar)) return scalar.Value;
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var list = new List<object>();
            while (!parser.TryConsume<SequenceEnd>(out _)) list.Add(Node(parser, depth + 1));
            return list;
        }
        if (!parser.TryConsume<MappingStart>(out _)) throw new YamlException("references are not understood here");
        var map = new Dictionary<string, object>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node(parser, depth + 1) as string ?? throw new YamlException("a key is no text");
            map[key] = Node(parser, depth + 1);
        }
        return map;
    }
}
