using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AlsterNode.Kernels;

/// <summary>Depthwise 3x3 convolution of pixels stored channel by channel, with zeros around the image: y = clamp(sum_k w_k x_k + bias).</summary>
internal static unsafe class DepthwiseConvolution
{
    /// <summary>[H, W, C] -> [ceil(H / stride), ceil(W / stride), C]; padding equals the dilation.</summary>
    /// <param name="shape">Sizes of input and output.</param>
    /// <param name="weights">[9, C], then the biases [C].</param>
    /// <param name="input">[H, W, C].</param>
    /// <param name="output">[H', W', C], not overlapping the input.</param>
    /// <param name="floor">Least result.</param>
    /// <param name="ceiling">Largest result.</param>
    /// <param name="pool">Shares out the rows.</param>
    public static void Run(DepthwiseShape shape, float* weights, float* input, float* output, float floor, float ceiling, WorkerPool pool)
    {
        pool.Run(shape.OutputHeight, row =>
        {
            if (Vector512.IsHardwareAccelerated) DepthwiseRow<Lanes512, Vector512<float>>.Run(shape, weights, input, output, row, floor, ceiling);
            else if (Vector256.IsHardwareAccelerated) DepthwiseRow<Lanes256, Vector256<float>>.Run(shape, weights, input, output, row, floor, ceiling);
            else DepthwiseRow<PortableLanes, Vector<float>>.Run(shape, weights, input, output, row, floor, ceiling);
        });
    }
}

/// <summary>Sizes of a depthwise 3x3 convolution.</summary>
internal readonly record struct DepthwiseShape(int Height, int Width, int Channels, int Stride, int Dilation)
{
    public int OutputHeight => (Height + Stride - 1) / Stride;

    public int OutputWidth => (Width + Stride - 1) / Stride;
}

/// <summary>One row of output pixels, for one vector width.</summary>
internal static unsafe class DepthwiseRow<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const int Block = 8; // pixels that share the nine weights in registers while their inputs are in the first cache

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(DepthwiseShape shape, float* weights, float* input, float* output, int row, float floor, float ceiling)
    {
        var channels = shape.Channels;
        var to = output + ((long)row * shape.OutputWidth * channels);
        var top = (row * shape.Stride) - shape.Dilation;
        for (var first = 0; first < shape.OutputWidth; first += Block)
        {
            var end = Math.Min(first + Block, shape.OutputWidth);
            var c = 0;
            for (; c <= channels - TLanes.Count; c += TLanes.Count) Columns(shape, weights + c, input + c, to + c, top, first, end, floor, ceiling);
            for (; c < channels; c++) Column(shape, weights + c, input + c, to + c, top, first, end, floor, ceiling);
        }
    }

    /// <summary>One vector of channels of some pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns(DepthwiseShape shape, float* weights, float* input, float* output, int top, int first, int end, float floor, float ceiling)
    {
        var (channels, step) = (shape.Channels, shape.Dilation);
        TVector w0 = TLanes.Load(weights), w1 = TLanes.Load(weights + channels), w2 = TLanes.Load(weights + (2 * channels));
        TVector w3 = TLanes.Load(weights + (3 * channels)), w4 = TLanes.Load(weights + (4 * channels)), w5 = TLanes.Load(weights + (5 * channels));
        TVector w6 = TLanes.Load(weights + (6 * channels)), w7 = TLanes.Load(weights + (7 * channels)), w8 = TLanes.Load(weights + (8 * channels));
        TVector bias = TLanes.Load(weights + (9 * channels)), least = TLanes.Repeat(floor), most = TLanes.Repeat(ceiling);
        bool upper = top >= 0, lower = top + (2 * step) < shape.Height; // the middle line is always inside
        var line = (long)shape.Width * channels;
        var rows = input + (top * line);
        var side = (long)step * channels;
        for (var u = first; u < end; u++)
        {
            var left = (u * shape.Stride) - step;
            bool west = left >= 0, east = left + (2 * step) < shape.Width;
            var from = rows + ((long)left * channels);
            var sum = bias;
            if (upper) sum = Line(from, side, w0, w1, w2, west, east, sum);
            from += step * line;
            sum = Line(from, side, w3, w4, w5, west, east, sum);
            from += step * line;
            if (lower) sum = Line(from, side, w6, w7, w8, west, east, sum);
            TLanes.Store(TLanes.Min(TLanes.Max(sum, least), most), output + ((long)u * channels));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Line(float* from, long side, TVector a, TVector b, TVector c, bool west, bool east, TVector sum)
    {
        if (west) sum = TLanes.MultiplyAdd(a, TLanes.Load(from), sum);
        sum = TLanes.MultiplyAdd(b, TLanes.Load(from + side), sum);
        if (east) sum = TLanes.MultiplyAdd(c, TLanes.Load(from + (2 * side)), sum);
        return sum;
    }

    /// <summary>One channel: what is left of a vector.</summary>
    private static void Column(DepthwiseShape shape, float* weights, float* input, float* output, int top, int first, int end, float floor, float ceiling)
    {
        for (var u = first; u < end; u++)
        {
            var sum = weights[9 * shape.Channels];
            for (var k = 0; k < 9; k++)
            {
                var (y, x) = (top + (k / 3 * shape.Dilation), (u * shape.Stride) - shape.Dilation + (k % 3 * shape.Dilation));
                if (y < 0 || y >= shape.Height || x < 0 || x >= shape.Width) continue;
                sum = MathF.FusedMultiplyAdd(weights[k * shape.Channels], input[(((long)y * shape.Width) + x) * shape.Channels], sum);
            }
            output[(long)u * shape.Channels] = Math.Clamp(sum, floor, ceiling);
        }
    }
}
