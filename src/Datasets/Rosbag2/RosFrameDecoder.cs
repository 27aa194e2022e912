using AlsterNode.Core;
using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Messages.SensorMsgs;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>A colour or depth image as it came: of a bag or of a live topic.</summary>
/// <param name="payload">The serialised sensor_msgs/msg/Image, or CompressedImage.</param>
/// <param name="isCompressed">Which of the two it is.</param>
/// <param name="isRectified">Its distortion has been taken out already.</param>
/// <param name="info">The camera_info of its time; null when none had come.</param>
public readonly ref struct RosImage(ReadOnlySpan<byte> payload, bool isCompressed, bool isRectified, CameraInfo? info)
{
    /// <summary>The serialised message.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>True for CompressedImage.</summary>
    public bool IsCompressed { get; } = isCompressed;

    /// <summary>True when the distortion has been taken out.</summary>
    public bool IsRectified { get; } = isRectified;

    /// <summary>The camera; null when unknown.</summary>
    public CameraInfo? Info { get; } = info;

    /// <summary>The colour image; null when damaged or in an unknown encoding.</summary>
    public ColorImage? DecodeColor()
    {
        try
        {
            return IsCompressed ? RosImages.DecodeColor(CompressedImageView.Parse(Payload)) : RosImages.DecodeColor(ImageView.Parse(Payload));
        }
        catch (CdrException)
        {
            return null;
        }
    }

    /// <summary>The depth image; null when damaged or in an unknown encoding.</summary>
    public RosDepth? DecodeDepth()
    {
        try
        {
            return IsCompressed ? RosImages.DecodeDepth(CompressedImageView.Parse(Payload)) : RosImages.DecodeDepth(ImageView.Parse(Payload));
        }
        catch (CdrException)
        {
            return null;
        }
    }
}

/// <summary>Makes frames of ROS 2 messages, or says why a frame cannot be used. The same for bags and live topics.</summary>
public sealed class RosFrameDecoder(SourceOptions options) : IDisposable
{
    private (CameraIntrinsics Color, CameraIntrinsics Depth, FrameAssembler Assembler)? _last;

    /// <summary>Why the cameras of a pair cannot be used; null when they can.</summary>
    public static string? ProblemOf(in RosImage color, in RosImage depth)
    {
        if (color.Info is null || depth.Info is null) return DropReason.CameraInfoMissing;
        return RosCamera.TryRead(color.Info, color.IsRectified, out _) && RosCamera.TryRead(depth.Info, depth.IsRectified, out _) ? null : DropReason.CameraInfoUnusable;
    }

    /// <summary>Decodes and undistorts a pair.</summary>
    /// <param name="number">The frame's number in its source.</param>
    /// <param name="stamp">The depth image's stamp [ns].</param>
    /// <param name="color">The colour image.</param>
    /// <param name="depth">The depth image.</param>
    /// <param name="cameraToWorld">T_world_camera of the depth camera.</param>
    /// <param name="depthToColor">T_color_depth.</param>
    public FrameReading Decode(int number, long stamp, in RosImage color, in RosImage depth, RigidTransform cameraToWorld, RigidTransform depthToColor)
    {
        if (ProblemOf(color, depth) is { } problem) return FrameReading.Drop(number, problem);
        RosCamera.TryRead(color.Info!, color.IsRectified, out var colorCamera);
        RosCamera.TryRead(depth.Info!, depth.IsRectified, out var depthCamera);
        var metres = depth.DecodeDepth();
        var raw = new RawFrame(stamp, cameraToWorld, color.DecodeColor(), metres?.Millimetres, DepthMetres: metres?.Metres);
        var reading = AssemblerOf(colorCamera, depthCamera).Assemble(number, raw);
        return reading.Frame is { } frame && options.DepthToColor is null ? FrameReading.Of(number, frame with { DepthToColor = depthToColor }) : reading;
    }

    /// <inheritdoc/>
    public void Dispose() => _last?.Assembler.Dispose();

    /// <summary>Cameras rarely change: the last assembler fits, as a rule.</summary>
    private FrameAssembler AssemblerOf(CameraIntrinsics color, CameraIntrinsics depth)
    {
        if (_last is { } last && last.Color == color && last.Depth == depth) return last.Assembler;
        _last?.Assembler.Dispose();
        var assembler = new FrameAssembler(color, depth, RigidTransform.Identity, DepthTable.Linear(1000), options); // ROS depth is in millimetres, REP 118
        _last = (color, depth, assembler);
        return assembler;
    }
}
