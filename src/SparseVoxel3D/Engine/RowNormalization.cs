using System.Numerics;
using System.Runtime.CompilerServices;
using AlsterNode.Kernels;

namespace AlsterNode.SparseVoxel3D.Engine;

/// <summary>
/// Batch normalisation over rows [N, C], fused with the residual and the ReLU that follow it: two passes over the data each way. Sums are
/// taken over fixed chunks of rows and added up in their order, so results do not depend on the number of threads.
/// </summary>
internal static unsafe class RowNormalization
{
    private const int RowsPerChunk = 256;

    /// <summary>Mean and (biased) variance of each column.</summary>
    public static (double[] Mean, double[] Variance) Statistics(FloatRows input, int rows, int channels, WorkerPool pool)
    {
        var chunks = Chunks(rows);
        var sums = new float[chunks][];
        pool.Run(chunks, chunk => sums[chunk] = ChunkStatistics(input, chunk * RowsPerChunk, Math.Min(RowsPerChunk, rows - (chunk * RowsPerChunk)), channels));
        double[] mean = new double[channels], squares = new double[channels];
        var count = 0;
        for (var chunk = 0; chunk < chunks; chunk++) // Chan et al. (1979): statistics of two sets from those of each
        {
            var added = Math.Min(RowsPerChunk, rows - (chunk * RowsPerChunk));
            var total = count + added;
            for (var c = 0; c < channels; c++)
            {
                var delta = sums[chunk][c] - mean[c];
                mean[c] += delta * added / total;
                squares[c] += sums[chunk][channels + c] + (delta * delta * count * added / total);
            }
            count = total;
        }
        for (var c = 0; c < channels; c++) squares[c] /= Math.Max(rows, 1);
        return (mean, squares);
    }

    /// <summary>y = x * scale + shift (+ residual), then ReLU where asked for.</summary>
    public static void Apply(FloatRows input, FloatRows residual, FloatRows output, int rows, float[] scale, float[] shift, bool relu, WorkerPool pool)
    {
        var channels = scale.Length;
        pool.Run(Chunks(rows), chunk =>
        {
            fixed (float* a = scale, b = shift)
            {
                for (var row = chunk * RowsPerChunk; row < Math.Min(rows, (chunk + 1) * RowsPerChunk); row++)
                {
                    var x = input.Pointer + ((long)row * input.Pitch);
                    var y = output.Pointer + ((long)row * output.Pitch);
                    var r = residual.IsNone ? null : residual.Pointer + ((long)row * residual.Pitch);
                    var c = 0;
                    for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
                    {
                        var value = Vector.FusedMultiplyAdd(Vector.Load(x + c), Vector.Load(a + c), Vector.Load(b + c));
                        if (r != null) value += Vector.Load(r + c);
                        if (relu) value = Vector.Max(value, Vector<float>.Zero);
                        value.Store(y + c);
                    }
                    for (; c < channels; c++)
                    {
                        var value = MathF.FusedMultiplyAdd(x[c], a[c], b[c]) + (r == null ? 0 : r[c]);
                        y[c] = relu ? Math.Max(value, 0) : value;
                    }
                }
            }
        });
    }

    /// <summary>
    /// The gradient before the ReLU, g = dy where y &gt; 0, and its sums over rows: sum g and sum g (x - mean) for each column.
    /// </summary>
    public static (double[] Sum, double[] SumTimesInput) MaskGradient(FloatRows gradient, FloatRows output, FloatRows input, FloatRows masked,
        int rows, float[] mean, bool relu, WorkerPool pool)
    {
        var channels = mean.Length;
        var chunks = Chunks(rows);
        var sums = new float[chunks][];
        pool.Run(chunks, chunk =>
        {
            var own = sums[chunk] = new float[2 * channels];
            fixed (float* sum = own, m = mean)
            {
                for (var row = chunk * RowsPerChunk; row < Math.Min(rows, (chunk + 1) * RowsPerChunk); row++)
                {
                    MaskRow(gradient.Pointer + ((long)row * gradient.Pitch), output.Pointer + ((long)row * output.Pitch),
                        input.Pointer + ((long)row * input.Pitch), m, masked.Pointer + ((long)row * masked.Pitch), sum, channels, relu);
                }
            }
        });
        double[] total = new double[channels], timesInput = new double[channels];
        foreach (var own in sums)
        {
            for (var c = 0; c < channels; c++) (total[c], timesInput[c]) = (total[c] + own[c], timesInput[c] + own[channels + c]);
        }
        return (total, timesInput);
    }

