using System.Numerics;
using AlsterNode.Core;
using AlsterNode.Kernels;

namespace AlsterNode.SparseVoxel3D;

/// <summary>A hash table with open addressing: for voxels that lie far apart. Slower than a <see cref="BitGrid"/>, but its size is that of the list.</summary>
internal sealed class VoxelHash : VoxelLookup
{
    private readonly VoxelIndex[] _voxels;
    private readonly int[] _slots; // row + 1; 0 is free
    private readonly int _mask;

    public VoxelHash(VoxelIndex[] voxels)
    {
        _voxels = voxels;
        _slots = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 2 * voxels.Length))];
        _mask = _slots.Length - 1;
        for (var row = 0; row < voxels.Length; row++)
        {
            var slot = Hash(voxels[row].X, voxels[row].Y, voxels[row].Z) & _mask;
            while (_slots[slot] != 0) slot = (slot + 1) & _mask;
            _slots[slot] = row + 1;
        }
    }

    public override int Find(int x, int y, int z)
    {
        for (var slot = Hash(x, y, z) & _mask; _slots[slot] != 0; slot = (slot + 1) & _mask)
        {
            var voxel = _voxels[_slots[slot] - 1];
            if (voxel.X == x && voxel.Y == y && voxel.Z == z) return _slots[slot] - 1;
        }
        return -1;
    }

    public override void FindNeighbours(int size, int[] rows, WorkerPool pool)
    {
        const int VoxelsPerTask = 2048;
        var (count, reach) = (_voxels.Length, size / 2);
        pool.Run((count + VoxelsPerTask - 1) / VoxelsPerTask, task =>
        {
            for (var row = task * VoxelsPerTask; row < Math.Min(count, (task + 1) * VoxelsPerTask); row++)
            {
                for (var k = 0; k < size * size * size; k++)
                {
                    rows[(k * count) + row] = FindBeside(_voxels[row], (k / (size * size)) - reach, (k / size % size) - reach, (k % size) - reach);
                }
            }
        });
    }

    public override int Coarser(ref VoxelIndex[] to)
    {
        var coarse = new VoxelIndex[_voxels.Length];
        for (var row = 0; row < coarse.Length; row++)
        {
            coarse[row] = new VoxelIndex(_voxels[row].X >> 1, _voxels[row].Y >> 1, _voxels[row].Z >> 1); // shifts round down
        }
        Array.Sort(coarse);
        var count = 0;
        for (var i = 0; i < coarse.Length; i++)
        {
            if (i == 0 || coarse[i] != coarse[i - 1]) coarse[count++] = coarse[i];
        }
        coarse.AsSpan(0, count).CopyTo(Reuse.Reserve(ref to, count));
        return count;
    }

    private static int Hash(int x, int y, int z)
    {
        var hash = ((ulong)(uint)x * 0x9E37_79B9_7F4A_7C15) ^ BitOperations.RotateLeft((ulong)(uint)y * 0xC2B2_AE3D_27D4_EB4F, 21)
            ^ BitOperations.RotateLeft((ulong)(uint)z * 0x1656_67B1_9E37_79F9, 42);
        return (int)((hash ^ (hash >> 32)) & int.MaxValue);
    }

    private int FindBeside(VoxelIndex voxel, int dx, int dy, int dz)
    {
        long x = (long)voxel.X + dx, y = (long)voxel.Y + dy, z = (long)voxel.Z + dz;
        return x == (int)x && y == (int)y && z == (int)z ? Find((int)x, (int)y, (int)z) : -1; // the grid ends where int ends
    }
}
