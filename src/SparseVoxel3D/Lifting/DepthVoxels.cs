using AlsterNode.Core;
using AlsterNode.Kernels;

namespace AlsterNode.SparseVoxel3D.Lifting;

/// <summary>The voxels that one depth image sees, and which pixels fall in which; its memory is used again for the next image.</summary>
internal sealed class DepthVoxels
{
    private readonly GridPoints _points = new();
    private readonly BitGrid _grid = new();
    private VoxelIndex[] _voxels = [];
    private int[] _counts = [], _starts = [], _pixels = [], _next = [];

    /// <summary>Number of voxels, N.</summary>
    public int Count { get; private set; }

    /// <summary>[N] in canonical order, each once, and what a larger image left behind.</summary>
    public VoxelIndex[] Voxels => _voxels;

    /// <summary>The grid that numbered them; null when they lie too far apart for one.</summary>
    public BitGrid? Grid { get; private set; }

    /// <summary>[H * W]: row of each pixel's voxel; -1 for a pixel without a point in range.</summary>
    public int[] PixelVoxel => _points.Rows;

    /// <summary>[N]: pixels that fall in each voxel, at least 1.</summary>
    public ReadOnlySpan<int> Counts => _counts.AsSpan(0, Count);

    /// <summary>[N + 1]: where each voxel's pixels start in <see cref="Pixels"/>.</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Count + 1);

    /// <summary>The pixels in range, voxel by voxel, ascending within a voxel.</summary>
    public ReadOnlySpan<int> Pixels => _pixels.AsSpan(0, _starts[Count]);

    /// <summary>
    /// Unprojects every pixel with 0 &lt; depth &lt;= <paramref name="maxDepth"/> [m, along the optical axis] into the world grid.
    /// </summary>
    public DepthVoxels Take(float[] depth, CameraIntrinsics intrinsics, RigidTransform cameraToWorld, double voxelSize, double maxDepth, WorkerPool pool)
    {
        _points.Unproject(depth, intrinsics, cameraToWorld, voxelSize, maxDepth, pool);
        if (_points.Count == 0) (Count, Grid) = (0, null);
        else if (BitGrid.Suits(_points.Box, _points.Count)) Rank(pool);
        else Sort();
        GroupPixels();
        return this;
    }

    private void Rank(WorkerPool pool)
    {
        _grid.Clear(_points.Box);
        _points.Mark(_grid);
        _grid.Rank();
        _points.Number(_grid, pool);
        _grid.Voxels(ref _voxels);
        (Count, Grid) = (_grid.Count, _grid);
    }

    private void GroupPixels()
    {
        var rows = PixelVoxel;
        var counts = Reuse.Reserve(ref _counts, Count).AsSpan(0, Count);
        counts.Clear();
        foreach (var row in rows)
        {
            if (row >= 0) counts[row]++;
        }
        var starts = Reuse.Reserve(ref _starts, Count + 1);
        starts[0] = 0;
        for (var row = 0; row < Count; row++) starts[row + 1] = starts[row] + counts[row];
        var pixels = Reuse.Reserve(ref _pixels, starts[Count]);
        var next = Reuse.Reserve(ref _next, Count);
        starts.AsSpan(0, Count).CopyTo(next);
        for (var pixel = 0; pixel < rows.Length; pixel++)
        {
            if (rows[pixel] >= 0) pixels[next[rows[pixel]]++] = pixel;
        }
    }

    /// <summary>Points that lie too far apart for a grid (a long range, small voxels) are sorted by their packed coordinates.</summary>
    private void Sort()
    {
        var points = _points;
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
        voxels.CopyTo(Reuse.Reserve(ref _voxels, voxels.Count));
        (Count, Grid) = (voxels.Count, null);
    }
}
