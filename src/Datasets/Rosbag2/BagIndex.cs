using AlsterNode.Ros2;
using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Messages.GeometryMsgs;
using AlsterNode.Ros2.Messages.NavMsgs;
using AlsterNode.Ros2.Messages.SensorMsgs;
using AlsterNode.Ros2.Messages.StdMsgs;
using AlsterNode.Ros2.Messages.Tf2Msgs;
using AlsterNode.Ros2.Tf;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>An image of a bag: when and where.</summary>
internal readonly record struct BagImage(int Stretch, long Stamp, MessagePlace Place);

/// <summary>
/// One walk through a bag: where its images lie, and everything small that is needed to use them (camera infos, transforms). What comes out
/// depends on the stamps only, not on when messages were recorded, except that clock jumps are found in the order of the recording.
/// </summary>
internal sealed class BagIndex
{
    private readonly BagTopics _topics;
    private readonly BagClock _clock = new();
    private readonly List<TransformBuffer> _transforms = [];
    private readonly List<TransformStamped> _static = [];
    private readonly Dictionary<string, List<(int Stretch, long Stamp, CameraInfo Info)>> _infos = new(StringComparer.Ordinal);
    private readonly HashSet<(string, int, long)> _seen = [];
    private string? _poseChild;

    private BagIndex(BagTopics topics) => _topics = topics;

    public List<BagImage> Color { get; } = [];

    public List<BagImage> Depth { get; } = [];

    /// <summary>The images' frame_id (the last one's, should it change); null where there is none.</summary>
    public string? ColorFrame { get; private set; }

    /// <inheritdoc cref="ColorFrame"/>
    public string? DepthFrame { get; private set; }

    public SortedDictionary<string, long> Findings { get; } = new(StringComparer.Ordinal);

    /// <summary>The tree of each stretch; there is one at least.</summary>
    public IReadOnlyList<TransformBuffer> Transforms => _transforms;

    public static BagIndex Build(BagReader bag, BagTopics topics)
    {
        var index = new BagIndex(topics);
        index.BufferOf(0);
        var wanted = new HashSet<string>(new[] { topics.Color, topics.Depth, topics.ColorInfo, topics.DepthInfo, topics.Pose }.OfType<BagTopic>().Select(topic => topic.Name));
        foreach (var message in bag.Read(topic => topic.Type == TFMessage.MessageType.Name || wanted.Contains(topic.Name)))
        {
            try
            {
                index.Take(message);
            }
            catch (CdrException)
            {
                index.Found("unreadable_messages");
            }
        }
        if (index._clock.Jumps > 0) index.Findings["clock_jumped_back"] = index._clock.Jumps;
        if (bag.StepsBack > 0) index.Findings["out_of_order_in_file"] = bag.StepsBack;
        if (bag.Problems.Count > 0) index.Findings["damaged_parts"] = bag.Problems.Count;
        foreach (var infos in index._infos.Values) infos.Sort((a, b) => (a.Stretch, a.Stamp).CompareTo((b.Stretch, b.Stamp)));
        return index;
    }

    /// <summary>The camera_info of an image's time or the last before it; null when none had come yet.</summary>
    public CameraInfo? InfoAt(BagTopic topic, BagImage image)
    {
        if (!_infos.TryGetValue(topic.Name, out var infos)) return null;
        var (low, high) = (0, infos.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if ((infos[middle].Stretch, infos[middle].Stamp).CompareTo((image.Stretch, image.Stamp)) <= 0) low = middle + 1;
            else high = middle;
        }
        return low > 0 ? infos[low - 1].Info : null;
    }

    private void Take(BagMessage message)
    {
        var topic = message.Topic;
        var payload = message.Payload.Span;
        if (topic == _topics.Color) ColorFrame = TakeImage(message, Color, "color");
        else if (topic == _topics.Depth) DepthFrame = TakeImage(message, Depth, "depth");
        else if (topic == _topics.ColorInfo || topic == _topics.DepthInfo) TakeInfo(topic, CdrMessage.Parse<CameraInfo>(payload));
        else if (topic.Type == TFMessage.MessageType.Name) TakeTransforms(CdrMessage.Parse<TFMessage>(payload), topic.Name.EndsWith("tf_static", StringComparison.Ordinal));
        else if (topic.Type == Odometry.MessageType.Name) TakePose(CdrMessage.Parse<Odometry>(payload));
        else TakePose(CdrMessage.Parse<PoseStamped>(payload));
    }

