using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AlsterNode.SceneStore;

/// <summary>
/// Memory for voxel records, in chunks of 8. All chunks are equal, so a freed one fits any block; they lie in large byte arrays, which the
/// garbage collector neither walks nor moves however large the scene is.
/// </summary>
internal sealed class RecordPool(int recordSize)
{
    public const int None = -1;
    public const int ChunkRecords = 8;

    /// <summary>Chunks of a full block.</summary>
    public const int MaxChunks = BlockKey.Cells / ChunkRecords;

    private const int LinkSize = sizeof(int);
    private const int SlabShift = 10;
    private const int SlabChunks = 1 << SlabShift;

    private readonly int _chunkSize = LinkSize + (ChunkRecords * recordSize);
    private byte[][] _slabs = [];
    private int _slabCount;
    private int _neverUsed; // chunks from here to the last slab's end were never handed out
    private int _free = None;

    /// <summary>Bytes of one voxel's record.</summary>
    public int RecordSize { get; } = recordSize;

    /// <summary>Chunks in use.</summary>
    public long ChunksInUse { get; private set; }

    /// <summary>Bytes of the chunks in use.</summary>
    public long BytesInUse => ChunksInUse * _chunkSize;

    /// <summary>Chunks needed for so many records.</summary>
    public static int ChunksFor(int records) => (records + ChunkRecords - 1) / ChunkRecords;

    /// <summary>The bytes of one record.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Record(int chunk, int place) =>
        _slabs[chunk >> SlabShift].AsSpan(((chunk & (SlabChunks - 1)) * _chunkSize) + LinkSize + (place * RecordSize), RecordSize);

    /// <summary>The bytes of a chunk's records, [8 * RecordSize].</summary>
    public Span<byte> Records(int chunk) =>
        _slabs[chunk >> SlabShift].AsSpan(((chunk & (SlabChunks - 1)) * _chunkSize) + LinkSize, _chunkSize - LinkSize);

    /// <summary>Lists a chain's chunks, first to last; returns how many.</summary>
    public int List(int first, Span<int> chunks)
    {
        var count = 0;
        for (var chunk = first; chunk != None; chunk = Link(chunk)) chunks[count++] = chunk;
        return count;
    }

    /// <summary>Makes a chain longer, to <paramref name="wanted"/> chunks; the new chunks' records are not initialised.</summary>
    public void Grow(ref int first, Span<int> chunks, int count, int wanted)
    {
        for (; count < wanted; count++)
        {
            var chunk = Take();
            Link(chunk) = None;
            if (count == 0) first = chunk;
            else Link(chunks[count - 1]) = chunk;
            chunks[count] = chunk;
        }
    }

    /// <summary>Gives a whole chain back.</summary>
    public void Free(ref int first)
    {
        while (first != None)
        {
            var next = Link(first);
            Link(first) = _free;
            _free = first;
            first = next;
            ChunksInUse--;
        }
    }

    private ref int Link(int chunk) =>
        ref MemoryMarshal.AsRef<int>(_slabs[chunk >> SlabShift].AsSpan((chunk & (SlabChunks - 1)) * _chunkSize, LinkSize));

    private int Take()
    {
        ChunksInUse++;
        if (_free != None)
        {
            var chunk = _free;
            _free = Link(chunk);
            return chunk;
        }
        if (_neverUsed == _slabCount << SlabShift) AddSlab();
        return _neverUsed++;
    }

    private void AddSlab()
    {
        if (_slabCount == _slabs.Length) Array.Resize(ref _slabs, Math.Max(16, _slabCount * 2));
        _slabs[_slabCount++] = GC.AllocateUninitializedArray<byte>(SlabChunks * _chunkSize);
    }
}
