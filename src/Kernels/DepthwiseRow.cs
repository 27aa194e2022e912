using System.Runtime.CompilerServices;

namespace AlsterNode.Kernels;

/// <summary>What a convolution does to its input first.</summary>
internal interface IInput
{
    static abstract bool IsRectified { get; }
}

internal readonly struct Unchanged : IInput
{
    public static bool IsRectified => false;
}

/// <summary>max(0, x).</summary>
internal readonly struct Rectified : IInput
{
    public static bool IsRectified => true;
}

/// <summary>Depthwise 3x3 on part of a row of one block of channels, for one vector width.</summary>
internal static unsafe class DepthwiseRow<TLanes, TVector, TInput>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
    where TInput : struct, IInput
{
    private const int Group = 4; // pixels at a time: chains enough to hide a multiplier's latency

    /// <summary>The output's pixels <paramref name="first"/> .. <paramref name="end"/>-1 of a row; the rest as <see cref="PixelKernels.Depthwise"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(WindowShape shape, float* weights, float* input, float* output, int row, int first, int end, float floor, float ceiling)
    {
        int lanes = TLanes.Count, step = shape.Dilation, stride = shape.Stride;
        TVector w0 = TLanes.Load(weights), w1 = TLanes.Load(weights + lanes), w2 = TLanes.Load(weights + (2 * lanes));
        TVector w3 = TLanes.Load(weights + (3 * lanes)), w4 = TLanes.Load(weights + (4 * lanes)), w5 = TLanes.Load(weights + (5 * lanes));
        TVector w6 = TLanes.Load(weights + (6 * lanes)), w7 = TLanes.Load(weights + (7 * lanes)), w8 = TLanes.Load(weights + (8 * lanes));
        TVector bias = TLanes.Load(weights + (9 * lanes)), least = TLanes.Repeat(floor), most = TLanes.Repeat(ceiling);
        var middle = input + ((long)row * stride * shape.Width * lanes);
        var line = (long)step * shape.Width * lanes;
        float* upper = middle - line, lower = middle + line;
        if ((row * stride) - step < 0)
        {
            upper = middle;
            w0 = w1 = w2 = TLanes.Repeat(0);
        }
        if ((row * stride) + step >= shape.Height)
        {
            lower = middle;
            w6 = w7 = w8 = TLanes.Repeat(0);
        }

        var side = (nint)step * lanes;
        var next = (nint)stride * lanes;
        var to = output;
        for (var u = first; u < end;)
        {
            var x = u * stride;
            var offset = (nint)x * lanes;
            float* p = upper + offset, q = middle + offset, r = lower + offset;
            if (x >= step && u + Group <= end && x + ((Group - 1) * stride) + step < shape.Width)
            {
                TVector sum0 = bias, sum1 = bias, sum2 = bias, sum3 = bias;
                Line(p, side, next, w0, w1, w2, ref sum0, ref sum1, ref sum2, ref sum3);
                Line(q, side, next, w3, w4, w5, ref sum0, ref sum1, ref sum2, ref sum3);
                Line(r, side, next, w6, w7, w8, ref sum0, ref sum1, ref sum2, ref sum3);
                TLanes.Store(TLanes.Clamp(sum0, least, most), to);
                TLanes.Store(TLanes.Clamp(sum1, least, most), to + lanes);
                TLanes.Store(TLanes.Clamp(sum2, least, most), to + (2 * lanes));
                TLanes.Store(TLanes.Clamp(sum3, least, most), to + (3 * lanes));
                to += Group * lanes;
                u += Group;
                continue;
            }
            bool west = x >= step, east = x + step < shape.Width;
            var sum = Line(p, side, w0, w1, w2, west, east, bias);
            sum = Line(q, side, w3, w4, w5, west, east, sum);
            sum = Line(r, side, w6, w7, w8, west, east, sum);
            TLanes.Store(TLanes.Clamp(sum, least, most), to);
            to += lanes;
            u++;
        }
    }

    /// <summary>One line of a window, in the same order as for four: a pixel's bits do not depend on where its stripe begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Line(float* p, nint side, TVector a, TVector b, TVector c, bool west, bool east, TVector sum)
    {
        if (west) sum = TLanes.MultiplyAdd(a, Load(p - side), sum);
        sum = TLanes.MultiplyAdd(b, Load(p), sum);
        if (east) sum = TLanes.MultiplyAdd(c, Load(p + side), sum);
        return sum;
    }

    /// <summary>One line of the windows of four pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Line(float* p, nint side, nint next, TVector a, TVector b, TVector c, ref TVector sum0, ref TVector sum1, ref TVector sum2, ref TVector sum3)
    {
        sum0 = TLanes.MultiplyAdd(a, Load(p - side), sum0);
        sum1 = TLanes.MultiplyAdd(a, Load(p - side + next), sum1);
        sum2 = TLanes.MultiplyAdd(a, Load(p - side + (2 * next)), sum2);
        sum3 = TLanes.MultiplyAdd(a, Load(p - side + (3 * next)), sum3);
        sum0 = TLanes.MultiplyAdd(b, Load(p), sum0);
        sum1 = TLanes.MultiplyAdd(b, Load(p + next), sum1);
        sum2 = TLanes.MultiplyAdd(b, Load(p + (2 * next)), sum2);
        sum3 = TLanes.MultiplyAdd(b, Load(p + (3 * next)), sum3);
        sum0 = TLanes.MultiplyAdd(c, Load(p + side), sum0);
        sum1 = TLanes.MultiplyAdd(c, Load(p + side + next), sum1);
        sum2 = TLanes.MultiplyAdd(c, Load(p + side + (2 * next)), sum2);
        sum3 = TLanes.MultiplyAdd(c, Load(p + side + (3 * next)), sum3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(float* from)
    {
        var x = TLanes.Load(from);
        return TInput.IsRectified ? TLanes.Rectify(x) : x;
    }
}
