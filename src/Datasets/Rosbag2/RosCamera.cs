using AlsterNode.Core;
using AlsterNode.Ros2.Messages.SensorMsgs;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>camera_info as intrinsics.</summary>
public static class RosCamera
{
    private const double Nothing = 1e-12;

    /// <summary>True when the images of a topic have had their distortion taken out (REP 118 and image_proc say image_rect).</summary>
    public static bool IsRectified(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return topic.Contains("image_rect", StringComparison.Ordinal);
    }

    /// <summary>
    /// The camera of an image. Of raw images it is K with the distortion, which is undone later; of rectified ones (image_rect) it is P.
    /// False for lens models other than plumb_bob and rational_polynomial, for images that are a part of the sensor's, and without a focal length.
    /// </summary>
    public static bool TryRead(CameraInfo info, bool isRectified, out CameraIntrinsics camera)
    {
        ArgumentNullException.ThrowIfNull(info);
        var useP = isRectified && info.P[0] > 0;
        var (fx, fy, cx, cy) = useP ? (info.P[0], info.P[5], info.P[2], info.P[6]) : (info.K[0], info.K[4], info.K[2], info.K[5]);
        var d = info.D;
        var isStraight = useP || isRectified || Array.TrueForAll(d, value => Math.Abs(value) < Nothing);
        var isPlumbBob = info.DistortionModel is "plumb_bob" && d.Length <= 5;
        var isRational = info.DistortionModel is "rational_polynomial" && d.AsSpan(Math.Min(8, d.Length)).IndexOfAnyExcept(0.0) < 0; // no thin prism
        var isWhole = info.BinningX <= 1 && info.BinningY <= 1 && info.Roi is { XOffset: 0, YOffset: 0 };
        camera = new CameraIntrinsics((int)Math.Min(info.Width, int.MaxValue), (int)Math.Min(info.Height, int.MaxValue), fx, fy, cx, cy);
        if (!isStraight) camera = camera with { Distortion = new Distortion(At(d, 0), At(d, 1), At(d, 2), At(d, 3), At(d, 4)) { K4 = At(d, 5), K5 = At(d, 6), K6 = At(d, 7) } };
        var isFinite = double.IsFinite(fx) && double.IsFinite(fy) && double.IsFinite(cx) && double.IsFinite(cy) && Array.TrueForAll(d, double.IsFinite);
        return isFinite && fx > 0 && fy > 0 && info.Width is > 0 and <= 16384 && info.Height is > 0 and <= 16384 && isWhole && (isStraight || isPlumbBob || isRational);
    }

    private static double At(double[] values, int index) => index < values.Length ? values[index] : 0;
}
