using System.Numerics;
using System.Runtime.CompilerServices;
using AlsterNode.Core;
using AlsterNode.Kernels;

namespace AlsterNode.SparseVoxel3D;

/// <summary>
/// A dense grid of bits, a word for 64 cells along z, with the number of voxels before each word: a voxel's row is that number plus the
/// bits below its own, and rows come out in canonical order. A border of empty words spares the neighbour search all bounds checks.
/// </summary>
internal sealed unsafe partial class BitGrid : VoxelLookup
{
    // Clearing 32 words a voxel takes about as long as hashing the voxel; the constant serves small lists.
    private const long SmallGrid = 1 << 16;
    private const long WordsPerVoxel = 32;

    // Columns of empty words on each side: kernels of 5 voxels find them without a look at the bounds.
    private const int Border = 2;

    private ulong[] _words = [];
    private int[] _before = [];
    private int _length; // words in use
    private long _minX, _minY, _minZ; // the coordinates of cell (0, 0, 0); z is a multiple of 64
    private int _sizeX, _sizeY, _wordsZ;
    private int _strideX, _strideY;

    /// <summary>Number of voxels.</summary>
    public int Count { get; private set; }

    /// <summary>Becomes an empty grid over a box: <see cref="Set"/> voxels, then <see cref="Rank"/> them.</summary>
    public void Clear(VoxelBox box)
    {
        (_minX, _minY, _minZ) = (box.Min.X, box.Min.Y, box.Min.Z & ~63L);
        (_sizeX, _sizeY, _wordsZ) = Shape(box) is var (x, y, z) ? ((int)x, (int)y, (int)z) : default;
        _strideY = _wordsZ + 2;
        _strideX = (_sizeY + (2 * Border)) * _strideY;
        _length = (_sizeX + (2 * Border)) * _strideX;
        Array.Clear(Reuse.Reserve(ref _words, _length), 0, _length);
        Reuse.Reserve(ref _before, _length);
    }

    /// <summary>Becomes the grid of a list of voxels.</summary>
    public BitGrid Fill(ReadOnlySpan<VoxelIndex> voxels, VoxelBox box)
    {
        Clear(box);
        foreach (var voxel in voxels) Set(voxel.X, voxel.Y, voxel.Z);
        Rank();
        return this;
    }

    /// <summary>Whether a grid over this box is worth its memory for a number of voxels (or points).</summary>
    public static bool Suits(VoxelBox box, int count)
    {
        var (x, y, z) = Shape(box);
        var limit = SmallGrid + (WordsPerVoxel * count);
        (x, y, z) = (x + (2 * Border), y + (2 * Border), z + 2);
        return x <= limit && x * y <= limit && x * y * z <= limit; // the factors are below 2^33: no overflow
    }

    /// <summary>Marks a voxel of the box.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(int x, int y, int z) => _words[Word(x, y, z)] |= 1UL << (z & 63);

    /// <summary>Numbers the marked voxels.</summary>
    public void Rank()
    {
        var count = 0;
        ReadOnlySpan<ulong> words = _words.AsSpan(0, _length);
        Span<int> before = _before.AsSpan(0, _length);
        for (var i = 0; i < words.Length; i++)
        {
            before[i] = count;
            count += BitOperations.PopCount(words[i]);
        }
        Count = count;
    }

    /// <summary>The row of a voxel that is known to be marked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RowOf(int x, int y, int z)
    {
        var word = Word(x, y, z);
        return _before[word] + BitOperations.PopCount(_words[word] & ((1UL << (z & 63)) - 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override int Find(int x, int y, int z)
    {
        long cellX = x - _minX, cellY = y - _minY, cellZ = z - _minZ;
        if ((ulong)cellX >= (ulong)_sizeX || (ulong)cellY >= (ulong)_sizeY || (ulong)cellZ >= (ulong)_wordsZ * 64) return -1;
        return (_words[Word(x, y, z)] >> (z & 63) & 1) == 0 ? -1 : RowOf(x, y, z);
    }

    /// <summary>Writes the marked voxels in canonical order, [Count].</summary>
    public void Voxels(ref VoxelIndex[] to)
    {
        var voxels = Reuse.Reserve(ref to, Count);
        var row = 0;
        for (var x = 0; x < _sizeX; x++)
        {
            for (var y = 0; y < _sizeY; y++)
            {
                for (var z = 0; z < _wordsZ; z++)
                {
                    for (var bits = _words[Index(x, y, z)]; bits != 0; bits &= bits - 1)
                    {
                        var cell = (z * 64) + BitOperations.TrailingZeroCount(bits);
                        voxels[row++] = new VoxelIndex((int)(x + _minX), (int)(y + _minY), (int)(cell + _minZ));
                    }
                }
            }
        }
    }

    public override int Coarser(ref VoxelIndex[] to)
    {
        long endX = ((_minX + _sizeX - 1) >> 1) + 1, endY = ((_minY + _sizeY - 1) >> 1) + 1;
        var count = 0;
        for (var x = _minX >> 1; x < endX; x++)
        {
            for (var y = _minY >> 1; y < endY; y++)
            {
                for (var z = 0; z < _wordsZ; z++) count += BitOperations.PopCount(Pairs(x, y, z));
            }
        }
        var voxels = Reuse.Reserve(ref to, count);
        var row = 0;
        for (var x = _minX >> 1; x < endX; x++)
        {
            for (var y = _minY >> 1; y < endY; y++)
            {
                for (var z = 0; z < _wordsZ; z++)
                {
                    for (var bits = Pairs(x, y, z); bits != 0; bits &= bits - 1)
                    {
                        var cell = _minZ + (z * 64) + BitOperations.TrailingZeroCount(bits);
                        voxels[row++] = new VoxelIndex((int)x, (int)y, (int)(cell >> 1));
                    }
                }
            }
        }
        return count;
    }

    private static (long X, long Y, long WordsZ) Shape(VoxelBox box) => (
        (long)box.Max.X - box.Min.X + 1, (long)box.Max.Y - box.Min.Y + 1, (((long)box.Max.Z - (box.Min.Z & ~63L)) >> 6) + 1);

    /// <summary>Bit 2j: one of the cells 2j, 2j + 1 in the four columns under a coarse column; the border serves where the box ends within one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Pairs(long coarseX, long coarseY, int wordZ)
    {
        var word = Index((int)((2 * coarseX) - _minX), (int)((2 * coarseY) - _minY), wordZ);
        var bits = _words[word] | _words[word + _strideY] | _words[word + _strideX] | _words[word + _strideX + _strideY];
        return (bits | (bits >> 1)) & 0x5555_5555_5555_5555;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Word(int x, int y, int z) => Index((int)(x - _minX), (int)(y - _minY), (int)((z - _minZ) >> 6));

    /// <summary>The word of a cell column; below 0 and from the size on lies the empty border.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Index(int cellX, int cellY, int wordZ) => ((cellX + Border) * _strideX) + ((cellY + Border) * _strideY) + wordZ + 1;
}
