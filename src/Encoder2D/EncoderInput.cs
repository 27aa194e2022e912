using System.Runtime.Intrinsics;
using AlsterNode.Core;
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

    private EncoderInput(CameraIntrinsics intrinsics)
    {
        Intrinsics = intrinsics;
        Depth = GC.AllocateUninitializedArray<float>(Width * Height);
        Planes = GC.AllocateUninitializedArray<float>(Channels * Width * Height);
    }

    public int Width => Intrinsics.Width;

    public int Height => Intrinsics.Height;

    /// <summary>The depth camera at the network's resolution.</summary>
    public CameraIntrinsics Intrinsics { get; }

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
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        var input = new EncoderInput(frame.DepthIntrinsics.ScaledTo(width, height));
        input.TakeDepth(frame.Depth);
        input.TakeColor(frame);
        SurfaceNormals.Estimate(input.Depth, input.Intrinsics, input.Planes.AsSpan(4 * width * height));
        return input;
    }

    /// <summary>The planes as a tensor [1, 7, H, W].</summary>
    public Tensor ToTensor(Device? device = null) => tensor(Planes, [1, Channels, Height, Width], device: device);

    private void TakeDepth(DepthImage image)
    {
        var columns = NearestPixels(Width, image.Width);
        var rows = NearestPixels(Height, image.Height);
        var plane = Planes.AsSpan(3 * Width * Height, Width * Height);
        for (var v = 0; v < Height; v++)
        {
            var from = image.Metres.AsSpan(rows[v] * image.Width, image.Width);
            for (var u = 0; u < Width; u++)
            {
                var metres = from[columns[u]];
                if (!(metres > 0 && float.IsFinite(metres))) metres = 0;
                Depth[(v * Width) + u] = metres;
                plane[(v * Width) + u] = MathF.Min(metres / DepthScale, DepthLimit);
            }
        }
    }

    private void TakeColor(RgbdFrame frame)
    {
        var projection = new DepthToColorProjection(Intrinsics, frame);
        using var sampler = new ColorSampler(frame.Color, projection.StepX, projection.StepY);
        var labels = frame.Labels is null ? null : new byte[Width * Height];
        var pixels = Width * Height;
        var red = Planes.AsSpan(0, pixels);
        var green = Planes.AsSpan(pixels, pixels);
        var blue = Planes.AsSpan(2 * pixels, pixels);
        for (var v = 0; v < Height; v++)
        {
            var lastDepth = UnknownDepth;
            for (var u = 0; u < Width; u++)
            {
                var i = (v * Width) + u;
                var known = Depth[i] > 0;
                if (known) lastDepth = Depth[i];
                var (x, y) = projection.ColorPixel(u, v, lastDepth);
                var seen = sampler.Contains(x, y);
                var color = seen ? (sampler.Sample(x, y) - ColorMean) * ColorScale : Vector128<float>.Zero;
                (red[i], green[i], blue[i]) = (color[0], color[1], color[2]);
                if (labels is not null)
                    labels[i] = seen && (known || projection.IsRegistered) ? LabelAt(frame.Labels!, frame.Color, x, y) : LabelSpace.Unlabelled;
            }
        }
        Labels = labels;
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
}
