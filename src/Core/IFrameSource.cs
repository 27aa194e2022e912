using System.Collections.ObjectModel;

namespace AlsterNode.Core;

/// <summary>A recording or a live stream of RGB-D frames. A new dataset is one new class.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>What the user sees: format and path.</summary>
    string Description { get; }

    /// <summary>Frames in the recording; null when not known beforehand.</summary>
    int? FrameCount { get; }

    /// <summary>True when frames may come with <see cref="RgbdFrame.Labels"/>.</summary>
    bool HasLabels => false;

    /// <summary>The number in the frame's file name, where the recording has files; otherwise the frame's number.</summary>
    int FileNumber(int number) => number;

    /// <summary>
    /// What is odd in the recording but cost no frame, as name and count: images that are there twice, clocks that jump. Complete when all
    /// frames have been read.
    /// </summary>
    IReadOnlyDictionary<string, long> Findings => ReadOnlyDictionary<string, long>.Empty;

    /// <summary>
    /// Reads the frames in order, one at a time: memory does not grow with the recording. Frames that cannot be used come as a reading
    /// with a reason. Throws <see cref="InputException"/> where the recording itself is unreadable.
    /// </summary>
    /// <param name="wanted">Which frame numbers to read; others are passed over without being decoded. Null reads all.</param>
    /// <param name="cancellation">Ends the reading between two frames.</param>
    IEnumerable<FrameReading> Read(Predicate<int>? wanted = null, CancellationToken cancellation = default);
}

/// <summary>One wanted frame of a source: the frame, or the reason why there is none.</summary>
/// <param name="Number">0-based number of the frame in the source.</param>
/// <param name="Frame">The frame; null when it is dropped.</param>
/// <param name="Reason">A <see cref="DropReason"/>; null when there is a frame.</param>
public readonly record struct FrameReading(int Number, RgbdFrame? Frame, string? Reason)
{
    /// <summary>A frame that can be used.</summary>
    public static FrameReading Of(int number, RgbdFrame frame) => new(number, frame, null);

    /// <summary>A frame that cannot be used, with the reason.</summary>
    public static FrameReading Drop(int number, string reason) => new(number, null, reason);
}

/// <summary>Why a frame was not integrated; the keys of <c>frames.dropped</c> in metrics.json.</summary>
public static class DropReason
{
    /// <summary>The pose holds NaN or infinity: the tracker lost the camera.</summary>
    public const string TrackingLost = "tracking_lost";

    /// <summary>The pose matrix is not a rotation and a translation.</summary>
    public const string PoseNotRigid = "pose_not_rigid";

    /// <summary>There is no pose for the frame.</summary>
    public const string PoseMissing = "pose_missing";

    /// <summary>The colour image is missing or damaged.</summary>
    public const string ColorUnreadable = "color_unreadable";

    /// <summary>The depth image is missing or damaged.</summary>
    public const string DepthUnreadable = "depth_unreadable";

    /// <summary>The depth image's size differs from the depth camera's.</summary>
    public const string DepthSizeDiffers = "depth_size_differs";

    /// <summary>The colour image's size differs from the colour camera's.</summary>
    public const string ColorSizeDiffers = "color_size_differs";

    /// <summary>A colour image has no depth image of its time.</summary>
    public const string DepthMissing = "depth_missing";

    /// <summary>A depth image has no colour image of its time.</summary>
    public const string ColorMissing = "color_missing";

    /// <summary>No camera_info had come when the image came.</summary>
    public const string CameraInfoMissing = "camera_info_missing";

    /// <summary>The camera_info cannot be used: another lens model, another size, no focal length.</summary>
    public const string CameraInfoUnusable = "camera_info_unusable";

    /// <summary>The tf tree does not say where the camera was.</summary>
    public const string TransformMissing = "transform_missing";

    /// <summary>As <see cref="TransformMissing"/>, right after the clock jumped back and the tree began anew.</summary>
    public const string TransformMissingAfterClockJump = "transform_missing_after_clock_jump";

    /// <summary>A newer frame was there before the mapper had time for this one.</summary>
    public const string MapperBusy = "mapper_busy";

    /// <summary>Mapping was paused.</summary>
    public const string Paused = "paused";

    /// <summary>The mapper failed on this frame; the log says how.</summary>
    public const string MappingFailed = "mapping_failed";

    /// <summary>No depth pixel lies within the mapping range.</summary>
    public const string DepthEmpty = "depth_empty";
}
