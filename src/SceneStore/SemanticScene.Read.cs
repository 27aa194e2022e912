using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AlsterNode.Core;

namespace AlsterNode.SceneStore;

// Reading is safe on any thread. It holds the scene for a block at a time, so that mapping hardly waits: what is read while mapping goes on
// may be newer from block to block, never older than the call. Blocks stay where they are, in memory or in the file.
public sealed partial class SemanticScene
{
    private const int LookUpCost = 16; // keys that are copied in a row while one is looked up, roughly: mapping waits for either

    /// <summary>All voxels, streamed: blocks in canonical order, voxels in canonical order within their block.</summary>
    public IEnumerable<StoredVoxel> Voxels() => Voxels(SortedKeys());

    /// <summary>The voxels of a box, both corners included; order as <see cref="Voxels()"/>.</summary>
    public IEnumerable<StoredVoxel> Query(VoxelIndex min, VoxelIndex max) => Voxels(KeysIn(min, max)).Where(voxel => voxel.Index is var (x, y, z)
        && x >= min.X && x <= max.X && y >= min.Y && y <= max.Y && z >= min.Z && z <= max.Z);

    /// <summary>The voxels whose centre is no farther than <paramref name="radius"/> [m] from a point; order as <see cref="Voxels()"/>.</summary>
    public IEnumerable<StoredVoxel> Query(Vector3d center, double radius)
    {
        var reach = new Vector3d(radius, radius, radius);
        return Query(VoxelIndex.FromPoint(center - reach, VoxelSize), VoxelIndex.FromPoint(center + reach, VoxelSize))
            .Where(voxel => (voxel.Index.Center(VoxelSize) - center).Length <= radius);
    }

    /// <summary>The scene's blocks and counts, as of one frame.</summary>
    public SceneOutline Outline()
    {
        long[] keys;
        SceneState state;
        lock (_gate)
        {
            keys = _cache.Keys();
            state = State;
        }
        Array.Sort(keys);
        return new SceneOutline(Array.ConvertAll(keys, BlockKey.Index), state.Voxels, state.Frames, state.LastStamp);
    }

    /// <summary>The scene's blocks that have a part in a box of voxels, both corners included, in canonical order.</summary>
    public BlockIndex[] Blocks(VoxelIndex min, VoxelIndex max) => Array.ConvertAll(KeysIn(min, max), BlockKey.Index);

    /// <summary>Reads one block; false, and no voxels, when the scene has none there.</summary>
    public bool TryRead(BlockIndex index, StoredBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        block.Begin(index);
        if (BlockKey.TryOf(index, out var key)) Read(key, block);
        return block.Count > 0;
    }

    /// <summary>
    /// SHA-256 of the content: index, label, observations, confidence and half-precision features of every voxel in the order of
    /// <see cref="Voxels()"/>. Neither the order in which voxels were added, nor paging, nor the file matters; nor do stamps.
    /// </summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var image = new BlockImage(_cache.Records.RecordSize);
        Span<byte> index = stackalloc byte[3 * sizeof(int)];
        foreach (var key in SortedKeys())
        {
            lock (_gate) Read(key, image);
            var origin = BlockKey.Origin(key);
            var place = 0;
            foreach (var cell in image.Cells())
            {
                var voxel = BlockKey.Voxel(origin, cell);
                MemoryMarshal.Write(index, voxel.X);
                MemoryMarshal.Write(index[4..], voxel.Y);
                MemoryMarshal.Write(index[8..], voxel.Z);
                hash.AppendData(index);
                hash.AppendData(image.Record(place++).Content);
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The time of a record [ns].</summary>
    internal static long Stamp(long firstStamp, int milliseconds) => firstStamp + (milliseconds * (long)NanosecondsPerMillisecond);

    private IEnumerable<StoredVoxel> Voxels(long[] keys)
    {
        var block = new StoredBlock();
        foreach (var key in keys)
        {
            block.Begin(BlockKey.Index(key));
            Read(key, block);
            for (var place = 0; place < block.Count; place++) yield return block[place];
        }
    }

    private long[] SortedKeys()
    {
        long[] keys;
        lock (_gate) keys = _cache.Keys();
        Array.Sort(keys);
        return keys;
    }

    // A small box is walked block by block; the keys of a large scene are not copied for it.
    private long[] KeysIn(VoxelIndex min, VoxelIndex max)
    {
        var (x, y, z) = (BlockKey.AxisBlocks(min.X, max.X), BlockKey.AxisBlocks(min.Y, max.Y), BlockKey.AxisBlocks(min.Z, max.Z));
        if (x.First > x.Last || y.First > y.Last || z.First > z.Last) return [];
        var inBox = (x.Last - x.First + 1.0) * (y.Last - y.First + 1.0) * (z.Last - z.First + 1.0);
        long[] keys;
        lock (_gate)
        {
            if (inBox * LookUpCost <= _cache.Count) return WalkBox(x, y, z);
            keys = _cache.Keys();
        }
        keys = Array.FindAll(keys, key => BlockKey.Index(key) is var (bx, by, bz)
            && bx >= x.First && bx <= x.Last && by >= y.First && by <= y.Last && bz >= z.First && bz <= z.Last);
        Array.Sort(keys);
        return keys;
    }

    private long[] WalkBox((int First, int Last) x, (int First, int Last) y, (int First, int Last) z)
    {
        var keys = new List<long>();
        for (var bx = x.First; bx <= x.Last; bx++)
        {
            for (var by = y.First; by <= y.Last; by++)
            {
                for (var bz = z.First; bz <= z.Last; bz++)
                {
                    if (BlockKey.TryOf(new BlockIndex(bx, by, bz), out var key) && _cache.Find(key) != BlockMap.Absent) keys.Add(key);
                }
            }
        }
        return [.. keys];
    }

    /// <summary>Copies a block, if the scene has it.</summary>
    private void Read(long key, StoredBlock block)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var slot = _cache.Find(key);
            if (slot == BlockMap.Absent) return;
            if (slot >= 0)
            {
                block.Take(_cache, slot, _firstStamp!.Value);
                return;
            }
            _file!.Read(key, _loading);
            block.Take(_loading, _firstStamp!.Value);
        }
    }

    /// <summary>Copies a block of the scene with its features; the caller holds the scene.</summary>
    private void Read(long key, BlockImage image)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var slot = _cache.Find(key);
        if (slot >= 0) image.CopyFrom(_cache, slot);
        else _file!.Read(key, image);
    }
}
