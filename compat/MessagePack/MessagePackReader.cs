using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace MessagePack;

/// <summary>
/// Reads MessagePack tokens. Missing bytes are an <see cref="EndOfStreamException"/>, a token of another type is a
/// <see cref="MessagePackSerializationException"/>, an integer that does not fit is an <see cref="OverflowException"/>.
/// </summary>
public ref struct MessagePackReader
{
    private SequenceReader<byte> _reader;

    public MessagePackReader(ReadOnlyMemory<byte> memory) : this(new ReadOnlySequence<byte>(memory)) { }

    public MessagePackReader(scoped in ReadOnlySequence<byte> readOnlySequence) => _reader = new SequenceReader<byte>(readOnlySequence);

    public readonly bool End => _reader.End;

    /// <summary>Bytes read so far.</summary>
    public readonly long Consumed => _reader.Consumed;

    public readonly byte NextCode => _reader.TryPeek(out var code) ? code : throw new EndOfStreamException();

    public readonly bool IsNil => NextCode == MessagePackCode.Nil;

    public bool TryReadNil()
    {
        if (!IsNil) return false;
        _reader.Advance(1);
        return true;
    }

    public int ReadArrayHeader()
    {
        var code = ReadCode();
        var count = code switch
        {
            >= MessagePackCode.MinFixArray and <= MessagePackCode.MaxFixArray => code & 0xf,
            MessagePackCode.Array16 => ReadBigEndian(2),
            MessagePackCode.Array32 => ReadBigEndian(4),
            _ => throw InvalidCode(code),
        };
        if (count > _reader.Remaining) throw new EndOfStreamException(); // every element takes a byte at least
        return (int)count;
    }

    public byte ReadByte() => checked((byte)ReadUInt64());

    public int ReadInt32() => checked((int)ReadInt64());

    public uint ReadUInt32() => checked((uint)ReadUInt64());

    public long ReadInt64()
    {
        var code = ReadCode();
        return code switch
        {
            <= MessagePackCode.MaxFixInt => code,
            >= MessagePackCode.MinNegativeFixInt => (sbyte)code,
            MessagePackCode.Int8 => (sbyte)ReadBigEndian(1),
            MessagePackCode.Int16 => (short)ReadBigEndian(2),
            MessagePackCode.Int32 => (int)ReadBigEndian(4),
            MessagePackCode.Int64 => ReadBigEndian(8),
            MessagePackCode.UInt64 => checked((long)(ulong)ReadBigEndian(8)),
            _ => ReadUnsigned(code),
        };
    }

    public ulong ReadUInt64()
    {
        var code = ReadCode();
        return code switch
        {
            <= MessagePackCode.MaxFixInt => code,
            >= MessagePackCode.MinNegativeFixInt => checked((ulong)(sbyte)code),
            MessagePackCode.Int8 => checked((ulong)(sbyte)ReadBigEndian(1)),
            MessagePackCode.Int16 => checked((ulong)(short)ReadBigEndian(2)),
            MessagePackCode.Int32 => checked((ulong)(int)ReadBigEndian(4)),
            MessagePackCode.Int64 => checked((ulong)ReadBigEndian(8)),
            MessagePackCode.UInt64 => unchecked((ulong)ReadBigEndian(8)),
            _ => (ulong)ReadUnsigned(code),
        };
    }

    public float ReadSingle() => NextCode switch
    {
        MessagePackCode.Float32 => ReadFloat32(),
        MessagePackCode.Float64 => (float)ReadFloat64(),
        MessagePackCode.UInt64 => ReadUInt64(),
        _ => ReadInt64(),
    };

    public double ReadDouble() => NextCode switch
    {
        MessagePackCode.Float32 => ReadFloat32(),
        MessagePackCode.Float64 => ReadFloat64(),
        MessagePackCode.UInt64 => ReadUInt64(),
        _ => ReadInt64(),
    };

    /// <summary>Reads binary data, or a string's bytes; nil gives null. The result is a slice of what the reader was given.</summary>
    public ReadOnlySequence<byte>? ReadBytes()
    {
        if (TryReadNil()) return null;
        var code = ReadCode();
        return ReadSlice(code switch
        {
            MessagePackCode.Bin8 => ReadBigEndian(1),
            MessagePackCode.Bin16 => ReadBigEndian(2),
            MessagePackCode.Bin32 => ReadBigEndian(4),
            _ => ReadStringLength(code),
        });
    }

    /// <summary>Reads a UTF-8 string; nil gives null.</summary>
    public string? ReadString()
    {
        if (TryReadNil()) return null;
        var code = ReadCode();
        return Encoding.UTF8.GetString(ReadSlice(ReadStringLength(code)));
    }

    private float ReadFloat32()
    {
        _reader.Advance(1);
        return BitConverter.Int32BitsToSingle((int)ReadBigEndian(4));
    }

    private double ReadFloat64()
    {
        _reader.Advance(1);
        return BitConverter.Int64BitsToDouble(ReadBigEndian(8));
    }

    private long ReadUnsigned(byte code) => code switch
    {
        MessagePackCode.UInt8 => ReadBigEndian(1),
        MessagePackCode.UInt16 => ReadBigEndian(2),
        MessagePackCode.UInt32 => ReadBigEndian(4),
        _ => throw InvalidCode(code),
    };

    private long ReadStringLength(byte code) => code switch
    {
        >= MessagePackCode.MinFixStr and <= MessagePackCode.MaxFixStr => code & 0x1f,
        MessagePackCode.Str8 => ReadBigEndian(1),
        MessagePackCode.Str16 => ReadBigEndian(2),
        MessagePackCode.Str32 => ReadBigEndian(4),
        _ => throw InvalidCode(code),
    };

    private ReadOnlySequence<byte> ReadSlice(long length)
    {
        if (length > _reader.Remaining) throw new EndOfStreamException();
        var slice = _reader.UnreadSequence.Slice(0, length);
        _reader.Advance(length);
        return slice;
    }

    private byte ReadCode() => _reader.TryRead(out var code) ? code : throw new EndOfStreamException();

    private long ReadBigEndian(int bytes)
    {
        if (_reader.Remaining < bytes) throw new EndOfStreamException();
        var value = 0L;
        for (; bytes > 0; bytes--)
        {
            _reader.TryRead(out var next);
            value = (value << 8) | next;
        }
        return value;
    }

    [DoesNotReturn]
    private static MessagePackSerializationException InvalidCode(byte code) =>
        throw new MessagePackSerializationException($"Unexpected msgpack code {code} encountered.");
}
