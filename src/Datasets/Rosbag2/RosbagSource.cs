using AlsterNode.Core;
using AlsterNode.Ros2.Messages.SensorMsgs;
using AlsterNode.Ros2.Tf;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>
/// RGB-D frames of a rosbag2: colour and depth paired by stamp, in order of their stamps, cameras from camera_info, poses from tf (or an
/// odometry or pose topic) at the depth image's stamp. Nothing depends on how fast the bag is read.
/// </summary>
public sealed class RosbagSource : IFrameSource
{
    private readonly SourceOptions _options;
    private readonly BagReader _bag;
    private readonly BagTopics _topics;
    private readonly BagIndex _index;
    private readonly List<(BagImage? Color, BagImage? Depth)> _frames;
    private readonly string _worldFrame;
    private readonly RosFrameDecoder _decoder;

    /// <summary>Opens a bag and reads it once; throws <see cref="InputException"/> when it cannot give frames, with what it holds.</summary>
    public RosbagSource(string path, SourceOptions? options = null)
    {
        _options = options ?? new SourceOptions();
        _decoder = new RosFrameDecoder(_options);
        _bag = BagReader.Open(path);
        try
        {
            _topics = BagTopics.Choose(path, _bag.Topics, _options);
            _index = BagIndex.Build(_bag, _topics);
            _frames = Frames(_index, _options);
            _worldFrame = WorldFrame(path);
        }
        catch
        {
            _bag.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Description => $"rosbag2 '{_bag.BagPath}' ({_topics.Color.Name}, {_topics.Depth.Name}, poses in '{_worldFrame}')";

    /// <inheritdoc/>
    public int? FrameCount => _frames.Count;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> Findings => _index.Findings;

    /// <summary>The coordinate frame that the map is in.</summary>
    public string MapFrame => _worldFrame;

    /// <summary>The depth camera's optical frame.</summary>
    public string CameraFrame => _index.DepthFrame!;

    /// <summary>Why the last frame without a pose had none, in words; null when all had one.</summary>
    public string? TransformProblem { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<FrameReading> Read(Predicate<int>? wanted = null, CancellationToken cancellation = default)
    {
        for (var number = 0; number < _frames.Count; number++)
        {
            if (cancellation.IsCancellationRequested) yield break;
            if (wanted is null || wanted(number)) yield return ReadFrame(number);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _decoder.Dispose();
        _bag.Dispose();
    }

    /// <summary>All pairs and what is left alone, by stamp; a frame has the number of its place here.</summary>
    private static List<(BagImage? Color, BagImage? Depth)> Frames(BagIndex index, SourceOptions options)
    {
        static int ByStamp(BagImage a, BagImage b) => (a.Stretch, a.Stamp).CompareTo((b.Stretch, b.Stamp));
        index.Color.Sort(ByStamp);
        index.Depth.Sort(ByStamp);
        var colorOf = StampPairs.Match(index.Color, index.Depth, (long)(options.SyncMaxIntervalMs * 1e6));
        var paired = colorOf.ToHashSet();
        var frames = index.Depth.Select((depth, d) => (Color: colorOf[d] < 0 ? (BagImage?)null : index.Color[colorOf[d]], Depth: (BagImage?)depth)).ToList();
        frames.AddRange(index.Color.Where((_, c) => !paired.Contains(c)).Select(color => ((BagImage?)color, (BagImage?)null)));
        frames.Sort((a, b) => ByStamp((a.Depth ?? a.Color)!.Value, (b.Depth ?? b.Color)!.Value));
        return frames;
    }

    /// <summary>The frame the map is in: as asked for, else map where the camera hangs below it, else the root of the camera's tree.</summary>
    private string WorldFrame(string path)
    {
        if (_index.DepthFrame is not { } camera) throw new InputException($"'{path}' has no messages on '{_topics.Depth.Name}'.");
        if (_index.ColorFrame is null) throw new InputException($"'{path}' has no messages on '{_topics.Color.Name}'.");
        var ancestors = _index.Transforms.Select(buffer => buffer.Ancestors(camera)).MaxBy(chain => chain.Count)!;
        var world = _options.WorldFrame ?? (ancestors.Contains("map") ? "map" : ancestors[^1]);
        if (ancestors.Count == 1) throw new InputException($"'{path}' does not say where the depth camera's frame '{camera}' is: {_index.Transforms[0].Describe()}.");
        return ancestors.Contains(world) ? world
            : throw new InputException($"'{path}' has no transform from '{camera}' to '{world}': {_index.Transforms[0].Describe()}.");
    }

    private FrameReading ReadFrame(int number)
    {
        if (_frames[number].Depth is not { } depth) return FrameReading.Drop(number, DropReason.DepthMissing);
        if (_frames[number].Color is not { } color) return FrameReading.Drop(number, DropReason.ColorMissing);
        var colorInfo = _index.InfoAt(_topics.ColorInfo, color);
        var depthInfo = _index.InfoAt(_topics.DepthInfo, depth);
        var colorImage = ImageOf(_topics.Color, _bag.ReadAt(color.Place).Span, colorInfo);
        var depthImage = ImageOf(_topics.Depth, _bag.ReadAt(depth.Place).Span, depthInfo);
        if (RosFrameDecoder.ProblemOf(colorImage, depthImage) is { } problem) return FrameReading.Drop(number, problem);
        if (!TryLocate(color, depth, out var cameraToWorld, out var depthToColor, out var reason)) return FrameReading.Drop(number, reason);
        return _decoder.Decode(number, depth.Stamp, colorImage, depthImage, cameraToWorld, depthToColor);
    }

    private bool TryLocate(BagImage color, BagImage depth, out RigidTransform cameraToWorld, out RigidTransform depthToColor, out string reason)
    {
        var tree = _index.Transforms[Math.Min(depth.Stretch, _index.Transforms.Count - 1)];
        var (colorView, depthView) = (new CameraView(_index.ColorFrame!, color.Stamp), new CameraView(_index.DepthFrame!, depth.Stamp));
        var isLocated = CameraPose.TryLocate(tree, _worldFrame, colorView, depthView, out cameraToWorld, out depthToColor, out var problem);
        reason = IsFirstAfterJump(depth) ? DropReason.TransformMissingAfterClockJump : DropReason.TransformMissing;
        if (!isLocated) TransformProblem = problem;
        return isLocated;
    }

    /// <summary>True for the first images of a stretch, for which the tree may not have begun.</summary>
    private bool IsFirstAfterJump(BagImage depth) => depth.Stretch > 0 && _index.Depth.First(image => image.Stretch == depth.Stretch).Stamp == depth.Stamp;

    private static RosImage ImageOf(BagTopic topic, ReadOnlySpan<byte> payload, CameraInfo? info) =>
        new(payload, isCompressed: topic.Type != Image.MessageType.Name, BagTopics.IsRectified(topic), info);
}
