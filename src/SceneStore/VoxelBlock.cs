using System.Numerics;
using System.Runtime.CompilerServices;

namespace AlsterNode.SceneStore;

/// <summary>
/// Header of a block of 8 x 8 x 8 voxels in memory. Only occupied voxels have a record; records lie in ascending cell order in a chain of
/// chunks (<see cref="RecordPool"/>), so a record's place is the number of occupied cells before it.
/// </summary>
internal struct VoxelBlock
{
    /// <summary>The block's name.</summary>
    public long Key;

    /// <summary>One bit per cell.</summary>
    public Occupancy Occupancy;

    /// <summary>Records in use.</summary>
    public int Count;

    /// <summary>First chunk of records, or <see cref="RecordPool.None"/>.</summary>
    public int FirstChunk;

    /// <summary>The block used next after this one, and the one used before it; -1 at the ends.</summary>
    public int Newer, Older;

    /// <summary>Changed since it was last handed to the writer.</summary>
    public bool IsDirty;

    /// <summary>The commit that was handed the block's present content, when not dirty.</summary>
    public long Commit;
}

/// <summary>512 bits, one per cell of a block.</summary>
[InlineArray(Words)]
internal struct Occupancy
{
    public const int Words = BlockKey.Cells / 64;

    private ulong _word;

    public readonly bool Has(int cell) => (this[cell >> 6] >> (cell & 63) & 1) != 0;

    public void Set(int cell) => this[cell >> 6] |= 1ul << (cell & 63);

    public readonly int Count()
    {
        var count = 0;
        foreach (var word in this) count += BitOperations.PopCount(word);
        return count;
    }

    /// <summary>Occupied cells before <paramref name="cell"/>; <paramref name="before"/> comes from <see cref="CountBefore"/>.</summary>
    public readonly int Rank(int cell, ReadOnlySpan<int> before) =>
        before[cell >> 6] + BitOperations.PopCount(this[cell >> 6] & ((1ul << (cell & 63)) - 1));

    /// <summary>Occupied cells before each word, [8].</summary>
    public readonly void CountBefore(Span<int> before)
    {
        var count = 0;
        for (var w = 0; w < Words; w++)
        {
            before[w] = count;
            count += BitOperations.PopCount(this[w]);
        }
    }
}
