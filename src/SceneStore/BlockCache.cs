using System.Runtime.CompilerServices;

namespace AlsterNode.SceneStore;

/// <summary>The blocks in memory: found by key, ordered by last use, with the list of those that changed since the last snapshot.</summary>
internal sealed class BlockCache(int recordSize)
{
    private const int Nobody = -1;
    private const int SegmentShift = 10;
    private const int SegmentBlocks = 1 << SegmentShift;

    private readonly BlockMap _map = new();
    private VoxelBlock[][] _segments = [];
    private int _slots; // slots ever used
    private int _freeSlot = Nobody; // chained by Older
    private int _newest = Nobody;
    private int _oldest = Nobody;
    private int[] _dirty = new int[256];

    /// <summary>The records of the blocks.</summary>
    public RecordPool Records { get; } = new(recordSize);

    /// <summary>Blocks of the scene, in memory or not.</summary>
    public int Count => _map.Count;

    /// <summary>The least and the greatest block index along each axis, when there is a block.</summary>
    public (BlockIndex Min, BlockIndex Max) Bounds => _map.Bounds;

    /// <summary>Blocks in memory.</summary>
    public int Resident { get; private set; }

    /// <summary>Memory in use [bytes].</summary>
    public long Bytes => Records.BytesInUse + ((long)Resident * Unsafe.SizeOf<VoxelBlock>()) + _map.Bytes;

    /// <summary>Slots of the blocks that changed since the last snapshot.</summary>
    public ReadOnlySpan<int> Dirty => _dirty.AsSpan(0, DirtyCount);

    /// <summary>How many blocks changed since the last snapshot.</summary>
    public int DirtyCount { get; private set; }

    /// <summary>The block in a slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref VoxelBlock Block(int slot) => ref _segments[slot >> SegmentShift][slot & (SegmentBlocks - 1)];

    /// <summary>The block's slot, <see cref="BlockMap.Absent"/> or <see cref="BlockMap.OnDisk"/>.</summary>
    public int Find(long key) => _map.Find(key);

    /// <summary>All keys of the scene, in no order.</summary>
    public long[] Keys() => _map.Keys();

    /// <summary>Remembers a block that is in the file.</summary>
    public void AddOnDisk(long key) => _map.Set(key, BlockMap.OnDisk);

    /// <summary>Makes an empty block in memory, as the most recently used.</summary>
    public int Add(long key)
    {
        var slot = TakeSlot();
        ref var block = ref Block(slot);
        block = new VoxelBlock { Key = key, FirstChunk = RecordPool.None, Newer = Nobody, Older = Nobody };
        _map.Set(key, slot);
        Append(slot, ref block);
        Resident++;
        return slot;
    }

    /// <summary>Brings a block back into memory, as the most recently used.</summary>
    public int Add(long key, BlockImage image)
    {
        var slot = Add(key);
        ref var block = ref Block(slot);
        Occupy(ref block, image.Occupancy);
        Span<int> chunks = stackalloc int[RecordPool.MaxChunks];
        Records.List(block.FirstChunk, chunks);
        for (var place = 0; place < block.Count; place++) image.Records.Slice(place * Records.RecordSize, Records.RecordSize).CopyTo(Place(chunks, place));
        return slot;
    }

    /// <summary>Makes a block the most recently used.</summary>
    public void Touch(int slot)
    {
        if (slot == _newest) return;
        ref var block = ref Block(slot);
        Unlink(ref block);
        Append(slot, ref block);
    }

    /// <summary>Notes that a block differs from the file.</summary>
    public void MarkDirty(int slot)
    {
        ref var block = ref Block(slot);
        if (block.IsDirty) return;
        block.IsDirty = true;
        if (DirtyCount == _dirty.Length) Array.Resize(ref _dirty, DirtyCount * 2);
        _dirty[DirtyCount++] = slot;
    }

