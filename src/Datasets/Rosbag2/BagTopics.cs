using AlsterNode.Core;
using AlsterNode.Ros2.Messages.GeometryMsgs;
using AlsterNode.Ros2.Messages.NavMsgs;
using AlsterNode.Ros2.Messages.SensorMsgs;
using AlsterNode.Ros2.Messages.Tf2Msgs;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>Which topics of a bag are the camera's: those the options name, else those named as drivers and image_transport name them.</summary>
internal sealed record BagTopics(BagTopic Color, BagTopic Depth, BagTopic ColorInfo, BagTopic DepthInfo, BagTopic? Pose)
{
    private static readonly string[] NotColor = ["depth", "infra", "/ir/", "label", "semantic", "mask", "confidence", "disparity"];
    private static readonly string[] NotDepth = ["label", "semantic", "mask", "confidence"];

    /// <summary>True when the images of a topic have had their distortion taken out (REP 118 and image_proc say image_rect).</summary>
    public static bool IsRectified(BagTopic image) => RosCamera.IsRectified(image.Name);

    /// <summary>Chooses; throws <see cref="InputException"/> with the topics there are.</summary>
    public static BagTopics Choose(string bag, IReadOnlyCollection<BagTopic> topics, SourceOptions options)
    {
        var depth = Named(bag, topics, options.DepthTopic) ?? Best(topics, IsDepth) ?? throw Missing(bag, topics, "depth images", "--depth-topic");
        var color = Named(bag, topics, options.ColorTopic) ?? Best(topics, IsColor) ?? throw Missing(bag, topics, "colour images", "--color-topic");
        var pose = Named(bag, topics, options.PoseTopic);
        if (pose is not null && pose.Type != Odometry.MessageType.Name && pose.Type != PoseStamped.MessageType.Name && pose.Type != TFMessage.MessageType.Name)
            throw new InputException($"'{bag}': the pose topic '{pose.Name}' is a {pose.Type}, expected nav_msgs/msg/Odometry, geometry_msgs/msg/PoseStamped or tf2_msgs/msg/TFMessage.");
        if (pose is null && !topics.Any(topic => topic.Name == "/tf"))
            pose = topics.FirstOrDefault(topic => topic.Type == Odometry.MessageType.Name) ?? topics.FirstOrDefault(topic => topic.Type == PoseStamped.MessageType.Name)
                ?? throw Missing(bag, topics, "poses (/tf, nav_msgs/msg/Odometry or geometry_msgs/msg/PoseStamped)", "--pose-topic");
        return new BagTopics(color, depth, InfoOf(bag, topics, color), InfoOf(bag, topics, depth), pose);
    }

    private static bool IsImage(BagTopic topic) => topic.Type == Image.MessageType.Name || topic.Type == CompressedImage.MessageType.Name;

    private static bool IsDepth(BagTopic topic) => IsImage(topic) && topic.Name.Contains("depth", StringComparison.OrdinalIgnoreCase) && !Has(topic, NotDepth)
        && (topic.Type == Image.MessageType.Name || topic.Name.EndsWith("compressedDepth", StringComparison.Ordinal));

    private static bool IsColor(BagTopic topic) => IsImage(topic) && !Has(topic, NotColor) && !topic.Name.EndsWith("compressedDepth", StringComparison.Ordinal);

    private static bool Has(BagTopic topic, string[] words) => words.Any(word => topic.Name.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>"color" and "rgb" before others, raw images before compressed ones, then by name.</summary>
    private static BagTopic? Best(IEnumerable<BagTopic> topics, Predicate<BagTopic> fits) => topics.Where(topic => fits(topic))
        .OrderBy(topic => Has(topic, ["color", "rgb", "depth"]) ? 0 : 1).ThenBy(topic => topic.Type == Image.MessageType.Name ? 0 : 1)
        .ThenBy(topic => topic.Name, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>camera_info beside the image, as image_transport looks for it; else the only one there is.</summary>
    private static BagTopic InfoOf(string bag, IReadOnlyCollection<BagTopic> topics, BagTopic image)
    {
        var infos = topics.Where(topic => topic.Type == CameraInfo.MessageType.Name).ToList();
        var name = image.Name;
        if (name.EndsWith("/compressed", StringComparison.Ordinal) || name.EndsWith("/compressedDepth", StringComparison.Ordinal)) name = name[..name.LastIndexOf('/')];
        var beside = name[..(name.LastIndexOf('/') + 1)] + "camera_info";
        return infos.Find(topic => topic.Name == beside) ?? (infos.Count == 1 ? infos[0] : null)
            ?? throw new InputException($"'{bag}' has no '{beside}' for '{image.Name}'; it has {(infos.Count == 0 ? "no camera_info at all" : string.Join(", ", infos.Select(topic => topic.Name)))}.");
    }

    private static BagTopic? Named(string bag, IReadOnlyCollection<BagTopic> topics, string? name) => name is null ? null
        : topics.FirstOrDefault(topic => topic.Name == name) ?? throw new InputException($"'{bag}' has no topic '{name}'; it has {List(topics)}.");

    private static InputException Missing(string bag, IReadOnlyCollection<BagTopic> topics, string what, string option) =>
        new($"'{bag}' has no topic with {what} that can be told by its name and type; name it with {option}. It has {List(topics)}.");

    private static string List(IReadOnlyCollection<BagTopic> topics) => topics.Count == 0 ? "no topics"
        : string.Join(", ", topics.Select(topic => $"{topic.Name} ({topic.Type})").Order(StringComparer.Ordinal).Take(20)) + (topics.Count > 20 ? ", ..." : "");
}
