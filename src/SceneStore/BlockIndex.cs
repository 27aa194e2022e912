using AlsterNode.Core;

namespace AlsterNode.SceneStore;

/// <summary>A block of 8 x 8 x 8 voxels: floor(voxel / 8) per axis.</summary>
public readonly record struct BlockIndex(int X, int Y, int Z)
{
    /// <summary>Edge of a block [voxels].</summary>
    public const int Edge = 8;

    /// <summary>The block that holds a voxel.</summary>
    public static BlockIndex Of(VoxelIndex voxel) => new(voxel.X >> 3, voxel.Y >> 3, voxel.Z >> 3);

    /// <summary>A voxel's place in its block, 0..511, ascending in canonical order.</summary>
    public static int Cell(VoxelIndex voxel) => BlockKey.Cell(voxel);

    /// <summary>The voxel at a place of this block.</summary>
    public VoxelIndex Voxel(int cell) => BlockKey.Voxel(new VoxelIndex(X * Edge, Y * Edge, Z * Edge), cell);
}
