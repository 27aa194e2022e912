namespace AlsterNode.Core;

/// <summary>One posed RGB-D frame. Optical axes: x right, y down, z forward. The world is gravity aligned, Z up, in metres.</summary>
public sealed record RgbdFrame
{
    /// <summary>Acquisition time [ns] since the recording's or the Unix epoch.</summary>
    public required long Stamp { get; init; }

    /// <summary>Colour, [Hc, Wc, 3].</summary>
    public required ColorImage Color { get; init; }

    /// <summary>The JPEG or PNG file that <see cref="Color"/> was decoded from, where it is exactly that; null otherwise.</summary>
    public byte[]? ColorFile { get; init; }

    /// <summary>Depth [m], [Hd, Wd].</summary>
    public required DepthImage Depth { get; init; }

    /// <summary>The colour camera, of the colour image's size.</summary>
    public required CameraIntrinsics ColorIntrinsics { get; init; }

    /// <summary>The depth camera, of the depth image's size.</summary>
    public required CameraIntrinsics DepthIntrinsics { get; init; }

    /// <summary>T_color_depth: maps points of the depth camera into the colour camera; identity when the images are registered.</summary>
    public RigidTransform DepthToColor { get; init; } = RigidTransform.Identity;

    /// <summary>T_world_camera of the DEPTH camera.</summary>
    public required RigidTransform CameraToWorld { get; init; }

    /// <summary>Ground truth on the colour image's pixels, where the recording has it.</summary>
    public LabelImage? Labels { get; init; }
}
