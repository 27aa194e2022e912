using AlsterNode.Core;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.RosgraphMsgs;

namespace AlsterNode.Tests.Ros2Loopback.Live;

/// <summary>What goes wrong around a node that maps: it keeps working, or says what is wrong.</summary>
public sealed class LiveFaultTests : IDisposable
{
    private const long Second = 1_000_000_000; // ns

    private readonly Loopback _loopback = new();

    public void Dispose() => _loopback.Dispose();

    [Fact]
    public void WhenTheClockJumpsBackTheNodeBeginsAnewInTheSameMap()
    {
        using var running = Start("-p", "use_sim_time:=true");
        using var camera = new TestCamera(_loopback.Node("camera"));
        using var clock = _loopback.Node("player").Advertise<Clock>("/clock", QosProfile.Clock);
        Is(1000 * Second);
        camera.SendUntil(() => running.Live.Tally.Integrated > 0, 1000 * Second);
        Is(10 * Second);
        var before = running.Live.Tally.Integrated;

        camera.SendUntil(() => running.Live.Tally.Integrated > before + 1, 10 * Second);

        Assert.Equal(1, running.Live.Frames!.ClockJumps);
        Assert.Contains(_loopback.Log, line => line.Message.Contains("The clock went back by 990.0 s", StringComparison.Ordinal));
        Assert.DoesNotContain(DropReason.TransformMissing, running.Live.Tally.Dropped.Keys);

        void Is(long time) => Assert.True(Loopback.Wait(() =>
        {
            clock.Publish(new Clock { ClockValue = RosTime.ToStamp(time) });
            return running.Clock.Now == time;
        }));
    }

    [Fact]
    public void TransformsThatComeTwoSecondsLateAreWaitedForWhenToldSo()
    {
        using var running = Start("-p", "tf.wait_ms:=8000.0");
        using var camera = new TestCamera(_loopback.Node("camera"));
        for (var i = 0; i < 5; i++) camera.SendImages(i * Second);
        Thread.Sleep(2000);
        Assert.Equal(0, running.Accounted);

        for (var i = 0; i < 5; i++) camera.SendPose(i * Second);

        Assert.True(Loopback.Wait(() => running.Accounted == 5), running.Live.Tally.Reasons);
        Assert.True(running.Live.Tally.Integrated > 0);
        Assert.All(running.Live.Tally.Dropped.Keys, reason => Assert.Equal(DropReason.MapperBusy, reason)); // the newest counts
    }

    [Fact]
    public void TransformsThatComeTooLateCostTheirOwnFramesAlone()
    {
        using var running = Start();
        using var camera = new TestCamera(_loopback.Node("camera"));
        for (var i = 0; i < 5; i++) camera.SendImages(i * Second);
        Assert.True(Loopback.Wait(() => running.Live.Tally.Dropped.GetValueOrDefault(DropReason.TransformMissing) == 5), running.Live.Tally.Reasons);
        for (var i = 0; i < 5; i++) camera.SendPose(i * Second);

        camera.SendUntil(() => running.Live.Tally.Integrated > 0, 6 * Second);

        Assert.Equal(5, running.Live.Tally.Dropped[DropReason.TransformMissing]);
    }

    [Fact]
    public void ACameraThatChangesItsResolutionInMidStreamIsFollowed()
    {
        using var running = Start();
        using var camera = new TestCamera(_loopback.Node("camera"));
        var next = camera.SendUntil(() => running.Live.Tally.Integrated > 1, Second, width: 320);
        var before = running.Live.Tally.Integrated;

        camera.SendUntil(() => running.Live.Tally.Integrated > before + 2, next, width: 160);

        Assert.Empty(running.Live.Tally.Dropped.Keys.Except([DropReason.MapperBusy, DropReason.ColorSizeDiffers, DropReason.DepthSizeDiffers])); // those on their way
    }

    [Fact]
    public void FiveCamerasOnTheSameTopicsAreAllHeard()
    {
        const int Rounds = 6;
        using var running = Start();
        var cameras = Enumerable.Range(1, 5).Select(i => new TestCamera(_loopback.Node($"driver{i}"), $"camera{i}")).ToList();

        for (var i = 0; i < Rounds * cameras.Count; i++)
        {
            cameras[i % cameras.Count].Send((1 + i) * Second / 10);
            Thread.Sleep(20);
        }

        Assert.True(Loopback.Wait(() => running.Accounted == Rounds * cameras.Count), $"{running.Live.Tally.Integrated} became map, {running.Live.Tally.Reasons}");
        Assert.True(running.Live.Tally.Integrated > 0);
        Assert.All(running.Live.Tally.Dropped.Keys, reason => Assert.Equal(DropReason.MapperBusy, reason));
        Assert.Equal(5, running.Live.Frames!.Color.Subscription.PublisherCount);
        foreach (var camera in cameras) camera.Dispose();
    }

    [Theory]
    [InlineData("kamera/größe", "it has a 'ö'")]
    [InlineData("camera/\U0001F4F7", "it has the character U+D83D")]
    [InlineData(255, "has 256 characters, a topic or service name has at most 247")]
    public void ATopicNameThatCannotBeIsRefusedInWords(object name, string because)
    {
        var topic = name is int length ? new string('c', length) : (string)name;

        var problem = Assert.ThrowsAny<Exception>(() => Start("-p", $"topics.color:={topic}"));

        Assert.Contains(because, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATopicNameOfTheGreatestLengthWorks()
    {
        var topic = new string('c', RosNames.MaxTopicLength - 1);
        using var running = Start("-p", $"topics.depth:={topic}", "-p", "topics.depth_info:=depth_info");
        Assert.Equal("/" + topic, running.Live.Frames!.Depth.Subscription.Topic);
    }

    [Fact]
    public async Task LifecycleTransitionsUnderLoadLoseNothingButTheFramesMeanwhile()
    {
        using var running = Start();
        using var camera = new TestCamera(_loopback.Node("camera"));
        using var stop = new CancellationTokenSource();
        var load = Task.Run(() =>
        {
            for (var stamp = Second; !stop.IsCancellationRequested; stamp += Second / 30)
            {
                camera.Send(stamp);
                Thread.Sleep(33);
            }
        });

        string[] round = ["deactivate", "activate", "deactivate", "cleanup", "configure", "activate"];
        foreach (var transition in round.Concat(round).Concat(round))
        {
            Thread.Sleep(100);
            Assert.True(running.Machine.Request(transition), running.Live.Failure?.Message);
        }

        Assert.True(Loopback.Wait(() => running.Live.Tally.Integrated > 0, seconds: 60), running.Live.Tally.Reasons);
        await stop.CancelAsync();
        await load;
        Assert.DoesNotContain(DropReason.MappingFailed, running.Live.Tally.Dropped.Keys);
        Assert.Empty(_loopback.Log.Where(line => line.Level >= RosLogLevel.Error).Select(line => line.Message));
    }

    private LiveNodeRun Start(params string[] arguments) => new(_loopback, ["-p", "qos.images:=default", .. arguments]);
}
