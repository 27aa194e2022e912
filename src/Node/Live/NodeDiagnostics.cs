using System.Globalization;
using AlsterNode.Evaluation;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Lifecycle;
using AlsterNode.Ros2.Messages.DiagnosticMsgs;

namespace AlsterNode.Node.Live;

/// <summary><c>/diagnostics</c> once a second: inputs, frames by what became of them, latency, map.</summary>
internal sealed class NodeDiagnostics : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    private readonly INode _node;
    private readonly RosClock _clock;
    private readonly LifecycleMachine _machine;
    private readonly LiveNode _live;
    private readonly IPublisher<DiagnosticArray> _publisher;
    private readonly Dictionary<string, long> _messagesBefore = [];
    private readonly Timer _timer;
    private long _last = FrameSubscriber.MonotonicNow;

    /// <summary>Publishes from now on.</summary>
    public NodeDiagnostics(INode node, RosClock clock, LifecycleMachine machine, LiveNode live)
    {
        (_node, _clock, _machine, _live) = (node, clock, machine, live);
        _publisher = node.Advertise<DiagnosticArray>("/diagnostics", QosProfile.Default);
        _timer = new Timer(_ => Publish(), null, s_period, s_period);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        using var done = new ManualResetEvent(false);
        if (_timer.Dispose(done)) done.WaitOne();
        _publisher.Dispose();
    }

    private void Publish()
    {
        try
        {
            var now = FrameSubscriber.MonotonicNow;
            var statuses = new List<DiagnosticStatus> { Frames() };
            if (_live.Frames is { } frames) statuses.Add(Inputs(frames, (now - _last) / 1e9));
            if (_live.Map is { } map) statuses.Add(MapOf(map));
            _last = now;
            _publisher.Publish(new DiagnosticArray { Header = new() { Stamp = RosTime.ToStamp(_clock.Now) }, Status = [.. statuses] });
        }
        catch (ObjectDisposedException)
        {
            // the node is on its way down
        }
    }

    private DiagnosticStatus Frames()
    {
        var tally = _live.Tally;
        var values = new List<KeyValue>
        {
            Value("state", _machine.State.ToString().ToLowerInvariant()),
            Value("read", tally.Read),
            Value("integrated", tally.Integrated),
        };
        foreach (var (reason, count) in tally.Dropped) values.Add(Value($"dropped.{reason}", count));
        return Status("frames", DiagnosticStatus.OK, $"{tally.Integrated} of {tally.Read} frames are in the map", values);
    }

    private DiagnosticStatus Inputs(FrameSubscriber frames, double seconds)
    {
        var values = new List<KeyValue>();
        foreach (var (name, topic) in new[] { ("color", frames.Color), ("depth", frames.Depth), ("color_info", frames.ColorInfo), ("depth_info", frames.DepthInfo), ("pose", frames.Poses) })
        {
            if (topic is null) continue;
            var before = _messagesBefore.GetValueOrDefault(name);
            _messagesBefore[name] = topic.Messages;
            values.Add(Value($"{name}.topic", topic.Subscription!.Topic));
            values.Add(Value($"{name}.publishers", topic.Subscription.PublisherCount));
            values.Add(Value($"{name}.messages", topic.Messages));
            values.Add(Value($"{name}.hz", Math.Max(0, topic.Messages - before) / seconds));
        }
        values.Add(Value("duplicates", frames.Duplicates));
        values.Add(Value("clock_jumped_back", frames.ClockJumps));
        var isHeard = frames.Color.Messages > 0 && frames.Depth.Messages > 0;
        return Status("inputs", isHeard ? DiagnosticStatus.OK : DiagnosticStatus.WARN, isHeard ? "images arrive" : "no images yet", values);
    }

    private DiagnosticStatus MapOf(MapHolder map)
    {
        var values = map.Read(scene => new List<KeyValue>
        {
            Value("voxels", scene.VoxelCount),
            Value("blocks", scene.BlockCount),
            Value("memory_mb", scene.Bytes / 1048576.0),
            Value("file_mb", scene.FileBytes / 1048576.0),
        });
        values.Add(Value("process_mb", Environment.WorkingSet / 1048576.0));
        foreach (var (stage, summary) in LatencyReport.Summarize(map.Timings.Samples))
        {
            values.Add(Value($"{stage}_ms.p50", summary.P50));
            values.Add(Value($"{stage}_ms.p99", summary.P99));
        }
        if (_live.Latency.Summarize() is { } latency)
        {
            values.Add(Value("latency_ms.p50", latency.P50));
            values.Add(Value("latency_ms.p99", latency.P99));
        }
        var isOver = map.Read(scene => scene.IsOverBudget);
        var message = map.IsPaused ? "paused" : isOver ? "the map takes more memory than memory_mb: give it a map_file on a faster disk, or more memory" : "mapping";
        return Status("map", isOver ? DiagnosticStatus.WARN : DiagnosticStatus.OK, message, values);
    }

    private DiagnosticStatus Status(string part, byte level, string message, List<KeyValue> values) => new()
    {
        Level = level,
        Name = $"{_node.FullName.TrimStart('/')}: {part}",
        Message = message,
        HardwareId = _node.FullName,
        Values = [.. values],
    };

    private static KeyValue Value(string key, string value) => new() { Key = key, Value = value };

    private static KeyValue Value(string key, long value) => Value(key, value.ToString(CultureInfo.InvariantCulture));

    private static KeyValue Value(string key, double value) => Value(key, value.ToString("0.##", CultureInfo.InvariantCulture));
}
