using AlsterNode.Core;
using AlsterNode.Kernels;

namespace AlsterNode.SparseVoxel3D;

/// <summary>Finds the row of a voxel in a canonical list: sorted by X, Y, Z, each voxel once.</summary>
internal abstract class VoxelLookup
{
    /// <summary>Voxels of a 3x3x3 kernel: k = ((dx + 1) * 3 + dy + 1) * 3 + dz + 1.</summary>
    public const int Neighbours = 27;

    /// <summary>A bit grid where the bounding box is moderate, else a hash table: a stray voxel must not cost gigabytes.</summary>
    public static VoxelLookup Over(VoxelIndex[] voxels)
    {
        var box = VoxelBox.Around(voxels);
        return BitGrid.Suits(box, voxels.Length) ? new BitGrid(voxels, box) : new VoxelHash(voxels);
    }

    /// <summary>The row of a voxel; -1 when it is not in the list.</summary>
    public abstract int Find(int x, int y, int z);

    /// <summary>The input rows of a 3x3x3 kernel at each voxel, [27, N]; -1 where there is no voxel.</summary>
    public abstract int[] NeighbourRows(WorkerPool pool);

    /// <summary>The voxels of twice the size that hold at least one of these, floor(v / 2), in canonical order.</summary>
    public abstract VoxelIndex[] Coarser();
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
