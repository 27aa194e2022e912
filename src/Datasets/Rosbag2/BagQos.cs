using System.Text.RegularExpressions;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>A topic's quality of service as bags keep it: a YAML list of profiles, in words since metadata version 9 (Jazzy), before that in numbers.</summary>
public static partial class BagQos
{
    private static readonly Dictionary<string, string[]> Words = new(StringComparer.Ordinal)
    {
        // rmw/types.h
        ["history"] = ["system_default", "keep_last", "keep_all", "unknown"],
        ["reliability"] = ["system_default", "reliable", "best_effort", "unknown", "best_available"],
        ["durability"] = ["system_default", "transient_local", "volatile", "unknown", "best_available"],
        ["liveliness"] = ["system_default", "automatic", "manual_by_node", "manual_by_topic", "unknown", "best_available"],
    };

    /// <summary>One profile in words.</summary>
    public static string Profile(bool reliable, bool transientLocal, int depth) => $"""
        - history: keep_last
          depth: {depth}
          reliability: {(reliable ? "reliable" : "best_effort")}
          durability: {(transientLocal ? "transient_local" : "volatile")}
          deadline:
            sec: 9223372036
            nsec: 854775807
          lifespan:
            sec: 9223372036
            nsec: 854775807
          liveliness: automatic
          liveliness_lease_duration:
            sec: 9223372036
            nsec: 854775807
          avoid_ros_namespace_conventions: false
        """;

    /// <summary>The same profiles with words for numbers.</summary>
    public static string InWords(string profiles) =>
        Policy().Replace(profiles, match => Words[match.Groups["name"].Value] is var words && int.Parse(match.Groups["number"].Value) is var number && number < words.Length
            ? $"{match.Groups["name"].Value}: {words[number]}" : match.Value).TrimEnd();

    [GeneratedRegex(@"\b(?<name>history|reliability|durability|liveliness): (?<number>\d)\b")]
    private static partial Regex Policy();
}
