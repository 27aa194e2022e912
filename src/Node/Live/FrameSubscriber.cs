using System.Diagnostics;
using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Datasets.Rosbag2;
using AlsterNode.Evaluation;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.GeometryMsgs;
using AlsterNode.Ros2.Messages.NavMsgs;
using AlsterNode.Ros2.Messages.SensorMsgs;
using AlsterNode.Ros2.Messages.StdMsgs;
using AlsterNode.Ros2.Messages.Tf2Msgs;
using AlsterNode.Ros2.Tf;

namespace AlsterNode.Node.Live;

/// <summary>
/// RGB-D frames of a live ROS 2 graph. Images are paired by stamp and wait for their transform up to a deadline; of the pairs that are ready
/// when the mapper asks, it gets the newest. Every image that becomes no frame comes as a reading with its reason.
/// </summary>
internal sealed class FrameSubscriber : IFrameSource
{
    private const int MostPairs = 32; // waiting for their transform; about 1.5 MB each at 640 x 480
    private const long SmallestJumpBack = 500_000_000; // ns; images that are merely late overtake each other by less

    private readonly INode _node;
    private readonly NodeParameters _parameters;
    private readonly RosClock _clock;
    private readonly RosFrameDecoder _decoder = new(new SourceOptions());
    private readonly object _gate = new(); // a Monitor: the mapping thread waits on it
    private readonly ImagePairs<LiveImage> _pairs;
    private readonly List<(LiveImage Color, LiveImage Depth)> _ready = []; // by the depth images' stamps
    private readonly Queue<string> _drops = new();
    private readonly List<IDisposable> _subscriptions = [];
    private readonly FrameStatistics _statistics = new();
    private readonly SampleWindow _apart = new(30); // between an image and the nearest of the other kind [ms]
    private readonly long _start = MonotonicNow;
    private string? _poseChild;
    private string? _depthFrame;
    private readonly long[] _newest = [long.MinValue, long.MinValue]; // stamps of colour and of depth images
    private int _number;

    /// <summary>An image as it came.</summary>
    /// <param name="Stamp">[ns].</param>
    /// <param name="Frame">Its camera's name in tf.</param>
    /// <param name="Arrived">When it came, on the monotonic clock [ns].</param>
    /// <param name="Sample">The message; disposed by whoever drops the image.</param>
    private sealed record LiveImage(long Stamp, string Frame, long Arrived, KeptSample Sample);

    /// <summary>Subscribes to the topics that the parameters name.</summary>
    public FrameSubscriber(INode node, NodeParameters parameters, RosClock clock)
    {
        (_node, _parameters, _clock) = (node, parameters, clock);
        _pairs = new ImagePairs<LiveImage>(parameters.SyncQueueSize, Drop);
        Transforms = new TransformBuffer(TimeSpan.FromSeconds(parameters.TfBufferSeconds));
        var qos = QosProfile.ByName[parameters.ImageQos];
        Color = Topic(ImageTopic(parameters.ColorTopic, parameters.ColorTransport, "compressed"), ImageType(parameters.ColorTransport), qos);
        Depth = Topic(ImageTopic(parameters.DepthTopic, parameters.DepthTransport, "compressedDepth"), ImageType(parameters.DepthTransport), qos);
        ColorInfo = Topic(InfoTopic(parameters.ColorInfoTopic, parameters.ColorTopic), CameraInfo.MessageType.Name, qos);
        DepthInfo = Topic(InfoTopic(parameters.DepthInfoTopic, parameters.DepthTopic), CameraInfo.MessageType.Name, qos);
        if (DepthInfo.Name == ColorInfo.Name) DepthInfo = ColorInfo;
        try
        {
            Subscribe(qos);
        }
        catch
        {
            foreach (var subscription in _subscriptions) subscription.Dispose();
            throw;
        }
        clock.JumpedBack += Restart;
    }

    /// <inheritdoc/>
    public string Description => $"{Color.Name} and {Depth.Name}, poses in '{_parameters.MapFrame}'";

    /// <inheritdoc/>
    public int? FrameCount => null;

    /// <summary>Colour images.</summary>
    public InputTopic Color { get; }

    /// <summary>Depth images.</summary>
    public InputTopic Depth { get; }

    /// <summary>The colour camera; may be <see cref="DepthInfo"/>.</summary>
    public InputTopic ColorInfo { get; }

    /// <summary>The depth camera.</summary>
    public InputTopic DepthInfo { get; }

    /// <summary>Poses, where they come on a topic of their own.</summary>
    public InputTopic? Poses { get; private set; }

    /// <summary>The tf tree as heard.</summary>
    public TransformBuffer Transforms { get; }

