using AlsterNode.Core;
using AlsterNode.Datasets;

namespace AlsterNode.Tests.Unit.Datasets;

public sealed class PrefetchTests
{
    [Fact]
    public void TheOrderIsTheSources()
    {
        using var source = new Prefetch(new Counting(100), ahead: 3);

        Assert.Equal(Enumerable.Range(0, 100).Where(n => n % 3 == 0), source.Read(n => n % 3 == 0).Select(reading => reading.Number));
        Assert.Equal(100, source.FrameCount);
    }

    [Fact]
    public void OnlyAFewFramesAreReadAhead()
    {
        var inner = new Counting(100);
        using var source = new Prefetch(inner, ahead: 2);

        foreach (var reading in source.Read())
        {
            Thread.Sleep(5);
            Assert.InRange(inner.Frames, reading.Number + 1, reading.Number + 5); // this one, two waiting, one in the hand, one being counted
            if (reading.Number == 10) break;
        }

        var stopped = inner.Frames;
        Thread.Sleep(20);
        Assert.Equal(stopped, inner.Frames); // leaving the loop ends the other thread
    }

    [Fact]
    public void AFailureComesAfterTheFramesBeforeIt()
    {
        using var source = new Prefetch(new Counting(5, failAt: 3));
        var read = new List<int>();

        var error = Assert.Throws<InputException>(() =>
        {
            foreach (var reading in source.Read()) read.Add(reading.Number);
        });

        Assert.Equal("cut off", error.Message);
        Assert.Equal([0, 1, 2], read);
    }

    [Fact]
    public void CancellationEndsTheReading()
    {
        using var cancel = new CancellationTokenSource();
        using var source = new Prefetch(new Counting(1_000_000));
        var read = 0;

        foreach (var reading in source.Read(null, cancel.Token))
        {
            if (++read == 5) cancel.Cancel();
        }

        Assert.InRange(read, 5, 10);
    }

    [Fact]
    public void TheSourceIsDisposedToo()
    {
        var inner = new Counting(1);
        new Prefetch(inner).Dispose();

        Assert.True(inner.IsDisposed);
    }

    private sealed class Counting(int count, int failAt = -1) : IFrameSource
    {
        private int _read;

        public int Frames => Volatile.Read(ref _read);

        public bool IsDisposed { get; private set; }

        public string Description => "numbers";

        public int? FrameCount => count;

        public IEnumerable<FrameReading> Read(Predicate<int>? wanted = null, CancellationToken cancellation = default)
        {
            for (var number = 0; number < count && !cancellation.IsCancellationRequested; number++)
            {
                if (number == failAt) throw new InputException("cut off");
                Interlocked.Increment(ref _read);
                if (wanted is null || wanted(number)) yield return FrameReading.Drop(number, DropReason.DepthEmpty);
            }
        }

        public void Dispose() => IsDisposed = true;
    }
}
