using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using AlsterNode.Kernels;

namespace AlsterNode.SparseVoxel3D;

/// <content>The neighbours of all voxels, word by word.</content>
internal sealed unsafe partial class BitGrid
{
    /// <summary>Whether a word's voxels are looked up all at once, in bytes; else one by one.</summary>
    public bool InBytes { get; init; } = Avx512Vbmi2.IsSupported;

    public override void FindNeighbours(int size, int[] rows, WorkerPool pool) => pool.Run((Count + Blocks.RowsPerTask - 1) / Blocks.RowsPerTask, new Blocks(this, size, rows));

    /// <summary>
    /// The input rows of some voxels under the offsets with x from <paramref name="minX"/> to <paramref name="maxX"/>: to[k * pitch + i] is that
    /// of row <paramref name="first"/> + i under the k-th of them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FindNeighbours(int size, int minX, int maxX, int first, int count, int* to, int pitch)
    {
        if (size > (2 * Border) + 1) throw new ArgumentException($"The kernel size is {size}, expected at most {(2 * Border) + 1}.", nameof(size));
        var end = first + count;
        for (var word = WordOf(first); first < end; word++)
        {
            var voxels = _words[word];
            if (voxels == 0) continue;
            for (var skipped = _before[word]; skipped < first; skipped++) voxels &= voxels - 1; // rows of the block before
            while (first + BitOperations.PopCount(voxels) > end) voxels &= ~(1UL << BitOperations.Log2(voxels)); // of the block behind
            if (InBytes) FillWordInBytes(word, voxels, minX, maxX, size / 2, to, pitch);
            else FillWord(word, voxels, minX, maxX, size / 2, to, pitch);
            first += BitOperations.PopCount(voxels);
            to += BitOperations.PopCount(voxels);
        }
    }

    /// <summary>The word that holds a row: the last one with no more rows before it.</summary>
    private int WordOf(int row)
    {
        var (low, high) = (0, _length);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (_before[middle] <= row) low = middle;
            else high = middle;
        }
        return low;
    }

    /// <summary>The neighbours of some voxels in one word: the words around it, each shifted by -reach to reach.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillWord(int centre, ulong voxels, int minX, int maxX, int reach, int* to, int pitch)
    {
        fixed (ulong* words = _words)
        {
            for (var dx = minX; dx <= maxX; dx++)
            {
                for (var dy = -reach; dy <= reach; dy++)
                {
                    var index = centre + (dx * _strideX) + (dy * _strideY);
                    ulong middle = words[index], low = words[index - 1], high = words[index + 1];
                    var before = _before[index];
                    for (var down = reach; down > 0; down--, to += pitch) // voxels below the word's first cell count backwards
                        FillOffset(voxels, (middle << down) | (low >> (64 - down)), before - BitOperations.PopCount(low >> (64 - down)), to);
                    FillOffset(voxels, middle, before, to);
                    to += pitch;
                    for (var up = 1; up <= reach; up++, to += pitch)
                        FillOffset(voxels, (middle >> up) | (high << (64 - up)), before + BitOperations.PopCount(middle & ((1UL << up) - 1)), to);
                }
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

    /// <summary><see cref="FillWord"/> without a loop over voxels. A loop of its own: shared with the other, it took 2.5 times as long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillWordInBytes(int centre, ulong voxels, int minX, int maxX, int reach, int* to, int pitch)
    {
        var cells = Spread(voxels);
        var count = BitOperations.PopCount(voxels);
        fixed (ulong* words = _words)
        {
            for (var dx = minX; dx <= maxX; dx++)
            {
                for (var dy = -reach; dy <= reach; dy++)
                {
                    var index = centre + (dx * _strideX) + (dy * _strideY);
                    ulong middle = words[index], low = words[index - 1], high = words[index + 1];
                    var before = _before[index];
                    for (var down = reach; down > 0; down--, to += pitch)
                        FillInBytes(cells, count, (middle << down) | (low >> (64 - down)), before - BitOperations.PopCount(low >> (64 - down)), to);
                    FillInBytes(cells, count, middle, before, to);
                    to += pitch;
                    for (var up = 1; up <= reach; up++, to += pitch)
                        FillInBytes(cells, count, (middle >> up) | (high << (64 - up)), before + BitOperations.PopCount(middle & ((1UL << up) - 1)), to);
                }
            }
        }
    }

    /// <summary><see cref="FillOffset"/> at once: numbers the neighbours, spreads the numbers over the word's 64 cells, and picks those in a voxel's cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FillInBytes(Vector512<byte> cells, int count, ulong neighbours, int before, int* to)
    {
        var numbers = Avx512Vbmi2.Expand(Vector512<byte>.AllBitsSet, Spread(neighbours), Vector512<byte>.Indices); // -1 where there is none
        var picked = Avx512Vbmi2.Compress(Vector512<byte>.Zero, cells, numbers).AsSByte();
        var first = Vector512.Create(before);
        Write(picked.GetLower().GetLower(), first, count, to);
        if (count <= 16) return;
        Write(picked.GetLower().GetUpper(), first, count - 16, to + 16);
        if (count <= 32) return;
        Write(picked.GetUpper().GetLower(), first, count - 32, to + 32);
        if (count > 48) Write(picked.GetUpper().GetUpper(), first, count - 48, to + 48);
    }

    /// <summary>Writes the rows of at most 16 voxels; what lies behind them belongs to others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(Vector128<sbyte> numbers, Vector512<int> before, int count, int* to)
    {
        var wide = Avx512F.ConvertToVector512Int32(numbers);
        var rows = Vector512.ConditionalSelect(Vector512.LessThan(wide, Vector512<int>.Zero), wide, wide + before);
        Avx512F.MaskStore(to, Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)), rows);
    }

    /// <summary>A byte for each bit: all its bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Spread(ulong bits)
    {
        var bit = Vector512.Create(0x8040_2010_0804_0201).AsByte();
        var own = Avx512BW.Shuffle(Vector512.Create(bits).AsByte(), Vector512.Create(
            0, 0x0101_0101_0101_0101, 0x0202_0202_0202_0202, 0x0303_0303_0303_0303, 0x0404_0404_0404_0404, 0x0505_0505_0505_0505, 0x0606_0606_0606_0606,
            0x0707_0707_0707_0707).AsByte()); // byte i is byte i / 8 of the bits
        return Vector512.Equals(own & bit, bit);
    }

    /// <summary>Fills some rows of a map, for all offsets.</summary>
    private readonly struct Blocks(BitGrid grid, int size, int[] rows) : IParallelJob
    {
        public const int RowsPerTask = 512;

        public void Run(int task)
        {
            var first = task * RowsPerTask;
            fixed (int* to = rows) grid.FindNeighbours(size, -(size / 2), size / 2, first, Math.Min(RowsPerTask, grid.Count - first), to + first, grid.Count);
        }
    }
}