    /// <summary>Why the last pair without a transform had none; null when all had one.</summary>
    public string? TransformProblem { get; private set; }

    /// <summary>How often the clock that stamps the images went back.</summary>
    public long ClockJumps { get; private set; }

    /// <summary>Images that were there twice.</summary>
    public long Duplicates { get; private set; }

    /// <summary>When the later image of the frame returned last arrived, on the monotonic clock [ns].</summary>
    public long LastArrival { get; private set; }

    /// <summary>The depth camera of that frame, as tf knows it.</summary>
    public string LastCamera { get; private set; } = "";

    /// <summary>Monotonic time [ns].</summary>
    public static long MonotonicNow => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));

    /// <summary>What is known about the inputs by now.</summary>
    public InputFacts Facts(FrameTally tally)
    {
        var dropped = tally.Dropped;
        return new InputFacts
        {
            Node = _node.FullName,
            Uptime = TimeSpan.FromMilliseconds((MonotonicNow - _start) / 1e6),
            Now = _clock.Now,
            UseSimTime = _clock.UseSimTime,
            Endpoints = _node.Graph.Endpoints,
            Color = Color.Facts,
            Depth = Depth.Facts,
            ColorInfo = ColorInfo.Facts,
            DepthInfo = DepthInfo.Facts,
            Pose = Poses?.Facts,
            Usable = tally.Integrated + dropped.GetValueOrDefault(DropReason.MapperBusy) + dropped.GetValueOrDefault(DropReason.Paused),
            Dropped = dropped,
            StampsApartMs = _apart.Summarize()?.P50,
            SyncMaxIntervalMs = _parameters.SyncMaxIntervalMs,
            MapFrame = _parameters.MapFrame,
            TransformProblem = TransformProblem,
            DepthFrameAncestors = _depthFrame is { } frame ? Transforms.Ancestors(frame) : [],
            TransformWaitMs = _parameters.TfWaitMs,
            MaxDepth = _parameters.Mapper.MaxDepth,
            Frames = _statistics.Facts,
        };
    }

    /// <inheritdoc/>
    public IEnumerable<FrameReading> Read(Predicate<int>? wanted = null, CancellationToken cancellation = default)
    {
        while (!cancellation.IsCancellationRequested)
        {
            if (Next() is not { } reading) continue;
            if (wanted is null || wanted(reading.Number)) yield return reading;
        }
    }

    /// <summary>Forgets all images that wait, and where things were: another time begins.</summary>
    public void Restart(long jump = 0)
    {
        lock (_gate)
        {
            _pairs.Clear(image => image.Sample.Dispose());
            foreach (var pair in _ready) Dispose(pair);
            _ready.Clear();
            Array.Fill(_newest, long.MinValue);
            Transforms.ClearMoving();
            if (jump == 0) return;
            ClockJumps++;
        }
        _node.Log(RosLogLevel.Warn, $"The clock went back by {jump / 1e9:0.0} s: images and transforms from before are forgotten.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _clock.JumpedBack -= Restart;
        foreach (var subscription in _subscriptions) subscription.Dispose();
        Restart();
        _decoder.Dispose();
    }

    private InputTopic Topic(string name, string type, QosProfile qos) => new(name, Resolved(name), type, qos);

    private void Subscribe(QosProfile qos)
    {
        Add(ColorInfo, _node.Subscribe<CameraInfo>(ColorInfo.Name, qos, (in ReceivedSample<CameraInfo> sample) => TakeInfo(ColorInfo, sample)));
        if (DepthInfo != ColorInfo) Add(DepthInfo, _node.Subscribe<CameraInfo>(DepthInfo.Name, qos, (in ReceivedSample<CameraInfo> sample) => TakeInfo(DepthInfo, sample)));
        _subscriptions.Add(_node.Subscribe<TFMessage>("/tf", QosProfile.Tf, (in ReceivedSample<TFMessage> sample) => TakeTransforms(sample.Read(), isStatic: false)));
        _subscriptions.Add(_node.Subscribe<TFMessage>("/tf_static", QosProfile.TfStatic, (in ReceivedSample<TFMessage> sample) => TakeTransforms(sample.Read(), isStatic: true)));
        if (_parameters.PoseTopic.Length > 0) SubscribePoses();
        Add(Color, SubscribeImages(Color, qos, isDepth: false));
        Add(Depth, SubscribeImages(Depth, qos, isDepth: true));
    }

    private static string ImageType(string transport) => transport == "raw" ? Image.MessageType.Name : CompressedImage.MessageType.Name;

    private static string ImageTopic(string topic, string transport, string suffix) =>
        transport == "raw" || topic.EndsWith("/" + suffix, StringComparison.Ordinal) ? topic : $"{topic}/{suffix}";

    /// <summary>camera_info beside the image as it is after remapping, where image_transport looks for it, unless it was itself remapped.</summary>
    private string InfoTopic(string given, string imageTopic)
    {
        if (given.Length > 0) return given;
        var beside = Beside(imageTopic);
        var expanded = RosNames.Expand(beside, _node.NodeNamespace, _node.Name);
        var remapped = Resolved(beside);
        return remapped != expanded ? remapped : Beside(Resolved(imageTopic));

        static string Beside(string topic) => topic[..(topic.LastIndexOf('/') + 1)] + "camera_info";
    }

    private string Resolved(string topic) => _node.Arguments.Topic(topic, _node.NodeNamespace, _node.Name);

    private void Add(InputTopic topic, ISubscription subscription)
    {
        topic.Subscription = subscription;
        _subscriptions.Add(subscription);
    }

    private ISubscription SubscribeImages(InputTopic topic, QosProfile qos, bool isDepth) => topic.IsCompressed
        ? _node.Subscribe<CompressedImage>(topic.Name, qos, (in ReceivedSample<CompressedImage> sample) => TakeImage(topic, sample.Payload, sample.Keep(), isDepth))
        : _node.Subscribe<Image>(topic.Name, qos, (in ReceivedSample<Image> sample) => TakeImage(topic, sample.Payload, sample.Keep(), isDepth));

    private void SubscribePoses()
    {
        var isOdometry = _parameters.PoseType == "odometry";
        Poses = Topic(_parameters.PoseTopic, isOdometry ? Odometry.MessageType.Name : PoseStamped.MessageType.Name, QosProfile.Default);
        Add(Poses, isOdometry
            ? _node.Subscribe<Odometry>(Poses.Name, QosProfile.Default, (in ReceivedSample<Odometry> sample) =>
            {
                var odometry = sample.Read();
                TakePose(odometry.Header, odometry.ChildFrameId, odometry.Pose.Pose);
            })
            : _node.Subscribe<PoseStamped>(Poses.Name, QosProfile.Default, (in ReceivedSample<PoseStamped> sample) =>
            {
                var pose = sample.Read();
                if (_depthFrame is { } camera) TakePose(pose.Header, camera, pose.Pose); // a PoseStamped does not say whose pose it is: the depth camera's
            }));
    }

    private void TakeImage(InputTopic topic, ReadOnlySpan<byte> payload, KeptSample sample, bool isDepth)
    {
        var isTaken = false;
        try
        {
            var image = topic.IsCompressed ? Heard(topic, CompressedImageView.Parse(payload), sample) : Heard(topic, ImageView.Parse(payload), sample);
            if (isDepth) _depthFrame = image.Frame;
            var jump = Jump(image.Stamp, isDepth);
            if (jump > 0) Restart(jump);
            lock (_gate)
            {
                if (_pairs.Apart(image.Stamp, isDepth) is { } apart) _apart.Add(apart / 1e6);
                isTaken = isDepth ? _pairs.AddDepth(image.Stamp, image.Arrived, image) : _pairs.AddColor(image.Stamp, image.Arrived, image);
                if (!isTaken) Duplicates++;
                Pair();
                Monitor.Pulse(_gate);
            }
        }
        finally
        {
            if (!isTaken) sample.Dispose();
        }
    }

    private LiveImage Heard(InputTopic topic, ImageView view, KeptSample sample)
    {
        var image = new LiveImage(view.Header.Stamp.ToNanoseconds(), view.Header.FrameId.TrimStart('/'), MonotonicNow, sample);
        topic.Heard(image.Stamp, _clock.Now, image.Frame, view.Encoding, view.Width, view.Height);
        return image;
    }

    private LiveImage Heard(InputTopic topic, CompressedImageView view, KeptSample sample)
    {
        var image = new LiveImage(view.Header.Stamp.ToNanoseconds(), view.Header.FrameId.TrimStart('/'), MonotonicNow, sample);
        topic.Heard(image.Stamp, _clock.Now, image.Frame, view.Format);
        return image;
    }

    /// <summary>
    /// By how much an image's stamp lies before all others of its kind: a recording that begins anew has no /clock to say so. One kind may well
    /// run ahead of the other: a burst is heard topic by topic.
    /// </summary>
    private long Jump(long stamp, bool isDepth)
    {
        lock (_gate)
        {
            ref var newest = ref _newest[isDepth ? 1 : 0];
            var jump = newest == long.MinValue ? 0 : newest - stamp;
            newest = jump > SmallestJumpBack ? stamp : Math.Max(newest, stamp);
            return jump > SmallestJumpBack ? jump : 0;
        }
    }

    private void TakeInfo(InputTopic topic, in ReceivedSample<CameraInfo> sample)
    {
        var info = sample.Read();
        topic.Heard(info, info.Header.Stamp.ToNanoseconds(), _clock.Now);
    }

    private void TakeTransforms(TFMessage message, bool isStatic)
    {
        foreach (var transform in message.Transforms)
        {
            if (transform.ChildFrameId.TrimStart('/') == _poseChild) continue; // the pose topic was asked for in its place
            if (!Transforms.TryAdd(transform, isStatic, out var problem)) TransformProblem = problem;
        }
        lock (_gate) Monitor.Pulse(_gate);
    }

    private void TakePose(Header header, string child, Pose pose)
    {
        _poseChild = child.TrimStart('/');
        Poses!.Heard(header.Stamp.ToNanoseconds(), _clock.Now, header.FrameId.TrimStart('/'));
        if (!Transforms.TryAdd(CameraPose.ToTransform(header, child, pose), isStatic: false, out var problem)) TransformProblem = problem;
        lock (_gate) Monitor.Pulse(_gate);
    }

    private void Pair()
    {
        while (_pairs.TryTake((long)(_parameters.SyncMaxIntervalMs * 1e6), MonotonicNow, out var color, out var depth))
        {
            _ready.Add((color, depth));
            if (_ready.Count <= MostPairs) continue;
            DropPair(0, DropReason.MapperBusy);
        }
    }

    /// <summary>The next reading, or null when there is none for a while.</summary>
    private FrameReading? Next()
    {
        (LiveImage Color, LiveImage Depth) pair;
        RigidTransform cameraToWorld, depthToColor;
        lock (_gate)
        {
            Pair();
            if (_drops.TryDequeue(out var reason)) return FrameReading.Drop(_number++, reason);
            if (!TryTakeNewest(out pair, out cameraToWorld, out depthToColor))
            {
                if (_drops.Count == 0) Monitor.Wait(_gate, TimeSpan.FromMilliseconds(20)); // deadlines pass without news
                return null;
            }
        }
        try
        {
            (LastArrival, LastCamera) = (Math.Max(pair.Color.Arrived, pair.Depth.Arrived), pair.Depth.Frame);
            var color = new RosImage(pair.Color.Sample.Payload, Color.IsCompressed, RosCamera.IsRectified(Color.Name), ColorInfo.Info);
            var depth = new RosImage(pair.Depth.Sample.Payload, Depth.IsCompressed, RosCamera.IsRectified(Depth.Name), DepthInfo.Info);
            var reading = _decoder.Decode(_number++, pair.Depth.Stamp, color, depth, cameraToWorld, depthToColor);
            if (reading.Frame is { } frame) _statistics.Add(frame);
            return reading;
        }
        finally
        {
            Dispose(pair);
        }
    }

    /// <summary>The newest pair whose place is known; older ones are dropped, and those that have waited too long for their transform.</summary>
    private bool TryTakeNewest(out (LiveImage Color, LiveImage Depth) pair, out RigidTransform cameraToWorld, out RigidTransform depthToColor)
    {
        var deadline = MonotonicNow - (long)(_parameters.TfWaitMs * 1e6);
        for (var i = _ready.Count - 1; i >= 0; i--)
        {
            pair = _ready[i];
            var (color, depth) = (new CameraView(pair.Color.Frame, pair.Color.Stamp), new CameraView(pair.Depth.Frame, pair.Depth.Stamp));
            if (CameraPose.TryLocate(Transforms, _parameters.MapFrame, color, depth, out cameraToWorld, out depthToColor, out var problem))
            {
                _ready.RemoveAt(i);
                for (; i > 0; i--) DropPair(0, DropReason.MapperBusy);
                return true;
            }
            TransformProblem = problem;
            if (Math.Max(pair.Color.Arrived, pair.Depth.Arrived) < deadline) DropPair(i, DropReason.TransformMissing);
        }
        (pair, cameraToWorld, depthToColor) = (default, RigidTransform.Identity, RigidTransform.Identity);
        return false;
    }

    private void DropPair(int at, string reason)
    {
        Dispose(_ready[at]);
        _ready.RemoveAt(at);
        _drops.Enqueue(reason);
    }

    private void Drop(LiveImage image, string reason)
    {
        image.Sample.Dispose();
        _drops.Enqueue(reason);
    }

    private static void Dispose((LiveImage Color, LiveImage Depth) pair)
    {
        pair.Color.Sample.Dispose();
        pair.Depth.Sample.Dispose();
    }
}
