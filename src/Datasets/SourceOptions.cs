using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>How a recording is read. The defaults read what the dataset's authors recorded.</summary>
public sealed class SourceOptions
{
    /// <summary>Which depth a ScanNet folder is read with: "depth" or, where there is one, "depth_noisy".</summary>
    public string DepthFolder { get; init; } = "depth";

    /// <summary>Which poses a ScanNet folder is read with: "pose" or, where there are some, "pose_noisy".</summary>
    public string PoseFolder { get; init; } = "pose";

    /// <summary>Where a ScanNet folder's label images are; it may be absent.</summary>
    public string LabelFolder { get; init; } = "label-filt";

    /// <summary><see cref="LabelIds"/> of images that hold NYU40 ids, whatever lies beside them.</summary>
    public const string Nyu40LabelIds = "nyu40";

    /// <summary>
    /// What the numbers in label images are: the path of ScanNet's table (scannetv2-labels.combined.tsv) where they are its ids, or
    /// <see cref="Nyu40LabelIds"/>. Null: the table's where it lies in the scene's folder or up to two above, otherwise NYU40.
    /// </summary>
    public string? LabelIds { get; init; }

    /// <summary>The space of the frames' labels.</summary>
    public LabelSpace LabelSpace { get; init; } = LabelSpace.ScanNet20;

    /// <summary>The direction in the recording's world that points up; the world is turned so that it becomes +Z. Null: it is +Z already.</summary>
    public Vector3d? WorldUp { get; init; }

    /// <summary>Used in place of the recording's colour camera; of the colour images' size.</summary>
    public CameraIntrinsics? ColorIntrinsics { get; init; }

    /// <summary>Used in place of the recording's depth camera; of the depth images' size.</summary>
    public CameraIntrinsics? DepthIntrinsics { get; init; }

    /// <summary>Used in place of the recording's T_color_depth.</summary>
    public RigidTransform? DepthToColor { get; init; }

    /// <summary>Depth image values per metre, in place of the format's own (1000 for ScanNet and 7-Scenes, 5000 for TUM).</summary>
    public double? DepthUnitsPerMetre { get; init; }

    /// <summary>Frames per second of recordings that carry no time stamps.</summary>
    public double FramesPerSecond { get; init; } = 30;

    /// <summary>The topic of a bag's colour images; null: chosen by its name.</summary>
    public string? ColorTopic { get; init; }

    /// <summary>The topic of a bag's depth images; null: chosen by its name.</summary>
    public string? DepthTopic { get; init; }

    /// <summary>A topic of nav_msgs/msg/Odometry or geometry_msgs/msg/PoseStamped to be used for poses; null: /tf where there is one.</summary>
    public string? PoseTopic { get; init; }

    /// <summary>The coordinate frame of a bag that becomes the world; null: map, or the root of the camera's tree.</summary>
    public string? WorldFrame { get; init; }

    /// <summary>Colour and depth images of a bag make a frame when their stamps are no further apart than this.</summary>
    public double SyncMaxIntervalMs { get; init; } = 20;
}
