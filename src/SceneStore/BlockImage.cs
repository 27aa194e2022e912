using System.Numerics;

namespace AlsterNode.SceneStore;

/// <summary>A copy of one block, its records in a row; reused for block after block.</summary>
internal sealed class BlockImage(int recordSize)
{
    private readonly byte[] _records = new byte[BlockKey.Cells * recordSize];

    /// <summary>The block's occupied cells.</summary>
    public Occupancy Occupancy;

    /// <summary>Bytes of one record.</summary>
    public int RecordSize { get; } = recordSize;

    /// <summary>The records, [Count * RecordSize], in cell order.</summary>
    public Span<byte> Records => _records.AsSpan(0, Occupancy.Count() * RecordSize);

    /// <summary>The record of the n-th occupied cell.</summary>
    public VoxelRecord Record(int place) => new(_records.AsSpan(place * RecordSize, RecordSize));

    /// <summary>The occupied cells, ascending.</summary>
    public IEnumerable<int> Cells()
    {
        for (var word = 0; word < Occupancy.Words; word++)
        {
            for (var bits = Occupancy[word]; bits != 0; bits &= bits - 1) yield return (word << 6) | BitOperations.TrailingZeroCount(bits);
        }
    }

    /// <summary>Copies a block in memory.</summary>
    public void CopyFrom(BlockCache cache, int slot)
    {
        ref var block = ref cache.Block(slot);
        Occupancy = block.Occupancy;
        cache.CopyRecords(ref block, Records);
    }
}
