using System.Runtime.CompilerServices;

namespace AlsterNode.Kernels;

/// <summary>
/// Register tiles over rows of A that lie anywhere: each is read where it is, through a pointer of its own. Accumulators as in <see cref="Tile"/>.
/// </summary>
internal static unsafe class RowTile
{
    /// <summary>14 rows: 28 accumulators, two vectors of B and one of A fill 31 of AVX-512's 32 registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void High<TLanes, TVector, TWidth>(float** a, float* b, int depth, float** c, int column)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
        where TWidth : struct, IWidth
    {
        var right = column + (TWidth.IsTwo ? TLanes.Count : 0);
        TVector l0 = TLanes.Load(c[0] + column), r0 = TLanes.Load(c[0] + right);
        TVector l1 = TLanes.Load(c[1] + column), r1 = TLanes.Load(c[1] + right);
        TVector l2 = TLanes.Load(c[2] + column), r2 = TLanes.Load(c[2] + right);
        TVector l3 = TLanes.Load(c[3] + column), r3 = TLanes.Load(c[3] + right);
        TVector l4 = TLanes.Load(c[4] + column), r4 = TLanes.Load(c[4] + right);
        TVector l5 = TLanes.Load(c[5] + column), r5 = TLanes.Load(c[5] + right);
        TVector l6 = TLanes.Load(c[6] + column), r6 = TLanes.Load(c[6] + right);
        TVector l7 = TLanes.Load(c[7] + column), r7 = TLanes.Load(c[7] + right);
        TVector l8 = TLanes.Load(c[8] + column), r8 = TLanes.Load(c[8] + right);
        TVector l9 = TLanes.Load(c[9] + column), r9 = TLanes.Load(c[9] + right);
        TVector l10 = TLanes.Load(c[10] + column), r10 = TLanes.Load(c[10] + right);
        TVector l11 = TLanes.Load(c[11] + column), r11 = TLanes.Load(c[11] + right);
        TVector l12 = TLanes.Load(c[12] + column), r12 = TLanes.Load(c[12] + right);
        TVector l13 = TLanes.Load(c[13] + column), r13 = TLanes.Load(c[13] + right);
        float* a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3], a4 = a[4], a5 = a[5], a6 = a[6];
        float* a7 = a[7], a8 = a[8], a9 = a[9], a10 = a[10], a11 = a[11], a12 = a[12], a13 = a[13];
        nint d = 0;
        do
        {
            var left = TLanes.Load(b);
            var next = TWidth.IsTwo ? TLanes.Load(b + TLanes.Count) : left;
            var x0 = TLanes.Repeat(a0[d]);
            l0 = TLanes.MultiplyAdd(x0, left, l0);
            if (TWidth.IsTwo) r0 = TLanes.MultiplyAdd(x0, next, r0);
            var x1 = TLanes.Repeat(a1[d]);
            l1 = TLanes.MultiplyAdd(x1, left, l1);
            if (TWidth.IsTwo) r1 = TLanes.MultiplyAdd(x1, next, r1);
            var x2 = TLanes.Repeat(a2[d]);
            l2 = TLanes.MultiplyAdd(x2, left, l2);
            if (TWidth.IsTwo) r2 = TLanes.MultiplyAdd(x2, next, r2);
            var x3 = TLanes.Repeat(a3[d]);
            l3 = TLanes.MultiplyAdd(x3, left, l3);
            if (TWidth.IsTwo) r3 = TLanes.MultiplyAdd(x3, next, r3);
            var x4 = TLanes.Repeat(a4[d]);
            l4 = TLanes.MultiplyAdd(x4, left, l4);
            if (TWidth.IsTwo) r4 = TLanes.MultiplyAdd(x4, next, r4);
            var x5 = TLanes.Repeat(a5[d]);
            l5 = TLanes.MultiplyAdd(x5, left, l5);
            if (TWidth.IsTwo) r5 = TLanes.MultiplyAdd(x5, next, r5);
            var x6 = TLanes.Repeat(a6[d]);
            l6 = TLanes.MultiplyAdd(x6, left, l6);
            if (TWidth.IsTwo) r6 = TLanes.MultiplyAdd(x6, next, r6);
            var x7 = TLanes.Repeat(a7[d]);
            l7 = TLanes.MultiplyAdd(x7, left, l7);
            if (TWidth.IsTwo) r7 = TLanes.MultiplyAdd(x7, next, r7);
            var x8 = TLanes.Repeat(a8[d]);
            l8 = TLanes.MultiplyAdd(x8, left, l8);
            if (TWidth.IsTwo) r8 = TLanes.MultiplyAdd(x8, next, r8);
            var x9 = TLanes.Repeat(a9[d]);
            l9 = TLanes.MultiplyAdd(x9, left, l9);
            if (TWidth.IsTwo) r9 = TLanes.MultiplyAdd(x9, next, r9);
            var x10 = TLanes.Repeat(a10[d]);
            l10 = TLanes.MultiplyAdd(x10, left, l10);
            if (TWidth.IsTwo) r10 = TLanes.MultiplyAdd(x10, next, r10);
            var x11 = TLanes.Repeat(a11[d]);
            l11 = TLanes.MultiplyAdd(x11, left, l11);
            if (TWidth.IsTwo) r11 = TLanes.MultiplyAdd(x11, next, r11);
            var x12 = TLanes.Repeat(a12[d]);
            l12 = TLanes.MultiplyAdd(x12, left, l12);
            if (TWidth.IsTwo) r12 = TLanes.MultiplyAdd(x12, next, r12);
            var x13 = TLanes.Repeat(a13[d]);
            l13 = TLanes.MultiplyAdd(x13, left, l13);
            if (TWidth.IsTwo) r13 = TLanes.MultiplyAdd(x13, next, r13);
            b += (TWidth.IsTwo ? 2 : 1) * TLanes.Count;
        }
        while (++d < depth);
        TLanes.Store(l0, c[0] + column);
        TLanes.Store(l1, c[1] + column);
        TLanes.Store(l2, c[2] + column);
        TLanes.Store(l3, c[3] + column);
        TLanes.Store(l4, c[4] + column);
        TLanes.Store(l5, c[5] + column);
        TLanes.Store(l6, c[6] + column);
        TLanes.Store(l7, c[7] + column);
        TLanes.Store(l8, c[8] + column);
        TLanes.Store(l9, c[9] + column);
        TLanes.Store(l10, c[10] + column);
        TLanes.Store(l11, c[11] + column);
        TLanes.Store(l12, c[12] + column);
        TLanes.Store(l13, c[13] + column);
        if (!TWidth.IsTwo) return;
        TLanes.Store(r0, c[0] + right);
        TLanes.Store(r1, c[1] + right);
        TLanes.Store(r2, c[2] + right);
        TLanes.Store(r3, c[3] + right);
        TLanes.Store(r4, c[4] + right);
        TLanes.Store(r5, c[5] + right);
        TLanes.Store(r6, c[6] + right);
        TLanes.Store(r7, c[7] + right);
        TLanes.Store(r8, c[8] + right);
        TLanes.Store(r9, c[9] + right);
        TLanes.Store(r10, c[10] + right);
        TLanes.Store(r11, c[11] + right);
        TLanes.Store(r12, c[12] + right);
        TLanes.Store(r13, c[13] + right);
    }

    /// <summary>6 rows: 12 accumulators, two vectors of B and one of A fill 15 of AVX2's 16 registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Low<TLanes, TVector, TWidth>(float** a, float* b, int depth, float** c, int column)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
        where TWidth : struct, IWidth
    {
        var right = column + (TWidth.IsTwo ? TLanes.Count : 0);
        TVector l0 = TLanes.Load(c[0] + column), r0 = TLanes.Load(c[0] + right);
        TVector l1 = TLanes.Load(c[1] + column), r1 = TLanes.Load(c[1] + right);
        TVector l2 = TLanes.Load(c[2] + column), r2 = TLanes.Load(c[2] + right);
        TVector l3 = TLanes.Load(c[3] + column), r3 = TLanes.Load(c[3] + right);
        TVector l4 = TLanes.Load(c[4] + column), r4 = TLanes.Load(c[4] + right);
        TVector l5 = TLanes.Load(c[5] + column), r5 = TLanes.Load(c[5] + right);
        float* a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3], a4 = a[4], a5 = a[5];
        nint d = 0;
        do
        {
            var left = TLanes.Load(b);
            var next = TWidth.IsTwo ? TLanes.Load(b + TLanes.Count) : left;
            var x0 = TLanes.Repeat(a0[d]);
            l0 = TLanes.MultiplyAdd(x0, left, l0);
            if (TWidth.IsTwo) r0 = TLanes.MultiplyAdd(x0, next, r0);
            var x1 = TLanes.Repeat(a1[d]);
            l1 = TLanes.MultiplyAdd(x1, left, l1);
            if (TWidth.IsTwo) r1 = TLanes.MultiplyAdd(x1, next, r1);
            var x2 = TLanes.Repeat(a2[d]);
            l2 = TLanes.MultiplyAdd(x2, left, l2);
            if (TWidth.IsTwo) r2 = TLanes.MultiplyAdd(x2, next, r2);
            var x3 = TLanes.Repeat(a3[d]);
            l3 = TLanes.MultiplyAdd(x3, left, l3);
            if (TWidth.IsTwo) r3 = TLanes.MultiplyAdd(x3, next, r3);
            var x4 = TLanes.Repeat(a4[d]);
            l4 = TLanes.MultiplyAdd(x4, left, l4);
            if (TWidth.IsTwo) r4 = TLanes.MultiplyAdd(x4, next, r4);
            var x5 = TLanes.Repeat(a5[d]);
            l5 = TLanes.MultiplyAdd(x5, left, l5);
            if (TWidth.IsTwo) r5 = TLanes.MultiplyAdd(x5, next, r5);
            b += (TWidth.IsTwo ? 2 : 1) * TLanes.Count;
        }
        while (++d < depth);
        TLanes.Store(l0, c[0] + column);
        TLanes.Store(l1, c[1] + column);
        TLanes.Store(l2, c[2] + column);
        TLanes.Store(l3, c[3] + column);
        TLanes.Store(l4, c[4] + column);
        TLanes.Store(l5, c[5] + column);
        if (!TWidth.IsTwo) return;
        TLanes.Store(r0, c[0] + right);
        TLanes.Store(r1, c[1] + right);
        TLanes.Store(r2, c[2] + right);
        TLanes.Store(r3, c[3] + right);
        TLanes.Store(r4, c[4] + right);
        TLanes.Store(r5, c[5] + right);
    }
}
