using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AlsterNode.Kernels;

/// <summary>What the machine can do at most, right now and with the threads of <see cref="WorkerPool.Shared"/>: the measure of every kernel.</summary>
/// <param name="GigaflopPerSecond">Multiplications and additions in single precision.</param>
/// <param name="GigabytePerSecond">Bytes read and written by a copy of memory that no cache holds.</param>
public sealed record Roofline(double GigaflopPerSecond, double GigabytePerSecond)
{
    private const int Accumulators = 12; // more than latency times throughput of any multiplier so far
    private const int Rounds = 5;        // the best counts: neighbours only take away

    /// <summary>The time that so much work takes at least [ms].</summary>
    public double LeastMilliseconds(double gigaflop, double gigabyte) => 1e3 * Math.Max(gigaflop / GigaflopPerSecond, gigabyte / GigabytePerSecond);

    /// <summary>Measures for about half a second.</summary>
    public static Roofline Measure()
    {
        var (flop, bytes) = (0.0, 0.0);
        for (var round = 0; round < Rounds; round++)
        {
            flop = Math.Max(flop, Multiplications());
            bytes = Math.Max(bytes, Copies());
        }
        return new Roofline(flop, bytes);
    }

    private static double Multiplications()
    {
        const int Steps = 2_000_000;
        var threads = WorkerPool.Shared.Threads;
        var lanes = Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector<float>.Count;
        var results = new float[threads];
        var start = Stopwatch.GetTimestamp();
        WorkerPool.Shared.Run(threads, thread => results[thread] = Vector512.IsHardwareAccelerated ? Chain512(Steps) : Chain(Steps));
        return threads * 2.0 * lanes * Accumulators * Steps / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
    }

    private static double Copies()
    {
        const int Floats = 16 << 20; // 64 MB, twice
        var threads = WorkerPool.Shared.Threads;
        var (from, to) = (new float[Floats], new float[Floats]);
        var start = Stopwatch.GetTimestamp();
        WorkerPool.Shared.Run(threads, thread =>
        {
            var first = (int)((long)Floats * thread / threads);
            var last = (int)((long)Floats * (thread + 1) / threads);
            from.AsSpan(first..last).CopyTo(to.AsSpan(first..last));
        });
        return 2.0 * sizeof(float) * Floats / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Chain512(int steps)
    {
        var (a, b) = (Vector512.Create(1.0000001f), Vector512.Create(1e-9f));
        Vector512<float> c0 = b, c1 = b, c2 = b, c3 = b, c4 = b, c5 = b, c6 = b, c7 = b, c8 = b, c9 = b, c10 = b, c11 = b;
        for (var step = 0; step < steps; step++)
        {
            c0 = Vector512.FusedMultiplyAdd(c0, a, b);
            c1 = Vector512.FusedMultiplyAdd(c1, a, b);
            c2 = Vector512.FusedMultiplyAdd(c2, a, b);
            c3 = Vector512.FusedMultiplyAdd(c3, a, b);
            c4 = Vector512.FusedMultiplyAdd(c4, a, b);
            c5 = Vector512.FusedMultiplyAdd(c5, a, b);
            c6 = Vector512.FusedMultiplyAdd(c6, a, b);
            c7 = Vector512.FusedMultiplyAdd(c7, a, b);
            c8 = Vector512.FusedMultiplyAdd(c8, a, b);
            c9 = Vector512.FusedMultiplyAdd(c9, a, b);
            c10 = Vector512.FusedMultiplyAdd(c10, a, b);
            c11 = Vector512.FusedMultiplyAdd(c11, a, b);
        }
        return Vector512.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Chain(int steps)
    {
        var (a, b) = (new Vector<float>(1.0000001f), new Vector<float>(1e-9f));
        Vector<float> c0 = b, c1 = b, c2 = b, c3 = b, c4 = b, c5 = b, c6 = b, c7 = b, c8 = b, c9 = b, c10 = b, c11 = b;
        for (var step = 0; step < steps; step++)
        {
            c0 = Vector.FusedMultiplyAdd(c0, a, b);
            c1 = Vector.FusedMultiplyAdd(c1, a, b);
            c2 = Vector.FusedMultiplyAdd(c2, a, b);
            c3 = Vector.FusedMultiplyAdd(c3, a, b);
            c4 = Vector.FusedMultiplyAdd(c4, a, b);
            c5 = Vector.FusedMultiplyAdd(c5, a, b);
            c6 = Vector.FusedMultiplyAdd(c6, a, b);
            c7 = Vector.FusedMultiplyAdd(c7, a, b);
            c8 = Vector.FusedMultiplyAdd(c8, a, b);
            c9 = Vector.FusedMultiplyAdd(c9, a, b);
            c10 = Vector.FusedMultiplyAdd(c10, a, b);
            c11 = Vector.FusedMultiplyAdd(c11, a, b);
        }
        return Vector.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }
}
