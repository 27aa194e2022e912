using System.Buffers.Binary;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>RVL, the fast lossless coding of depth images by A. D. Wilson (ISS 2017): runs of zeros and differences in nibbles of variable number.</summary>
public static class Rvl
{
    /// <summary>Decodes an image; null when the data is cut off or does not fill it.</summary>
    public static ushort[]? Decode(ReadOnlySpan<byte> data, int pixelCount)
    {
        if (pixelCount < 0 || pixelCount > 256L * (data.Length + 8) * 1024) return null;
        var pixels = new ushort[pixelCount];
        var nibbles = new NibbleReader(data);
        var (at, previous) = (0, 0);
        while (at < pixelCount)
        {
            if (!nibbles.TryRead(out var zeros) || zeros > pixelCount - at) return null;
            at += zeros;
            if (at == pixelCount) break;
            if (!nibbles.TryRead(out var others) || others > pixelCount - at) return null;
            if (zeros == 0 && others == 0) return null; // would never end
            for (var end = at + others; at < end; at++)
            {
                if (!nibbles.TryRead(out var code)) return null;
                previous += (code >> 1) ^ -(code & 1);
                pixels[at] = (ushort)previous;
            }
        }
        return pixels;
    }

    /// <summary>Encodes an image.</summary>
    public static byte[] Encode(ReadOnlySpan<ushort> pixels)
    {
        var nibbles = new List<byte>();
        var (at, previous) = (0, 0);
        while (at < pixels.Length)
        {
            var begin = at;
            while (at < pixels.Length && pixels[at] == 0) at++;
            Write(nibbles, at - begin);
            begin = at;
            while (at < pixels.Length && pixels[at] != 0) at++;
            Write(nibbles, at - begin);
            for (var i = begin; i < at; i++)
            {
                var difference = pixels[i] - previous;
                Write(nibbles, (difference << 1) ^ (difference >> 31));
                previous = pixels[i];
            }
        }
        while (nibbles.Count % 8 != 0) nibbles.Add(0);
        var words = new byte[nibbles.Count / 2];
        for (var word = 0; word < words.Length / 4; word++)
        {
            var value = 0u;
            for (var i = 0; i < 8; i++) value = (value << 4) | nibbles[(word * 8) + i];
            BinaryPrimitives.WriteUInt32LittleEndian(words.AsSpan(word * 4), value);
        }
        return words;
    }

    private static void Write(List<byte> nibbles, int value)
    {
        do
        {
            var nibble = (byte)(value & 7);
            value >>= 3;
            nibbles.Add((byte)(value != 0 ? nibble | 8 : nibble)); // the eight says that more follow
        }
        while (value != 0);
    }

    /// <summary>Numbers of nibbles, three bits each, lowest first; the nibbles lie in 32-bit words, highest first.</summary>
    private ref struct NibbleReader(ReadOnlySpan<byte> data)
    {
        private readonly ReadOnlySpan<byte> _data = data;
        private int _next;
        private int _left;
        private uint _word;

        public bool TryRead(out int value)
        {
            value = 0;
            for (var shift = 0; shift < 30; shift += 3)
            {
                if (_left == 0)
                {
                    if (_next + 4 > _data.Length) return false;
                    _word = BinaryPrimitives.ReadUInt32LittleEndian(_data[_next..]);
                    (_next, _left) = (_next + 4, 8);
                }
                var nibble = _word >> 28;
                (_word, _left) = (_word << 4, _left - 1);
                value |= (int)(nibble & 7) << shift;
                if ((nibble & 8) == 0) return true;
            }
            return false;
        }
    }
}
