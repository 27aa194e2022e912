using System.Buffers.Binary;
using System.Text;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>Numbers of the MCAP format, version 0 (https://mcap.dev/spec). Everything is little endian; a record is an opcode, a u64 length and content.</summary>
internal static class McapFormat
{
    public const int RecordHeadBytes = 9;
    public const int FooterBytes = 8 + 8 + 4;

    public static ReadOnlySpan<byte> Magic => [0x89, (byte)'M', (byte)'C', (byte)'A', (byte)'P', (byte)'0', (byte)'\r', (byte)'\n'];
}

/// <summary>What a record is.</summary>
internal enum McapOpcode : byte
{
    Header = 1,
    Footer = 2,
    Schema = 3,
    Channel = 4,
    Message = 5,
    Chunk = 6,
    MessageIndex = 7,
    ChunkIndex = 8,
    Statistics = 11,
    Metadata = 12,
    MetadataIndex = 13,
    SummaryOffset = 14,
    DataEnd = 15,
}

/// <summary>Walks through the content of a record; running over its end is an <see cref="InvalidDataException"/>.</summary>
internal ref struct McapCursor(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public readonly int Remaining => _bytes.Length - Position;

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>Times, places and sizes: u64 in the file, refused beyond what a signed number holds.</summary>
    public long ReadInt64()
    {
        var value = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
        return value <= long.MaxValue ? (long)value : throw new InvalidDataException($"a number is {value}, expected less than 2^63");
    }

    public string ReadString() => Encoding.UTF8.GetString(ReadBlob());

    /// <summary>Bytes after their u32 length.</summary>
    public ReadOnlySpan<byte> ReadBlob() => Take(ReadUInt32());

    /// <summary>Pairs of strings after their u32 length in bytes.</summary>
    public Dictionary<string, string> ReadMap()
    {
        var pairs = new McapCursor(ReadBlob());
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        while (pairs.Remaining > 0) map[pairs.ReadString()] = pairs.ReadString();
        return map;
    }

    /// <summary>The next record: its opcode and content.</summary>
    public McapOpcode ReadRecord(out ReadOnlySpan<byte> content)
    {
        var opcode = (McapOpcode)Take(1)[0];
        content = Take(ReadInt64());
        return opcode;
    }

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count > Remaining) throw new InvalidDataException($"{count} bytes are announced where {Remaining} are left");
        var taken = _bytes.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }
}
