using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AlsterNode.Core;

/// <summary>
/// A rigid motion: unit quaternion (x, y, z, w) and translation [m] in double precision. Named after both frames, it maps
/// points of the first into the second: <c>cameraToWorld.Apply(pointInCamera)</c> (T_world_camera in the literature).
/// </summary>
public readonly record struct RigidTransform(double Qx, double Qy, double Qz, double Qw, Vector3d Translation)
{
    // Text poses carry about six digits, and KinectFusion tracks (7-Scenes) are orthonormal to 4e-4 only.
    private const double OrthonormalTolerance = 5e-3;
    private const double UnitTolerance = 1e-14;

    /// <summary>The motion that moves nothing.</summary>
    public static RigidTransform Identity => new(0, 0, 0, 1, Vector3d.Zero);

    /// <summary>Maps a point of the first frame into the second.</summary>
    public Vector3d Apply(Vector3d point) => Rotate(point) + Translation;

    /// <summary>Maps a direction of the first frame into the second.</summary>
    public Vector3d Rotate(Vector3d direction)
    {
        var axis = new Vector3d(Qx, Qy, Qz);
        var t = 2 * Vector3d.Cross(axis, direction);
        return direction + (Qw * t) + Vector3d.Cross(axis, t); // v' = v + w t + q x t, t = 2 q x v
    }

    /// <summary>The motion from the second frame into the first.</summary>
    public RigidTransform Inverse()
    {
        var back = new RigidTransform(-Qx, -Qy, -Qz, Qw, Vector3d.Zero);
        return back with { Translation = -back.Rotate(Translation) };
    }

    /// <summary>First this motion, then <paramref name="next"/>: <c>cameraToBody.Then(bodyToWorld)</c> is camera to world.</summary>
    public RigidTransform Then(RigidTransform next) => new(
        (next.Qw * Qx) + (next.Qx * Qw) + (next.Qy * Qz) - (next.Qz * Qy),
        (next.Qw * Qy) - (next.Qx * Qz) + (next.Qy * Qw) + (next.Qz * Qx),
        (next.Qw * Qz) + (next.Qx * Qy) - (next.Qy * Qx) + (next.Qz * Qw),
        (next.Qw * Qw) - (next.Qx * Qx) - (next.Qy * Qy) - (next.Qz * Qz),
        next.Apply(Translation));

    /// <summary>
    /// Reads a 4 x 4 matrix in row-major order that acts on column vectors (ScanNet, 7-Scenes, ROS). Anything that is not a rigid
    /// motion is refused with a reason, never repaired: a wrong pose corrupts the map.
    /// </summary>
    /// <param name="matrix">16 values; the last row is 0 0 0 1.</param>
    /// <param name="transform">The motion, when the matrix is one.</param>
    /// <param name="reason">Why the matrix is no rigid motion: a <see cref="DropReason"/>.</param>
    public static bool TryFromMatrix(ReadOnlySpan<double> matrix, out RigidTransform transform, [NotNullWhen(false)] out string? reason)
    {
        transform = Identity;
        reason = null;
        if (matrix.Length != 16)
        {
            reason = DropReason.PoseNotRigid;
            return false;
        }
        foreach (var value in matrix)
        {
            if (double.IsFinite(value)) continue;
            reason = DropReason.TrackingLost; // ScanNet writes -inf for frames without a pose
            return false;
        }
        double m00 = matrix[0], m01 = matrix[1], m02 = matrix[2], m10 = matrix[4], m11 = matrix[5], m12 = matrix[6];
        double m20 = matrix[8], m21 = matrix[9], m22 = matrix[10];
        var x = new Vector3d(m00, m10, m20);
        var y = new Vector3d(m01, m11, m21);
        var z = new Vector3d(m02, m12, m22);
        var error = Max(Math.Abs(x.Length - 1), Math.Abs(y.Length - 1), Math.Abs(z.Length - 1),
            Math.Abs(Vector3d.Dot(x, y)), Math.Abs(Vector3d.Dot(y, z)), Math.Abs(Vector3d.Dot(x, z)));
        var lastRow = Max(Math.Abs(matrix[12]), Math.Abs(matrix[13]), Math.Abs(matrix[14]), Math.Abs(matrix[15] - 1));
        var leftHanded = Vector3d.Dot(Vector3d.Cross(x, y), z) < 0;
        if (error > OrthonormalTolerance || lastRow > 1e-6 || leftHanded)
        {
            reason = DropReason.PoseNotRigid;
            return false;
        }
        transform = FromRotation(m00, m01, m02, m10, m11, m12, m20, m21, m22, new Vector3d(matrix[3], matrix[7], matrix[11]));
        return true;
    }

    /// <summary>Builds a motion from a quaternion of any length; a NaN, infinite or zero quaternion is refused.</summary>
    public static bool TryFromQuaternion(double x, double y, double z, double w, Vector3d translation, out RigidTransform transform,
        [NotNullWhen(false)] out string? reason)
    {
        var length = Math.Sqrt((x * x) + (y * y) + (z * z) + (w * w));
        transform = Identity;
        reason = !double.IsFinite(length) || !translation.IsFinite ? DropReason.TrackingLost
            : Math.Abs(length - 1) > 0.05 ? DropReason.PoseNotRigid : null;
        if (reason is not null) return false;
        if (Math.Abs(length - 1) < UnitTolerance) length = 1; // already of unit length: comes back bit for bit
        transform = new RigidTransform(x / length, y / length, z / length, w / length, translation);
        return true;
    }

    /// <summary>The camera at <paramref name="eye"/> that looks at <paramref name="target"/>: optical axes x right, y down, z forward.</summary>
    public static RigidTransform LookAt(Vector3d eye, Vector3d target, Vector3d up)
    {
        var forward = (target - eye).Normalized();
        var right = Vector3d.Cross(forward, up).Normalized();
        var down = Vector3d.Cross(forward, right);
        return FromRotation(right.X, down.X, forward.X, right.Y, down.Y, forward.Y, right.Z, down.Z, forward.Z, eye);
    }

    /// <summary>The shortest rotation about the origin that turns direction <paramref name="from"/> into <paramref name="to"/>.</summary>
    public static RigidTransform RotationBetween(Vector3d from, Vector3d to)
    {
        var a = from.Normalized();
        var b = to.Normalized();
        var axis = Vector3d.Cross(a, b);
        var w = 1 + Vector3d.Dot(a, b);
        if (w < 1e-9) // opposite directions: half a turn about any perpendicular axis
        {
            axis = Math.Abs(a.X) < 0.9 ? Vector3d.Cross(a, new Vector3d(1, 0, 0)) : Vector3d.Cross(a, new Vector3d(0, 1, 0));
            w = 0;
        }
        var length = Math.Sqrt(Vector3d.Dot(axis, axis) + (w * w));
        return new RigidTransform(axis.X / length, axis.Y / length, axis.Z / length, w / length, Vector3d.Zero);
    }

    /// <summary>Straight translation and spherical rotation between two poses, <paramref name="t"/> in [0, 1].</summary>
    public static RigidTransform Between(RigidTransform a, RigidTransform b, double t)
    {
        var cosine = (a.Qx * b.Qx) + (a.Qy * b.Qy) + (a.Qz * b.Qz) + (a.Qw * b.Qw);
        var sign = cosine < 0 ? -1 : 1; // q and -q are one rotation: take the short way
        var angle = Math.Acos(Math.Min(1, Math.Abs(cosine)));
        var (wa, wb) = angle < 1e-6 ? (1 - t, t) : (Math.Sin((1 - t) * angle) / Math.Sin(angle), Math.Sin(t * angle) / Math.Sin(angle));
        wb *= sign;
        var (x, y, z, w) = ((wa * a.Qx) + (wb * b.Qx), (wa * a.Qy) + (wb * b.Qy), (wa * a.Qz) + (wb * b.Qz), (wa * a.Qw) + (wb * b.Qw));
        var length = Math.Sqrt((x * x) + (y * y) + (z * z) + (w * w));
        return new RigidTransform(x / length, y / length, z / length, w / length, a.Translation + (t * (b.Translation - a.Translation)));
    }

    /// <summary>The 4 x 4 matrix, row-major, for column vectors.</summary>
    public double[] ToMatrix()
    {
        var x = Rotate(new Vector3d(1, 0, 0));
        var y = Rotate(new Vector3d(0, 1, 0));
        var z = Rotate(new Vector3d(0, 0, 1));
        return
        [
            x.X, y.X, z.X, Translation.X,
            x.Y, y.Y, z.Y, Translation.Y,
            x.Z, y.Z, z.Z, Translation.Z,
            0, 0, 0, 1,
        ];
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"t=({Translation.X:F3}, {Translation.Y:F3}, {Translation.Z:F3}) q=({Qx:F4}, {Qy:F4}, {Qz:F4}, {Qw:F4})");

    private static RigidTransform FromRotation(double m00, double m01, double m02, double m10, double m11, double m12,
        double m20, double m21, double m22, Vector3d translation)
    {
        // Shepperd's method: divide by the largest of the four components, so that no precision is lost.
        double x, y, z, w;
        var trace = m00 + m11 + m22;
        if (trace > Math.Max(m00, Math.Max(m11, m22)))
            (x, y, z, w) = (m21 - m12, m02 - m20, m10 - m01, 1 + trace);
        else if (m00 >= m11 && m00 >= m22)
            (x, y, z, w) = (1 + m00 - m11 - m22, m01 + m10, m02 + m20, m21 - m12);
        else if (m11 >= m22)
            (x, y, z, w) = (m01 + m10, 1 - m00 + m11 - m22, m12 + m21, m02 - m20);
        else
            (x, y, z, w) = (m02 + m20, m12 + m21, 1 - m00 - m11 + m22, m10 - m01);
        var length = Math.Sqrt((x * x) + (y * y) + (z * z) + (w * w));
        return new RigidTransform(x / length, y / length, z / length, w / length, translation);
    }

    private static double Max(params ReadOnlySpan<double> values)
    {
        var max = 0.0;
        foreach (var value in values) max = Math.Max(max, value);
        return max;
    }
}
