using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AlsterNode.Core;

namespace AlsterNode.SceneStore;

public sealed partial class SemanticScene
{
    /// <summary>
    /// All voxels, streamed: blocks in canonical order, voxels in canonical order within their block. The scene must not change meanwhile.
    /// </summary>
    public IEnumerable<StoredVoxel> Voxels() => Voxels(_cache.SortedKeys());

    /// <summary>The voxels of a box, both corners included; order as <see cref="Voxels()"/>.</summary>
    public IEnumerable<StoredVoxel> Query(VoxelIndex min, VoxelIndex max)
    {
        var keys = Array.FindAll(_cache.SortedKeys(), key =>
        {
            var first = BlockKey.Origin(key);
            var last = BlockKey.Voxel(first, BlockKey.Cells - 1);
            return first.X <= max.X && first.Y <= max.Y && first.Z <= max.Z && last.X >= min.X && last.Y >= min.Y && last.Z >= min.Z;
        });
        return Voxels(keys).Where(voxel => voxel.Index is var (x, y, z)
            && x >= min.X && x <= max.X && y >= min.Y && y <= max.Y && z >= min.Z && z <= max.Z);
    }

    /// <summary>The voxels whose centre is no farther than <paramref name="radius"/> [m] from a point; order as <see cref="Voxels()"/>.</summary>
    public IEnumerable<StoredVoxel> Query(Vector3d center, double radius)
    {
        var reach = new Vector3d(radius, radius, radius);
        return Query(VoxelIndex.FromPoint(center - reach, VoxelSize), VoxelIndex.FromPoint(center + reach, VoxelSize))
            .Where(voxel => (voxel.Index.Center(VoxelSize) - center).Length <= radius);
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
        foreach (var key in _cache.SortedKeys())
        {
            Read(key, image);
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

    private IEnumerable<StoredVoxel> Voxels(long[] keys)
    {
        var image = new BlockImage(_cache.Records.RecordSize);
        foreach (var key in keys)
        {
            Read(key, image);
            var origin = BlockKey.Origin(key);
            var place = 0;
            foreach (var cell in image.Cells()) yield return Voxel(BlockKey.Voxel(origin, cell), image.Record(place++));
        }
    }

    private StoredVoxel Voxel(VoxelIndex index, VoxelRecord record) => new(index, record.Label, record.Confidence / (float)ushort.MaxValue,
        record.Observations, Stamp(record.FirstSeen), Stamp(record.LastSeen));

    private long Stamp(int milliseconds) => _firstStamp!.Value + (milliseconds * (long)NanosecondsPerMillisecond);

    /// <summary>Copies a block of the scene, without changing which blocks are in memory.</summary>
    private void Read(long key, BlockImage image)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        lock (_gate)
        {
            var slot = _cache.Find(key);
            if (slot >= 0) image.CopyFrom(_cache, slot);
            else _file!.Read(key, image);
        }
    }
}
