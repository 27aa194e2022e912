using System.Buffers.Binary;
using System.IO.Compression;
using AlsterNode.Core;

namespace AlsterNode.Evaluation;

/// <summary>Writes 8-bit PNG files: RGB pictures, and images of one channel such as ids.</summary>
public static class PngFile
{
    private const byte FilterUp = 2; // each row as the difference to the row above: pictures of maps have long vertical runs

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i => Remainder((uint)i))];

    /// <summary>Replaces the file at <paramref name="path"/>.</summary>
    public static void Write(string path, ColorImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        AtomicFile.Write(path, stream => Write(stream, image.Width, image.Height, channels: 3, image.Pixels));
    }

    /// <summary>Replaces the file at <paramref name="path"/> by an image of one channel, [H, W].</summary>
    public static void WriteGrey(string path, int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.Length != width * height) throw new ArgumentException($"The image has {pixels.Length} pixels, expected {width} x {height}.");
        AtomicFile.Write(path, stream => Write(stream, width, height, channels: 1, pixels));
    }

    private static void Write(Stream stream, int width, int height, int channels, byte[] pixels)
    {
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, (byte)(channels == 3 ? 2 : 0)); // 8 bits a channel, RGB or grey
        WriteChunk(stream, "IHDR"u8, header);
        WriteChunk(stream, "IDAT"u8, Compress(pixels, height, channels * width));
        WriteChunk(stream, "IEND"u8, []);
    }

    private static ReadOnlySpan<byte> Compress(byte[] pixels, int height, int stride)
    {
        var row = new byte[stride + 1];
        row[0] = FilterUp;
        var memory = new MemoryStream();
        using (var zlib = new ZLibStream(memory, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < height; y++)
            {
                var at = y * stride;
                for (var i = 0; i < stride; i++) row[i + 1] = (byte)(pixels[at + i] - (y > 0 ? pixels[at - stride + i] : 0));
                zlib.Write(row);
            }
        }

        return memory.GetBuffer().AsSpan(0, (int)memory.Length);
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(type, data));
        stream.Write(number);
    }

    // CRC-32 of ISO 3309 (reflected polynomial EDB88320) over type and data.
    private static uint Crc(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data) => ~Continue(Continue(uint.MaxValue, type), data);

    private static uint Continue(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes) crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        return crc;
    }

    private static uint Remainder(uint value)
    {
        for (var bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? 0xEDB88320u ^ (value >> 1) : value >> 1;
        return value;
    }
}
