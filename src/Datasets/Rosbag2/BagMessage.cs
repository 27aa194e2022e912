namespace AlsterNode.Datasets.Rosbag2;

/// <summary>A topic of a bag.</summary>
/// <param name="Name">/tf, /camera/color/image_raw, ...</param>
/// <param name="Type">tf2_msgs/msg/TFMessage, ...</param>
public sealed record BagTopic(string Name, string Type)
{
    /// <summary>How messages are serialised; ROS 2 knows cdr only.</summary>
    public string SerializationFormat { get; init; } = "cdr";

    /// <summary>The publishers' quality of service as YAML, see <see cref="BagQos"/>; empty when it was not recorded.</summary>
    public string QosProfiles { get; init; } = "";

    /// <summary>RIHS01_...; empty in bags older than Iron.</summary>
    public string TypeHash { get; init; } = "";

    /// <summary>The type's ros2msg text; empty when it was not recorded.</summary>
    public string Definition { get; init; } = "";
}

/// <summary>One recorded message.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="LogTime">When it was recorded [ns].</param>
/// <param name="Payload">The serialised message with its 4-byte header.</param>
/// <param name="Place">Where to find it again.</param>
public readonly record struct BagMessage(BagTopic Topic, long LogTime, ReadOnlyMemory<byte> Payload, MessagePlace Place);

/// <summary>Where a message lies: the bag's file, the chunk's place in it (0 outside of chunks and in databases), the place in the chunk or the row.</summary>
public readonly record struct MessagePlace(int File, long Chunk, long Offset);
