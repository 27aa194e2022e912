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
    private const long RepeatAfter = 30_000_000_000; // ns

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly INode _node;
    private readonly RosClock _clock;
    private readonly LifecycleMachine _machine;
    private readonly LiveNode _live;
    private readonly IPublisher<DiagnosticArray> _publisher;
    private readonly Dictionary<string, long> _messagesBefore = [];
    private readonly Dictionary<string, long> _told = []; // findings by key, and when they were logged
    private readonly Lock _publishing = new();
    private readonly Timer _timer;
    private FrameSubscriber? _examined;
    private SyncDoctor _doctor = new();
    private long _last = MonotonicClock.Now;

    /// <summary>Publishes from now on.</summary>
    public NodeDiagnostics(INode node, RosClock clock, LifecycleMachine machine, LiveNode live)
    {
        (_node, _clock, _machine, _live) = (node, clock, machine, live);
        _publisher = node.Advertise<DiagnosticArray>("/diagnostics", QosProfile.Default);
        _timer = new Timer(_ => Publish(), null, Period, Period);
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
        if (!_publishing.TryEnter()) return; // the last one takes longer than the period
        try
        {
            var now = MonotonicClock.Now;
            var statuses = new List<DiagnosticStatus> { Frames() };
            if (_live.Frames is { } frames)
            {
                statuses.Add(Inputs(frames, (now - _last) / 1e9));
                statuses.Add(Trouble(frames));
            }
            if (_live.Map is { } map) statuses.Add(MapOf(map));
            _last = now;
            _publisher.Publish(new DiagnosticArray { Header = new() { Stamp = RosTime.ToStamp(_clock.Now) }, Status = [.. statuses] });
        }
        catch (ObjectDisposedException)
        {
            // the node is on its way down
        }
#pragma warning disable CA1031 // a timer's exception would end the process
        catch (Exception e)
#pragma warning restore CA1031
        {
            _node.Log(RosLogLevel.Error, $"No diagnostics: {e.Message}");
        }
        finally
        {
            _publishing.Exit();
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
            var (before, messages) = (_messagesBefore.GetValueOrDefault(name), topic.Facts.Received);
            _messagesBefore[name] = messages;
            values.Add(Value($"{name}.topic", topic.Subscription.Topic));
            values.Add(Value($"{name}.publishers", topic.Subscription.PublisherCount));
            values.Add(Value($"{name}.messages", messages));
            values.Add(Value($"{name}.hz", Math.Max(0, messages - before) / seconds));
        }
        values.Add(Value("duplicates", frames.Duplicates));
        values.Add(Value("clock_jumped_back", frames.ClockJumps));
        var isHeard = frames.Color.Facts.Received > 0 && frames.Depth.Facts.Received > 0;
        return Status("inputs", isHeard ? DiagnosticStatus.OK : DiagnosticStatus.WARN, isHeard ? "images arrive" : "no images yet", values);
    }

    /// <summary>What the sync doctor finds; each finding is logged when it comes, and again while it lasts.</summary>
    private DiagnosticStatus Trouble(FrameSubscriber frames)
    {
        if (frames != _examined) (_examined, _doctor) = (frames, new SyncDoctor());
        var findings = _doctor.Examine(frames.Facts(_live.Tally));
        foreach (var finding in findings)
        {
            if (_told.TryGetValue(finding.Key, out var told) && MonotonicClock.Now - told < RepeatAfter) continue;
            _told[finding.Key] = MonotonicClock.Now;
            _node.Log(finding.Severity, finding.Text);
        }
        foreach (var key in _told.Keys.Except(findings.Select(finding => finding.Key)).ToList()) _told.Remove(key);
        var level = findings.Any(finding => finding.Severity >= RosLogLevel.Error) ? DiagnosticStatus.ERROR : findings.Count > 0 ? DiagnosticStatus.WARN : DiagnosticStatus.OK;
        var values = findings.SelectMany(finding => finding.Values.Select(value => Value($"{finding.Key}.{value.Name}", value.Value)).Prepend(Value(finding.Key, finding.Text)));
        return Status("sync", level, findings.Count > 0 ? findings[0].Text : "nothing is wrong", [.. values]);
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
