using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Tf;

namespace AlsterNode.Node.Live;

/// <summary>An image as it came.</summary>
/// <param name="Stamp">[ns].</param>
/// <param name="Frame">Its camera's name in tf.</param>
/// <param name="Arrived">When it came, on <see cref="MonotonicClock"/> [ns].</param>
/// <param name="Sample">The message; disposed by whoever drops the image.</param>
internal sealed record LiveImage(long Stamp, string Frame, long Arrived, KeptSample Sample);

/// <summary>A colour and a depth image of one time; owns both.</summary>
internal readonly record struct ImagePair(LiveImage Color, LiveImage Depth) : IDisposable
{
    /// <summary>When the later of the two came, on <see cref="MonotonicClock"/> [ns].</summary>
    public long Arrived => Math.Max(Color.Arrived, Depth.Arrived);

    /// <inheritdoc/>
    public void Dispose()
    {
        Color.Sample.Dispose();
        Depth.Sample.Dispose();
    }
}

/// <summary>A pair whose place is known; its taker disposes it.</summary>
internal sealed record LocatedPair(ImagePair Images, RigidTransform CameraToWorld, RigidTransform DepthToColor);

/// <summary>
/// Images on their way to a frame: paired by stamp, then waiting for their transform up to a deadline. Of the pairs that are ready it gives the
/// newest, and of every image that becomes none the reason. For several threads.
/// </summary>
internal sealed class FrameQueue
{
    private const int MostPairs = 32; // waiting for their transform; about 1.5 MB each at 640 x 480
    private const long SmallestJumpBack = 500_000_000; // ns; images that are merely late overtake each other by less

    private readonly NodeParameters _parameters;
    private readonly TransformBuffer _transforms;
    private readonly object _gate = new(); // a Monitor: who takes waits on it
    private readonly ImagePairs<LiveImage> _pairs;
    private readonly List<ImagePair> _ready = []; // by the depth images' stamps
    private readonly Queue<string> _drops = new();
    private readonly SampleWindow _apart = new(30); // between an image and the nearest of the other kind [ms]
    private readonly long[] _newest = [long.MinValue, long.MinValue]; // stamps of colour and of depth images

    /// <summary>An empty queue whose pairs are located by these transforms.</summary>
    public FrameQueue(NodeParameters parameters, TransformBuffer transforms)
    {
        (_parameters, _transforms) = (parameters, transforms);
        _pairs = new ImagePairs<LiveImage>(parameters.SyncQueueSize, Drop);
    }

    /// <summary>Why the last pair without a transform had none; null when all had one.</summary>
    public string? TransformProblem { get; set; }

    /// <summary>Images that were there twice.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Between images and the nearest of the other kind, the median of the last ones [ms]; null when none had one.</summary>
    public double? StampsApartMs => _apart.Summarize()?.P50;

    /// <summary>Adds an image. False for a second one of the same time, which stays the caller's.</summary>
    public bool TryAdd(LiveImage image, bool isDepth)
    {
        lock (_gate)
        {
            if (_pairs.Apart(image.Stamp, isDepth) is { } apart) _apart.Add(apart / 1e6);
            var isTaken = isDepth ? _pairs.AddDepth(image.Stamp, image.Arrived, image) : _pairs.AddColor(image.Stamp, image.Arrived, image);
            if (!isTaken) Duplicates++;
            Pair();
            Monitor.Pulse(_gate);
            return isTaken;
        }
    }

    /// <summary>
    /// By how much an image's stamp lies before all others of its kind [ns], 0 when it does not: a recording that begins anew has no /clock to
    /// say so. One kind may well run ahead of the other: a burst is heard topic by topic.
    /// </summary>
    public long JumpBack(long stamp, bool isDepth)
    {
        lock (_gate)
        {
            ref var newest = ref _newest[isDepth ? 1 : 0];
            var jump = newest == long.MinValue ? 0 : newest - stamp;
            newest = jump > SmallestJumpBack ? stamp : Math.Max(newest, stamp);
            return jump > SmallestJumpBack ? jump : 0;
        }
    }

    /// <summary>Transforms came: a pair that waits may have its place now.</summary>
    public void Wake()
    {
        lock (_gate) Monitor.Pulse(_gate);
    }

    /// <summary>Forgets all images that wait: another time begins.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _pairs.Clear(image => image.Sample.Dispose());
            foreach (var pair in _ready) pair.Dispose();
            _ready.Clear();
            Array.Fill(_newest, long.MinValue);
        }
    }

    /// <summary>The newest pair whose place is known, or why an image became no frame. False when there is neither for a while.</summary>
    public bool TryTake(out LocatedPair? pair, out string? dropped)
    {
        lock (_gate)
        {
            Pair();
            pair = null;
            if (_drops.TryDequeue(out dropped)) return true;
            if ((pair = TakeNewest()) is not null) return true;
            if (_drops.Count == 0) Monitor.Wait(_gate, TimeSpan.FromMilliseconds(20)); // deadlines pass without news
            return false;
        }
    }

    private void Pair()
    {
        while (_pairs.TryTake((long)(_parameters.SyncMaxIntervalMs * 1e6), MonotonicClock.Now, out var color, out var depth))
        {
            _ready.Add(new ImagePair(color, depth));
            if (_ready.Count > MostPairs) Drop(0, DropReason.MapperBusy);
        }
    }

    /// <summary>Older pairs are dropped, and those that have waited too long for their transform.</summary>
    private LocatedPair? TakeNewest()
    {
        var deadline = MonotonicClock.Now - (long)(_parameters.TfWaitMs * 1e6);
        for (var i = _ready.Count - 1; i >= 0; i--)
        {
            var pair = _ready[i];
            var (color, depth) = (new CameraView(pair.Color.Frame, pair.Color.Stamp), new CameraView(pair.Depth.Frame, pair.Depth.Stamp));
            if (CameraPose.TryLocate(_transforms, _parameters.MapFrame, color, depth, out var cameraToWorld, out var depthToColor, out var problem))
            {
                _ready.RemoveAt(i);
                for (; i > 0; i--) Drop(0, DropReason.MapperBusy);
                return new LocatedPair(pair, cameraToWorld, depthToColor);
            }
            TransformProblem = problem;
            if (pair.Arrived < deadline) Drop(i, DropReason.TransformMissing);
        }
        return null;
    }

    private void Drop(int at, string reason)
    {
        _ready[at].Dispose();
        _ready.RemoveAt(at);
        _drops.Enqueue(reason);
    }

    private void Drop(LiveImage image, string reason)
    {
        image.Sample.Dispose();
        _drops.Enqueue(reason);
    }
}
