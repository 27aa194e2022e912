using System.Diagnostics;
using AlsterNode.Core;
using AlsterNode.Tests.TestSupport;
using Xunit.Abstractions;

namespace AlsterNode.Tests.Ros2Loopback.Live;

/// <summary>The node and a camera in another process; five seconds, or as long as ALSTER_STREAM_SECONDS says (docs/testing.md).</summary>
public sealed class LiveStreamTests(ITestOutputHelper output) : IDisposable
{
    private const int Hz = 30;
    private const double FlatMb = 64; // what the process may grow by in the second half of a long stream

    private readonly Loopback _loopback = new();

    public void Dispose() => _loopback.Dispose();

    [StreamFact]
    public void EveryImageOfAStreamArrivesAndBecomesMapOrIsCountedByPolicy()
    {
        var seconds = int.TryParse(Environment.GetEnvironmentVariable("ALSTER_STREAM_SECONDS"), out var given) ? given : 5;
        var sent = seconds * Hz;
        using var running = new LiveNodeRun(_loopback, "-p", "qos.images:=default");
        var (color, depth) = (running.Live.Frames!.Color, running.Live.Frames.Depth);
        using var camera = Peer.Camera(_loopback, 640, 480, sent, Hz);

        var memory = new List<double>();
        var ended = Loopback.Wait(
            () =>
            {
                memory.Add(Environment.WorkingSet / 1048576.0);
                Thread.Sleep(200);
                return camera.ExitCode is not null;
            },
            seconds + 60);
        Loopback.Wait(() => running.Accounted == sent);

        var (first, second) = (memory[..(memory.Count / 2)].Max(), memory[(memory.Count / 2)..].Max());
        var latency = running.Live.Latency.Summarize();
        output.WriteLine($"{sent} frames sent, {color.Facts.Received} colour and {depth.Facts.Received} depth images arrived, {running.Live.Tally.Integrated} frames became map, {running.Live.Tally.Reasons}; "
            + $"latency p50 {latency?.P50:F0} ms, p99 {latency?.P99:F0} ms; memory {first:F0} MB in the first half, {second:F0} MB in the second.");
        Assert.True(ended, "The camera has not ended.");
        Assert.Equal((0, sent, sent), (camera.ExitCode, color.Facts.Received, depth.Facts.Received));
        Assert.Equal(sent, running.Accounted);
        Assert.All(running.Live.Tally.Dropped.Keys, reason => Assert.Equal(DropReason.MapperBusy, reason));
        Assert.True(running.Live.Tally.Integrated >= seconds, running.Live.Tally.Reasons);
        Assert.True(seconds < 60 || second - first < FlatMb, $"The process grew from {first:F0} to {second:F0} MB.");
    }

    [CyclonePeerFact]
    public void ACameraThatIsKilledInMidMessageIsForgottenAndTheNextOneMapped()
    {
        using var running = new LiveNodeRun(_loopback, "-p", "qos.images:=default");
        var (color, depth) = (running.Live.Frames!.Color, running.Live.Frames.Depth);
        using (var first = Peer.Camera(_loopback, 1280, 960, int.MaxValue, hz: 100)) // busy with sending all the time
        {
            Assert.True(Loopback.Wait(() => running.Live.Tally.Integrated > 0, seconds: 60), running.Live.Tally.Reasons);
            first.Kill();
        }
        Assert.True(Loopback.Wait(() => color.Subscription.PublisherCount + depth.Subscription.PublisherCount == 0, seconds: 30), "The dead camera is still there.");
        var before = running.Live.Tally.Integrated;

        using var second = Peer.Camera(_loopback, 640, 480, int.MaxValue);

        Assert.True(Loopback.Wait(() => running.Live.Tally.Integrated > before + 2, seconds: 60), running.Live.Tally.Reasons);
        Assert.Equal((0, 0), (color.Subscription.Failed, depth.Subscription.Failed));
        Assert.Empty(running.Live.Tally.Dropped.Keys.Intersect([DropReason.ColorUnreadable, DropReason.DepthUnreadable, DropReason.MappingFailed]));
    }

    [CyclonePeerFact]
    public async Task SigtermWhileACameraStreamsSavesTheMapAndEndsWithinFiveSeconds()
    {
        using var folder = new TemporaryFolder();
        var map = folder["map.alster"];
        using var node = Program("node", "--ros-args", "-p", $"map_file:={map}");
        using var camera = Peer.Camera(_loopback, 640, 480, int.MaxValue);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await node.StandardError.ReadLineAsync(limit.Token) is { } line && !line.EndsWith("Now active.", StringComparison.Ordinal)) { }
        await Task.Delay(TimeSpan.FromSeconds(5), limit.Token); // some frames

        var start = Stopwatch.GetTimestamp();
        using (var kill = Process.Start("kill", $"-TERM {node.Id}")) await kill.WaitForExitAsync(limit.Token);
        await node.WaitForExitAsync(limit.Token);

        Assert.Equal(0, node.ExitCode);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 5);
        using var info = Program("scene", "info", map);
        var text = await info.StandardOutput.ReadToEndAsync(limit.Token);
        Assert.DoesNotContain("0 voxels", text, StringComparison.Ordinal);
        output.WriteLine(text);
    }

    private Process Program(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "alster-node.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ROS_DOMAIN_ID"] = $"{_loopback.DomainId}";
        start.Environment["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST";
        start.Environment["CYCLONEDDS_URI"] = Loopback.Configuration;
        return Process.Start(start)!;
    }
}
