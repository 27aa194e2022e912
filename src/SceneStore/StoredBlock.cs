using System.Numerics;

namespace AlsterNode.SceneStore;

/// <summary>A copy of what the map knows of one block's N voxels, without their features; made once and filled with block after block.</summary>
public sealed class StoredBlock
{
    private readonly ushort[] _cells = new ushort[BlockKey.Cells];
    private readonly byte[] _labels = new byte[BlockKey.Cells];
    private readonly float[] _confidences = new float[BlockKey.Cells];
    private readonly int[] _observations = new int[BlockKey.Cells];
    private readonly long[] _firstSeen = new long[BlockKey.Cells];
    private readonly long[] _lastSeen = new long[BlockKey.Cells];

    /// <summary>Which block it is.</summary>
    public BlockIndex Index { get; private set; }

    /// <summary>Voxels of the block, N.</summary>
    public int Count { get; private set; }

    /// <summary>Their places in the block (<see cref="BlockIndex.Cell"/>), ascending, [N].</summary>
    public ReadOnlySpan<ushort> Cells => _cells.AsSpan(0, Count);

    /// <summary>Class ids, 255 is unlabelled, [N].</summary>
    public ReadOnlySpan<byte> Labels => _labels.AsSpan(0, Count);

    /// <summary>Probabilities of the labels, in steps of 1/65535, [N].</summary>
    public ReadOnlySpan<float> Confidences => _confidences.AsSpan(0, Count);

    /// <summary>In how many frames each was seen, [N].</summary>
    public ReadOnlySpan<int> Observations => _observations.AsSpan(0, Count);

    /// <summary>Stamps of the frames that saw each last [ns], [N].</summary>
    public ReadOnlySpan<long> LastSeen => _lastSeen.AsSpan(0, Count);

    /// <summary>One voxel of the block, 0..N-1.</summary>
    public StoredVoxel this[int place] => new(
        Index.Voxel(Cells[place]), _labels[place], _confidences[place], _observations[place], _firstSeen[place], _lastSeen[place]);

    /// <summary>Which of the N voxels is at a place of the block; negative when none is.</summary>
    public int IndexOf(int cell) => Cells.BinarySearch((ushort)cell);

    /// <summary>Starts a block without voxels.</summary>
    internal void Begin(BlockIndex index) => (Index, Count) = (index, 0);

    /// <summary>Copies a block in memory.</summary>
    internal void Take(BlockCache cache, int slot, long firstStamp)
    {
        var records = new BlockRecords(cache, slot, stackalloc int[RecordPool.MaxChunks], stackalloc int[Occupancy.Words]);
        var occupancy = cache.Block(slot).Occupancy;
        for (var word = 0; word < Occupancy.Words; word++)
        {
            for (var bits = occupancy[word]; bits != 0; bits &= bits - 1)
            {
                var cell = (word << 6) | BitOperations.TrailingZeroCount(bits);
                Add(cell, records[cell], firstStamp);
            }
        }
    }

    /// <summary>Copies a block that was read from a file.</summary>
    internal void Take(BlockImage image, long firstStamp)
    {
        foreach (var cell in image.Cells()) Add(cell, image.Record(Count), firstStamp);
    }

    private void Add(int cell, VoxelRecord record, long firstStamp)
    {
        _cells[Count] = (ushort)cell;
        _labels[Count] = record.Label;
        _confidences[Count] = VoxelRecord.Probability(record.Confidence);
        _observations[Count] = record.Observations;
        _firstSeen[Count] = SemanticScene.Stamp(firstStamp, record.FirstSeen);
        _lastSeen[Count] = SemanticScene.Stamp(firstStamp, record.LastSeen);
        Count++;
    }
}
