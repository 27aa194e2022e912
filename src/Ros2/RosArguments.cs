using AlsterNode.Core;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AlsterNode.Ros2;

/// <summary>How loud a node's log is.</summary>
public enum RosLogLevel
{
    /// <summary>Everything.</summary>
    Debug = 10,

    /// <summary>What a user wants to know (default).</summary>
    Info = 20,

    /// <summary>What may be wrong.</summary>
    Warn = 30,

    /// <summary>What is wrong.</summary>
    Error = 40,

    /// <summary>The node ends.</summary>
    Fatal = 50,
}

/// <summary>
/// The part of a command line between <c>--ros-args</c> and <c>--</c> (or its end), as every ROS 2 program understands it:
/// <c>-r from:=to</c>, <c>-p name:=value</c>, <c>--params-file FILE</c>, <c>--log-level LEVEL</c>, <c>-e ENCLAVE</c>, <c>-r __ns:=/x</c>,
/// <c>-r __node:=x</c>.
/// </summary>
public sealed class RosArguments
{
    private readonly List<Remap> _remaps = [];
    private readonly List<ParameterRule> _parameters = [];

    /// <param name="Node">The node it is for; null for every node.</param>
    /// <param name="From">A name before expansion, or __ns or __node.</param>
    /// <param name="To">What takes its place.</param>
    private sealed record Remap(string? Node, string From, string To);

    /// <param name="Node">A node's full name, a name alone, or a pattern with * and **.</param>
    /// <param name="Name">The parameter's name, its levels joined by dots.</param>
    /// <param name="Value">bool, long, double, string, or an array of one of them.</param>
    private sealed record ParameterRule(string Node, string Name, object Value);

    private RosArguments() { }

    /// <summary>No arguments.</summary>
    public static RosArguments None { get; } = new();

    /// <summary>The arguments that are not for ROS, in their order.</summary>
    public IReadOnlyList<string> Others { get; private set; } = [];

    /// <summary><c>--log-level</c>; null when not given.</summary>
    public RosLogLevel? LogLevel { get; private set; }

    /// <summary><c>--enclave</c>.</summary>
    public string Enclave { get; private set; } = "/";

    /// <summary>False after <c>--disable-rosout-logs</c>.</summary>
    public bool LogsToRosout { get; private set; } = true;

    /// <summary>False after <c>--disable-stdout-logs</c>.</summary>
    public bool LogsToConsole { get; private set; } = true;

