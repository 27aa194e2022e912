using System.Numerics;
using System.Runtime.CompilerServices;
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
/// under one kernel offset in register tiles, which read rows where they are; nothing is gathered or scattered. Each output element is one
/// chain of additions in the order of offsets and channels, whatever the number of threads, so results are the same bit for bit.
/// </summary>
internal static unsafe class SparseConvolutionEngine
{
    private const int RowsPerBlock = 512; // at most; the more rows share an offset, the fewer tiles are half empty
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
        var pairs = new PairList(scratch.Rows(2 * PairList.Room(count)), count, sums, columns.Width);
        var lookup = job.Map.Blocks;
        var found = lookup is null ? null : scratch.Map((long)lookup.OffsetsAtOnce * count);
        fixed (int* all = lookup is null ? job.Map.Rows : null)
        {
            for (var k = 0; k < weights.Offsets; k++)
            {
                if (lookup is not null)
                {
                    var own = k % lookup.OffsetsAtOnce;
                    if (own == 0) lookup.Find(k, firstRow, count, found);
                    pairs.Take(job.Input, found + ((long)own * count), count);
                }
                else if (all != null) pairs.Take(job.Input, all + ((long)k * job.Map.Outputs) + firstRow, count);
                else pairs.TakeAll(job.Input, firstRow, count);
                Multiply(weights, k, pairs, columns);
            }
        }
        if (job.ShortcutWeights is { } shortcut)
        {
            pairs.TakeAll(job.Shortcut, firstRow, count);
            Multiply(shortcut, 0, pairs, columns);
        }
        Finish(job, sums, columns, firstRow, count);
    }

    /// <summary>Multiplies the pairs of one offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(PackedWeights weights, int offset, in PairList pairs, ColumnRange columns)
    {
        var kernels = weights.Kernels;
        var values = weights.Values + ((long)offset * weights.Inputs * weights.PaddedOutputs) + ((long)columns.First * weights.Inputs);
        for (int first = 0, high; first < pairs.Count; first += high)
        {
            high = kernels.RowsFor(pairs.Count - first);
            var panel = values;
            for (var column = 0; column < columns.Width; column += kernels.PanelWidth)
            {
                var width = Math.Min(kernels.PanelWidth, columns.Width - column);
                kernels.MultiplyRows(high, pairs.From + first, panel, weights.Inputs, pairs.To + first, column, width > kernels.Lanes);
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
