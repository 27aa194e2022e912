using System.Numerics;
using System.Runtime.CompilerServices;

namespace AlsterNode.Kernels;

/// <summary>
/// Y = clamp(X W + bias + residual): a dense layer on rows, or a 1x1 convolution on pixels stored channel by channel. Each element is one
/// chain of additions, whatever the number of threads.
/// </summary>
internal static unsafe class RowProduct
{
    private const int RowsPerTask = 56; // four high tiles: sums of 256 columns stay in the first cache
    private const int MaxDepth = 256;   // what fits in a row of the tile's buffer

    /// <summary>Rows [count, Cin] -> [count, Cout]; the output must not overlap the inputs, the residual may be none.</summary>
    public static void Run(PackedWeights weights, FloatRows input, FloatRows output, int count, FloatRows residual, float floor, float ceiling, WorkerPool pool)
    {
        var tasks = (count + RowsPerTask - 1) / RowsPerTask;
        var panels = (weights.PaddedOutputs + weights.Kernels.PanelWidth - 1) / weights.Kernels.PanelWidth;
        var splits = Math.Clamp(2 * pool.Threads / Math.Max(1, tasks), 1, panels); // few rows: threads share the columns instead
        pool.Run(tasks * splits, task =>
        {
            var (block, split) = Math.DivRem(task, splits);
            var firstColumn = panels * split / splits * weights.Kernels.PanelWidth;
            var endColumn = Math.Min(weights.PaddedOutputs, panels * (split + 1) / splits * weights.Kernels.PanelWidth);
            var first = block * RowsPerTask;
            var rows = Math.Min(RowsPerTask, count - first);
            var sums = Multiply(weights, input, first, rows, firstColumn, endColumn - firstColumn);
            Finish(weights, sums, endColumn - firstColumn, firstColumn, output, residual, first, rows, floor, ceiling);
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float* Multiply(PackedWeights weights, FloatRows input, int firstRow, int count, int firstColumn, int columns)
    {
        var kernels = weights.Kernels;
        var scratch = Scratch.Current;
        var sums = scratch.C((long)(count + 1) * columns); // one more row, for the overhang of the last tile
        var gathered = scratch.A((long)kernels.HighRows * TileKernels.RowPitch);
        var rows = scratch.Rows(kernels.HighRows);
        for (var row = 0; row <= count; row++) FloatRows.Copy(weights.Bias + firstColumn, sums + ((long)row * columns), columns);
        for (var firstChannel = 0; firstChannel < weights.Inputs; firstChannel += MaxDepth)
        {
            var depth = Math.Min(MaxDepth, weights.Inputs - firstChannel);
            for (int first = 0, high; first < count; first += high)
            {
                high = kernels.RowsFor(count - first);
                for (var i = 0; i < high; i++)
                {
                    var row = Math.Min(first + i, count); // the overhang adds to the spare row
                    rows[i] = sums + ((long)row * columns);
                    if (row < count) FloatRows.Copy(input.Pointer + ((long)(firstRow + row) * input.Pitch) + firstChannel, gathered + (i * TileKernels.RowPitch), depth);
                }
                var panel = weights.Values + ((long)firstColumn * weights.Inputs);
                for (var column = 0; column < columns; column += kernels.PanelWidth)
                {
                    var width = Math.Min(kernels.PanelWidth, columns - column);
                    kernels.MultiplyRows(high, gathered, panel + ((long)firstChannel * width), width, depth, rows, column, width > kernels.Lanes);
                    panel += (long)weights.Inputs * width;
                }
            }
        }
        return sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish(PackedWeights weights, float* sums, int columns, int firstColumn, FloatRows output, FloatRows residual, int firstRow, int count,
        float floor, float ceiling)
    {
        var width = Math.Min(columns, weights.Outputs - firstColumn);
        var lanes = Vector<float>.Count;
        Vector<float> least = new(floor), most = new(ceiling);
        for (var row = 0; row < count; row++)
        {
            var from = sums + ((long)row * columns);
            var to = output.Pointer + ((long)(firstRow + row) * output.Pitch) + firstColumn;
            var extra = residual.IsNone ? null : residual.Pointer + ((long)(firstRow + row) * residual.Pitch) + firstColumn;
            var c = 0;
            for (; c <= width - lanes; c += lanes)
            {
                var value = Vector.Load(from + c);
                if (extra != null) value += Vector.Load(extra + c);
                Vector.Min(Vector.Max(value, least), most).Store(to + c);
            }
            for (; c < width; c++) to[c] = Math.Clamp(extra == null ? from[c] : from[c] + extra[c], floor, ceiling);
        }
    }
}
