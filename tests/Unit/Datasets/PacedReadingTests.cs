using System.Diagnostics;
using AlsterNode.Core;
using AlsterNode.Datasets;

namespace AlsterNode.Tests.Unit.Datasets;

public class PacedReadingTests
{
    [Fact]
    public void FramesComeNoSoonerThanTheyWereRecordedAndNoneIsLostSilently()
    {
        var source = new Recording([0, 100, 200, 300, 400]);
        var clock = Stopwatch.StartNew();
        var readings = new List<(FrameReading Reading, TimeSpan At)>();

        foreach (var reading in source.ReadPaced(rate: 2)) readings.Add((reading, clock.Elapsed));

        Assert.Equal([0, 1, 2, 3, 4], readings.Select(item => item.Reading.Number));
        Assert.All(readings, item => Assert.True(item.Reading.Frame is null || item.At.TotalMilliseconds >= (50 * item.Reading.Number) - 1, $"frame {item.Reading.Number} came at {item.At}"));
        Assert.NotNull(readings[^1].Reading.Frame);
    }

    [Fact]
    public void ASlowCallerGetsEveryFrameUnlessLateOnesAreToBeDropped()
    {
        var frames = 0;
        foreach (var reading in new Recording([.. Enumerable.Range(0, 20).Select(i => 10 * i)]).ReadPaced(rate: 1))
        {
            Assert.NotNull(reading.Frame);
            if (frames++ < 3) Thread.Sleep(120);
        }

        Assert.Equal(20, frames);
    }

    [Fact]
    public void ASlowCallerGetsTheNewestFrameAndTheOthersAreCounted()
    {
        var readings = new List<FrameReading>();
        foreach (var reading in new Recording([.. Enumerable.Range(0, 50).Select(i => 10 * i)]).ReadPaced(rate: 1, dropLate: true))
        {
            readings.Add(reading);
            if (reading.Frame is not null) Thread.Sleep(120);
        }

        Assert.Equal(Enumerable.Range(0, 50), readings.Select(reading => reading.Number));
        Assert.InRange(readings.Count(reading => reading.Frame is not null), 1, 10);
        Assert.All(readings.Where(reading => reading.Frame is null), reading => Assert.Equal(DropReason.MapperBusy, reading.Reason));
        Assert.NotNull(readings[^1].Frame); // what is newest is never dropped
    }

    [Fact]
    public void ReadingsWithoutAFrameKeepTheirReasonAndTheirPlace()
    {
        var readings = new Recording([0, -1, 20]).ReadPaced(rate: 1).ToList();

        Assert.Equal([0, 1, 2], readings.Select(reading => reading.Number));
        Assert.Equal(DropReason.TrackingLost, readings[1].Reason);
    }

    [Fact]
    public void AClockThatJumpsBackDoesNotStopThePlaying()
    {
        var readings = new Recording([1_000_000, 1_000_010, 0, 10]).ReadPaced(rate: 1).ToList();

        Assert.Equal([0, 1, 2, 3], readings.Select(reading => reading.Number));
    }

    [Fact]
    public void AnUnreadableRecordingFailsWhereItIsRead() =>
        Assert.Throws<InputException>(() => new Recording([0, 1], failsAtEnd: true).ReadPaced(rate: 1).ToList());

    [Fact]
    public void ACallerThatHasEnoughDoesNotWaitForTheRest()
    {
        var clock = Stopwatch.StartNew();

        Assert.Equal(0, new Recording([0, 3_600_000]).ReadPaced(rate: 1).First().Number);

        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), $"{clock.Elapsed}");
    }

    /// <summary>Frames with these stamps [ms]; a negative one is a frame that cannot be used.</summary>
    private sealed class Recording(int[] stamps, bool failsAtEnd = false) : IFrameSource
    {
        public string Description => "test";

        public int? FrameCount => stamps.Length;

        public void Dispose() { }

        public IEnumerable<FrameReading> Read(Predicate<int>? wanted = null, CancellationToken cancellation = default)
        {
            var camera = new CameraIntrinsics(1, 1, 1, 1, 0, 0);
            for (var i = 0; i < stamps.Length; i++)
            {
                yield return stamps[i] < 0 ? FrameReading.Drop(i, DropReason.TrackingLost) : FrameReading.Of(i, new RgbdFrame
                {
                    Stamp = stamps[i] * 1_000_000L,
                    Color = new ColorImage(1, 1, new byte[3]),
                    Depth = new DepthImage(1, 1, [1]),
                    ColorIntrinsics = camera,
                    DepthIntrinsics = camera,
                    CameraToWorld = RigidTransform.Identity,
                });
            }
            if (failsAtEnd) throw new InputException("The file ends.");
        }
    }
}
