using System.Globalization;
using System.Text;
using AlsterNode.Core;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>One file of a bag as metadata.yaml lists it; times in ns.</summary>
internal sealed record BagFileEntry(string Path, long Start, long Duration, long MessageCount);

/// <summary>What metadata.yaml says. Read are versions 1 to 9 and what newer ones keep of them, written is version 9 (Jazzy).</summary>
internal sealed class BagMetadata
{
    public const string FileName = "metadata.yaml";
    private const int WrittenVersion = 9;
    private const long MaxBytes = 1 << 24;
    private const string Root = "rosbag2_bagfile_information";

    public int Version { get; init; } = WrittenVersion;

    /// <summary>mcap or sqlite3.</summary>
    public required string Storage { get; init; }

    /// <summary>Names of the files, in order.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    public long MessageCount { get; init; }

    /// <summary>Messages by topic.</summary>
    public IReadOnlyDictionary<string, long> Counts { get; init; } = new Dictionary<string, long>();

    public static BagMetadata Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (new FileInfo(path).Length > MaxBytes) throw new InputException($"'{path}' has {new FileInfo(path).Length} bytes, expected {MaxBytes} at most.");
        var root = Map(YamlTree.Parse(path, File.ReadAllText(path)), path);
        var information = Map(root.GetValueOrDefault(Root) ?? throw new InputException($"'{path}' has no '{Root}', expected the metadata of a rosbag2."), path);
        var files = Texts(information.GetValueOrDefault("relative_file_paths"));
        if (files.Count == 0) throw new InputException($"'{path}' lists no files in relative_file_paths.");
        if (files.FirstOrDefault(file => Path.IsPathRooted(file) || file.Split('/').Contains("..")) is { } outside)
            throw new InputException($"'{path}' lists the file '{outside}', which lies outside of the bag.");
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var entry in information.GetValueOrDefault("topics_with_message_count") as List<object> ?? [])
        {
            var topic = Map(entry, path);
            if (Map(topic.GetValueOrDefault("topic_metadata") ?? "", path).GetValueOrDefault("name") is string name) counts[name] = Number(topic, "message_count");
        }
        return new BagMetadata
        {
            Version = (int)Number(information, "version"),
            Storage = information.GetValueOrDefault("storage_identifier") as string ?? "",
            Files = files,
            MessageCount = Number(information, "message_count"),
            Counts = counts,
        };
    }

    /// <summary>The text of metadata.yaml for a bag of these topics and files.</summary>
    public static string Format(string storage, IReadOnlyList<(BagTopic Topic, long Count)> topics, IReadOnlyList<BagFileEntry> files)
    {
        var filled = files.Where(file => file.MessageCount > 0).ToList();
        var start = filled.Count == 0 ? 0 : filled.Min(file => file.Start);
        var end = filled.Count == 0 ? 0 : filled.Max(file => file.Start + file.Duration);
        var text = new StringBuilder($"{Root}:\n  version: {WrittenVersion}\n  storage_identifier: {storage}\n")
            .Append($"  duration:\n    nanoseconds: {end - start}\n  starting_time:\n    nanoseconds_since_epoch: {start}\n")
            .Append($"  message_count: {files.Sum(file => file.MessageCount)}\n  topics_with_message_count:\n");
        if (topics.Count == 0) text.Append("    []\n");
        foreach (var (topic, count) in topics)
        {
            var qos = BagQos.InWords(topic.QosProfiles);
            text.Append($"    - topic_metadata:\n        name: {topic.Name}\n        type: {topic.Type}\n        serialization_format: {topic.SerializationFormat}\n")
                .Append("        offered_qos_profiles:\n").Append(qos.Length == 0 ? "          []" : "          " + qos.Replace("\n", "\n          ", StringComparison.Ordinal))
                .Append($"\n        type_description_hash: {(topic.TypeHash.Length > 0 ? topic.TypeHash : "\"\"")}\n      message_count: {count}\n");
        }
        text.Append("  compression_format: \"\"\n  compression_mode: \"\"\n  relative_file_paths:\n");
        foreach (var file in files) text.Append($"    - {file.Path}\n");
        text.Append("  files:\n");
        foreach (var file in files)
            text.Append($"    - path: {file.Path}\n      starting_time:\n        nanoseconds_since_epoch: {file.Start}\n      duration:\n        nanoseconds: {file.Duration}\n      message_count: {file.MessageCount}\n");
        return text.Append("  custom_data: ~\n  ros_distro: jazzy\n").ToString();
    }

    private static Dictionary<string, object> Map(object node, string path) =>
        node as Dictionary<string, object> ?? throw new InputException($"'{path}' is not laid out as the metadata of a rosbag2.");

    private static List<string> Texts(object? node) => [.. (node as List<object> ?? []).OfType<string>()];

    private static long Number(Dictionary<string, object> map, string key) =>
        long.TryParse(map.GetValueOrDefault(key) as string, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
