using AlsterNode.Core;
using OpenCvSharp;

namespace AlsterNode.Datasets;

/// <summary>A 16-bit image with one channel: depth in file units, or ids; [H, W].</summary>
public readonly record struct Image16(int Width, int Height, ushort[] Pixels);

/// <summary>Colour, depth and label images from and to the bytes of image files. Null means: damaged, or not such an image.</summary>
public static class ImageCodec
{
    // Frames are decoded in parallel, not the rows of one frame.
    static ImageCodec() => Cv2.SetNumThreads(1);

    /// <summary>Decodes any colour or grey image file to RGB; null when it is damaged or incomplete.</summary>
    public static ColorImage? DecodeColor(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty || !ImageHeader.IsComplete(file) || !ImageHeader.CanHoldItsSize(file)) return null;
        // A camera's intrinsics belong to the pixels as stored: EXIF must not turn them.
        using var bgr = Cv2.ImDecode(file, ImreadModes.Color | ImreadModes.IgnoreOrientation);
        if (bgr.Empty()) return null;
        var pixels = new byte[bgr.Rows * bgr.Cols * 3];
        using var rgb = Mat.FromPixelData(bgr.Rows, bgr.Cols, MatType.CV_8UC3, pixels);
        Cv2.CvtColor(bgr, rgb, ColorConversionCodes.BGR2RGB);
        return new ColorImage(bgr.Cols, bgr.Rows, pixels);
    }

    /// <summary>Decodes a 16-bit grey PNG; null when it is damaged or something else.</summary>
    public static Image16? DecodeDepth(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty || !ImageHeader.CanHoldItsSize(file)) return null;
        using var image = Cv2.ImDecode(file, ImreadModes.Unchanged);
        return !image.Empty() && image.Type() == MatType.CV_16UC1 ? Copy16(image) : null;
    }

    /// <summary>Decodes an id image with 8 or 16 bits a pixel; null when it is damaged or something else.</summary>
    public static Image16? DecodeIds(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty || !ImageHeader.CanHoldItsSize(file)) return null;
        using var image = Cv2.ImDecode(file, ImreadModes.Unchanged);
        if (image.Empty()) return null;
        if (image.Type() == MatType.CV_16UC1) return Copy16(image);
        if (image.Type() != MatType.CV_8UC1) return null;
        using var wide = new Mat();
        image.ConvertTo(wide, MatType.CV_16UC1);
        return Copy16(wide);
    }

    /// <summary>Encodes a colour image as JPEG.</summary>
    /// <param name="color">The image.</param>
    /// <param name="quality">0 to 100.</param>
    public static byte[] EncodeJpeg(ColorImage color, int quality = 95) =>
        EncodeColor(color, ".jpg", new ImageEncodingParam(ImwriteFlags.JpegQuality, quality));

    /// <summary>Encodes a colour image as PNG.</summary>
    public static byte[] EncodePng(ColorImage color) => EncodeColor(color, ".png");

    /// <summary>Encodes 16-bit values as a grey PNG.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pixels">[H, W].</param>
    public static unsafe byte[] EncodePng16(int width, int height, ReadOnlySpan<ushort> pixels)
    {
        if (pixels.Length != width * height) throw new ArgumentException($"The image has {pixels.Length} pixels, expected {width} x {height}.");
        fixed (ushort* data = pixels)
        {
            using var image = Mat.FromPixelData(height, width, MatType.CV_16UC1, (nint)data);
            Cv2.ImEncode(".png", image, out var bytes);
            return bytes;
        }
    }

    private static byte[] EncodeColor(ColorImage color, string extension, params ImageEncodingParam[] parameters)
    {
        ArgumentNullException.ThrowIfNull(color);
        using var rgb = Mat.FromPixelData(color.Height, color.Width, MatType.CV_8UC3, color.Pixels);
        using var bgr = new Mat();
        Cv2.CvtColor(rgb, bgr, ColorConversionCodes.RGB2BGR);
        Cv2.ImEncode(extension, bgr, out var bytes, parameters);
        return bytes;
    }

    private static Image16 Copy16(Mat image)
    {
        image.GetArray(out ushort[] pixels);
        return new Image16(image.Cols, image.Rows, pixels);
    }
}
