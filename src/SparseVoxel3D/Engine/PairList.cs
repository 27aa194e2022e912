using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using AlsterNode.Kernels;

namespace AlsterNode.SparseVoxel3D.Engine;

/// <summary>
/// The pairs of input and output rows that meet under one kernel offset, within a block of output rows: pointers to the rows, in the order of
/// the outputs. Behind the last pair lie some that lead to a spare row, since the last tile may reach beyond it.
/// </summary>
/// <param name="memory">Of pointers, twice <see cref="Room"/>.</param>
/// <param name="most">Pairs at most: the block's rows.</param>
/// <param name="sums">[most + 1, pitch]: the rows to add to, and the spare one.</param>
/// <param name="pitch">Floats from one of these rows to the next.</param>
internal unsafe ref struct PairList(float** memory, int most, float* sums, int pitch)
{
    private const int Spare = 16; // rows of the highest tile, or what one store writes at once

    /// <summary>Input rows, [Count] and some more.</summary>
    public float** From { get; } = memory;

    /// <summary>Where their products are added, [Count] and some more.</summary>
    public float** To { get; } = memory + Room(most);

    /// <summary>Number of pairs.</summary>
    public int Count { get; private set; }

    /// <summary>Pointers to reserve for at most so many pairs.</summary>
    public static int Room(int most) => most + Spare;

    /// <summary>Takes the pairs of a map: for each output row of the block the input row, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(FloatRows input, int* map, int outputs)
    {
        int count = 0, row = 0;
        if (Avx512F.IsSupported && Avx512DQ.IsSupported)
        {
            var rows = Vector512<int>.Indices;
            for (; row <= outputs - Vector512<int>.Count; row += Vector512<int>.Count)
            {
                var found = Vector512.Load(map + row);
                var isFound = Vector512.GreaterThanOrEqual(found, Vector512<int>.Zero);
                Point(Avx512F.Compress(Vector512<int>.Zero, isFound, found), input.Pointer, input.Pitch, From + count);
                Point(Avx512F.Compress(Vector512<int>.Zero, isFound, rows), sums, pitch, To + count);
                count += BitOperations.PopCount(isFound.ExtractMostSignificantBits());
                rows += Vector512.Create(Vector512<int>.Count);
            }
        }
        for (; row < outputs; row++)
        {
            From[count] = input.Pointer + ((long)map[row] * input.Pitch);
            To[count] = sums + ((long)row * pitch);
            count += (int)(~(uint)map[row] >> 31); // no branch: it would be mispredicted half of the time
        }
        End(count);
    }

    /// <summary>Pairs each output row with the input row of the same number.</summary>
    public void TakeAll(FloatRows input, int firstRow, int outputs)
    {
        for (var row = 0; row < outputs; row++)
        {
            From[row] = input.Pointer + ((long)(firstRow + row) * input.Pitch);
            To[row] = sums + ((long)row * pitch);
        }
        End(outputs);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Point(Vector512<int> rows, float* first, int pitch, float** to)
    {
        var (low, high) = Vector512.Widen(rows);
        var bytes = Vector512.Create((long)pitch * sizeof(float));
        (Vector512.Create((long)first) + (low * bytes)).Store((long*)to);
        (Vector512.Create((long)first) + (high * bytes)).Store((long*)to + Vector512<long>.Count);
    }

    private void End(int count)
    {
        Count = count;
        for (var i = count; i < count + Spare; i++)
        {
            From[i] = From[0];
            To[i] = sums + ((long)most * pitch);
        }
    }
}