    /// <summary>dx = g * ofGradient + x * ofInput + constant.</summary>
    public static void CombineGradient(FloatRows gradient, FloatRows input, FloatRows result, int rows, float[] ofGradient, float[] ofInput,
        float[] constant, WorkerPool pool)
    {
        var channels = constant.Length;
        pool.Run(Chunks(rows), chunk =>
        {
            fixed (float* p = ofGradient, q = ofInput, s = constant)
            {
                for (var row = chunk * RowsPerChunk; row < Math.Min(rows, (chunk + 1) * RowsPerChunk); row++)
                {
                    var g = gradient.Pointer + ((long)row * gradient.Pitch);
                    var x = input.Pointer + ((long)row * input.Pitch);
                    var to = result.Pointer + ((long)row * result.Pitch);
                    var c = 0;
                    for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
                    {
                        var value = Vector.FusedMultiplyAdd(Vector.Load(x + c), Vector.Load(q + c), Vector.Load(s + c));
                        Vector.FusedMultiplyAdd(Vector.Load(g + c), Vector.Load(p + c), value).Store(to + c);
                    }
                    for (; c < channels; c++) to[c] = MathF.FusedMultiplyAdd(g[c], p[c], MathF.FusedMultiplyAdd(x[c], q[c], s[c]));
                }
            }
        });
    }

    private static int Chunks(int rows) => (rows + RowsPerChunk - 1) / RowsPerChunk;

    /// <summary>Of some rows: the mean of each column, then the sum of squared differences from it.</summary>
    private static float[] ChunkStatistics(FloatRows input, int firstRow, int rows, int channels)
    {
        var result = new float[2 * channels];
        fixed (float* mean = result)
        {
            for (var row = 0; row < rows; row++) RowMath.AddScaled(input.Pointer + ((long)(firstRow + row) * input.Pitch), 1f, mean, channels);
            for (var c = 0; c < channels; c++) mean[c] /= rows;
            for (var row = 0; row < rows; row++)
            {
                AddSquares(input.Pointer + ((long)(firstRow + row) * input.Pitch), mean, mean + channels, channels);
            }
        }
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSquares(float* x, float* mean, float* squares, int channels)
    {
        var c = 0;
        for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
        {
            var difference = Vector.Load(x + c) - Vector.Load(mean + c);
            Vector.FusedMultiplyAdd(difference, difference, Vector.Load(squares + c)).Store(squares + c);
        }
        for (; c < channels; c++) squares[c] += (x[c] - mean[c]) * (x[c] - mean[c]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MaskRow(float* gradient, float* output, float* input, float* mean, float* masked, float* sums, int channels, bool relu)
    {
        var timesInput = sums + channels;
        var c = 0;
        for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
        {
            var g = Vector.Load(gradient + c);
            if (relu) g = Vector.ConditionalSelect(Vector.GreaterThan(Vector.Load(output + c), Vector<float>.Zero), g, Vector<float>.Zero);
            g.Store(masked + c);
            (Vector.Load(sums + c) + g).Store(sums + c);
            Vector.FusedMultiplyAdd(g, Vector.Load(input + c) - Vector.Load(mean + c), Vector.Load(timesInput + c)).Store(timesInput + c);
        }
        for (; c < channels; c++)
        {
            var g = relu && !(output[c] > 0) ? 0 : gradient[c];
            masked[c] = g;
            sums[c] += g;
            timesInput[c] += g * (input[c] - mean[c]);
        }
    }
}
