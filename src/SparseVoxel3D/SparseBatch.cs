using AlsterNode.Core;
using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D;

/// <summary>
/// Several frames as one sparse tensor, so that a training step normalises over all of them. Each frame is moved by whole coarsest voxels
/// to a place of its own, so far from the next that no kernel reaches across: every frame's result is the one it would have alone.
/// </summary>
public static class SparseBatch
{
    /// <summary>Frames side by side along x; the rows of frame i follow those of frame i - 1.</summary>
    /// <param name="frames">On the finest level, with the same number of channels; a frame may be empty.</param>
    /// <param name="coarsestStride">The network's coarsest level, in voxels of the finest: see <see cref="UNetOptions.CoarsestStride"/>.</param>
    public static SparseTensor Join(IReadOnlyList<SparseTensor> frames, int coarsestStride)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (coarsestStride < 1 || !int.IsPow2(coarsestStride)) throw new ArgumentException($"The coarsest stride is {coarsestStride}, expected 1, 2, 4, ...");
        var voxels = new VoxelIndex[frames.Sum(frame => frame.Voxels.Length)];
        var (row, place) = (0, 0);
        foreach (var frame in frames)
        {
            if (frame.Stride != 1) throw new ArgumentException($"A frame has stride {frame.Stride}, expected 1.");
            if (frame.Voxels.Length == 0) continue;
            var min = Corner(frame.Voxels, coarsestStride);
            foreach (var voxel in frame.Voxels)
                voxels[row++] = new VoxelIndex(voxel.X - min.X + place, voxel.Y - min.Y, voxel.Z - min.Z);
            place = Below(voxels[row - 1].X, coarsestStride) + (3 * coarsestStride); // two coarsest voxels stay empty in between
        }
        return new SparseTensor(new KernelMaps(voxels, lookup: null), 1, cat([.. frames.Select(frame => frame.Features)], 0));
    }

    /// <summary>
    /// Two by two in one place, middle on middle, as rooms that do not exist: a network that must name things there cannot lean on what usually
    /// stands beside them (Nekrasov et al., Mix3D, 2021). Voxels that fall together become one with the mean of their features.
    /// </summary>
    /// <param name="frames">As for <see cref="Join"/>; an odd one stays alone.</param>
    /// <param name="coarsestStride">As for <see cref="Join"/>.</param>
    /// <returns>The mixed frames, and the row in them of each frame's voxel, frame after frame.</returns>
    public static (SparseTensor Mixed, long[] Rows) Mix(IReadOnlyList<SparseTensor> frames, int coarsestStride)
    {
        ArgumentNullException.ThrowIfNull(frames);
        var mixed = new List<SparseTensor>();
        var rows = new List<long>();
        for (var i = 0; i < frames.Count; i += 2)
        {
            long offset = mixed.Sum(frame => frame.Voxels.Length);
            var voxels = i + 1 < frames.Count ? [.. frames[i].Voxels, .. Onto(frames[i].Voxels, frames[i + 1].Voxels)] : frames[i].Voxels;
            VoxelIndex[] united = [.. voxels.Distinct().Order()];
            var rowOf = new Dictionary<VoxelIndex, long>(united.Length);
            foreach (var voxel in united) rowOf[voxel] = rowOf.Count;
            var own = Array.ConvertAll(voxels, voxel => rowOf[voxel]);
            mixed.Add(new SparseTensor(united, MeansOf(cat([.. frames.Skip(i).Take(2).Select(frame => frame.Features)], 0), own, united.Length)));
            rows.AddRange(own.Select(row => offset + row));
        }
        return (Join(mixed, coarsestStride), [.. rows]);
    }

    /// <summary>The second frame's voxels, moved along the floor by whole voxels until its middle is the first one's.</summary>
    private static VoxelIndex[] Onto(VoxelIndex[] first, VoxelIndex[] second)
    {
        if (first.Length == 0 || second.Length == 0) return second;
        int x = Middle(first, voxel => voxel.X) - Middle(second, voxel => voxel.X), y = Middle(first, voxel => voxel.Y) - Middle(second, voxel => voxel.Y);
        return Array.ConvertAll(second, voxel => new VoxelIndex(voxel.X + x, voxel.Y + y, voxel.Z));

        static int Middle(VoxelIndex[] voxels, Func<VoxelIndex, int> axis) => (voxels.Min(axis) + voxels.Max(axis)) >> 1;
    }

    private static Tensor MeansOf(Tensor features, long[] rows, int count)
    {
        var weights = new float[count];
        foreach (var row in rows) weights[row]++;
        var sums = zeros([count, features.shape[1]], features.dtype, features.device).index_add(0, from_array(rows, features.device), features, 1);
        return sums / from_array(weights, features.device).to(features.dtype).view(-1, 1);
    }

    private static VoxelIndex Corner(VoxelIndex[] voxels, int stride) => new(
        Below(voxels[0].X, stride), Below(voxels.Min(voxel => voxel.Y), stride), Below(voxels.Min(voxel => voxel.Z), stride));

    /// <summary>The largest multiple of the stride that is not above the coordinate.</summary>
    private static int Below(int coordinate, int stride) => coordinate & -stride;
}
