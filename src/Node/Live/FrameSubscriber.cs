using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Datasets.Rosbag2;
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
/// RGB-D frames of a live ROS 2 graph: subscribes to images, cameras and transforms and decodes what <see cref="FrameQueue"/> makes pairs of.
/// Every image that becomes no frame comes as a reading with its reason.
/// </summary>
internal sealed class FrameSubscriber : IFrameSource
{
    private readonly INode _node;
    private readonly NodeParameters _parameters;
    private readonly RosClock _clock;
    private readonly RosFrameDecoder _decoder = new(new SourceOptions());
    private readonly FrameQueue _queue;
    private readonly List<IDisposable> _subscriptions = [];
    private readonly FrameStatistics _statistics = new();
    private readonly long _start = MonotonicClock.Now;
    private string? _poseChild;
    private string? _depthFrame;
    private int _number;

    /// <summary>Subscribes to the topics that the parameters name.</summary>
    public FrameSubscriber(INode node, NodeParameters parameters, RosClock clock)
    {
        (_node, _parameters, _clock) = (node, parameters, clock);
        Transforms = new TransformBuffer(TimeSpan.FromSeconds(parameters.TfBufferSeconds));
        _queue = new FrameQueue(parameters, Transforms);
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

    /// <summary>How often the clock that stamps the images went back.</summary>
    public long ClockJumps { get; private set; }

    /// <summary>Images that were there twice.</summary>
    public long Duplicates => _queue.Duplicates;

    /// <summary>When the later image of the frame returned last arrived, on <see cref="MonotonicClock"/> [ns].</summary>
    public long LastArrival { get; private set; }

    /// <summary>The depth camera of that frame, as tf knows it.</summary>
    public string LastCamera { get; private set; } = "";

    /// <summary>What is known about the inputs by now.</summary>
    public InputFacts Facts(FrameTally tally)
    {
        var dropped = tally.Dropped;
        return new InputFacts
        {
            Node = _node.FullName,
            Uptime = TimeSpan.FromMilliseconds((MonotonicClock.Now - _start) / 1e6),
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
            StampsApartMs = _queue.StampsApartMs,
            SyncMaxIntervalMs = _parameters.SyncMaxIntervalMs,
            MapFrame = _parameters.MapFrame,
            TransformProblem = _queue.TransformProblem,
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
        Transforms.ClearMoving(); // first, so that no new pair is placed by an old one
        _queue.Clear();
        if (jump == 0) return;
        ClockJumps++;
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
            if (_queue.JumpBack(image.Stamp, isDepth) is > 0 and var jump) Restart(jump);
            isTaken = _queue.TryAdd(image, isDepth);
        }
        finally
        {
            if (!isTaken) sample.Dispose();
        }
    }

    private LiveImage Heard(InputTopic topic, ImageView view, KeptSample sample)
    {
        var image = new LiveImage(view.Header.Stamp.ToNanoseconds(), view.Header.FrameId.TrimStart('/'), MonotonicClock.Now, sample);
        topic.Heard(image.Stamp, _clock.Now, image.Frame, view.Encoding, view.Width, view.Height);
        return image;
    }

    private LiveImage Heard(InputTopic topic, CompressedImageView view, KeptSample sample)
    {
        var image = new LiveImage(view.Header.Stamp.ToNanoseconds(), view.Header.FrameId.TrimStart('/'), MonotonicClock.Now, sample);
        topic.Heard(image.Stamp, _clock.Now, image.Frame, view.Format);
        return image;
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
            if (!Transforms.TryAdd(transform, isStatic, out var problem)) _queue.TransformProblem = problem;
        }
        _queue.Wake();
    }

    private void TakePose(Header header, string child, Pose pose)
    {
        _poseChild = child.TrimStart('/');
        Poses!.Heard(header.Stamp.ToNanoseconds(), _clock.Now, header.FrameId.TrimStart('/'));
        if (!Transforms.TryAdd(CameraPose.ToTransform(header, child, pose), isStatic: false, out var problem)) _queue.TransformProblem = problem;
        _queue.Wake();
    }

    /// <summary>The next reading, or null when there is none for a while.</summary>
    private FrameReading? Next()
    {
        if (!_queue.TryTake(out var pair, out var dropped)) return null;
        return pair is null ? FrameReading.Drop(_number++, dropped!) : Decode(pair);
    }

    private FrameReading Decode(LocatedPair pair)
    {
        using var images = pair.Images;
        (LastArrival, LastCamera) = (images.Arrived, images.Depth.Frame);
        var color = new RosImage(images.Color.Sample.Payload, Color.IsCompressed, RosCamera.IsRectified(Color.Name), ColorInfo.Info);
        var depth = new RosImage(images.Depth.Sample.Payload, Depth.IsCompressed, RosCamera.IsRectified(Depth.Name), DepthInfo.Info);
        var reading = _decoder.Decode(_number++, images.Depth.Stamp, color, depth, pair.CameraToWorld, pair.DepthToColor);
        if (reading.Frame is { } frame) _statistics.Add(frame);
        return reading;
    }
}
