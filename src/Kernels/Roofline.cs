using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AlsterNode.Kernels;

/// <summary>What the machine can do at most, right now and with the threads of <see cref="WorkerPool.Shared"/>: the measure of every kernel.</summary>
/// <param name="GigaflopPerSecond">Multiplications and additions in single precision.</param>
/// <param name="Bfloat16GigaflopPerSecond">The same of bfloat16 numbers, added up in single precision; 0 without instructions for it.</param>
/// <param name="GigabytePerSecond">Bytes read and written by a copy of memory that no cache holds.</param>
public sealed record Roofline(double GigaflopPerSecond, double Bfloat16GigaflopPerSecond, double GigabytePerSecond)
{
    private const int Accumulators = 12; // more than latency times throughput of any multiplier so far
    private const int Rounds = 5;        // the best counts: neighbours only take away

    /// <summary>The limits of bfloat16 products.</summary>
    public Roofline OfBfloat16() => this with { GigaflopPerSecond = Bfloat16GigaflopPerSecond };

    /// <summary>The time that so much work takes at least [ms].</summary>
    public double LeastMilliseconds(double gigaflop, double gigabyte) => 1e3 * Math.Max(gigaflop / GigaflopPerSecond, gigabyte / GigabytePerSecond);

    /// <summary>Measures for about half a second.</summary>
    public static Roofline Measure()
    {
        var (flop, rounded, bytes) = (0.0, 0.0, 0.0);
        var (lanes, chain) = Best();
        for (var round = 0; round < Rounds; round++)
        {
            flop = Math.Max(flop, Multiplications(lanes * Accumulators, chain));
            if (Bfloat16Products.Problem is null) rounded = Math.Max(rounded, Multiplications(Bfloat16Products.ChainProducts, Bfloat16Products.Chain));
            bytes = Math.Max(bytes, Copies());
        }
        return new Roofline(flop, rounded, bytes);
    }

    /// <summary>The better of two measurements, each figure for itself.</summary>
    public Roofline OrBetter(Roofline other) => new(Math.Max(GigaflopPerSecond, other.GigaflopPerSecond),
        Math.Max(Bfloat16GigaflopPerSecond, other.Bfloat16GigaflopPerSecond), Math.Max(GigabytePerSecond, other.GigabytePerSecond));

    private static double Multiplications(int products, Func<int, float> chain)
    {
        const int Steps = 2_000_000;
        var threads = WorkerPool.Shared.Threads;
        var results = new float[threads];
        var start = Stopwatch.GetTimestamp();
        WorkerPool.Shared.Run(threads, thread => results[thread] = chain(Steps));
        return threads * 2.0 * products * Steps / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
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

    /// <summary>The widest lanes of this machine, and the chain on them: the kernels' own choice.</summary>
    private static (int Lanes, Func<int, float> Chain) Best() =>
        Vector512.IsHardwareAccelerated ? (Lanes512.Count, Chain<Lanes512, Vector512<float>>)
        : Vector256.IsHardwareAccelerated ? (Lanes256.Count, Chain<Lanes256, Vector256<float>>)
        : (PortableLanes.Count, Chain<PortableLanes, Vector<float>>);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe float Chain<TLanes, TVector>(int steps)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var (a, b) = (TLanes.Repeat(1.0000001f), TLanes.Repeat(1e-9f));
        TVector c0 = b, c1 = b, c2 = b, c3 = b, c4 = b, c5 = b, c6 = b, c7 = b, c8 = b, c9 = b, c10 = b, c11 = b;
        for (var step = 0; step < steps; step++)
        {
            c0 = TLanes.MultiplyAdd(c0, a, b);
            c1 = TLanes.MultiplyAdd(c1, a, b);
            c2 = TLanes.MultiplyAdd(c2, a, b);
            c3 = TLanes.MultiplyAdd(c3, a, b);
            c4 = TLanes.MultiplyAdd(c4, a, b);
            c5 = TLanes.MultiplyAdd(c5, a, b);
            c6 = TLanes.MultiplyAdd(c6, a, b);
            c7 = TLanes.MultiplyAdd(c7, a, b);
            c8 = TLanes.MultiplyAdd(c8, a, b);
            c9 = TLanes.MultiplyAdd(c9, a, b);
            c10 = TLanes.MultiplyAdd(c10, a, b);
            c11 = TLanes.MultiplyAdd(c11, a, b);
        }
        var sum = TLanes.Add(TLanes.Add(TLanes.Add(c0, c1), TLanes.Add(c2, c3)), TLanes.Add(TLanes.Add(c4, c5), TLanes.Add(c6, c7)));
        sum = TLanes.Add(sum, TLanes.Add(TLanes.Add(c8, c9), TLanes.Add(c10, c11)));
        var values = stackalloc float[TLanes.Count];
        TLanes.Store(sum, values);
        return values[0]; // whatever it is: it keeps the work from being left out
    }
}
