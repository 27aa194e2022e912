using System.Runtime.CompilerServices;
using AlsterNode.Kernels;

namespace AlsterNode.SparseVoxel3D.Engine;

/// <summary>
/// The gradient of a sparse convolution's weights, dW_k = X_k^T dY_k over the pairs of offset k. One task computes a whole block of dW,
/// in the order of the rows, so that the result does not depend on the number of threads.
/// </summary>
internal static unsafe class WeightGradientEngine
{
    private const int PairsPerChunk = 64; // 64 rows of a tile's channels of X and dY stay in the first-level cache
    private const int ChannelsPerTask = 56; // whole high tiles: 4 x 14

    /// <summary>Writes [K, Cin, Cout] to <paramref name="weightGradient"/>.</summary>
    public static void Run(TileKernels kernels, KernelMap map, FloatRows input, int inputs, FloatRows outputGradient, int outputs,
        float* weightGradient, WorkerPool pool)
    {
        // One offset is one task; a 1x1x1 kernel has one offset only, so its input channels are shared out as well.
        var splits = map.Offsets >= 2 * pool.Threads ? 1 : (inputs + ChannelsPerTask - 1) / ChannelsPerTask;
        pool.Run(map.Offsets * splits, task =>
        {
            var (offset, split) = Math.DivRem(task, splits);
            var first = split * ChannelsPerTask;
            var end = splits == 1 ? inputs : Math.Min(inputs, first + ChannelsPerTask);
            Accumulate(kernels, map, offset, input.From(first), end - first, outputGradient, outputs,
                weightGradient + (((long)offset * inputs) + first) * outputs);
        });
    }

    /// <summary>One offset: sums x^T dy over its pairs into [inputs, outputs].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate(TileKernels kernels, KernelMap map, int offset, FloatRows input, int inputs, FloatRows outputGradient,
        int outputs, float* to)
    {
        var scratch = Scratch.Current;
        var pitchX = inputs + kernels.HighRows; // room for the overhang of the last tile
        var pitchY = kernels.Padded(outputs);
        float* x = scratch.A((long)PairsPerChunk * pitchX), y = scratch.B((long)PairsPerChunk * pitchY), sums = scratch.C((long)pitchX * pitchY);
        new Span<float>(x, PairsPerChunk * pitchX).Clear();
        new Span<float>(y, PairsPerChunk * pitchY).Clear();
        new Span<float>(sums, pitchX * pitchY).Clear();
        var rows = scratch.Rows(kernels.HighRows);
        var pairs = 0;
        fixed (int* all = map.Rows)
        {
            var entries = all == null ? null : all + ((long)offset * map.Outputs);
            for (var output = 0; output < map.Outputs; output++)
            {
                var from = entries == null ? output : entries[output];
                if (from < 0) continue;
                Buffer.MemoryCopy(input.Pointer + ((long)from * input.Pitch), x + (pairs * pitchX), inputs * 4L, inputs * 4L);
                Buffer.MemoryCopy(outputGradient.Pointer + ((long)output * outputGradient.Pitch), y + (pairs * pitchY), outputs * 4L, outputs * 4L);
                if (++pairs < PairsPerChunk) continue;
                AddChunk(kernels, x, pitchX, inputs, y, pitchY, pairs, sums, rows);
                pairs = 0;
            }
        }
        if (pairs > 0) AddChunk(kernels, x, pitchX, inputs, y, pitchY, pairs, sums, rows);
        for (var i = 0; i < inputs; i++)
        {
            Buffer.MemoryCopy(sums + ((long)i * pitchY), to + ((long)i * outputs), outputs * 4L, outputs * 4L);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddChunk(TileKernels kernels, float* x, int pitchX, int inputs, float* y, int pitchY, int pairs, float* sums, float** rows)
    {
        for (int first = 0, high; first < inputs; first += high)
        {
            high = kernels.RowsFor(inputs - first);
            for (var i = 0; i < high; i++) rows[i] = sums + ((long)(first + i) * pitchY);
            for (var column = 0; column < pitchY; column += kernels.PanelWidth)
            {
                kernels.MultiplyColumns(high, x + first, pitchX, y + column, pitchY, pairs, rows, column, pitchY - column > kernels.Lanes);
            }
        }
    }
}
