using System.Runtime.CompilerServices;

namespace AlsterNode.Kernels;

/// <summary>
/// The register tile of a product on a <see cref="BlockedImage"/>: so many pixels times one or two vectors of output channels. A pixel's inputs lie a
/// vector's width after the last one's: the tile reads them where they are. Each accumulator is a local variable of its own, as in <see cref="Tile"/>.
/// </summary>
internal static unsafe class PixelTile<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>28 accumulators of AVX-512's 32 registers, 12 of AVX2's 16.</summary>
    public static int Pixels
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // a call would send all accumulators to memory
        get => TLanes.Count >= 16 ? 14 : 6;
    }

    /// <summary>C = clamp(start + bias + A B) for the pixels from <paramref name="pixel"/> on, all of them, whether the image has them or not.</summary>
    /// <param name="job">The product; output, start and bias are those of the panel.</param>
    /// <param name="pixel">First pixel.</param>
    /// <param name="b">The panel's weights [depth, one or two vectors].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TWidth>(in PixelProduct job, int pixel, float* b)
        where TWidth : struct, IWidth
    {
        var a = job.Input + (pixel * TLanes.Count);
        var bias = TLanes.Load(job.Bias);
        var biasRight = TWidth.IsTwo ? TLanes.Load(job.Bias + TLanes.Count) : bias;
        TVector l0 = bias, r0 = biasRight, l1 = bias, r1 = biasRight;
        TVector l2 = bias, r2 = biasRight, l3 = bias, r3 = biasRight;
        TVector l4 = bias, r4 = biasRight, l5 = bias, r5 = biasRight;
        TVector l6 = bias, r6 = biasRight, l7 = bias, r7 = biasRight;
        TVector l8 = bias, r8 = biasRight, l9 = bias, r9 = biasRight;
        TVector l10 = bias, r10 = biasRight, l11 = bias, r11 = biasRight;
        TVector l12 = bias, r12 = biasRight, l13 = bias, r13 = biasRight;
        if (job.Start != null)
        {
            var start = job.Start + (pixel * TLanes.Count);
            var startRight = TWidth.IsTwo ? start + job.StartPlane : start;
            l0 = TLanes.Add(l0, TLanes.Load(start + (0 * TLanes.Count)));
            if (TWidth.IsTwo) r0 = TLanes.Add(r0, TLanes.Load(startRight + (0 * TLanes.Count)));
            l1 = TLanes.Add(l1, TLanes.Load(start + (1 * TLanes.Count)));
            if (TWidth.IsTwo) r1 = TLanes.Add(r1, TLanes.Load(startRight + (1 * TLanes.Count)));
            l2 = TLanes.Add(l2, TLanes.Load(start + (2 * TLanes.Count)));
            if (TWidth.IsTwo) r2 = TLanes.Add(r2, TLanes.Load(startRight + (2 * TLanes.Count)));
            l3 = TLanes.Add(l3, TLanes.Load(start + (3 * TLanes.Count)));
            if (TWidth.IsTwo) r3 = TLanes.Add(r3, TLanes.Load(startRight + (3 * TLanes.Count)));
            l4 = TLanes.Add(l4, TLanes.Load(start + (4 * TLanes.Count)));
            if (TWidth.IsTwo) r4 = TLanes.Add(r4, TLanes.Load(startRight + (4 * TLanes.Count)));
            l5 = TLanes.Add(l5, TLanes.Load(start + (5 * TLanes.Count)));
            if (TWidth.IsTwo) r5 = TLanes.Add(r5, TLanes.Load(startRight + (5 * TLanes.Count)));
            if (Pixels > 6)
            {
                l6 = TLanes.Add(l6, TLanes.Load(start + (6 * TLanes.Count)));
                if (TWidth.IsTwo) r6 = TLanes.Add(r6, TLanes.Load(startRight + (6 * TLanes.Count)));
                l7 = TLanes.Add(l7, TLanes.Load(start + (7 * TLanes.Count)));
                if (TWidth.IsTwo) r7 = TLanes.Add(r7, TLanes.Load(startRight + (7 * TLanes.Count)));
                l8 = TLanes.Add(l8, TLanes.Load(start + (8 * TLanes.Count)));
                if (TWidth.IsTwo) r8 = TLanes.Add(r8, TLanes.Load(startRight + (8 * TLanes.Count)));
                l9 = TLanes.Add(l9, TLanes.Load(start + (9 * TLanes.Count)));
                if (TWidth.IsTwo) r9 = TLanes.Add(r9, TLanes.Load(startRight + (9 * TLanes.Count)));
                l10 = TLanes.Add(l10, TLanes.Load(start + (10 * TLanes.Count)));
                if (TWidth.IsTwo) r10 = TLanes.Add(r10, TLanes.Load(startRight + (10 * TLanes.Count)));
                l11 = TLanes.Add(l11, TLanes.Load(start + (11 * TLanes.Count)));
                if (TWidth.IsTwo) r11 = TLanes.Add(r11, TLanes.Load(startRight + (11 * TLanes.Count)));
                l12 = TLanes.Add(l12, TLanes.Load(start + (12 * TLanes.Count)));
                if (TWidth.IsTwo) r12 = TLanes.Add(r12, TLanes.Load(startRight + (12 * TLanes.Count)));
                l13 = TLanes.Add(l13, TLanes.Load(start + (13 * TLanes.Count)));
                if (TWidth.IsTwo) r13 = TLanes.Add(r13, TLanes.Load(startRight + (13 * TLanes.Count)));
            }
        }
        var left = job.Depth;
        while (true)
        {
            var run = Math.Min(left, job.Run);
            left -= run;
            do
            {
                var w = TLanes.Load(b);
                var next = TWidth.IsTwo ? TLanes.Load(b + TLanes.Count) : w;
                var a0 = TLanes.Repeat(a[0 * TLanes.Count]);
                l0 = TLanes.MultiplyAdd(a0, w, l0);
                if (TWidth.IsTwo) r0 = TLanes.MultiplyAdd(a0, next, r0);
                var a1 = TLanes.Repeat(a[1 * TLanes.Count]);
                l1 = TLanes.MultiplyAdd(a1, w, l1);
                if (TWidth.IsTwo) r1 = TLanes.MultiplyAdd(a1, next, r1);
                var a2 = TLanes.Repeat(a[2 * TLanes.Count]);
                l2 = TLanes.MultiplyAdd(a2, w, l2);
                if (TWidth.IsTwo) r2 = TLanes.MultiplyAdd(a2, next, r2);
                var a3 = TLanes.Repeat(a[3 * TLanes.Count]);
                l3 = TLanes.MultiplyAdd(a3, w, l3);
                if (TWidth.IsTwo) r3 = TLanes.MultiplyAdd(a3, next, r3);
                var a4 = TLanes.Repeat(a[4 * TLanes.Count]);
                l4 = TLanes.MultiplyAdd(a4, w, l4);
                if (TWidth.IsTwo) r4 = TLanes.MultiplyAdd(a4, next, r4);
                var a5 = TLanes.Repeat(a[5 * TLanes.Count]);
                l5 = TLanes.MultiplyAdd(a5, w, l5);
                if (TWidth.IsTwo) r5 = TLanes.MultiplyAdd(a5, next, r5);
                if (Pixels > 6)
                {
                    var a6 = TLanes.Repeat(a[6 * TLanes.Count]);
                    l6 = TLanes.MultiplyAdd(a6, w, l6);
                    if (TWidth.IsTwo) r6 = TLanes.MultiplyAdd(a6, next, r6);
                    var a7 = TLanes.Repeat(a[7 * TLanes.Count]);
                    l7 = TLanes.MultiplyAdd(a7, w, l7);
                    if (TWidth.IsTwo) r7 = TLanes.MultiplyAdd(a7, next, r7);
                    var a8 = TLanes.Repeat(a[8 * TLanes.Count]);
                    l8 = TLanes.MultiplyAdd(a8, w, l8);
                    if (TWidth.IsTwo) r8 = TLanes.MultiplyAdd(a8, next, r8);
                    var a9 = TLanes.Repeat(a[9 * TLanes.Count]);
                    l9 = TLanes.MultiplyAdd(a9, w, l9);
                    if (TWidth.IsTwo) r9 = TLanes.MultiplyAdd(a9, next, r9);
                    var a10 = TLanes.Repeat(a[10 * TLanes.Count]);
                    l10 = TLanes.MultiplyAdd(a10, w, l10);
                    if (TWidth.IsTwo) r10 = TLanes.MultiplyAdd(a10, next, r10);
                    var a11 = TLanes.Repeat(a[11 * TLanes.Count]);
                    l11 = TLanes.MultiplyAdd(a11, w, l11);
                    if (TWidth.IsTwo) r11 = TLanes.MultiplyAdd(a11, next, r11);
                    var a12 = TLanes.Repeat(a[12 * TLanes.Count]);
                    l12 = TLanes.MultiplyAdd(a12, w, l12);
                    if (TWidth.IsTwo) r12 = TLanes.MultiplyAdd(a12, next, r12);
                    var a13 = TLanes.Repeat(a[13 * TLanes.Count]);
                    l13 = TLanes.MultiplyAdd(a13, w, l13);
                    if (TWidth.IsTwo) r13 = TLanes.MultiplyAdd(a13, next, r13);
                }
                a++;
                b += TWidth.IsTwo ? 2 * TLanes.Count : TLanes.Count;
            }
            while (--run > 0);
            if (left == 0) break;
            a += job.InputPlane - job.Run;
        }
        TVector least = TLanes.Repeat(job.Floor), most = TLanes.Repeat(job.Ceiling);
        var c = job.Output + (pixel * TLanes.Count);
        TLanes.Store(TLanes.Clamp(l0, least, most), c + (0 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(l1, least, most), c + (1 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(l2, least, most), c + (2 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(l3, least, most), c + (3 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(l4, least, most), c + (4 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(l5, least, most), c + (5 * TLanes.Count));
        if (Pixels > 6)
        {
            TLanes.Store(TLanes.Clamp(l6, least, most), c + (6 * TLanes.Count));
            TLanes.Store(TLanes.Clamp(l7, least, most), c + (7 * TLanes.Count));
            TLanes.Store(TLanes.Clamp(l8, least, most), c + (8 * TLanes.Count));
            TLanes.Store(TLanes.Clamp(l9, least, most), c + (9 * TLanes.Count));
            TLanes.Store(TLanes.Clamp(l10, least, most), c + (10 * TLanes.Count));
            TLanes.Store(TLanes.Clamp(l11, least, most), c + (11 * TLanes.Count));
            TLanes.Store(TLanes.Clamp(l12, least, most), c + (12 * TLanes.Count));
            TLanes.Store(TLanes.Clamp(l13, least, most), c + (13 * TLanes.Count));
        }
        if (!TWidth.IsTwo) return;
        c += job.OutputPlane;
        TLanes.Store(TLanes.Clamp(r0, least, most), c + (0 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(r1, least, most), c + (1 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(r2, least, most), c + (2 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(r3, least, most), c + (3 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(r4, least, most), c + (4 * TLanes.Count));
        TLanes.Store(TLanes.Clamp(r5, least, most), c + (5 * TLanes.Count));
        if (Pixels > 6)
        {
            TLanes.Store(TLanes.Clamp(r6, least, most), c + (6 * TLanes.Count));
            TLanes.Store(TLanes.Clamp(r7, least, most), c + (7 * TLanes.Count));
            TLanes.Store(TLanes.Clamp(r8, least, most), c + (8 * TLanes.Count));
            TLanes.Store(TLanes.Clamp(r9, least, most), c + (9 * TLanes.Count));
            TLanes.Store(TLanes.Clamp(r10, least, most), c + (10 * TLanes.Count));
            TLanes.Store(TLanes.Clamp(r11, least, most), c + (11 * TLanes.Count));
            TLanes.Store(TLanes.Clamp(r12, least, most), c + (12 * TLanes.Count));
            TLanes.Store(TLanes.Clamp(r13, least, most), c + (13 * TLanes.Count));
        }
    }
}
