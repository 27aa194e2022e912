using AlsterNode.Core;

namespace AlsterNode.SceneStore;

/// <summary>
/// The voxels of one frame grouped by block, so that each block is looked up once per frame. Canonical order runs along Z and leaves a
/// block after at most 8 voxels; hence a small table, whose arrays are reused from frame to frame.
/// </summary>
public sealed class FrameBlocks
{
    private const int End = -1;

    private long[] _keys = new long[256];
    private int[] _first = new int[256];
    private int[] _last = new int[256];
    private int[] _next = [];
    private int[] _table = new int[1024]; // block + 1, 0 is empty

    /// <summary>Blocks of the frame.</summary>
    public int Count { get; private set; }

    /// <summary>A block of the frame.</summary>
    public BlockIndex Index(int block) => BlockKey.Index(_keys[block]);

    /// <summary>The key of a block of the frame.</summary>
    internal long Key(int block) => _keys[block];

    /// <summary>The block's first voxel: a row of the frame. A block's voxels come in canonical order.</summary>
    public int First(int block) => _first[block];

    /// <summary>The next voxel of the same block; negative after the last.</summary>
    public int Next(int row) => _next[row];

    /// <summary>Groups a frame's voxels, which must be unique and in canonical order.</summary>
    public void Group(ReadOnlySpan<VoxelIndex> voxels)
    {
        Count = 0;
        Array.Clear(_table);
        if (_next.Length < voxels.Length) _next = new int[Math.Max(voxels.Length, _next.Length * 2)];
        var lastKey = -1L;
        var block = 0;
        for (var row = 0; row < voxels.Length; row++)
        {
            if (row > 0 && voxels[row].CompareTo(voxels[row - 1]) <= 0)
                throw new ArgumentException($"Voxel {row} does not come after voxel {row - 1}; expected unique voxels in canonical order.", nameof(voxels));
            var key = BlockKey.Of(voxels[row]);
            if (key != lastKey)
            {
                block = FindOrAdd(key);
                lastKey = key;
            }
            if (_first[block] == End) _first[block] = row;
            else _next[_last[block]] = row;
            _last[block] = row;
            _next[row] = End;
        }
    }

    private int FindOrAdd(long key)
    {
        var mask = _table.Length - 1;
        var i = Home(key, mask);
        for (; _table[i] != 0; i = (i + 1) & mask)
        {
            if (_keys[_table[i] - 1] == key) return _table[i] - 1;
        }
        if (Count == _keys.Length)
        {
            Enlarge();
            mask = _table.Length - 1;
            i = Home(key, mask);
            while (_table[i] != 0) i = (i + 1) & mask;
        }
        _keys[Count] = key;
        _first[Count] = End;
        _table[i] = ++Count;
        return Count - 1;
    }

    private void Enlarge()
    {
        Array.Resize(ref _keys, _keys.Length * 2);
        Array.Resize(ref _first, _keys.Length);
        Array.Resize(ref _last, _keys.Length);
        _table = new int[_keys.Length * 4];
        var mask = _table.Length - 1;
        for (var block = 0; block < Count; block++)
        {
            var i = Home(_keys[block], mask);
            while (_table[i] != 0) i = (i + 1) & mask;
            _table[i] = block + 1;
        }
    }

    private static int Home(long key, int mask) => BlockKey.Hash(key) & mask;
}
