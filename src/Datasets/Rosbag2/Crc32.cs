using System.Buffers.Binary;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>CRC-32 of ISO 3309 (reflected polynomial EDB88320) as MCAP and zlib use it, eight bytes at a time ("slicing by 8").</summary>
internal static class Crc32
{
    private const int Slices = 8;
    private static readonly uint[] Tables = BuildTables();

    public static uint Of(ReadOnlySpan<byte> bytes) => Continue(0, bytes);

    /// <summary>The CRC of what came before and these bytes together.</summary>
    public static uint Continue(uint before, ReadOnlySpan<byte> bytes)
    {
        var (crc, t) = (~before, Tables);
        for (; bytes.Length >= Slices; bytes = bytes[Slices..])
        {
            var low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t[(7 << 8) | (byte)low] ^ t[(6 << 8) | (byte)(low >> 8)] ^ t[(5 << 8) | (byte)(low >> 16)] ^ t[(4 << 8) | (byte)(low >> 24)]
                ^ t[(3 << 8) | (byte)high] ^ t[(2 << 8) | (byte)(high >> 8)] ^ t[(1 << 8) | (byte)(high >> 16)] ^ t[(byte)(high >> 24)];
        }
        foreach (var value in bytes) crc = t[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] BuildTables()
    {
        var tables = new uint[Slices << 8];
        for (uint value = 0; value < 256; value++)
        {
            var crc = value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            tables[value] = crc;
        }
        for (var i = 256; i < tables.Length; i++) tables[i] = tables[(byte)tables[i - 256]] ^ (tables[i - 256] >> 8);
        return tables;
    }
}
