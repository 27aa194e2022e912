using System.Runtime.Intrinsics;
using AlsterNode.Core;
using AlsterNode.Kernels;
using static TorchSharp.torch;

namespace AlsterNode.Encoder2D;

/// <summary>
/// One frame at the network's resolution, with everything on the pixels of the depth camera: what the 2D encoder reads ([ALSTER] 3.1:
/// colour, depth, normals) and what the lifting needs.
/// </summary>
public sealed class EncoderInput
{
    /// <summary>Planes: red, green, blue, depth, normal x, y, z.</summary>
    public const int Channels = 7;

    /// <summary>Depth is divided by the mapping range [m], so that mapped surfaces lie in 0..1.</summary>
    public const float DepthScale = 3;

    /// <summary>Scaled depth ends here: walls beyond 6 m look alike.</summary>
    public const float DepthLimit = 2;

    /// <summary>Where colour and depth are not registered, pixels without depth look up their colour as if they were this far away [m].</summary>
    public const float UnknownDepth = 2;

    // Mean and standard deviation of ImageNet's red, green and blue in 0..1, as for every network pre-trained on it.
    private static readonly Vector128<float> ColorMean = Vector128.Create(0.485f, 0.456f, 0.406f, 0) * 255;
    private static readonly Vector128<float> ColorScale = Vector128<float>.One / (Vector128.Create(0.229f, 0.224f, 0.225f, 1) * 255);

    private const int LinesPerTask = 8;

    private readonly ColorSampler _sampler = new();
    private readonly SamplePlace[] _columns; // where registered colour is sampled, [W]
    private int[] _depthColumns = [], _depthRows = []; // the nearest pixels of the depth image, [W] and [H]
    private (int Width, int Height) _depthSize;
    private DepthToColorProjection _projection;

