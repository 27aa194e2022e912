using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace MessagePack;

/// <summary>Writes MessagePack tokens, each in its shortest form. Nothing reaches the buffer for certain before <see cref="Flush"/>.</summary>
public ref struct MessagePackWriter
{
    private readonly IBufferWriter<byte> _output;
    private Span<byte> _span;
    private int _used;

    public MessagePackWriter(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _output = writer;
    }

    /// <summary>Hands what was written to the buffer.</summary>
    public void Flush()
    {
        if (_used > 0) _output.Advance(_used);
        _span = default;
        _used = 0;
    }

    /// <summary>Room for at least <paramref name="length"/> raw bytes, to be followed by <see cref="Advance"/>.</summary>
    public Span<byte> GetSpan(int length)
    {
        if (_span.Length - _used < Math.Max(length, 1))
        {
            Flush();
            _span = _output.GetSpan(length);
        }
        return _span[_used..];
    }

    /// <summary>Says how many bytes of <see cref="GetSpan"/> were filled.</summary>
    public void Advance(int length) => _used += length;

    public void WriteNil() => WriteCode(MessagePackCode.Nil);

    public void WriteRaw(ReadOnlySpan<byte> rawMessagePackBlock)
    {
        rawMessagePackBlock.CopyTo(GetSpan(rawMessagePackBlock.Length));
        Advance(rawMessagePackBlock.Length);
    }

    public void WriteArrayHeader(int count) => WriteArrayHeader((uint)count);

    public void WriteArrayHeader(uint count)
    {
        if (count <= 15) WriteCode((byte)(MessagePackCode.MinFixArray | count));
        else if (count <= ushort.MaxValue) WriteCode16(MessagePackCode.Array16, (ushort)count);
        else WriteCode32(MessagePackCode.Array32, count);
    }

    public void WriteBinHeader(int length)
    {
        if (length <= byte.MaxValue) WriteCode8(MessagePackCode.Bin8, (byte)length);
        else if (length <= ushort.MaxValue) WriteCode16(MessagePackCode.Bin16, (ushort)length);
        else WriteCode32(MessagePackCode.Bin32, (uint)length);
    }

    public void WriteStringHeader(int byteCount)
    {
        if (byteCount <= 31) WriteCode((byte)(MessagePackCode.MinFixStr | byteCount));
        else if (byteCount <= byte.MaxValue) WriteCode8(MessagePackCode.Str8, (byte)byteCount);
        else if (byteCount <= ushort.MaxValue) WriteCode16(MessagePackCode.Str16, (ushort)byteCount);
        else WriteCode32(MessagePackCode.Str32, (uint)byteCount);
    }

    public void Write(byte value) => Write((ulong)value);

    public void Write(int value) => Write((long)value);

    public void Write(uint value) => Write((ulong)value);

    public void Write(long value)
    {
        if (value >= 0) Write((ulong)value);
        else if (value >= unchecked((sbyte)MessagePackCode.MinNegativeFixInt)) WriteCode((byte)value);
        else if (value >= sbyte.MinValue) WriteCode8(MessagePackCode.Int8, (byte)value);
        else if (value >= short.MinValue) WriteCode16(MessagePackCode.Int16, (ushort)value);
        else if (value >= int.MinValue) WriteCode32(MessagePackCode.Int32, (uint)value);
        else WriteCode64(MessagePackCode.Int64, (ulong)value);
    }

    public void Write(ulong value)
    {
        if (value <= MessagePackCode.MaxFixInt) WriteCode((byte)value);
        else if (value <= byte.MaxValue) WriteCode8(MessagePackCode.UInt8, (byte)value);
        else if (value <= ushort.MaxValue) WriteCode16(MessagePackCode.UInt16, (ushort)value);
        else if (value <= uint.MaxValue) WriteCode32(MessagePackCode.UInt32, (uint)value);
        else WriteCode64(MessagePackCode.UInt64, value);
    }

    /// <summary>Writes five bytes whatever the value.</summary>
    public void WriteInt32(int value) => WriteCode32(MessagePackCode.Int32, (uint)value);

    public void Write(float value) => WriteCode32(MessagePackCode.Float32, BitConverter.SingleToUInt32Bits(value));

    public void Write(double value) => WriteCode64(MessagePackCode.Float64, BitConverter.DoubleToUInt64Bits(value));

    public void Write(string? value)
    {
        if (value is null)
        {
            WriteNil();
            return;
        }
        var byteCount = Encoding.UTF8.GetByteCount(value);
        WriteStringHeader(byteCount);
        Advance(Encoding.UTF8.GetBytes(value, GetSpan(byteCount)));
    }

    /// <summary>Writes a header for binary data and the data.</summary>
    public void Write(ReadOnlySpan<byte> src)
    {
        WriteBinHeader(src.Length);
        WriteRaw(src);
    }

    private void WriteCode(byte code)
    {
        GetSpan(1)[0] = code;
        Advance(1);
    }

    private void WriteCode8(byte code, byte value)
    {
        var span = GetSpan(2);
        span[0] = code;
        span[1] = value;
        Advance(2);
    }

    private void WriteCode16(byte code, ushort value)
    {
        var span = GetSpan(3);
        span[0] = code;
        BinaryPrimitives.WriteUInt16BigEndian(span[1..], value);
        Advance(3);
    }

    private void WriteCode32(byte code, uint value)
    {
        var span = GetSpan(5);
        span[0] = code;
        BinaryPrimitives.WriteUInt32BigEndian(span[1..], value);
        Advance(5);
    }

    private void WriteCode64(byte code, ulong value)
    {
        var span = GetSpan(9);
        span[0] = code;
        BinaryPrimitives.WriteUInt64BigEndian(span[1..], value);
        Advance(9);
    }
}
