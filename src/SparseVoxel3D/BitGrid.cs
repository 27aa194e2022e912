using System.Numerics;
using System.Runtime.CompilerServices;
using AlsterNode.Core;
using AlsterNode.Kernels;

namespace AlsterNode.SparseVoxel3D;

/// <summary>
/// A dense grid of bits, a word for 64 cells along z, with the number of voxels before each word: a voxel's row is that number plus the
/// bits below its own, and rows come out in canonical order. A border of empty words spares the neighbour search all bounds checks.
/// </summary>
internal sealed unsafe class BitGrid : VoxelLookup
{
    // Clearing 32 words a voxel takes about as long as hashing the voxel; the constant serves small lists.
    private const long SmallGrid = 1 << 16;
    private const long WordsPerVoxel = 32;

    private readonly ulong[] _words;
    private readonly int[] _before;
    private readonly long _minX, _minY, _minZ; // the coordinates of cell (0, 0, 0); z is a multiple of 64
    private readonly int _sizeX, _sizeY, _wordsZ;
    private readonly int _strideX, _strideY;

    /// <summary>An empty grid over a box: <see cref="Set"/> voxels, then <see cref="Rank"/> them.</summary>
    public BitGrid(VoxelBox box)
    {
        (_minX, _minY, _minZ) = (box.Min.X, box.Min.Y, box.Min.Z & ~63L);
        (_sizeX, _sizeY, _wordsZ) = Shape(box) is var (x, y, z) ? ((int)x, (int)y, (int)z) : default;
        _strideY = _wordsZ + 2;
        _strideX = (_sizeY + 2) * _strideY;
        _words = new ulong[(_sizeX + 2) * _strideX];
        _before = GC.AllocateUninitializedArray<int>(_words.Length);
    }

    /// <summary>The grid of a list of voxels.</summary>
    public BitGrid(ReadOnlySpan<VoxelIndex> voxels, VoxelBox box) : this(box)
    {
        foreach (var voxel in voxels) Set(voxel.X, voxel.Y, voxel.Z);
        Rank();
    }

    /// <summary>Number of voxels.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a grid over this box is worth its memory for a number of voxels (or points).</summary>
    public static bool Suits(VoxelBox box, int count)
    {
        var (x, y, z) = Shape(box);
        var limit = SmallGrid + (WordsPerVoxel * count);
        return x + 2 <= limit && (x + 2) * (y + 2) <= limit && (x + 2) * (y + 2) * (z + 2) <= limit; // the factors are below 2^33: no overflow
    }

    /// <summary>Marks a voxel of the box.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(int x, int y, int z) => _words[Word(x, y, z)] |= 1UL << (z & 63);

    /// <summary>Numbers the marked voxels.</summary>
    public void Rank()
    {
        var count = 0;
        for (var i = 0; i < _words.Length; i++)
        {
            _before[i] = count;
            count += BitOperations.PopCount(_words[i]);
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

    public override int Find(int x, int y, int z)
    {
        long cellX = x - _minX, cellY = y - _minY, cellZ = z - _minZ;
        if ((ulong)cellX >= (ulong)_sizeX || (ulong)cellY >= (ulong)_sizeY || (ulong)cellZ >= (ulong)_wordsZ * 64) return -1;
        return (_words[Word(x, y, z)] >> (z & 63) & 1) == 0 ? -1 : RowOf(x, y, z);
    }

    /// <summary>The marked voxels in canonical order.</summary>
    public VoxelIndex[] Voxels()
    {
        var voxels = GC.AllocateUninitializedArray<VoxelIndex>(Count);
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
        return voxels;
    }

    public override VoxelIndex[] Coarser()
    {
        var voxels = new List<VoxelIndex>(Count / 2);
        long startX = _minX >> 1, startY = _minY >> 1;
        for (var x = startX; x <= (_minX + _sizeX - 1) >> 1; x++)
        {
            for (var y = startY; y <= (_minY + _sizeY - 1) >> 1; y++)
            {
                // The four columns below; the border serves where the box starts or ends in the middle of a coarse voxel.
                var column = Index((int)((2 * x) - _minX), (int)((2 * y) - _minY), 0);
                for (var z = 0; z < _wordsZ; z++)
                {
                    var bits = _words[column + z] | _words[column + z + _strideY] | _words[column + z + _strideX]
                        | _words[column + z + _strideX + _strideY];
                    bits = (bits | (bits >> 1)) & 0x5555_5555_5555_5555; // bit 2j: one of cells 2j, 2j + 1
                    for (; bits != 0; bits &= bits - 1)
                    {
                        var cell = _minZ + (z * 64) + BitOperations.TrailingZeroCount(bits);
                        voxels.Add(new VoxelIndex((int)x, (int)y, (int)(cell >> 1)));
                    }
                }
            }
        }
        return [.. voxels];
    }

    public override int[] NeighbourRows(WorkerPool pool)
    {
        const int SlicesPerTask = 4;
        var rows = GC.AllocateUninitializedArray<int>(Neighbours * Count);
        pool.Run((_sizeX + SlicesPerTask - 1) / SlicesPerTask, task =>
        {
            var end = Math.Min(_sizeX, (task + 1) * SlicesPerTask);
            for (var x = task * SlicesPerTask; x < end; x++) FillSlice(x, rows);
        });
        return rows;
    }

    private static (long X, long Y, long WordsZ) Shape(VoxelBox box) => (
        (long)box.Max.X - box.Min.X + 1, (long)box.Max.Y - box.Min.Y + 1, (((long)box.Max.Z - (box.Min.Z & ~63L)) >> 6) + 1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillSlice(int x, int[] rows)
    {
        fixed (int* to = rows)
        {
            for (var y = 0; y < _sizeY; y++)
            {
                for (var z = 0; z < _wordsZ; z++)
                {
                    var index = Index(x, y, z);
                    if (_words[index] != 0) FillWord(index, to + _before[index]);
                }
            }
        }
    }

    /// <summary>The 27 neighbours of the voxels in one word: the nine words around it, each shifted by -1, 0 and 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillWord(int centre, int* to)
    {
        fixed (ulong* words = _words)
        {
            for (var d = 0; d < 9; d++)
            {
                var index = centre + (((d / 3) - 1) * _strideX) + (((d % 3) - 1) * _strideY);
                ulong middle = words[index], low = words[index - 1], high = words[index + 1];
                var before = _before[index];
                var carry = (int)(low >> 63); // the voxel below the word's first cell
                FillOffset(words[centre], (middle << 1) | (low >> 63), before - carry, to);
                FillOffset(words[centre], middle, before, to + Count);
                FillOffset(words[centre], (middle >> 1) | (high << 63), before + (int)(middle & 1), to + (2 * Count));
                to += 3 * Count;
            }
        }
    }

    /// <summary>One row for each bit of <paramref name="voxels"/>: the rank of the same bit in <paramref name="neighbours"/>, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FillOffset(ulong voxels, ulong neighbours, int before, int* to)
    {
        for (; voxels != 0; voxels &= voxels - 1)
        {
            var bit = voxels & (0 - voxels);
            var row = before + BitOperations.PopCount(neighbours & (bit - 1));
            *to++ = (neighbours & bit) != 0 ? row : -1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Word(int x, int y, int z) => Index((int)(x - _minX), (int)(y - _minY), (int)((z - _minZ) >> 6));

    /// <summary>The word of a cell column; -1 and the size are the empty border.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Index(int cellX, int cellY, int wordZ) => ((cellX + 1) * _strideX) + ((cellY + 1) * _strideY) + wordZ + 1;
}
