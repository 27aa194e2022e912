using System.Buffers.Binary;
using System.Runtime.InteropServices;
using AlsterNode.Core;
using AlsterNode.Ros2.Messages.SensorMsgs;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>Depth as a message carries it: 16-bit millimetres or metres; one of both.</summary>
public readonly record struct RosDepth(Image16? Millimetres, DepthImage? Metres);

/// <summary>Images of ROS messages. Null means: damaged, cut off, or in an encoding that is none of ours.</summary>
public static class RosImages
{
    private const int CompressedDepthHeaderBytes = 4 + 4 + 4; // format, A, B
    private const int MaxSide = 16384;

    /// <summary>A colour image: rgb8, bgr8, rgba8, bgra8, mono8.</summary>
    public static ColorImage? DecodeColor(ImageView image)
    {
        var channels = image.Encoding switch { "rgb8" or "bgr8" or "8UC3" => 3, "rgba8" or "bgra8" or "8UC4" => 4, "mono8" or "8UC1" => 1, _ => 0 };
        if (channels == 0 || !HasRows(image, channels)) return null;
        var isBgr = image.Encoding is "bgr8" or "bgra8" or "8UC3" or "8UC4"; // OpenCV's order where no name says otherwise
        var (width, height, step) = ((int)image.Width, (int)image.Height, (int)image.Step);
        var pixels = new byte[width * height * 3];
        for (var row = 0; row < height; row++)
        {
            var source = image.Data.Slice(row * step, width * channels);
            var target = pixels.AsSpan(row * width * 3, width * 3);
            if (channels == 3 && !isBgr) source.CopyTo(target);
            else CopyChannels(source, target, channels, isBgr);
        }
        return new ColorImage(width, height, pixels);
    }

    /// <summary>A colour image in a jpeg or png file.</summary>
    public static ColorImage? DecodeColor(CompressedImageView image) => ImageCodec.DecodeColor(image.Data);

    /// <summary>A depth image: 16UC1 or mono16 (millimetres) or 32FC1 (metres).</summary>
    public static RosDepth? DecodeDepth(ImageView image)
    {
        var (width, height) = ((int)image.Width, (int)image.Height);
        if (image.Encoding is "16UC1" or "mono16" && HasRows(image, sizeof(ushort)))
            return new RosDepth(new Image16(width, height, Rows<ushort>(image, image.IsBigendian != 0 ? BinaryPrimitives.ReverseEndianness : null)), null);
        if (image.Encoding is "32FC1" && HasRows(image, sizeof(float)))
            return new RosDepth(null, new DepthImage(width, height, Rows<float>(image, image.IsBigendian != 0 ? Reverse : null)));
        return null;
    }

    /// <summary>A depth image of compressed_depth_image_transport: PNG or RVL after a header with two parameters.</summary>
    public static RosDepth? DecodeDepth(CompressedImageView image)
    {
        if (image.Data.Length < CompressedDepthHeaderBytes) return null;
        var (a, b) = (BinaryPrimitives.ReadSingleLittleEndian(image.Data[4..]), BinaryPrimitives.ReadSingleLittleEndian(image.Data[8..]));
        var coded = image.Data[CompressedDepthHeaderBytes..];
        var values = image.Format.Contains("rvl", StringComparison.OrdinalIgnoreCase) ? DecodeRvl(coded) : ImageCodec.DecodeDepth(coded);
        if (values is not { } pixels) return null;
        if (!image.Format.StartsWith("32FC1", StringComparison.Ordinal)) return new RosDepth(pixels, null);
        var metres = Array.ConvertAll(pixels.Pixels, value => value == 0 ? 0 : a / (value - b)); // inverse depth, quantised
        return new RosDepth(null, new DepthImage(pixels.Width, pixels.Height, metres));
    }

    private static Image16? DecodeRvl(ReadOnlySpan<byte> coded)
    {
        if (coded.Length < 8) return null;
        var (columns, rows) = (BinaryPrimitives.ReadInt32LittleEndian(coded), BinaryPrimitives.ReadInt32LittleEndian(coded[4..]));
        if (columns is < 1 or > MaxSide || rows is < 1 or > MaxSide) return null;
        return Rvl.Decode(coded[8..], columns * rows) is { } pixels ? new Image16(columns, rows, pixels) : null;
    }

    private static bool HasRows(ImageView image, int pixelBytes) => image.Width is > 0 and <= MaxSide && image.Height is > 0 and <= MaxSide
        && image.Step >= image.Width * (uint)pixelBytes && image.Step <= int.MaxValue && image.Data.Length >= (((long)image.Height - 1) * image.Step) + (image.Width * pixelBytes);

    private static void CopyChannels(ReadOnlySpan<byte> source, Span<byte> target, int channels, bool isBgr)
    {
        var (red, green, blue) = channels == 1 ? (0, 0, 0) : isBgr ? (2, 1, 0) : (0, 1, 2);
        for (int from = 0, to = 0; to < target.Length; from += channels, to += 3)
            (target[to], target[to + 1], target[to + 2]) = (source[from + red], source[from + green], source[from + blue]);
    }

    private static T[] Rows<T>(ImageView image, Func<T, T>? turn) where T : unmanaged
    {
        var (width, height, step) = ((int)image.Width, (int)image.Height, (int)image.Step);
        var pixels = new T[width * height];
        for (var row = 0; row < height; row++)
        {
            var target = pixels.AsSpan(row * width, width);
            var bytes = MemoryMarshal.AsBytes(target);
            image.Data.Slice(row * step, bytes.Length).CopyTo(bytes);
            for (var column = 0; turn is not null && column < width; column++) target[column] = turn(target[column]);
        }
        return pixels;
    }

    private static float Reverse(float value) => BitConverter.UInt32BitsToSingle(BinaryPrimitives.ReverseEndianness(BitConverter.SingleToUInt32Bits(value)));
}
