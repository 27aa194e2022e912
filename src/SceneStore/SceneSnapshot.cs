namespace AlsterNode.SceneStore;

/// <summary>
/// The blocks that changed since the last commit, copied at one frame's end: what a commit writes while mapping goes on. Its buffers are reused.
/// </summary>
internal sealed class SceneSnapshot(int recordSize)
{
    private const int KeptBytes = 64 << 20; // larger buffers come from unusual bursts and are given back

    private Entry[] _blocks = new Entry[256];
    private byte[] _records = [];

    /// <summary>The scene's counts at that frame's end.</summary>
    public SceneState State { get; private set; }

    /// <summary>Number of the commit, from 1.</summary>
    public long Commit { get; private set; }

    /// <summary>Blocks copied.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of a record.</summary>
    public int RecordSize { get; } = recordSize;

    /// <summary>The key of a copied block.</summary>
    public long Key(int block) => _blocks[block].Key;

    /// <summary>The occupied cells of a copied block.</summary>
    public ref readonly Occupancy Occupancy(int block) => ref _blocks[block].Occupancy;

    /// <summary>The records of a copied block, [N * RecordSize].</summary>
    public Span<byte> Records(int block) => _records.AsSpan(_blocks[block].Start, _blocks[block].Length);

    /// <summary>Copies the changed blocks and takes them off the list; the caller holds the scene.</summary>
    public void Take(BlockCache cache, SceneState state)
    {
        State = state;
        Commit++;
        Count = 0;
        Reserve(cache);
        var start = 0;
        foreach (var slot in cache.Dirty)
        {
            ref var block = ref cache.Block(slot);
            var length = block.Count * RecordSize;
            cache.CopyRecords(ref block, _records.AsSpan(start, length));
            _blocks[Count++] = new Entry { Key = block.Key, Occupancy = block.Occupancy, Start = start, Length = length };
            start += length;
        }
        cache.MarkHandedOver(Commit);
    }

    private void Reserve(BlockCache cache)
    {
        var bytes = 0L;
        foreach (var slot in cache.Dirty) bytes += cache.Block(slot).Count * (long)RecordSize;
        if (_blocks.Length < cache.DirtyCount) _blocks = new Entry[cache.DirtyCount * 2];
        if (_records.Length < bytes) _records = GC.AllocateUninitializedArray<byte>(checked((int)Math.Min(bytes * 2, Math.Max(bytes, KeptBytes))));
        else if (_records.Length > KeptBytes && bytes <= KeptBytes) _records = GC.AllocateUninitializedArray<byte>(KeptBytes);
    }

    private struct Entry
    {
        public long Key;
        public Occupancy Occupancy;
        public int Start;
        public int Length;
    }
}
