using AlsterNode.Core;
using AlsterNode.Kernels;

namespace AlsterNode.SparseVoxel3D.Lifting;

/// <summary>The voxels that one depth image sees, and which pixels fall in which.</summary>
internal sealed class DepthVoxels
{
    private DepthVoxels(VoxelIndex[] voxels, BitGrid? grid, int[] pixelVoxel)
    {
        (Voxels, Grid, PixelVoxel) = (voxels, grid, pixelVoxel);
        Counts = new int[voxels.Length];
        Starts = new int[voxels.Length + 1];
        foreach (var row in pixelVoxel)
        {
            if (row >= 0) Counts[row]++;
        }
        for (var row = 0; row < voxels.Length; row++) Starts[row + 1] = Starts[row] + Counts[row];
        Pixels = new int[Starts[^1]];
        var next = Starts.AsSpan(0, voxels.Length).ToArray();
        for (var pixel = 0; pixel < pixelVoxel.Length; pixel++)
        {
            if (pixelVoxel[pixel] >= 0) Pixels[next[pixelVoxel[pixel]]++] = pixel;
        }
    }

    /// <summary>Canonical order, each once.</summary>
    public VoxelIndex[] Voxels { get; }

    /// <summary>The grid that numbered them; null when they lie too far apart for one.</summary>
    public BitGrid? Grid { get; }

    /// <summary>[H * W]: row of each pixel's voxel; -1 for a pixel without a point in range.</summary>
    public int[] PixelVoxel { get; }

    /// <summary>[N]: pixels that fall in each voxel, at least 1.</summary>
    public int[] Counts { get; }

    /// <summary>[N + 1]: where each voxel's pixels start in <see cref="Pixels"/>.</summary>
    public int[] Starts { get; }

    /// <summary>The pixels in range, voxel by voxel, ascending within a voxel.</summary>
    public int[] Pixels { get; }

    /// <summary>
    /// Unprojects every pixel with 0 &lt; depth &lt;= <paramref name="maxDepth"/> [m, along the optical axis] into the world grid.
    /// </summary>
    public static DepthVoxels From(float[] depth, CameraIntrinsics intrinsics, RigidTransform cameraToWorld, double voxelSize, double maxDepth,
        WorkerPool pool)
    {
        var points = new GridPoints(depth, intrinsics, cameraToWorld, voxelSize, maxDepth, pool);
        if (points.Count == 0) return new DepthVoxels([], null, points.Rows);
        return BitGrid.Suits(points.Box, points.Count) ? Ranked(points, pool) : Sorted(points);
    }

    private static DepthVoxels Ranked(GridPoints points, WorkerPool pool)
    {
        var grid = new BitGrid(points.Box);
        points.Mark(grid);
        grid.Rank();
        points.Number(grid, pool);
        return new DepthVoxels(grid.Voxels(), grid, points.Rows);
    }

    /// <summary>Points that lie too far apart for a grid (a long range, small voxels) are sorted by their packed coordinates.</summary>
    private static DepthVoxels Sorted(GridPoints points)
    {
        const int BitsPerAxis = 21;
        var (min, max) = points.Box;
        if ((long)max.X - min.X >> BitsPerAxis != 0 || (long)max.Y - min.Y >> BitsPerAxis != 0 || (long)max.Z - min.Z >> BitsPerAxis != 0)
        {
            throw new ArgumentException($"The depth image spans the voxels {min} to {max}, expected fewer than 2^{BitsPerAxis} along each axis.");
        }
        var keys = new ulong[points.Count];
        var pixels = new int[points.Count];
        var count = 0;
        for (var pixel = 0; pixel < points.Rows.Length; pixel++)
        {
            if (points.Rows[pixel] < 0) continue;
            var voxel = points[pixel];
            uint x = (uint)(voxel.X - min.X), y = (uint)(voxel.Y - min.Y), z = (uint)(voxel.Z - min.Z);
            keys[count] = ((ulong)x << (2 * BitsPerAxis)) | ((ulong)y << BitsPerAxis) | z;
            pixels[count++] = pixel;
        }
        Array.Sort(keys, pixels);
        var voxels = new List<VoxelIndex>();
        for (var i = 0; i < keys.Length; i++)
        {
            if (i == 0 || keys[i] != keys[i - 1]) voxels.Add(points[pixels[i]]);
            points.Rows[pixels[i]] = voxels.Count - 1;
        }
        return new DepthVoxels([.. voxels], null, points.Rows);
    }
}
