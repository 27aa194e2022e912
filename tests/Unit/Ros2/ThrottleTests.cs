using AlsterNode.Ros2;

namespace AlsterNode.Tests.Unit.Ros2;

public sealed class ThrottleTests
{
    [Fact]
    public void OneReportASecondPasses()
    {
        var clock = new ManualClock();
        var throttle = new Throttle(clock);

        Assert.True(throttle.TryPass());
        clock.Milliseconds = 999;
        Assert.False(throttle.TryPass());
        clock.Milliseconds = 1000;
        Assert.True(throttle.TryPass());
        clock.Milliseconds = 1999; // counted from the last that passed, not from the last that asked
        Assert.False(throttle.TryPass());
        clock.Milliseconds = 2000;
        Assert.True(throttle.TryPass());
    }

    private sealed class ManualClock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }
}
