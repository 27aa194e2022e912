namespace AlsterNode.SceneStore;

/// <summary>The records of one block in memory, with what it takes to find a cell's record in constant time.</summary>
internal readonly ref struct BlockRecords
{
    private readonly RecordPool _pool;
    private readonly ref VoxelBlock _block;
    private readonly Span<int> _chunks;
    private readonly Span<int> _before;

    /// <summary>Opens a block; the spans are room for [64] chunks and [8] counts.</summary>
    public BlockRecords(BlockCache cache, int slot, Span<int> chunks, Span<int> before)
    {
        _pool = cache.Records;
        _block = ref cache.Block(slot);
        _chunks = chunks;
        _before = before;
        _pool.List(_block.FirstChunk, chunks);
        _block.Occupancy.CountBefore(before);
    }

    /// <summary>The record of an occupied cell.</summary>
    public VoxelRecord this[int cell]
    {
        get
        {
            var rank = _block.Occupancy.Rank(cell, _before);
            return new VoxelRecord(_pool.Record(_chunks[rank / RecordPool.ChunkRecords], rank % RecordPool.ChunkRecords));
        }
    }

    /// <summary>The record of a cell, if the cell is occupied.</summary>
    public bool TryGet(int cell, out VoxelRecord record)
    {
        var occupied = _block.Occupancy.Has(cell);
        record = occupied ? this[cell] : default;
        return occupied;
    }
}
