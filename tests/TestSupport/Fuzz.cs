using System.Diagnostics;
using Xunit;

namespace AlsterNode.Tests.TestSupport;

/// <summary>One damaged input.</summary>
/// <param name="Bytes">Its size, by which its cost is judged.</param>
/// <param name="Read">Reads it; a refusal is an exception.</param>
public sealed record FuzzCase(int Bytes, Action Read);

/// <summary>
/// Damaged inputs by the thousand. Each is made of a seed of its own, its number. It may be read or refused; any other exception, taking too
/// long, or allocating more than allowed fails the test and names the seed. ALSTER_FUZZ=full tries as many as the specification asks for, a number that many.
/// </summary>
public sealed class Fuzz
{
    private const double MostSeconds = 60; // a case takes microseconds to milliseconds, but a busy machine may leave its thread waiting

    private int _seed;
    private long _started;
    private double _slowestMs, _dearest;
    private int _dearestSeed;
    private long _dearestBytes;

    /// <summary>Inputs that were tried.</summary>
    public int Tried { get; private set; }

    /// <summary>Inputs that were refused.</summary>
    public int Refused { get; private set; }

    /// <summary>Tries <paramref name="usual"/> or <paramref name="full"/> inputs.</summary>
    /// <param name="usual">Enough for every day.</param>
    /// <param name="full">What ALSTER_FUZZ=full stands for.</param>
    /// <param name="mostAllocated">Managed bytes that reading an input of a size may allocate.</param>
    /// <param name="make">Makes an input.</param>
    public static Fuzz Run<TRefusal>(int usual, int full, Func<int, long> mostAllocated, Func<Random, FuzzCase> make)
        where TRefusal : Exception
    {
        var fuzz = new Fuzz();
        Exception? failure = null;
        var cases = Cases(usual, full);
        var thread = new Thread(() =>
        {
            try
            {
                for (fuzz._seed = 0; fuzz._seed < cases; fuzz._seed++) fuzz.Try<TRefusal>(make, mostAllocated);
            }
#pragma warning disable CA1031 // the test's own thread throws it
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = e;
            }
        })
        { IsBackground = true };
        thread.Start();
        while (!thread.Join(TimeSpan.FromSeconds(1)))
            Assert.True(Stopwatch.GetElapsedTime(Interlocked.Read(ref fuzz._started)).TotalSeconds < MostSeconds, $"Seed {fuzz._seed} is not done after {MostSeconds} s.");
        Assert.True(failure is null, $"Seed {fuzz._seed}: {failure}");
        return fuzz;
    }

    /// <summary>A copy with one to five places damaged, most of them near its ends; one in five is cut off as well.</summary>
    public static byte[] Damage(ReadOnlySpan<byte> whole, Random random, int first = 0)
    {
        const int Head = 2000, Tail = 1000;
        ReadOnlySpan<uint> telling = [0, 1, 0x7F, 0xFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, (uint)whole.Length];
        var bytes = whole.ToArray();
        for (var n = random.Next(1, 6); n > 0; n--)
        {
            var at = random.Next(4) switch
            {
                0 => random.Next(first, bytes.Length),
                1 => bytes.Length - 1 - random.Next(Math.Min(Tail, bytes.Length - first)),
                _ => first + random.Next(Math.Min(Head, bytes.Length - first)),
            };
            if (random.Next(3) > 0) bytes[at] = (byte)random.Next(256);
            else BitConverter.GetBytes(telling[random.Next(telling.Length)]).AsSpan(0, Math.Min(4, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
        }
        return random.Next(5) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Tried} inputs, {Refused} refused; the slowest took {_slowestMs:F1} ms, the dearest allocated {_dearestBytes} bytes, {_dearest:F0} for each of its own (seed {_dearestSeed}).";

    private static int Cases(int usual, int full) => Environment.GetEnvironmentVariable("ALSTER_FUZZ") switch
    {
        null or "" => usual,
        "full" => full,
        var text => int.TryParse(text, out var cases) && cases > 0 ? cases : throw new InvalidOperationException($"ALSTER_FUZZ is '{text}', expected full or a number of inputs."),
    };

    private void Try<TRefusal>(Func<Random, FuzzCase> make, Func<int, long> mostAllocated)
        where TRefusal : Exception
    {
        Interlocked.Exchange(ref _started, Stopwatch.GetTimestamp());
        var input = make(new Random(_seed));
        var (before, started) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        try
        {
            input.Read();
        }
        catch (TRefusal)
        {
            Refused++;
        }
        var (allocated, ms) = (GC.GetAllocatedBytesForCurrentThread() - before, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        Assert.True(allocated <= mostAllocated(input.Bytes), $"An input of {input.Bytes} bytes made {allocated} bytes be allocated, expected {mostAllocated(input.Bytes)} at most.");
        Tried++;
        _slowestMs = Math.Max(_slowestMs, ms);
        if (allocated <= _dearestBytes) return;
        (_dearestBytes, _dearest, _dearestSeed) = (allocated, allocated / (double)Math.Max(1, input.Bytes), _seed);
    }
}
