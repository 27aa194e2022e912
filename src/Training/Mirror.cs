using AlsterNode.Core;

namespace AlsterNode.Training;

/// <summary>The world seen in a mirror: x becomes -x in the world and in every camera, which keeps all motions rigid.</summary>
internal static class Mirror
{
    /// <summary>A point's image.</summary>
    public static Vector3d Of(Vector3d point) => new(-point.X, point.Y, point.Z);

    /// <summary>M T M with M = diag(-1, 1, 1): the same motion between mirrored frames.</summary>
    public static RigidTransform Of(RigidTransform motion) =>
        new(motion.Qx, -motion.Qy, -motion.Qz, motion.Qw, Of(motion.Translation));

    /// <summary>The frame that the mirrored camera takes of the mirrored scene.</summary>
    public static RgbdFrame Of(RgbdFrame frame) => frame with
    {
        Color = new ColorImage(frame.Color.Width, frame.Color.Height, Flipped(frame.Color.Pixels, frame.Color.Width, 3)),
        Depth = new DepthImage(frame.Depth.Width, frame.Depth.Height, Flipped(frame.Depth.Metres, frame.Depth.Width, 1)),
        Labels = frame.Labels is null ? null : new LabelImage(frame.Labels.Width, frame.Labels.Height, Flipped(frame.Labels.Labels, frame.Labels.Width, 1)),
        ColorIntrinsics = Of(frame.ColorIntrinsics),
        DepthIntrinsics = Of(frame.DepthIntrinsics),
        DepthToColor = Of(frame.DepthToColor),
        CameraToWorld = Of(frame.CameraToWorld),
    };

    private static CameraIntrinsics Of(CameraIntrinsics camera) => camera with
    {
        Cx = camera.Width - 1 - camera.Cx,
        Distortion = camera.Distortion with { P2 = -camera.Distortion.P2 }, // the tangential term that is odd in x
    };

    private static T[] Flipped<T>(T[] image, int width, int channels)
    {
        var flipped = new T[image.Length];
        for (var row = 0; row < image.Length; row += width * channels)
        {
            for (var column = 0; column < width; column++)
                image.AsSpan(row + (column * channels), channels).CopyTo(flipped.AsSpan(row + ((width - 1 - column) * channels)));
        }
        return flipped;
    }
}