    private string TakeImage(BagMessage message, List<BagImage> images, string kind)
    {
        var reader = new CdrReader(message.Payload.Span);
        var header = new Header();
        header.Read(ref reader);
        var stamp = header.Stamp.ToNanoseconds();
        var stretch = _clock.StretchOf(message.Topic.Name, stamp, out var isLate);
        if (!_seen.Add((message.Topic.Name, stretch, stamp)))
        {
            Found($"{kind}_duplicated");
            return header.FrameId.TrimStart('/');
        }
        if (isLate) Found($"{kind}_late");
        images.Add(new BagImage(stretch, stamp, message.Place));
        return header.FrameId.TrimStart('/');
    }

    private void TakeInfo(BagTopic topic, CameraInfo info)
    {
        var stamp = info.Header.Stamp.ToNanoseconds();
        var stretch = _clock.StretchOf(topic.Name, stamp, out var isLate);
        if (!_infos.TryGetValue(topic.Name, out var infos)) _infos[topic.Name] = infos = [];
        if (isLate || infos.Count == 0 || !IsSame(infos[^1].Info, info)) infos.Add((stretch, stamp, info)); // most recordings repeat one
    }

    private void TakeTransforms(TFMessage message, bool isStatic)
    {
        foreach (var transform in message.Transforms)
        {
            if (transform.ChildFrameId.TrimStart('/') == _poseChild) continue; // the pose topic was asked for in its place
            var accepted = isStatic ? TakeStatic(transform) : BufferOf(StretchOf(transform)).TryAdd(transform, isStatic: false, out _);
            if (!accepted) Found("transforms_not_rigid");
        }
    }

    private int StretchOf(TransformStamped transform) =>
        _clock.StretchOf($"tf {transform.Header.FrameId} {transform.ChildFrameId}", transform.Header.Stamp.ToNanoseconds(), out _);

    private bool TakeStatic(TransformStamped transform)
    {
        _static.Add(transform);
        return _transforms.TrueForAll(buffer => buffer.TryAdd(transform, isStatic: true, out _));
    }

    private void TakePose(Odometry odometry) => TakePose(odometry.Header, odometry.ChildFrameId, odometry.Pose.Pose);

    /// <summary>A PoseStamped does not say whose pose it is: the depth camera's.</summary>
    private void TakePose(PoseStamped pose)
    {
        if (DepthFrame is { } camera) TakePose(pose.Header, camera, pose.Pose);
        else Found("poses_before_first_depth");
    }

    private void TakePose(Header header, string child, Pose pose)
    {
        _poseChild = child.TrimStart('/');
        var transform = CameraPose.ToTransform(header, child, pose);
        if (!BufferOf(StretchOf(transform)).TryAdd(transform, isStatic: false, out _)) Found("transforms_not_rigid");
    }

    private TransformBuffer BufferOf(int stretch)
    {
        while (_transforms.Count <= stretch)
        {
            var buffer = new TransformBuffer();
            foreach (var transform in _static) buffer.TryAdd(transform, isStatic: true, out _);
            _transforms.Add(buffer);
        }
        return _transforms[stretch];
    }

    private static bool IsSame(CameraInfo a, CameraInfo b) => (a.Width, a.Height, a.DistortionModel, a.BinningX, a.BinningY) == (b.Width, b.Height, b.DistortionModel, b.BinningX, b.BinningY)
        && a.K.AsSpan().SequenceEqual(b.K) && a.D.AsSpan().SequenceEqual(b.D) && a.P.AsSpan().SequenceEqual(b.P)
        && (a.Roi.Width, a.Roi.Height, a.Roi.XOffset, a.Roi.YOffset) == (b.Roi.Width, b.Roi.Height, b.Roi.XOffset, b.Roi.YOffset);

    private void Found(string what) => Findings[what] = Findings.GetValueOrDefault(what) + 1;
}
