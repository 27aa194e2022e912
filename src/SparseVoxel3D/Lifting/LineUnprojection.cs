using System.Numerics;
using AlsterNode.Core;

namespace AlsterNode.SparseVoxel3D.Lifting;

/// <summary>Unprojects a line of pixels, several at a time.</summary>
internal readonly struct LineUnprojection
{
    private readonly CameraIntrinsics _intrinsics;
    private readonly RigidTransform _pose;
    private readonly double _voxelSize;
    private readonly double[] _columns;

    /// <param name="columns">u of each pixel: <see cref="Columns"/> of the image's width.</param>
    /// <param name="intrinsics">The depth camera.</param>
    /// <param name="cameraToWorld">T_world_camera.</param>
    /// <param name="voxelSize">[m].</param>
    public LineUnprojection(double[] columns, CameraIntrinsics intrinsics, RigidTransform cameraToWorld, double voxelSize) =>
        (_columns, _intrinsics, _pose, _voxelSize) = (columns, intrinsics, cameraToWorld, voxelSize);

    /// <summary>Pixels of a line rounded up to whole vectors.</summary>
    public int Padded => _columns.Length;

    /// <summary>0, 1, 2, ... for the pixels of a line, rounded up to whole vectors.</summary>
    public static double[] Columns(int width)
    {
        var lanes = Vector<double>.Count;
        return [.. Enumerable.Range(0, (width + lanes - 1) / lanes * lanes).Select(u => (double)u)];
    }

    /// <summary>Writes floor(pointInWorld / voxelSize) of a line: [3, Padded].</summary>
    public void Run(int line, ReadOnlySpan<double> depth, Span<double> cells)
    {
        var rayY = new Vector<double>((line - _intrinsics.Cy) / _intrinsics.Fy);
        Vector<double> cx = new(_intrinsics.Cx), fx = new(_intrinsics.Fx), size = new(_voxelSize), w = new(_pose.Qw);
        Vector<double> qx = new(_pose.Qx), qy = new(_pose.Qy), qz = new(_pose.Qz), two = new(2);
        Vector<double> tx = new(_pose.Translation.X), ty = new(_pose.Translation.Y), tz = new(_pose.Translation.Z);
        for (var u = 0; u < Padded; u += Vector<double>.Count)
        {
            var z = new Vector<double>(depth[u..]);
            var x = (new Vector<double>(_columns.AsSpan(u)) - cx) / fx * z;
            var y = rayY * z;
            // RigidTransform.Rotate: v' = v + w s + q x s with s = 2 q x v
            var sx = two * ((qy * z) - (qz * y));
            var sy = two * ((qz * x) - (qx * z));
            var sz = two * ((qx * y) - (qy * x));
            var worldX = x + (w * sx) + ((qy * sz) - (qz * sy)) + tx;
            var worldY = y + (w * sy) + ((qz * sx) - (qx * sz)) + ty;
            var worldZ = z + (w * sz) + ((qx * sy) - (qy * sx)) + tz;
            Vector.Floor(worldX / size).CopyTo(cells[u..]);
            Vector.Floor(worldY / size).CopyTo(cells[(Padded + u)..]);
            Vector.Floor(worldZ / size).CopyTo(cells[((2 * Padded) + u)..]);
        }
    }
}