    /// <summary>Notes that the changed blocks were handed over as the content of a commit.</summary>
    public void MarkHandedOver(long commit)
    {
        foreach (var slot in Dirty)
        {
            ref var block = ref Block(slot);
            block.IsDirty = false;
            block.Commit = commit;
        }
        DirtyCount = 0;
    }

    /// <summary>Drops the least recently used blocks from memory until the budget is met; only blocks whose content is in the file can go.</summary>
    /// <param name="budget">Memory wanted [bytes].</param>
    /// <param name="commit">The last commit known to be in the file.</param>
    public void Trim(long budget, long commit)
    {
        while (_oldest != Nobody && Bytes > budget)
        {
            var slot = _oldest;
            ref var block = ref Block(slot);
            if (block.IsDirty || block.Commit > commit) return; // what follows was used later and is written later still
            Unlink(ref block);
            Records.Free(ref block.FirstChunk);
            _map.Set(block.Key, BlockMap.OnDisk);
            block.Older = _freeSlot;
            _freeSlot = slot;
            Resident--;
        }
    }

    /// <summary>Gives new voxels of a block a reset record, at their places among the old ones.</summary>
    public void Occupy(ref VoxelBlock block, in Occupancy occupancy)
    {
        var count = occupancy.Count();
        if (count == block.Count) return;
        Span<int> chunks = stackalloc int[RecordPool.MaxChunks];
        var length = Records.List(block.FirstChunk, chunks);
        Records.Grow(ref block.FirstChunk, chunks, length, RecordPool.ChunksFor(count));
        // From the last record to the first: no record is overwritten before it has moved. Below the first new voxel nothing moves.
        var target = count;
        var source = block.Count;
        for (var word = Occupancy.Words - 1; word >= 0 && target > source; word--)
        {
            for (var bits = occupancy[word]; bits != 0 && target > source;)
            {
                var bit = 63 - System.Numerics.BitOperations.LeadingZeroCount(bits);
                bits &= ~(1ul << bit);
                var record = Place(chunks, --target);
                if (block.Occupancy.Has((word << 6) | bit)) Place(chunks, --source).CopyTo(record);
                else new VoxelRecord(record).Reset();
            }
        }
        block.Occupancy = occupancy;
        block.Count = count;
    }

    /// <summary>Copies a block's records into a row, [Count * RecordSize].</summary>
    public void CopyRecords(ref VoxelBlock block, Span<byte> row)
    {
        Span<int> chunks = stackalloc int[RecordPool.MaxChunks];
        var length = Records.List(block.FirstChunk, chunks);
        foreach (var chunk in chunks[..length])
        {
            var records = Records.Records(chunk);
            if (records.Length > row.Length) records = records[..row.Length];
            records.CopyTo(row);
            row = row[records.Length..];
        }
    }

    private Span<byte> Place(ReadOnlySpan<int> chunks, int rank) =>
        Records.Record(chunks[rank / RecordPool.ChunkRecords], rank % RecordPool.ChunkRecords);

    private int TakeSlot()
    {
        if (_freeSlot != Nobody)
        {
            var slot = _freeSlot;
            _freeSlot = Block(slot).Older;
            return slot;
        }
        var segment = _slots >> SegmentShift;
        if (segment == _segments.Length) Array.Resize(ref _segments, Math.Max(16, segment * 2));
        _segments[segment] ??= new VoxelBlock[SegmentBlocks];
        return _slots++;
    }

    private void Append(int slot, ref VoxelBlock block)
    {
        block.Older = _newest;
        block.Newer = Nobody;
        if (_newest != Nobody) Block(_newest).Newer = slot;
        else _oldest = slot;
        _newest = slot;
    }

    private void Unlink(ref VoxelBlock block)
    {
        if (block.Newer != Nobody) Block(block.Newer).Older = block.Older;
        else _newest = block.Older;
        if (block.Older != Nobody) Block(block.Older).Newer = block.Newer;
        else _oldest = block.Newer;
    }
}
