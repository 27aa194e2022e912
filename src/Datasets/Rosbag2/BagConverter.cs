using System.Runtime.InteropServices;
using AlsterNode.Core;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Messages;
using AlsterNode.Ros2.Messages.GeometryMsgs;
using AlsterNode.Ros2.Messages.SensorMsgs;
using AlsterNode.Ros2.Messages.StdMsgs;
using AlsterNode.Ros2.Messages.Tf2Msgs;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>What a conversion did.</summary>
/// <param name="Frames">Frames, or messages of a bag, that were written.</param>
/// <param name="Dropped">Frames that had none of what a bag needs, by <see cref="DropReason"/>.</param>
public sealed record BagConversion(long Frames, IReadOnlyDictionary<string, long> Dropped);

/// <summary>
/// Makes bags of other recordings, without loss: colour files are copied as they are, other colour becomes PNG; depth is 16-bit millimetres
/// where that is exact and 32-bit metres elsewhere. Reading the bag gives the same frames, bit for bit.
/// </summary>
public static class BagConverter
{
    /// <summary>Topics of realsense2_camera and frames of REP 103 and 105.</summary>
    public const string ColorTopic = "/camera/color/image_raw";

    /// <inheritdoc cref="ColorTopic"/>
    public const string DepthTopic = "/camera/depth/image_rect_raw";

    private const string World = "map";
    private const string ColorFrame = "camera_color_optical_frame";
    private const string DepthFrame = "camera_depth_optical_frame";
    private const double MillimetresPerMetre = 1000;

    /// <summary>Writes the frames of any recording into a new bag.</summary>
    public static BagConversion Convert(IFrameSource source, string folder, BagStorage storage = BagStorage.Mcap, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var dropped = new SortedDictionary<string, long>(StringComparer.Ordinal);
        using var writer = new BagWriter(folder, storage);
        FrameTopics? topics = null;
        foreach (var (number, frame, reason) in source.Read(cancellation: cancellation))
        {
            if (frame is null) dropped[reason!] = dropped.GetValueOrDefault(reason!) + 1;
            else (topics ??= new FrameTopics(writer, frame)).Write(number, frame);
            progress?.Invoke(number + 1);
        }
        cancellation.ThrowIfCancellationRequested();
        if (topics is null) throw new InputException($"{source.Description} has no frame that can be used: {string.Join(", ", dropped.Select(pair => $"{pair.Value} {pair.Key}"))}.");
        writer.Finish();
        return new BagConversion(topics.Frames, dropped);
    }

    /// <summary>Copies a bag into another storage, compression undone; types we know get the hash and definition that old bags lack.</summary>
    public static BagConversion Convert(BagReader bag, string folder, BagStorage storage = BagStorage.Mcap, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(bag);
        using var writer = new BagWriter(folder, storage);
        var topics = bag.Topics.ToDictionary(topic => topic.Name, topic => writer.AddTopic(Completed(topic)));
        foreach (var message in bag.Read())
        {
            cancellation.ThrowIfCancellationRequested();
            writer.Write(topics[message.Topic.Name], message.LogTime, message.Payload.Span);
            progress?.Invoke((int)Math.Min(int.MaxValue, writer.MessageCount));
        }
        writer.Finish();
        return new BagConversion(writer.MessageCount, new Dictionary<string, long>());
    }

    private static BagTopic Completed(BagTopic topic)
    {
        topic = topic with { QosProfiles = BagQos.InWords(topic.QosProfiles) };
        return !KnownMessages.ByName.TryGetValue(topic.Type, out var type) || topic.Definition.Length > 0 ? topic
            : topic with { Definition = type.Definition, TypeHash = topic.TypeHash.Length > 0 ? topic.TypeHash : type.Hash };
    }

    /// <summary>The topics of a recording's frames.</summary>
    private sealed class FrameTopics
    {
        private readonly BagWriter _writer;
        private readonly int _color, _colorInfo, _depth, _depthInfo, _tf, _tfStatic;
        private readonly bool _isMillimetres;
        private RigidTransform? _depthToColor;
        private long _last = long.MinValue;

        public FrameTopics(BagWriter writer, RgbdFrame first)
        {
            _writer = writer;
            _isMillimetres = IsMillimetres(first.Depth);
            _tfStatic = Add<TFMessage>("/tf_static", transientLocal: true);
            _tf = Add<TFMessage>("/tf");
            _colorInfo = Add<CameraInfo>("/camera/color/camera_info");
            _color = Add<CompressedImage>($"{ColorTopic}/compressed");
            _depthInfo = Add<CameraInfo>("/camera/depth/camera_info");
            _depth = _isMillimetres ? Add<CompressedImage>($"{DepthTopic}/compressedDepth") : Add<Image>(DepthTopic);
        }

        public long Frames { get; private set; }

