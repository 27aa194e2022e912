using System.Buffers.Binary;

namespace AlsterNode.Datasets;

/// <summary>What a PNG or JPEG file says about itself, read without decoding it.</summary>
internal static class ImageHeader
{
    private static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The image's size [px]; false when this is neither a PNG nor a JPEG file.</summary>
    public static bool TryReadSize(ReadOnlySpan<byte> file, out int width, out int height)
    {
        (width, height) = (0, 0);
        if (file.StartsWith(PngSignature) && file.Length >= 24)
        {
            width = BinaryPrimitives.ReadInt32BigEndian(file[16..]);
            height = BinaryPrimitives.ReadInt32BigEndian(file[20..]);
            return width > 0 && height > 0;
        }
        if (!IsJpeg(file)) return false;
        var at = 2;
        while (TryReadSegment(file, ref at, out var marker, out var segment))
        {
            var isFrameHeader = marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC); // SOFn; C4, C8 and CC are tables
            if (!isFrameHeader || segment.Length < 5) continue;
            height = BinaryPrimitives.ReadUInt16BigEndian(segment[1..]);
            width = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
            return width > 0 && height > 0;
        }
        return false;
    }

    /// <summary>
    /// False for a JPEG file without its end marker: libjpeg fills the missing part with grey and calls that success. PNG files carry
    /// checksums, which the decoder verifies; other files are left to the decoder.
    /// </summary>
    public static bool IsComplete(ReadOnlySpan<byte> file)
    {
        if (!IsJpeg(file)) return true;
        var at = 2;
        while (TryReadSegment(file, ref at, out var marker, out _))
        {
            if (marker == 0xD9) return true;
        }
        return false;
    }

    /// <summary>False for a file that says it has more pixels than its bytes can hold: they are not worth their memory.</summary>
    public static bool CanHoldItsSize(ReadOnlySpan<byte> file)
    {
        const long MostPixelsPerByte = 8 * 1032; // of a PNG with one bit a pixel: zlib's greatest ratio; JPEG needs bits for each 64 pixels
        return !TryReadSize(file, out var width, out var height) || (long)width * height <= file.Length * MostPixelsPerByte;
    }

    private static bool IsJpeg(ReadOnlySpan<byte> file) => file.Length > 4 && file[0] == 0xFF && file[1] == 0xD8;

    /// <summary>Goes to the next marker, over any entropy-coded data; false at the end of the file.</summary>
    private static bool TryReadSegment(ReadOnlySpan<byte> file, ref int at, out byte marker, out ReadOnlySpan<byte> segment)
    {
        segment = default;
        marker = 0;
        while (true)
        {
            var found = file[at..].IndexOf((byte)0xFF);
            if (found < 0 || at + found + 1 >= file.Length) return false;
            at += found + 1;
            marker = file[at];
            if (marker == 0xFF) continue; // fill byte
            at++;
            if (marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD7)) continue; // a stuffed byte of the data, or a restart
            if (marker is 0xD8 or 0xD9) return true;
            if (at + 2 > file.Length) return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[at..]);
            if (length < 2 || at + length > file.Length) return false;
            segment = file.Slice(at + 2, length - 2);
            at += length;
            return true;
        }
    }
}