    /// <summary>Room for frames at this resolution [px].</summary>
    public EncoderInput(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        (Width, Height) = (width, height);
        _columns = new SamplePlace[width];
        Depth = GC.AllocateUninitializedArray<float>(Width * Height);
        Planes = GC.AllocateUninitializedArray<float>(Channels * Width * Height);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>The depth camera at the network's resolution.</summary>
    public CameraIntrinsics Intrinsics { get; private set; }

    /// <summary>[H, W] in metres, resampled to the nearest pixel so that no depth is invented; 0 where there is none.</summary>
    public float[] Depth { get; }

    /// <summary>Ground truth on the depth camera's pixels, [H, W]; null when the frame has none.</summary>
    public byte[]? Labels { get; private set; }

    /// <summary>
    /// [7, H, W]: red, green, blue as (value / 255 - mean) / deviation of ImageNet (0 = mean colour where the colour camera sees nothing);
    /// depth / 3 m, at most 2, 0 = none; unit normal in the camera frame, 0 = unknown.
    /// </summary>
    public float[] Planes { get; }

    /// <summary>Brings a frame to the network's resolution.</summary>
    public static EncoderInput FromFrame(RgbdFrame frame, int width, int height)
    {
        var input = new EncoderInput(width, height);
        input.Take(frame);
        return input;
    }

    /// <summary>Takes another frame into the same memory.</summary>
    public void Take(RgbdFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        Intrinsics = frame.DepthIntrinsics.ScaledTo(Width, Height);
        if (_depthSize != (frame.Depth.Width, frame.Depth.Height))
        {
            _depthSize = (frame.Depth.Width, frame.Depth.Height);
            (_depthColumns, _depthRows) = (NearestPixels(Width, frame.Depth.Width), NearestPixels(Height, frame.Depth.Height));
        }
        _projection = new DepthToColorProjection(Intrinsics, frame);
        _sampler.Take(frame.Color, _projection.StepX, _projection.StepY);
        if (_projection.IsRegistered)
        {
            for (var u = 0; u < Width; u++) _columns[u] = _sampler.PlaceX(_projection.ColorPixel(u, 0, UnknownDepth).U);
        }
        Labels = frame.Labels is null ? null : Labels ?? new byte[Width * Height];
        WorkerPool.Shared.Run((Height + LinesPerTask - 1) / LinesPerTask, new Lines(this, frame));
        SurfaceNormals.Estimate(Depth, Intrinsics, Planes.AsSpan(4 * Width * Height));
    }

    /// <summary>The planes as a tensor [1, 7, H, W].</summary>
    public Tensor ToTensor(Device? device = null) => tensor(Planes, [1, Channels, Height, Width], device: device);

    private void TakeDepth(DepthImage image, int v)
    {
        var from = image.Metres.AsSpan(_depthRows[v] * image.Width, image.Width);
        var depth = Depth.AsSpan(v * Width, Width);
        var plane = Planes.AsSpan((3 * Width * Height) + (v * Width), Width);
        for (var u = 0; u < depth.Length; u++)
        {
            var metres = from[_depthColumns[u]];
            if (!(metres > 0 && float.IsFinite(metres))) metres = 0;
            depth[u] = metres;
            plane[u] = MathF.Min(metres / DepthScale, DepthLimit);
        }
    }

    /// <summary>A line of registered colour: a column samples the same place in every line.</summary>
    private void TakeRegisteredColor(RgbdFrame frame, int v)
    {
        var line = _projection.ColorPixel(0, v, UnknownDepth).V;
        var row = _sampler.PlaceY(line);
        for (var u = 0; u < Width; u++)
        {
            ref readonly var column = ref _columns[u];
            var seen = column.IsInside && row.IsInside;
            SetColor((v * Width) + u, seen ? Normalized(column, row) : Vector128<float>.Zero);
            if (Labels is not null)
                Labels[(v * Width) + u] = seen ? LabelAt(frame.Labels!, frame.Color, _projection.ColorPixel(u, v, UnknownDepth).U, line) : LabelSpace.Unlabelled;
        }
    }

    /// <summary>A line of colour from another camera: where it shows a pixel depends on the pixel's depth.</summary>
    private void TakeProjectedColor(RgbdFrame frame, int v)
    {
        var lastDepth = UnknownDepth;
        for (var u = 0; u < Width; u++)
        {
            var i = (v * Width) + u;
            var known = Depth[i] > 0;
            if (known) lastDepth = Depth[i];
            var (x, y) = _projection.ColorPixel(u, v, lastDepth);
            SamplePlace column = _sampler.PlaceX(x), row = _sampler.PlaceY(y);
            var seen = column.IsInside && row.IsInside;
            SetColor(i, seen ? Normalized(column, row) : Vector128<float>.Zero);
            if (Labels is not null) Labels[i] = seen && known ? LabelAt(frame.Labels!, frame.Color, x, y) : LabelSpace.Unlabelled;
        }
    }

    private Vector128<float> Normalized(in SamplePlace column, in SamplePlace row) => (_sampler.Sample(column, row) - ColorMean) * ColorScale;

    private void SetColor(int pixel, Vector128<float> color)
    {
        var pixels = Width * Height;
        (Planes[pixel], Planes[pixels + pixel], Planes[(2 * pixels) + pixel]) = (color[0], color[1], color[2]);
    }

    /// <summary>The label at a pixel of the colour image; label images of another size cover the same view.</summary>
    private static byte LabelAt(LabelImage labels, ColorImage color, float u, float v)
    {
        var x = (int)((u + 0.5f) * labels.Width / color.Width);
        var y = (int)((v + 0.5f) * labels.Height / color.Height);
        return labels.Labels[(Math.Min(y, labels.Height - 1) * labels.Width) + Math.Min(x, labels.Width - 1)];
    }

    private static int[] NearestPixels(int size, int sourceSize)
    {
        var nearest = new int[size];
        for (var i = 0; i < size; i++) nearest[i] = Math.Min((int)((i + 0.5) * sourceSize / size), sourceSize - 1);
        return nearest;
    }

    /// <summary>Depth and colour of some lines.</summary>
    private readonly struct Lines(EncoderInput input, RgbdFrame frame) : IParallelJob
    {
        public void Run(int task)
        {
            for (var v = task * LinesPerTask; v < Math.Min(input.Height, (task + 1) * LinesPerTask); v++)
            {
                input.TakeDepth(frame.Depth, v);
                if (input._projection.IsRegistered) input.TakeRegisteredColor(frame, v);
                else input.TakeProjectedColor(frame, v);
            }
        }
    }
}