        public void Write(int number, RgbdFrame frame)
        {
            var stamp = frame.Stamp;
            if (stamp < 0 || stamp / 1_000_000_000 > int.MaxValue) throw new InputException($"Frame {number} is stamped {stamp} ns, which ROS 2 cannot express.");
            if (stamp == _last) throw new InputException($"Frame {number} has the stamp of the frame before it, {stamp} ns; in a bag they could not be told apart.");
            _last = stamp;
            if (_depthToColor != frame.DepthToColor)
            {
                _depthToColor = frame.DepthToColor;
                Put(_tfStatic, stamp, Edge(DepthFrame, ColorFrame, stamp, frame.DepthToColor.Inverse()));
            }
            Put(_tf, stamp, Edge(World, DepthFrame, stamp, frame.CameraToWorld));
            Put(_colorInfo, stamp, Info(frame.ColorIntrinsics, ColorFrame, stamp));
            Put(_depthInfo, stamp, Info(frame.DepthIntrinsics, DepthFrame, stamp));
            Put(_depth, stamp, _isMillimetres ? Millimetres(number, frame.Depth, stamp) : Metres(frame.Depth, stamp));
            Put(_color, stamp, Color(frame, stamp));
            Frames++;
        }

        private static CompressedImage Color(RgbdFrame frame, long stamp)
        {
            var file = frame.ColorFile ?? ImageCodec.EncodePng(frame.Color);
            return new CompressedImage { Header = HeaderOf(ColorFrame, stamp), Format = $"rgb8; {(file[0] == 0xFF ? "jpeg" : "png")} compressed bgr8", Data = file };
        }

        private static CompressedImage Millimetres(int number, DepthImage depth, long stamp)
        {
            if (!IsMillimetres(depth)) throw new InputException($"The depth of frame {number} is not in whole millimetres as that of the first frame was.");
            const int HeaderBytes = 12; // zeros: the parameters are those of 32FC1
            return new CompressedImage
            {
                Header = HeaderOf(DepthFrame, stamp),
                Format = "16UC1; compressedDepth png",
                Data = [.. new byte[HeaderBytes], .. ImageCodec.EncodePng16(depth.Width, depth.Height, depth.ToUnits((float)MillimetresPerMetre))],
            };
        }

        private static Image Metres(DepthImage depth, long stamp) => new()
        {
            Header = HeaderOf(DepthFrame, stamp),
            Width = (uint)depth.Width,
            Height = (uint)depth.Height,
            Encoding = "32FC1",
            Step = (uint)depth.Width * sizeof(float),
            Data = MemoryMarshal.AsBytes(depth.Metres.AsSpan()).ToArray(),
        };

        /// <summary>True when reading the millimetres back gives the same numbers; no measurement may be 0 or NaN.</summary>
        private static bool IsMillimetres(DepthImage depth)
        {
            var units = depth.ToUnits((float)MillimetresPerMetre);
            for (var i = 0; i < units.Length; i++)
            {
                if (depth.Metres[i] != (float)(units[i] / MillimetresPerMetre) && !float.IsNaN(depth.Metres[i])) return false;
            }
            return true;
        }

        private static TFMessage Edge(string parent, string child, long stamp, RigidTransform childToParent) => new()
        {
            Transforms =
            [
                new TransformStamped
                {
                    Header = HeaderOf(parent, stamp),
                    ChildFrameId = child,
                    Transform =
                    {
                        Translation = { X = childToParent.Translation.X, Y = childToParent.Translation.Y, Z = childToParent.Translation.Z },
                        Rotation = { X = childToParent.Qx, Y = childToParent.Qy, Z = childToParent.Qz, W = childToParent.Qw },
                    },
                },
            ],
        };

        private static CameraInfo Info(CameraIntrinsics k, string frame, long stamp) => new()
        {
            Header = HeaderOf(frame, stamp),
            Width = (uint)k.Width,
            Height = (uint)k.Height,
            DistortionModel = "plumb_bob",
            D = [k.Distortion.K1, k.Distortion.K2, k.Distortion.P1, k.Distortion.P2, k.Distortion.K3],
            K = [k.Fx, 0, k.Cx, 0, k.Fy, k.Cy, 0, 0, 1],
            R = [1, 0, 0, 0, 1, 0, 0, 0, 1],
            P = [k.Fx, 0, k.Cx, 0, 0, k.Fy, k.Cy, 0, 0, 0, 1, 0],
        };

        private static Header HeaderOf(string frame, long stamp) => new() { Stamp = RosTime.ToStamp(stamp), FrameId = frame };

        private int Add<T>(string name, bool transientLocal = false) where T : IMessage<T>, new() => _writer.AddTopic(new BagTopic(name, T.Type.Name)
        {
            QosProfiles = BagQos.Profile(reliable: true, transientLocal, transientLocal ? 1 : 10),
            TypeHash = T.Type.Hash,
            Definition = T.Type.Definition,
        });

        private void Put(int topic, long stamp, IMessage message) => _writer.Write(topic, stamp, message.ToPayload());
    }
}
