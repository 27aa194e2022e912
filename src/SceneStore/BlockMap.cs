namespace AlsterNode.SceneStore;

/// <summary>
/// Block key -> slot of the block in memory, or <see cref="OnDisk"/>. Open addressing in two flat arrays; entries are never removed,
/// because a block once seen stays part of the scene.
/// </summary>
internal sealed class BlockMap
{
    /// <summary>The scene has no such block.</summary>
    public const int Absent = -1;

    /// <summary>The block is in the file only.</summary>
    public const int OnDisk = -2;

    private const int Offset = 3; // stored = slot + Offset, so that a cleared array means empty

    private long[] _keys = new long[1024];
    private int[] _slots = new int[1024];

    /// <summary>Blocks of the scene, in memory or not.</summary>
    public int Count { get; private set; }

    /// <summary>The least and the greatest block index along each axis, when there is a block.</summary>
    public (BlockIndex Min, BlockIndex Max) Bounds { get; private set; }

    /// <summary>Bytes of the table.</summary>
    public long Bytes => _keys.Length * (long)(sizeof(long) + sizeof(int));

    /// <summary>The block's slot, <see cref="Absent"/> or <see cref="OnDisk"/>.</summary>
    public int Find(long key)
    {
        var slots = _slots;
        for (var i = Home(key, slots.Length); ; i = (i + 1) & (slots.Length - 1))
        {
            if (slots[i] == 0) return Absent;
            if (_keys[i] == key) return slots[i] - Offset;
        }
    }

    /// <summary>Adds a block or changes where it is.</summary>
    public void Set(long key, int slot)
    {
        var i = Home(key, _slots.Length);
        while (_slots[i] != 0 && _keys[i] != key) i = (i + 1) & (_slots.Length - 1);
        if (_slots[i] == 0)
        {
            Bounds = Count == 0 ? (BlockKey.Index(key), BlockKey.Index(key)) : Extended(BlockKey.Index(key));
            if (++Count > _slots.Length / 2)
            {
                Grow();
                i = Home(key, _slots.Length);
                while (_slots[i] != 0) i = (i + 1) & (_slots.Length - 1);
            }
        }
        _keys[i] = key;
        _slots[i] = slot + Offset;
    }

    /// <summary>All keys, in no order.</summary>
    public long[] Keys()
    {
        var keys = new long[Count];
        var count = 0;
        for (var i = 0; i < _slots.Length; i++)
        {
            if (_slots[i] != 0) keys[count++] = _keys[i];
        }
        return keys;
    }

    private (BlockIndex Min, BlockIndex Max) Extended(BlockIndex block)
    {
        var (min, max) = Bounds;
        return (new(Math.Min(min.X, block.X), Math.Min(min.Y, block.Y), Math.Min(min.Z, block.Z)),
            new(Math.Max(max.X, block.X), Math.Max(max.Y, block.Y), Math.Max(max.Z, block.Z)));
    }

    private static int Home(long key, int length) => BlockKey.Hash(key) & (length - 1);

    private void Grow()
    {
        var (keys, slots) = (_keys, _slots);
        _keys = new long[keys.Length * 2];
        _slots = new int[keys.Length * 2];
        for (var j = 0; j < slots.Length; j++)
        {
            if (slots[j] == 0) continue;
            var i = Home(keys[j], _slots.Length);
            while (_slots[i] != 0) i = (i + 1) & (_slots.Length - 1);
            (_keys[i], _slots[i]) = (keys[j], slots[j]);
        }
    }
}
