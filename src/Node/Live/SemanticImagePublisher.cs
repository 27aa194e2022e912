using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.Pipeline;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.SensorMsgs;

namespace AlsterNode.Node.Live;

/// <summary>
/// Publishes what each frame was seen as, on the depth camera's pixels at the network's resolution: labels as numbers, and class colours over
/// the frame's own. Costs nothing while nobody listens.
/// </summary>
internal sealed class SemanticImagePublisher : IFrameObserver, IDisposable
{
    private const float UnknownDepth = 2; // m: where the colour of a pixel without depth is looked up, when the cameras are not registered

    private readonly INode _node;
    private readonly LabelSpace _labelSpace;
    private readonly IPublisher<Image> _labels, _overlay;
    private readonly Throttle _reports = new();
    private byte[] _voxelLabels = [];
    private volatile bool _isEnabled = true;
    private volatile string _cameraFrame = "";

    public SemanticImagePublisher(INode node, LabelSpace labelSpace)
    {
        (_node, _labelSpace) = (node, labelSpace);
        _labels = node.Advertise<Image>("~/semantic_image", QosProfile.SensorData);
        _overlay = node.Advertise<Image>("~/semantic_overlay", QosProfile.SensorData);
    }

    /// <summary>Whether anything is published; can be changed at any time.</summary>
    public bool IsEnabled { get => _isEnabled; set => _isEnabled = value; }

    /// <summary>The depth camera's optical frame.</summary>
    public string CameraFrame { get => _cameraFrame; set => _cameraFrame = value; }

    /// <inheritdoc/>
    public bool IsWatching => _isEnabled && (_labels.SubscriberCount > 0 || _overlay.SubscriberCount > 0);

    /// <inheritdoc/>
    public void OnFrame(FramePrediction prediction)
    {
        try
        {
            TakeLabels(prediction);
            if (_labels.SubscriberCount > 0) _labels.Publish(LabelsOf(prediction));
            if (_overlay.SubscriberCount > 0) _overlay.Publish(OverlayOf(prediction));
        }
#pragma warning disable CA1031 // what cannot be published must not stop the mapping
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (_reports.TryPass()) _node.Log(RosLogLevel.Error, $"The semantic image could not be published: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _labels.Dispose();
        _overlay.Dispose();
    }

    // The map's own: the most probable class of the temporal expert, the lower id where two are equal.
    private void TakeLabels(FramePrediction prediction)
    {
        if (_voxelLabels.Length < prediction.Voxels.Length) _voxelLabels = new byte[prediction.Voxels.Length * 2];
        for (var voxel = 0; voxel < prediction.Voxels.Length; voxel++)
        {
            var probabilities = prediction.ProbabilitiesExpert.AsSpan(voxel * prediction.Classes, prediction.Classes);
            var label = 0;
            for (var id = 1; id < probabilities.Length; id++)
            {
                if (probabilities[id] > probabilities[label]) label = id;
            }
            _voxelLabels[voxel] = (byte)label;
        }
    }

    private byte LabelAt(FramePrediction prediction, int pixel) =>
        prediction.PixelVoxel[pixel] is >= 0 and var voxel ? _voxelLabels[voxel] : LabelSpace.Unlabelled;

    private Image LabelsOf(FramePrediction prediction)
    {
        var image = New(prediction, "mono16", 2);
        for (var pixel = 0; pixel < prediction.PixelVoxel.Length; pixel++)
        {
            var label = MapMessages.Label(LabelAt(prediction, pixel));
            (image.Data[2 * pixel], image.Data[(2 * pixel) + 1]) = ((byte)label, (byte)(label >> 8)); // little endian
        }
        return image;
    }

    private Image OverlayOf(FramePrediction prediction)
    {
        var frame = prediction.Frame;
        var camera = frame.DepthIntrinsics.ScaledTo(prediction.Width, prediction.Height);
        var image = New(prediction, "rgb8", 3);
        for (var v = 0; v < prediction.Height; v++)
        {
            var depth = UnknownDepth;
            for (var u = 0; u < prediction.Width; u++)
            {
                var pixel = (v * prediction.Width) + u;
                if (DepthAt(frame.Depth, u, v, prediction) is > 0 and < float.PositiveInfinity and var known) depth = known;
                var (red, green, blue) = ColorAt(frame, camera.Unproject(u, v, depth));
                if (LabelAt(prediction, pixel) is not LabelSpace.Unlabelled and var label)
                {
                    var color = MapPicture.ColorOf(_labelSpace, label);
                    (red, green, blue) = ((byte)((red + color.Red) / 2), (byte)((green + color.Green) / 2), (byte)((blue + color.Blue) / 2));
                }
                (image.Data[3 * pixel], image.Data[(3 * pixel) + 1], image.Data[(3 * pixel) + 2]) = (red, green, blue);
            }
        }
        return image;
    }

    private static float DepthAt(DepthImage depth, int u, int v, FramePrediction prediction)
    {
        var x = Math.Min((int)((u + 0.5) * depth.Width / prediction.Width), depth.Width - 1);
        var y = Math.Min((int)((v + 0.5) * depth.Height / prediction.Height), depth.Height - 1);
        return depth.Metres[(y * depth.Width) + x];
    }

    /// <summary>The colour that shows a point; black where the colour camera does not see it.</summary>
    private static (byte Red, byte Green, byte Blue) ColorAt(RgbdFrame frame, Vector3d pointInDepthCamera)
    {
        var point = frame.DepthToColor.Apply(pointInDepthCamera);
        if (!(point.Z > 0)) return default;
        var (u, v) = frame.ColorIntrinsics.Project(point);
        if (!(u >= -0.5 && v >= -0.5 && u < frame.Color.Width - 0.5 && v < frame.Color.Height - 0.5)) return default;
        var pixel = (((int)Math.Floor(v + 0.5) * frame.Color.Width) + (int)Math.Floor(u + 0.5)) * 3;
        return (frame.Color.Pixels[pixel], frame.Color.Pixels[pixel + 1], frame.Color.Pixels[pixel + 2]);
    }

    private Image New(FramePrediction prediction, string encoding, int pixelBytes) => new()
    {
        Header = MapMessages.Header(prediction.Frame.Stamp, _cameraFrame),
        Height = (uint)prediction.Height,
        Width = (uint)prediction.Width,
        Encoding = encoding,
        Step = (uint)(prediction.Width * pixelBytes),
        Data = new byte[prediction.Width * prediction.Height * pixelBytes],
    };
}
