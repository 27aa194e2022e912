using AlsterNode.Core;
using AlsterNode.Kernels;

namespace AlsterNode.SparseVoxel3D;

/// <summary>Finds the row of a voxel in a canonical list: sorted by X, Y, Z, each voxel once.</summary>
internal abstract class VoxelLookup
{
    /// <summary>A bit grid where the bounding box is moderate, else a hash table: a stray voxel must not cost gigabytes.</summary>
    /// <param name="voxels">The list.</param>
    /// <param name="grid">Filled where it suits, made when there is none.</param>
    public static VoxelLookup Over(ReadOnlySpan<VoxelIndex> voxels, ref BitGrid? grid)
    {
        var box = VoxelBox.Around(voxels);
        return BitGrid.Suits(box, voxels.Length) ? (grid ??= new BitGrid()).Fill(voxels, box) : new VoxelHash(voxels.ToArray());
    }

    /// <summary>The row of a voxel; -1 when it is not in the list.</summary>
    public abstract int Find(int x, int y, int z);

    /// <summary>The input rows of a kernel of <paramref name="size"/> voxels along each edge, [size^3, N]; -1 where there is no voxel.</summary>
    public abstract void FindNeighbours(int size, int[] rows, WorkerPool pool);

    /// <summary>Writes the voxels of twice the size that hold at least one of these, floor(v / 2), in canonical order; returns how many.</summary>
    public abstract int Coarser(ref VoxelIndex[] to);
}

/// <summary>The bounding box of some voxels, both ends included; empty when Min is above Max.</summary>
internal readonly record struct VoxelBox(VoxelIndex Min, VoxelIndex Max)
{
    public static VoxelBox Around(ReadOnlySpan<VoxelIndex> voxels)
    {
        if (voxels.IsEmpty) return new VoxelBox(new VoxelIndex(0, 0, 0), new VoxelIndex(-1, -1, -1));
        int minY = int.MaxValue, minZ = int.MaxValue, maxY = int.MinValue, maxZ = int.MinValue;
        foreach (var voxel in voxels)
        {
            minY = Math.Min(minY, voxel.Y);
            maxY = Math.Max(maxY, voxel.Y);
            minZ = Math.Min(minZ, voxel.Z);
            maxZ = Math.Max(maxZ, voxel.Z);
        }
        return new VoxelBox(new VoxelIndex(voxels[0].X, minY, minZ), new VoxelIndex(voxels[^1].X, maxY, maxZ)); // sorted by X first
    }
}
