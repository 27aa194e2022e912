using System.Runtime.CompilerServices;

namespace AlsterNode.Kernels;

/// <summary>
/// Register tiles. Each accumulator is a local variable of its own: the compiler keeps locals in registers, not elements of an array.
/// Tests on the type parameters vanish when the kernel is compiled.
/// </summary>
internal static unsafe class Tile
{
    /// <summary>14 rows: 28 accumulators, two vectors of B and one of A fill 31 of AVX-512's 32 registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void High<TLanes, TVector, TWidth>(float* a, int stepA, float* b, int stepB, int depth, float** c, int column)
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
        do
        {
            var left = TLanes.Load(b);
            var next = TWidth.IsTwo ? TLanes.Load(b + TLanes.Count) : left;
            var a0 = TLanes.Repeat(a[0]);
            l0 = TLanes.MultiplyAdd(a0, left, l0);
            if (TWidth.IsTwo) r0 = TLanes.MultiplyAdd(a0, next, r0);
            var a1 = TLanes.Repeat(a[1]);
            l1 = TLanes.MultiplyAdd(a1, left, l1);
            if (TWidth.IsTwo) r1 = TLanes.MultiplyAdd(a1, next, r1);
            var a2 = TLanes.Repeat(a[2]);
            l2 = TLanes.MultiplyAdd(a2, left, l2);
            if (TWidth.IsTwo) r2 = TLanes.MultiplyAdd(a2, next, r2);
            var a3 = TLanes.Repeat(a[3]);
            l3 = TLanes.MultiplyAdd(a3, left, l3);
            if (TWidth.IsTwo) r3 = TLanes.MultiplyAdd(a3, next, r3);
            var a4 = TLanes.Repeat(a[4]);
            l4 = TLanes.MultiplyAdd(a4, left, l4);
            if (TWidth.IsTwo) r4 = TLanes.MultiplyAdd(a4, next, r4);
            var a5 = TLanes.Repeat(a[5]);
            l5 = TLanes.MultiplyAdd(a5, left, l5);
            if (TWidth.IsTwo) r5 = TLanes.MultiplyAdd(a5, next, r5);
            var a6 = TLanes.Repeat(a[6]);
            l6 = TLanes.MultiplyAdd(a6, left, l6);
            if (TWidth.IsTwo) r6 = TLanes.MultiplyAdd(a6, next, r6);
            var a7 = TLanes.Repeat(a[7]);
            l7 = TLanes.MultiplyAdd(a7, left, l7);
            if (TWidth.IsTwo) r7 = TLanes.MultiplyAdd(a7, next, r7);
            var a8 = TLanes.Repeat(a[8]);
            l8 = TLanes.MultiplyAdd(a8, left, l8);
            if (TWidth.IsTwo) r8 = TLanes.MultiplyAdd(a8, next, r8);
            var a9 = TLanes.Repeat(a[9]);
            l9 = TLanes.MultiplyAdd(a9, left, l9);
            if (TWidth.IsTwo) r9 = TLanes.MultiplyAdd(a9, next, r9);
            var a10 = TLanes.Repeat(a[10]);
            l10 = TLanes.MultiplyAdd(a10, left, l10);
            if (TWidth.IsTwo) r10 = TLanes.MultiplyAdd(a10, next, r10);
            var a11 = TLanes.Repeat(a[11]);
            l11 = TLanes.MultiplyAdd(a11, left, l11);
            if (TWidth.IsTwo) r11 = TLanes.MultiplyAdd(a11, next, r11);
            var a12 = TLanes.Repeat(a[12]);
            l12 = TLanes.MultiplyAdd(a12, left, l12);
            if (TWidth.IsTwo) r12 = TLanes.MultiplyAdd(a12, next, r12);
            var a13 = TLanes.Repeat(a[13]);
            l13 = TLanes.MultiplyAdd(a13, left, l13);
            if (TWidth.IsTwo) r13 = TLanes.MultiplyAdd(a13, next, r13);
            a += stepA;
            b += stepB;
        }
        while (--depth > 0);
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
    public static void Low<TLanes, TVector, TWidth>(float* a, int stepA, float* b, int stepB, int depth, float** c, int column)
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
        do
        {
            var left = TLanes.Load(b);
            var next = TWidth.IsTwo ? TLanes.Load(b + TLanes.Count) : left;
            var a0 = TLanes.Repeat(a[0]);
            l0 = TLanes.MultiplyAdd(a0, left, l0);
            if (TWidth.IsTwo) r0 = TLanes.MultiplyAdd(a0, next, r0);
            var a1 = TLanes.Repeat(a[1]);
            l1 = TLanes.MultiplyAdd(a1, left, l1);
            if (TWidth.IsTwo) r1 = TLanes.MultiplyAdd(a1, next, r1);
            var a2 = TLanes.Repeat(a[2]);
            l2 = TLanes.MultiplyAdd(a2, left, l2);
            if (TWidth.IsTwo) r2 = TLanes.MultiplyAdd(a2, next, r2);
            var a3 = TLanes.Repeat(a[3]);
            l3 = TLanes.MultiplyAdd(a3, left, l3);
            if (TWidth.IsTwo) r3 = TLanes.MultiplyAdd(a3, next, r3);
            var a4 = TLanes.Repeat(a[4]);
            l4 = TLanes.MultiplyAdd(a4, left, l4);
            if (TWidth.IsTwo) r4 = TLanes.MultiplyAdd(a4, next, r4);
            var a5 = TLanes.Repeat(a[5]);
            l5 = TLanes.MultiplyAdd(a5, left, l5);
            if (TWidth.IsTwo) r5 = TLanes.MultiplyAdd(a5, next, r5);
            a += stepA;
            b += stepB;
        }
        while (--depth > 0);
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
