using AlsterNode.Core;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Messages.AlsterMsgs;
using AlsterNode.Ros2.Messages.GeometryMsgs;
using AlsterNode.Ros2.Messages.StdMsgs;
using AlsterNode.Ros2.Messages.VisionMsgs;
using AlsterNode.SceneStore;

namespace AlsterNode.Node.Live;

/// <summary>What all messages about the map say in the same way.</summary>
internal static class MapMessages
{
    /// <summary>"No class" in messages.</summary>
    public const ushort Unlabelled = SemanticVoxelMap.UNLABELLED;

    /// <summary>A header.</summary>
    /// <param name="stamp">When the data was measured [ns].</param>
    /// <param name="frame">The frame it is given in.</param>
    public static Header Header(long stamp, string frame) => new() { Stamp = RosTime.ToStamp(stamp), FrameId = frame };

    /// <summary>The map's class id in messages.</summary>
    public static ushort Label(byte label) => label == LabelSpace.Unlabelled ? Unlabelled : label;

    /// <summary>A message's class id in the map; null when the label space has none such.</summary>
    public static byte? TryLabel(ushort label, LabelSpace labelSpace) =>
        label == Unlabelled ? LabelSpace.Unlabelled : label < labelSpace.Count ? (byte)label : null;

    /// <summary>A class's name.</summary>
    public static string ClassName(byte label, LabelSpace labelSpace) =>
        label < labelSpace.Count ? labelSpace.Classes[label].Name : label == LabelSpace.Unlabelled ? "unlabelled" : $"class {label}";

    /// <summary>A voxel as queries return it.</summary>
    public static Voxel Voxel(in StoredVoxel voxel, double voxelSize) => new()
    {
        Center = Point(voxel.Index.Center(voxelSize)),
        Label = Label(voxel.Label),
        Confidence = voxel.Confidence,
        Observations = (uint)voxel.Observations,
        LastSeen = RosTime.ToStamp(voxel.LastSeen),
    };

    /// <summary>The classes' ids and names.</summary>
    /// <param name="labelSpace">The map's.</param>
    /// <param name="threshold">Labels below this confidence are not shown as points and markers.</param>
    /// <param name="stamp">The node's time [ns].</param>
    /// <param name="frame">The map's frame.</param>
    public static LabelInfo Labels(LabelSpace labelSpace, float threshold, long stamp, string frame) => new()
    {
        Header = Header(stamp, frame),
        ClassMap = [.. labelSpace.Classes.Select((entry, id) => new VisionClass { ClassId = (ushort)id, ClassName = entry.Name })],
        Threshold = threshold,
    };

    public static Point Point(Vector3d point) => new() { X = point.X, Y = point.Y, Z = point.Z };

    public static Vector3d Vector(Point point) => new(point.X, point.Y, point.Z);

    public static Vector3d Vector(Vector3 vector) => new(vector.X, vector.Y, vector.Z);
}
