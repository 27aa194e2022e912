using AlsterNode.Core;
using AlsterNode.Node.Live;
using AlsterNode.Pipeline;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.SensorMsgs;

namespace AlsterNode.Tests.Ros2Loopback.Live;

public sealed class SemanticImagePublisherTests : IDisposable
{
    private readonly Loopback _loopback = new();
    private readonly SemanticImagePublisher _publisher;
    private readonly RosNode _listener;

    public SemanticImagePublisherTests()
    {
        _publisher = new SemanticImagePublisher(_loopback.Node("alster"), LabelSpace.ScanNet20) { CameraFrame = "depth_optical" };
        _listener = _loopback.Node("listener");
    }

    public void Dispose()
    {
        _publisher.Dispose();
        _loopback.Dispose();
    }

    [Fact]
    public void LabelsAndOverlayShowTheMapsClassOfEveryPixel()
    {
        using var labels = new Listener<Image>(_listener, "/alster/semantic_image", QosProfile.SensorData);
        using var overlay = new Listener<Image>(_listener, "/alster/semantic_overlay", QosProfile.SensorData);
        Assert.True(Loopback.Wait(() => { _publisher.OnFrame(Prediction()); return !labels.Heard.IsEmpty && !overlay.Heard.IsEmpty; }));

        var (numbers, colors) = (labels.Heard.First(), overlay.Heard.First());

        Assert.Equal(("mono16", 3u, 2u, 6u, "depth_optical", 5_000_000_123), (numbers.Encoding, numbers.Width, numbers.Height, numbers.Step, numbers.Header.FrameId, numbers.Header.Stamp.ToNanoseconds()));
        Assert.Equal([4, 0, 255, 255, 1, 0, 1, 0, 4, 0, 255, 255], numbers.Data);
        Assert.Equal(("rgb8", 3u, 2u, 9u), (colors.Encoding, colors.Width, colors.Height, colors.Step));
        // The colour image is twice as large: depth pixel (u, v) looks at (2 u + 1, 2 v + 1), whose red is 20 (2 v + 1) + 2 u + 1.
        var (chair, floor) = (LabelSpace.ScanNet20.Classes[4], LabelSpace.ScanNet20.Classes[1]);
        int[] red = [1 + 20, 3 + 20, 5 + 20, 41 + 20, 43 + 20, 45 + 20];
        LabelClass?[] classes = [chair, null, floor, floor, chair, null];
        for (var pixel = 0; pixel < 6; pixel++)
        {
            var expected = classes[pixel] is { } c ? (byte)((red[pixel] + c.Red) / 2) : (byte)red[pixel];
            Assert.Equal(expected, colors.Data[3 * pixel]);
            Assert.Equal(classes[pixel] is { } g ? g.Green / 2 : 0, colors.Data[(3 * pixel) + 1]);
        }
    }

    [Fact]
    public void TheOverlayLooksWhereAnotherCameraSeesThePoint()
    {
        using var overlay = new Listener<Image>(_listener, "/alster/semantic_overlay", QosProfile.SensorData);
        // The colour camera stands 0.2 m to the right: what is 2 m away moves by 2 * 10 / 10 = one pixel to the left.
        var prediction = Prediction(new RigidTransform(0, 0, 0, 1, new Vector3d(-0.2, 0, 0)), pixelVoxel: [-1, -1, -1, -1, -1, -1]);
        Assert.True(Loopback.Wait(() => { _publisher.OnFrame(prediction); return !overlay.Heard.IsEmpty; }));

        var image = overlay.Heard.First();

        Assert.Equal([21 - 1, 23 - 1, 25 - 1, 61 - 1, 63 - 1, 65 - 1], Enumerable.Range(0, 6).Select(pixel => (int)image.Data[3 * pixel]));
    }

    [Fact]
    public void NobodyIsShownFramesWhileNobodyListensOrItIsTurnedOff()
    {
        Assert.False(_publisher.IsWatching);
        using var labels = new Listener<Image>(_listener, "/alster/semantic_image", QosProfile.SensorData);
        Assert.True(Loopback.Wait(() => _publisher.IsWatching));

        _publisher.IsEnabled = false;

        Assert.False(_publisher.IsWatching);
    }

    /// <summary>3 x 2 depth pixels 2 m away; a colour image of 6 x 4 whose red tells the pixel.</summary>
    private static FramePrediction Prediction(RigidTransform? depthToColor = null, int[]? pixelVoxel = null)
    {
        var color = new byte[6 * 4 * 3];
        for (var i = 0; i < 24; i++) color[3 * i] = (byte)((20 * (i / 6)) + (i % 6));
        var probabilities = new float[2 * 20];
        (probabilities[4], probabilities[20 + 1], probabilities[20 + 7]) = (0.9f, 0.5f, 0.5f); // voxel 0 is a chair; voxel 1 floor, before 7
        return new FramePrediction
        {
            Frame = new RgbdFrame
            {
                Stamp = 5_000_000_123,
                Color = new ColorImage(6, 4, color),
                Depth = new DepthImage(3, 2, [2, 2, 2, 2, float.NaN, 0]),
                ColorIntrinsics = new CameraIntrinsics(6, 4, 10, 10, 3, 2),
                DepthIntrinsics = new CameraIntrinsics(3, 2, 5, 5, 1, 0.5),
                DepthToColor = depthToColor ?? RigidTransform.Identity,
                CameraToWorld = RigidTransform.Identity,
            },
            Voxels = [new(0, 0, 0), new(0, 0, 1)],
            Classes = 20,
            Probabilities2D = new float[40],
            Probabilities3D = new float[40],
            ProbabilitiesExpert = probabilities,
            PixelVoxel = pixelVoxel ?? [0, -1, 1, 1, 0, -1],
            Width = 3,
            Height = 2,
        };
    }
}
