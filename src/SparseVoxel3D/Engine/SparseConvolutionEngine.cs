using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using AlsterNode.Kernels;

namespace AlsterNode.SparseVoxel3D.Engine;

/// <summary>One convolution: y = relu(sum_k W_k x[map_k] + shortcut W_s + residual + bias); the last terms are optional.</summary>
internal readonly record struct ConvolutionJob(KernelMap Map, PackedWeights Weights, FloatRows Input, FloatRows Output)
{
    /// <summary>Added row by row: [outputs, Cout].</summary>
    public FloatRows Residual { get; init; }

    /// <summary>The input of a 1x1x1 convolution whose result is added; its weights are <see cref="ShortcutWeights"/>.</summary>
    public FloatRows Shortcut { get; init; }

    /// <summary>Weights of the shortcut, K = 1; their bias is added too.</summary>
    public PackedWeights? ShortcutWeights { get; init; }

    /// <summary>Whether negative results become 0.</summary>
    public bool Relu { get; init; }
}

/// <summary>
/// Sparse convolution on the CPU, output-stationary: a thread owns a block of output rows and multiplies the input rows that meet them
/// under one kernel offset in register tiles, which read rows where they are; nothing is gathered or scattered. Each output element is one chain of additions in
/// the order of offsets and channels, whatever the number of threads, so results are the same bit for bit.
/// </summary>
internal static unsafe class SparseConvolutionEngine
{
    private const int RowsPerBlock = 512;
    private const int LeastRows = 128; // where it can be: each block reads all weights
    private const int BlocksPerThread = 4;

    /// <summary>Runs a convolution; the output must not overlap the inputs.</summary>
    public static void Run(in ConvolutionJob job, WorkerPool pool)
    {
        var outputs = job.Map.Outputs;
        if (outputs == 0) return;
        var blocks = Math.Max(Math.Min((outputs + LeastRows - 1) / LeastRows, BlocksPerThread * pool.Threads), (outputs + RowsPerBlock - 1) / RowsPerBlock);
        if (blocks > 1) blocks = (blocks + pool.Threads - 1) / pool.Threads * pool.Threads; // as many for each thread
        var rows = (outputs + blocks - 1) / blocks;
        blocks = (outputs + rows - 1) / rows;
        var panels = (job.Weights.PaddedOutputs + job.Weights.Kernels.PanelWidth - 1) / job.Weights.Kernels.PanelWidth;
        var splits = Math.Clamp(4 * pool.Threads / blocks, 1, panels); // few rows: threads share the columns instead
        pool.Run(blocks * splits, new Blocks(job, rows, splits, panels));
    }

    /// <summary>Computes <paramref name="count"/> output rows for a range of column panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ConvolveBlock(in ConvolutionJob job, int firstRow, int count, int firstPanel, int endPanel)
    {
        var weights = job.Weights;
        var scratch = Scratch.Current;
        var columns = new ColumnRange(weights, firstPanel, endPanel);
        var sums = scratch.C((long)(count + 1) * columns.Width); // one more row, for the overhang of the last tile
        Start(job, sums, columns, count);
        int* inputs = scratch.Inputs(count + Vector512<int>.Count), outputs = scratch.Outputs(count + Vector512<int>.Count); // whole vectors are written
        fixed (int* map = job.Map.Rows)
        {
            for (var k = 0; k < weights.Offsets; k++)
            {
                var pairs = map == null
                    ? Identity(firstRow, count, inputs, outputs)
                    : Collect(map + ((long)k * job.Map.Outputs) + firstRow, count, inputs, outputs);
                Multiply(weights, k, job.Input, inputs, outputs, pairs, sums, count, columns);
            }
        }
        if (job.ShortcutWeights is { } shortcut)
        {
            var pairs = Identity(firstRow, count, inputs, outputs);
            Multiply(shortcut, 0, job.Shortcut, inputs, outputs, pairs, sums, count, columns);
        }
        Finish(job, sums, columns, firstRow, count);
    }

    /// <summary>The rows of one offset: input row and output row within the block, for each output that has an input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Collect(int* map, int count, int* inputs, int* outputs)
    {
        int pairs = 0, row = 0;
        if (Avx512F.IsSupported)
        {
            var rows = Vector512<int>.Indices;
            for (; row <= count - Vector512<int>.Count; row += Vector512<int>.Count)
            {
                var found = Vector512.Load(map + row);
                var isFound = Vector512.GreaterThanOrEqual(found, Vector512<int>.Zero);
                Avx512F.Compress(Vector512<int>.Zero, isFound, found).Store(inputs + pairs);
                Avx512F.Compress(Vector512<int>.Zero, isFound, rows).Store(outputs + pairs);
                pairs += BitOperations.PopCount(isFound.ExtractMostSignificantBits());
                rows += Vector512.Create(Vector512<int>.Count);
            }
        }
        for (; row < count; row++)
        {
            var input = map[row];
            inputs[pairs] = input;
            outputs[pairs] = row;
            pairs += (int)(~(uint)input >> 31); // no branch: it would be mispredicted half of the time
        }
        return pairs;
    }

