using System.Collections.Concurrent;
using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.Pipeline;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;

namespace AlsterNode.Node.Live;

/// <summary>
/// The mapping thread: takes frame after frame from the subscriber to the map and hands every change to the sinks. With overlap a second thread
/// encodes the next frame meanwhile; the map is the same.
/// </summary>
internal sealed class MappingLoop : IDisposable
{
    private readonly INode _node;
    private readonly FrameSubscriber _frames;
    private readonly MapHolder _map;
    private readonly IReadOnlyList<ISceneSink> _sinks;
    private readonly SemanticImagePublisher _images;
    private readonly double _maxDepth;
    private readonly CancellationTokenSource _stop = new();
    private readonly BlockingCollection<Arrival>? _encoded; // null without overlap
    private readonly List<Thread> _threads = [];
    private readonly Throttle _reports = new();

    /// <summary>Starts to map.</summary>
    public MappingLoop(INode node, FrameSubscriber frames, MapHolder map, IReadOnlyList<ISceneSink> sinks, SemanticImagePublisher images, FrameTally tally, SampleWindow latency, double maxDepth, bool overlap)
    {
        (_node, _frames, _map, _sinks, _images, Tally, Latency, _maxDepth) = (node, frames, map, sinks, images, tally, latency, maxDepth);
        if (overlap)
        {
            _encoded = new BlockingCollection<Arrival>(boundedCapacity: 1);
            _threads.Add(new Thread(FuseEncoded) { Name = "Mapping", IsBackground = true });
        }
        _threads.Add(new Thread(Run) { Name = overlap ? "Encoding" : "Mapping", IsBackground = true });
        foreach (var thread in _threads) thread.Start();
    }

    /// <summary>What became of the images.</summary>
    public FrameTally Tally { get; }

    /// <summary>From the arrival of a pair's later image to the published change of the map [ms].</summary>
    public SampleWindow Latency { get; }

    /// <summary>Returns when the frames that were taken are in the map.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        foreach (var thread in _threads) thread.Join();
        _encoded?.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        foreach (var reading in _frames.Read(cancellation: _stop.Token)) Guarded(() => Take(reading));
        _encoded?.CompleteAdding();
    }

    private void FuseEncoded()
    {
        foreach (var arrival in _encoded!.GetConsumingEnumerable()) Guarded(() => Fuse(arrival));
    }

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
#pragma warning disable CA1031 // one frame that cannot be mapped must not cost the next one
        catch (Exception e)
#pragma warning restore CA1031
        {
            Tally.Drop(DropReason.MappingFailed);
            Report(e);
        }
    }

    private void Take(FrameReading reading)
    {
        Tally.Count(reading);
        if (reading.Frame is not { } frame || DropsWhilePaused()) return;
        if (!frame.Depth.HasWithin(_maxDepth))
        {
            Tally.Drop(DropReason.DepthEmpty);
            return;
        }
        var arrival = new Arrival(_frames.LastCamera, _frames.LastArrival, _map.Encode(frame));
        if (_encoded is null) Fuse(arrival);
        else _encoded.Add(arrival);
    }

    private void Fuse(Arrival arrival)
    {
        if (DropsWhilePaused()) return;
        _images.CameraFrame = arrival.Camera;
        _map.Integrate(arrival.Frame, _sinks);
        Latency.Add((MonotonicClock.Now - arrival.Time) / 1e6);
        Tally.Integrate();
    }

    private bool DropsWhilePaused()
    {
        var isPaused = _map.IsPaused;
        if (isPaused) Tally.Drop(DropReason.Paused);
        return isPaused;
    }

    private void Report(Exception e)
    {
        if (_reports.TryPass()) _node.Log(RosLogLevel.Error, $"A frame could not be mapped ({Tally.Dropped[DropReason.MappingFailed]} so far): {e.Message}");
    }

    /// <summary>An encoded frame, with the name of its camera's coordinate frame and when its later image came.</summary>
    private readonly record struct Arrival(string Camera, long Time, EncodedFrame Frame);
}