    /// <summary>Splits and understands a command line; throws <see cref="InputException"/> for what it does not know.</summary>
    public static RosArguments Parse(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var result = new RosArguments();
        var others = new List<string>();
        var forRos = false;
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--ros-args") forRos = true;
            else if (!forRos) others.Add(arguments[i]);
            else if (arguments[i] == "--") forRos = false;
            else result.Understand(arguments, ref i);
        }
        result.Others = others;
        return result;
    }

    /// <summary>The node's name after <c>__node</c> rules.</summary>
    public string NodeName(string name) => RosNames.CheckNode(First(name, "__node", "__name") ?? name);

    /// <summary>The node's namespace after <c>__ns</c> rules; <paramref name="node"/> is its name as written in the program.</summary>
    public string Namespace(string ns, string node) => RosNames.CheckNamespace(First(node, "__ns") ?? ns);

    /// <summary>The full name of a topic after expansion and the first remap rule that names it.</summary>
    public string Topic(string name, string ns, string node) => Remapped(name, ns, node, "rostopic://");

    /// <summary>The full name of a service after expansion and the first remap rule that names it.</summary>
    public string Service(string name, string ns, string node) => Remapped(name, ns, node, "rosservice://");

    /// <summary>
    /// Values that params files and <c>-p</c> give this node; what stands later on the command line wins. Values are bool, long, double, string, or
    /// an array of one of them.
    /// </summary>
    public IReadOnlyDictionary<string, object> ParametersFor(string ns, string node)
    {
        var full = RosNames.Join(ns, node);
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var rule in _parameters)
        {
            if (IsFor(rule.Node, full)) values[rule.Name] = rule.Value;
        }
        return values;
    }

    private void Understand(IReadOnlyList<string> arguments, ref int i)
    {
        var option = arguments[i];
        switch (option)
        {
            case "-r" or "--remap": AddRemap(Value(arguments, ref i)); break;
            case "-p" or "--param": AddParameter(Value(arguments, ref i)); break;
            case "--params-file": AddParametersFile(Value(arguments, ref i)); break;
            case "--log-level": SetLogLevel(Value(arguments, ref i)); break;
            case "-e" or "--enclave": Enclave = Value(arguments, ref i); break;
            case "--log-config-file" or "--log-file-name": Value(arguments, ref i); break; // rcl's logger has these; ours has nothing to set
            case "--disable-rosout-logs": LogsToRosout = false; break;
            case "--enable-rosout-logs": LogsToRosout = true; break;
            case "--disable-stdout-logs": LogsToConsole = false; break;
            case "--enable-stdout-logs": LogsToConsole = true; break;
            case "--disable-external-lib-logs" or "--enable-external-lib-logs": break;
            default:
                if (!option.Contains(":=", StringComparison.Ordinal)) throw new InputException($"Unknown argument '{option}' after --ros-args.");
                AddRemap(option); // a rule without -r, as in ROS 2's first releases
                break;
        }
    }

    private static string Value(IReadOnlyList<string> arguments, ref int i) =>
        ++i < arguments.Count ? arguments[i] : throw new InputException($"'{arguments[i - 1]}' is the last argument, expected its value after it.");

    private void AddRemap(string rule)
    {
        var (node, from, to) = SplitRule(rule, "a remap rule like from:=to");
        if (to.Length == 0) throw new InputException($"Remap rule '{rule}' leads to an empty name.");
        _remaps.Add(new Remap(node, from, to));
    }

    private void AddParameter(string rule)
    {
        var (node, name, text) = SplitRule(rule, "a parameter like name:=value");
        YamlNode value;
        try
        {
            value = RosYaml.Load(new StringReader(text)) ?? new YamlScalarNode("") { Style = ScalarStyle.DoubleQuoted };
        }
        catch (YamlException e)
        {
            throw new InputException($"Parameter '{rule}' has a value that is no YAML: {e.Message}", e);
        }
        AddParameters(node ?? "/**", name, value, $"-p {rule}");
    }

    // [node:]from:=to; a scheme (rostopic://) has a colon of its own.
    private static (string? Node, string From, string To) SplitRule(string rule, string expected)
    {
        var assign = rule.IndexOf(":=", StringComparison.Ordinal);
        if (assign <= 0) throw new InputException($"Found '{rule}' after --ros-args, expected {expected}.");
        var from = rule[..assign];
        var to = rule[(assign + 2)..];
        var colon = from.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || from.AsSpan(colon).StartsWith("://")) return (null, from, to);
        if (colon == 0 || colon == from.Length - 1) throw new InputException($"Found '{rule}' after --ros-args, expected {expected}.");
        return (from[..colon], from[(colon + 1)..], to);
    }

    private void SetLogLevel(string text)
    {
        var level = text[(text.LastIndexOf('=') + 1)..]; // logger:=level: there is one logger here
        LogLevel = Enum.TryParse<RosLogLevel>(level, ignoreCase: true, out var value) && Enum.IsDefined(value)
            ? value
            : throw new InputException($"--log-level is '{text}', expected debug, info, warn, error or fatal.");
    }

    private void AddParametersFile(string path)
    {
        if (!File.Exists(path)) throw new InputException($"Params file '{path}' does not exist.");
        try
        {
            using var reader = new StreamReader(path);
            if (RosYaml.Load(reader) is not YamlMappingNode root) throw new InputException($"Params file '{path}' has no nodes, expected NODE: {{ros__parameters: {{...}}}}.");
            AddNodes("", root, path);
        }
        catch (YamlException e)
        {
            throw new InputException($"Params file '{path}' is no YAML at {e.Start}: {e.Message}", e);
        }
    }

    private void AddNodes(string prefix, YamlMappingNode nodes, string path)
    {
        foreach (var (key, value) in nodes.Children)
        {
            var name = ((YamlScalarNode)key).Value ?? "";
            if (value is not YamlMappingNode mapping) throw new InputException($"Params file '{path}' has a value at '{prefix}{name}', expected ros__parameters.");
            if (name == "ros__parameters") AddParameters(prefix.Length == 0 ? "/**" : prefix.TrimEnd('/'), "", mapping, path);
            else AddNodes($"{prefix}{name}/".Replace("//", "/", StringComparison.Ordinal), mapping, path);
        }
    }

    private void AddParameters(string node, string name, YamlNode value, string where)
    {
        if (value is YamlMappingNode levels)
        {
            foreach (var (key, below) in levels.Children)
            {
                var part = ((YamlScalarNode)key).Value ?? "";
                AddParameters(node, name.Length == 0 ? part : $"{name}.{part}", below, where);
            }
            return;
        }
        _parameters.Add(new ParameterRule(node, name, RosYaml.Value(value, name, where)));
    }

    private string? First(string node, params string[] keys) =>
        _remaps.FirstOrDefault(rule => keys.Contains(rule.From) && (rule.Node is null || rule.Node == node))?.To;

    private string Remapped(string name, string ns, string node, string scheme)
    {
        var full = RosNames.Expand(name, ns, node);
        foreach (var rule in _remaps)
        {
            if (rule.From.StartsWith("__", StringComparison.Ordinal) || (rule.Node is not null && rule.Node != node)) continue;
            var from = rule.From.StartsWith(scheme, StringComparison.Ordinal) ? rule.From[scheme.Length..] : rule.From;
            if (from.Contains("://", StringComparison.Ordinal)) continue; // the other kind
            if (RosNames.Expand(from, ns, node) == full) return RosNames.Expand(rule.To, ns, node);
        }
        return full;
    }

    // "node" and "/node" name the node in any respective the root namespace; "*" is one part, "**" any number of them.
    private static bool IsFor(string pattern, string fullName)
    {
        if (!pattern.Contains('/', StringComparison.Ordinal) && !pattern.Contains('*', StringComparison.Ordinal)) return fullName.EndsWith("/" + pattern, StringComparison.Ordinal);
        return Matches(pattern.Split('/', StringSplitOptions.RemoveEmptyEntries), fullName.Split('/', StringSplitOptions.RemoveEmptyEntries));
    }

    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> parts)
    {
        if (pattern.IsEmpty) return parts.IsEmpty;
        if (pattern[0] == "**") return Matches(pattern[1..], parts) || (!parts.IsEmpty && Matches(pattern, parts[1..]));
        return !parts.IsEmpty && (pattern[0] == "*" || pattern[0] == parts[0]) && Matches(pattern[1..], parts[1..]);
    }
}