    private static int Identity(int firstRow, int count, int* inputs, int* outputs)
    {
        for (var row = 0; row < count; row++) (inputs[row], outputs[row]) = (firstRow + row, row);
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(PackedWeights weights, int offset, FloatRows from, int* inputs, int* outputs, int pairs, float* sums, int count,
        ColumnRange columns)
    {
        if (pairs == 0) return;
        var kernels = weights.Kernels;
        var end = pairs + kernels.HighRows; // the last tile may reach beyond the pairs
        float** rows = Scratch.Current.Rows(2 * (count + kernels.HighRows)), to = rows + end;
        for (var i = 0; i < pairs; i++)
        {
            rows[i] = from.Pointer + ((long)inputs[i] * from.Pitch);
            to[i] = sums + ((long)outputs[i] * columns.Width);
        }
        for (var i = pairs; i < end; i++)
        {
            rows[i] = rows[0];
            to[i] = sums + ((long)count * columns.Width); // the spare row
        }
        var values = weights.Values + ((long)offset * weights.Inputs * weights.PaddedOutputs) + ((long)columns.First * weights.Inputs);
        for (int first = 0, high; first < pairs; first += high)
        {
            high = kernels.RowsFor(pairs - first);
            var panel = values;
            for (var column = 0; column < columns.Width; column += kernels.PanelWidth)
            {
                var width = Math.Min(kernels.PanelWidth, columns.Width - column);
                kernels.MultiplyRows(high, rows + first, panel, weights.Inputs, to + first, column, width > kernels.Lanes);
                panel += (long)weights.Inputs * width;
            }
        }
    }

    /// <summary>Starts the sums with the biases.</summary>
    private static void Start(in ConvolutionJob job, float* sums, ColumnRange columns, int count)
    {
        var first = new Span<float>(sums, columns.Width);
        new ReadOnlySpan<float>(job.Weights.Bias + columns.First, columns.Width).CopyTo(first);
        if (job.ShortcutWeights is { } shortcut)
        {
            for (var c = 0; c < columns.Width; c++) first[c] += shortcut.Bias[columns.First + c];
        }
        for (var row = 1; row <= count; row++) first.CopyTo(new Span<float>(sums + ((long)row * columns.Width), columns.Width));
    }

    /// <summary>Adds the residual, applies the activation, and writes the columns that exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish(in ConvolutionJob job, float* sums, ColumnRange columns, int firstRow, int count)
    {
        var width = Math.Min(columns.Width, job.Weights.Outputs - columns.First);
        var lanes = Vector<float>.Count;
        var floor = job.Relu ? 0f : float.NegativeInfinity;
        for (var row = 0; row < count; row++)
        {
            var from = sums + ((long)row * columns.Width);
            var to = job.Output.Pointer + ((long)(firstRow + row) * job.Output.Pitch) + columns.First;
            var residual = job.Residual.IsNone ? null : job.Residual.Pointer + ((long)(firstRow + row) * job.Residual.Pitch) + columns.First;
            var c = 0;
            for (; c <= width - lanes; c += lanes)
            {
                var value = Vector.Load(from + c);
                if (residual != null) value += Vector.Load(residual + c);
                if (job.Relu) value = Vector.Max(value, Vector<float>.Zero);
                value.Store(to + c);
            }
            for (; c < width; c++) to[c] = Math.Max(residual == null ? from[c] : from[c] + residual[c], floor);
        }
    }

    /// <summary>A convolution shared out by blocks of rows and, where there are few, by columns.</summary>
    private readonly struct Blocks(ConvolutionJob job, int rows, int splits, int panels) : IParallelJob
    {
        public void Run(int task)
        {
            var (block, split) = Math.DivRem(task, splits);
            var firstRow = block * rows;
            ConvolveBlock(job, firstRow, Math.Min(rows, job.Map.Outputs - firstRow), panels * split / splits, panels * (split + 1) / splits);
        }
    }

    /// <summary>The columns of some panels: first column and width, in padded columns.</summary>
    private readonly record struct ColumnRange(int First, int Width)
    {
        public ColumnRange(PackedWeights weights, int firstPanel, int endPanel)
            : this(firstPanel * weights.Kernels.PanelWidth,
                Math.Min(weights.PaddedOutputs, endPanel * weights.Kernels.PanelWidth) - (firstPanel * weights.Kernels.PanelWidth))
        {
        }
    }
}
