namespace AlsterNode.Core;

/// <summary>A pinhole camera: image size and focal lengths, principal point [px]; pixel (0, 0) is the centre of the upper left pixel.</summary>
public readonly record struct CameraIntrinsics(int Width, int Height, double Fx, double Fy, double Cx, double Cy)
{
    /// <summary>Lens distortion; <see cref="Distortion.None"/> for a rectified image.</summary>
    public Distortion Distortion { get; init; }

    /// <summary>The point at a pixel and a depth [m] along the optical axis, in the camera's optical frame.</summary>
    public Vector3d Unproject(double u, double v, double depth) => new((u - Cx) / Fx * depth, (v - Cy) / Fy * depth, depth);

    /// <summary>The pixel of a point in the camera's optical frame; meaningful for z &gt; 0 only.</summary>
    public (double U, double V) Project(Vector3d pointInCamera) =>
        ((Fx * pointInCamera.X / pointInCamera.Z) + Cx, (Fy * pointInCamera.Y / pointInCamera.Z) + Cy);

    /// <summary>The same camera with another image size; pixel centres stay pixel centres (u' + 0.5 = s (u + 0.5)).</summary>
    public CameraIntrinsics ScaledTo(int width, int height)
    {
        var sx = (double)width / Width;
        var sy = (double)height / Height;
        return new CameraIntrinsics(width, height, Fx * sx, Fy * sy, ((Cx + 0.5) * sx) - 0.5, ((Cy + 0.5) * sy) - 0.5) { Distortion = Distortion };
    }
}

/// <summary>
/// Plumb-bob (Brown-Conrady) lens distortion, in OpenCV's and ROS's order k1, k2, p1, p2, k3; with k4, k5, k6, the radial part's denominator, it is
/// rational_polynomial (Azure Kinect).
/// </summary>
public readonly record struct Distortion(double K1, double K2, double P1, double P2, double K3)
{
    /// <summary>r^2's coefficient in the denominator.</summary>
    public double K4 { get; init; }

    /// <summary>r^4's coefficient in the denominator.</summary>
    public double K5 { get; init; }

    /// <summary>r^6's coefficient in the denominator.</summary>
    public double K6 { get; init; }

    /// <summary>A rectified image.</summary>
    public static Distortion None => default;

    /// <summary>True when there is nothing to undo.</summary>
    public bool IsNone => this == default;
}
