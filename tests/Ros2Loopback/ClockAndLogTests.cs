using System.Collections.Concurrent;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.RclInterfaces;
using AlsterNode.Ros2.Messages.RosgraphMsgs;
using AlsterNode.Ros2.Parameters;

namespace AlsterNode.Tests.Ros2Loopback;

public sealed class ClockAndLogTests : IDisposable
{
    private readonly Loopback _loopback = new();

    public void Dispose() => _loopback.Dispose();

    [Fact]
    public void SimulatedTimeIsWhatClockSaysAndAJumpBackIsTold()
    {
        using var clock = new RosClock(_loopback.Node("alster"));
        long? jump = null;
        clock.JumpedBack += nanoseconds => jump = nanoseconds;
        Assert.InRange(clock.Now, RosTime.SystemNow - 1_000_000_000, RosTime.SystemNow);

        clock.UseSimTime = true;
        using var simulator = _loopback.Node("simulator").Advertise<Clock>("/clock", QosProfile.Default);
        Assert.True(Loopback.Wait(() => simulator.SubscriberCount == 1));
        Assert.Equal(0, clock.Now);
        simulator.Publish(new Clock { ClockValue = RosTime.ToStamp(5_000_000_001) });
        Assert.True(Loopback.Wait(() => clock.Now == 5_000_000_001));
        Assert.Null(jump);
        simulator.Publish(new Clock { ClockValue = RosTime.ToStamp(2_000_000_000) });

        Assert.True(Loopback.Wait(() => jump is not null));
        Assert.Equal((3_000_000_001, 2_000_000_000), (jump!.Value, clock.Now));
        clock.UseSimTime = false;
        Assert.InRange(clock.Now, RosTime.SystemNow - 1_000_000_000, RosTime.SystemNow);
    }

    [Fact]
    public void TheParameterUseSimTimeSwitchesTheClock()
    {
        var node = _loopback.Node("alster");
        using var clock = new RosClock(node);
        var parameters = new ParameterSet(new Dictionary<string, object> { ["use_sim_time"] = true });

        clock.Follow(parameters);
        Assert.True(clock.UseSimTime);
        Assert.Null(parameters.Set([("use_sim_time", false)]));

        Assert.False(clock.UseSimTime);
    }

    [Fact]
    public void WhatANodeLogsIsOnRosoutAlsoForThoseWhoComeLater()
    {
        var node = _loopback.Node("alster", ns: "/robot1", arguments: ["--ros-args", "--log-level", "warn"]);
        using var rosout = new RosoutLog(node);
        node.Log(RosLogLevel.Info, "not loud enough");
        node.Log(RosLogLevel.Error, "no transform from map to camera");

        var heard = new ConcurrentQueue<Log>();
        using var subscription = _loopback.Node("console").Subscribe<Log>("/rosout", QosProfile.Rosout, (in ReceivedSample<Log> s) => heard.Enqueue(s.Read()));

        Assert.True(Loopback.Wait(() => !heard.IsEmpty));
        var line = Assert.Single(heard);
        Assert.Equal((Log.ERROR, "robot1.alster", "no transform from map to camera"), (line.Level, line.Name, line.Msg));
    }

    [Theory]
    [InlineData(0, 0, 0u)]
    [InlineData(1_500_000_000, 1, 500_000_000u)]
    [InlineData(-1, -1, 999_999_999u)]
    [InlineData(-1_000_000_000, -1, 0u)]
    public void StampsAndNanosecondsAreTheSameTime(long nanoseconds, int seconds, uint rest)
    {
        var stamp = RosTime.ToStamp(nanoseconds);

        Assert.Equal((seconds, rest), (stamp.Sec, stamp.Nanosec));
        Assert.Equal(nanoseconds, stamp.ToNanoseconds());
    }
}
