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

    private static VoxelIndex Corner(VoxelIndex[] voxels, int stride) => new(
        Below(voxels[0].X, stride), Below(voxels.Min(voxel => voxel.Y), stride), Below(voxels.Min(voxel => voxel.Z), stride));

    /// <summary>The largest multiple of the stride that is not above the coordinate.</summary>
    private static int Below(int coordinate, int stride) => coordinate & -stride;
}
