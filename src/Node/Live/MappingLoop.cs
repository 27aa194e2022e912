using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;

namespace AlsterNode.Node.Live;

/// <summary>The mapping thread: takes frame after frame from the subscriber to the map and hands every change to the sinks.</summary>
internal sealed class MappingLoop : IDisposable
{
    private readonly INode _node;
    private readonly FrameSubscriber _frames;
    private readonly MapHolder _map;
    private readonly IReadOnlyList<ISceneSink> _sinks;
    private readonly SemanticImagePublisher _images;
    private readonly double _maxDepth;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private long _lastReport;

    /// <summary>Starts to map.</summary>
    public MappingLoop(INode node, FrameSubscriber frames, MapHolder map, IReadOnlyList<ISceneSink> sinks, SemanticImagePublisher images, FrameTally tally, SampleWindow latency, double maxDepth)
    {
        (_node, _frames, _map, _sinks, _images, Tally, Latency, _maxDepth) = (node, frames, map, sinks, images, tally, latency, maxDepth);
        _thread = new Thread(Run) { Name = "Mapping", IsBackground = true };
        _thread.Start();
    }

    /// <summary>What became of the images.</summary>
    public FrameTally Tally { get; }

    /// <summary>From the arrival of a pair's later image to the published change of the map [ms].</summary>
    public SampleWindow Latency { get; }

    /// <summary>Returns when the frame that is being mapped is in the map.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        foreach (var reading in _frames.Read(cancellation: _stop.Token))
        {
            try
            {
                Tally.Count(reading);
                if (reading.Frame is { } frame) Map(frame);
            }
#pragma warning disable CA1031 // one frame that cannot be mapped must not cost the next one
            catch (Exception e)
#pragma warning restore CA1031
            {
                Tally.Drop(DropReason.MappingFailed);
                Report(e);
            }
        }
    }

    private void Map(RgbdFrame frame)
    {
        if (_map.IsPaused)
        {
            Tally.Drop(DropReason.Paused);
            return;
        }
        if (!frame.Depth.HasWithin(_maxDepth))
        {
            Tally.Drop(DropReason.DepthEmpty);
            return;
        }
        _images.CameraFrame = _frames.LastCamera;
        _map.Integrate(frame, _sinks);
        Latency.Add((FrameSubscriber.MonotonicNow - _frames.LastArrival) / 1e6);
        Tally.Integrate();
    }

    private void Report(Exception e)
    {
        var now = FrameSubscriber.MonotonicNow;
        if (_lastReport != 0 && now - _lastReport < 1_000_000_000) return; // a broken map: once a second
        _lastReport = now;
        _node.Log(RosLogLevel.Error, $"A frame could not be mapped ({Tally.Dropped[DropReason.MappingFailed]} so far): {e.Message}");
    }
}
