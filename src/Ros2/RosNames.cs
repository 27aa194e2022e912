using AlsterNode.Core;

namespace AlsterNode.Ros2;

/// <summary>ROS 2's names: validation, expansion to full names, and what they become on the wire.</summary>
/// <remarks>https://design.ros2.org/articles/topic_and_service_names.html</remarks>
public static class RosNames
{
    /// <summary>Longest full name of a topic or service: 255 less the longest decoration on the wire, which rmw takes to be 8.</summary>
    public const int MaxTopicLength = 247;

    /// <summary>Longest node name.</summary>
    public const int MaxNodeLength = 255;

    /// <summary>Longest namespace.</summary>
    public const int MaxNamespaceLength = 245;

    /// <summary>
    /// The full name of a topic or service: absolute names stay, <c>~/x</c> is below the node, others are below the namespace. <c>{node}</c> and
    /// <c>{ns}</c> are replaced. Throws <see cref="InputException"/> with the reason when the name is not valid.
    /// </summary>
    /// <param name="name">As the user wrote it.</param>
    /// <param name="ns">The node's namespace, with its leading slash.</param>
    /// <param name="node">The node's name.</param>
    public static string Expand(string name, string ns, string node)
    {
        ArgumentException.ThrowIfNullOrEmpty(ns);
        if (string.IsNullOrEmpty(name)) throw new InputException("A topic or service has an empty name.");
        if (Fault(name, isTemplate: true) is { } fault) throw new InputException($"'{name}' is not a topic or service name: {fault}.");
        var full = name.Replace("{node}", node, StringComparison.Ordinal)
            .Replace("{ns}", ns, StringComparison.Ordinal)
            .Replace("{namespace}", ns, StringComparison.Ordinal);
        if (full.Contains('{', StringComparison.Ordinal)) throw new InputException($"'{name}' is not a topic or service name: it has a substitution other than {{node}}, {{ns}} and {{namespace}}.");
        if (full[0] == '~') full = Join(Join(ns, node), full[1..].TrimStart('/'));
        else if (full[0] != '/') full = Join(ns, full);
        full = full.Replace("//", "/", StringComparison.Ordinal); // {ns} may bring a slash of its own
        if (Fault(full, isTemplate: false) is { } after) throw new InputException($"'{name}' becomes '{full}', which is not a topic or service name: {after}.");
        if (full.Length > MaxTopicLength) throw new InputException($"'{Shown(full)}' has {full.Length} characters, a topic or service name has at most {MaxTopicLength}.");
        return full;
    }

    /// <summary>Checks a node's name; throws <see cref="InputException"/> with the reason.</summary>
    public static string CheckNode(string name)
    {
        if (string.IsNullOrEmpty(name)) throw new InputException("A node has an empty name.");
        if (name.Length > MaxNodeLength) throw new InputException($"'{Shown(name)}' has {name.Length} characters, a node name has at most {MaxNodeLength}.");
        if (char.IsAsciiDigit(name[0])) throw new InputException($"'{name}' is not a node name: it begins with a digit.");
        foreach (var c in name)
        {
            if (!IsWordCharacter(c)) throw new InputException($"'{name}' is not a node name: it has {Named(c)}; letters, digits and underscores are allowed.");
        }
        return name;
    }

    /// <summary>Checks a namespace and gives it its leading slash; throws <see cref="InputException"/> with the reason.</summary>
    public static string CheckNamespace(string ns)
    {
        ArgumentNullException.ThrowIfNull(ns);
        var full = ns.StartsWith('/') ? ns : "/" + ns;
        if (full == "/") return full;
        if (full.Contains('~', StringComparison.Ordinal)) throw new InputException($"'{ns}' is not a namespace: it has a '~'.");
        if (Fault(full, isTemplate: false) is { } fault) throw new InputException($"'{ns}' is not a namespace: {fault}.");
        if (full.Length > MaxNamespaceLength) throw new InputException($"'{Shown(full)}' has {full.Length} characters, a namespace has at most {MaxNamespaceLength}.");
        return full;
    }

    /// <summary>A namespace and what is in it.</summary>
    public static string Join(string ns, string name) => name.Length == 0 ? ns : ns == "/" ? "/" + name : $"{ns}/{name}";

    /// <summary>The DDS topic of a ROS topic.</summary>
    internal static string OfTopic(string fullName) => "rt" + fullName;

    /// <summary>The DDS topic of a service's requests.</summary>
    internal static string OfRequests(string fullName) => $"rq{fullName}Request";

    /// <summary>The DDS topic of a service's replies.</summary>
    internal static string OfReplies(string fullName) => $"rr{fullName}Reply";

    /// <summary>The ROS topic of a DDS topic; null when it is none.</summary>
    internal static string? Topic(string ddsName) => ddsName.StartsWith("rt/", StringComparison.Ordinal) ? ddsName[2..] : null;

    /// <summary>The ROS service of the DDS topic of its requests; null when it is none.</summary>
    internal static string? Service(string ddsName) =>
        ddsName.StartsWith("rq/", StringComparison.Ordinal) && ddsName.EndsWith("Request", StringComparison.Ordinal) ? ddsName[2..^"Request".Length] : null;

    /// <summary>ROS's name of a DDS type: <c>std_msgs::msg::dds_::String_</c> is <c>std_msgs/msg/String</c>. Other names stay.</summary>
    internal static string Type(string ddsType)
    {
        const string Mark = "::dds_::";
        var mark = ddsType.IndexOf(Mark, StringComparison.Ordinal);
        if (mark < 0 || !ddsType.EndsWith('_')) return ddsType;
        return $"{ddsType[..mark].Replace("::", "/", StringComparison.Ordinal)}/{ddsType[(mark + Mark.Length)..^1]}";
    }

    private static string? Fault(string name, bool isTemplate)
    {
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (c == '~' && (i != 0 || !isTemplate)) return "'~' stands only at the begin";
            if (c == '~' && name.Length > 1 && name[1] != '/') return "'~' is followed by something else than '/'";
            if (c == '/' && i > 0 && name[i - 1] == '/') return "it has two slashes in a row";
            if (char.IsAsciiDigit(c) && (i == 0 || name[i - 1] == '/')) return "a part of it begins with a digit";
            if (!(IsWordCharacter(c) || c is '/' or '~' || (isTemplate && c is '{' or '}')))
                return $"it has {Named(c)}; letters, digits, underscores and slashes are allowed";
        }
        return name.EndsWith('/') ? "it ends with a slash" : null;
    }

    private static bool IsWordCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static string Named(char c) => char.IsControl(c) || char.IsSurrogate(c) ? $"the character U+{(int)c:X4}" : $"a '{c}'";

    private static string Shown(string name) => name.Length <= 60 ? name : name[..57] + "...";
}
