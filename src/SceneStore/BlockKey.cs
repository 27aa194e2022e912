using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using AlsterNode.Core;

namespace AlsterNode.SceneStore;

/// <summary>
/// Names a block of 8 x 8 x 8 voxels by one integer, 21 bits per axis: ascending keys are blocks in canonical order (X, then Y, then Z).
/// The key is the primary key in the file, so its layout never changes.
/// </summary>
internal static class BlockKey
{
    public const int Edge = BlockIndex.Edge;
    public const int Cells = Edge * Edge * Edge;

    private const int AxisBits = 21;
    private const int AxisOffset = 1 << (AxisBits - 1); // makes negative blocks sort before positive ones
    private const long AxisMask = (1 << AxisBits) - 1;
    private const int VoxelOffset = AxisOffset * Edge;

    /// <summary>The block that holds a voxel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Of(VoxelIndex voxel)
    {
        if (((uint)(voxel.X + VoxelOffset) | (uint)(voxel.Y + VoxelOffset) | (uint)(voxel.Z + VoxelOffset)) >= 2u * VoxelOffset)
            ThrowOutOfRange(voxel);
        return ((long)((voxel.X >> 3) + AxisOffset) << (2 * AxisBits)) | ((long)((voxel.Y >> 3) + AxisOffset) << AxisBits)
            | (uint)((voxel.Z >> 3) + AxisOffset);
    }

    /// <summary>The key of a block; false when the block is outside of the map.</summary>
    public static bool TryOf(BlockIndex block, out long key)
    {
        var (x, y, z) = ((long)block.X + AxisOffset, (long)block.Y + AxisOffset, (long)block.Z + AxisOffset);
        key = (x << (2 * AxisBits)) | (y << AxisBits) | z;
        return ((x | y | z) & ~AxisMask) == 0;
    }

    /// <summary>The block of a key.</summary>
    public static BlockIndex Index(long key) => BlockIndex.Of(Origin(key));

    /// <summary>The part of an axis's range of voxels that lies in the map, as blocks; the first is after the last when none does.</summary>
    public static (int First, int Last) AxisBlocks(int firstVoxel, int lastVoxel) => firstVoxel > lastVoxel
        ? (0, -1)
        : (Math.Max(firstVoxel >> 3, -AxisOffset), Math.Min(lastVoxel >> 3, AxisOffset - 1));

    /// <summary>The voxel's place in its block, 0..511, ascending in canonical order.</summary>
    public static int Cell(VoxelIndex voxel) => ((voxel.X & 7) << 6) | ((voxel.Y & 7) << 3) | (voxel.Z & 7);

    /// <summary>A number whose low bits depend on every bit of the key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Hash(long key)
    {
        const ulong Golden = 0x9E3779B97F4A7C15; // 2^64 over the golden ratio (Knuth, Fibonacci hashing)
        var h = (ulong)key * Golden;
        h = (h ^ (h >> 32)) * Golden;
        return (int)(h >> 32);
    }

    /// <summary>The block's first voxel.</summary>
    public static VoxelIndex Origin(long key) => new(
        ((int)((key >> (2 * AxisBits)) & AxisMask) - AxisOffset) * Edge,
        ((int)((key >> AxisBits) & AxisMask) - AxisOffset) * Edge,
        ((int)(key & AxisMask) - AxisOffset) * Edge);

    /// <summary>The voxel at a cell of the block that starts at <paramref name="origin"/>.</summary>
    public static VoxelIndex Voxel(VoxelIndex origin, int cell) =>
        new(origin.X + (cell >> 6), origin.Y + ((cell >> 3) & 7), origin.Z + (cell & 7));

    [DoesNotReturn]
    private static void ThrowOutOfRange(VoxelIndex voxel) => throw new InputException(
        $"Voxel ({voxel.X}, {voxel.Y}, {voxel.Z}) is outside of the map, which reaches {VoxelOffset} voxels from the origin along each axis: the pose is wrong.");
}
