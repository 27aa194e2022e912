using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace AlsterNode.Ros2.Cdr;

/// <summary>
/// Reads a serialised ROS 2 message: classic CDR (XCDR1), little endian, values aligned to their size counted from the byte after the 4-byte
/// header. Nothing is believed: every length is compared with the bytes that are left before anything is allocated, and whatever does not
/// fit is a <see cref="CdrException"/>. The machine is little endian too (x64, arm64).
/// </summary>
public ref struct CdrReader
{
    /// <summary>Bytes before the message: representation 00 01 (CDR, little endian) and two bytes of options.</summary>
    public const int HeaderBytes = 4;

    private readonly ReadOnlySpan<byte> _body;
    private int _position;

    /// <summary>Begins to read a payload as it comes from the wire or a bag, with its header.</summary>
    public CdrReader(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < HeaderBytes) throw new CdrException($"The payload has {payload.Length} bytes, expected a header of {HeaderBytes} and a message.");
        if (payload[0] != 0 || payload[1] != 1)
            throw new CdrException($"The payload begins with {payload[0]:X2} {payload[1]:X2}, expected 00 01 (CDR, little endian).");
        _body = payload[HeaderBytes..];
    }

    /// <summary>Bytes read so far, without the header.</summary>
    public readonly int Position => _position;

    /// <summary>Bytes that are left; up to three of them may be padding.</summary>
    public readonly int Remaining => _body.Length - _position;

    /// <summary>Reads a number of 1, 2, 4 or 8 bytes.</summary>
    public T Read<T>() where T : unmanaged
    {
        Align(Unsafe.SizeOf<T>());
        return MemoryMarshal.Read<T>(Take(Unsafe.SizeOf<T>(), typeof(T).Name));
    }

    /// <summary>Reads a truth value; anything but 0 is true.</summary>
    public bool ReadBoolean() => Read<byte>() != 0;

    /// <summary>Reads a text: its length with the closing zero, UTF-8. Bytes that are no UTF-8 become U+FFFD.</summary>
    /// <param name="bound">Most bytes the type allows, without the closing zero.</param>
    public string ReadString(int bound = int.MaxValue)
    {
        var length = Read<uint>();
        if (length == 0) return ""; // some vendors leave out the closing zero of an empty text
        if (length > (uint)Remaining) throw TooLong("A text", length, 1);
        if (length - 1 > (uint)bound) throw OverBound("a text", length - 1, bound);
        var bytes = Take((int)length, "text");
        if (bytes[^1] != 0) throw new CdrException($"The text at byte {_position - bytes.Length} does not end with a zero.");
        return Encoding.UTF8.GetString(bytes[..^1]);
    }

    /// <summary>Reads the number of elements of a sequence, and refuses one that the remaining bytes cannot hold.</summary>
    /// <param name="minElementBytes">Fewest bytes an element takes, at least 1.</param>
    /// <param name="bound">Most elements the type allows.</param>
    public int ReadLength(int minElementBytes, int bound = int.MaxValue)
    {
        var count = Read<uint>();
        if (count > (uint)(Remaining / minElementBytes)) throw TooLong("A sequence", count, minElementBytes);
        if (count > (uint)bound) throw OverBound("a sequence", count, bound);
        return (int)count;
    }

    /// <summary>Passes over <paramref name="count"/> bytes and shows them without a copy; they live as long as the payload.</summary>
    public ReadOnlySpan<byte> ReadBytes(int count) => Take(count, "bytes");

    /// <summary>Reads a sequence of bytes without a copy; they live as long as the payload.</summary>
    public ReadOnlySpan<byte> ReadByteSequence(int bound = int.MaxValue) => Take(ReadLength(1, bound), "bytes");

    /// <summary>Fills an array of numbers.</summary>
    public void ReadArray<T>(Span<T> values) where T : unmanaged
    {
        if (values.IsEmpty) return;
        Align(Unsafe.SizeOf<T>());
        Take(values.Length * Unsafe.SizeOf<T>(), typeof(T).Name).CopyTo(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Fills an array of truth values.</summary>
    public void ReadArray(Span<bool> values)
    {
        var bytes = Take(values.Length, "truth values");
        for (var i = 0; i < values.Length; i++) values[i] = bytes[i] != 0;
    }

    /// <summary>Reads a sequence of numbers.</summary>
    public T[] ReadSequence<T>(int bound = int.MaxValue) where T : unmanaged
    {
        var count = ReadLength(Unsafe.SizeOf<T>(), bound);
        if (count == 0) return [];
        var values = GC.AllocateUninitializedArray<T>(count);
        ReadArray(values.AsSpan());
        return values;
    }

    /// <summary>Reads a sequence of truth values.</summary>
    public bool[] ReadBooleanSequence(int bound = int.MaxValue)
    {
        var values = new bool[ReadLength(1, bound)];
        ReadArray(values.AsSpan());
        return values;
    }

    /// <summary>Reads a sequence of texts.</summary>
    /// <param name="bound">Most texts the type allows.</param>
    /// <param name="textBound">Most bytes a text may have.</param>
    public string[] ReadStringSequence(int bound = int.MaxValue, int textBound = int.MaxValue)
    {
        var count = ReadLength(sizeof(uint), bound);
        if (count == 0) return [];
        var values = new string[count];
        for (var i = 0; i < count; i++) values[i] = ReadString(textBound);
        return values;
    }

    private void Align(int size)
    {
        _position = (_position + size - 1) & -size;
    }

    private ReadOnlySpan<byte> Take(int count, string what)
    {
        if (count > _body.Length - _position) ThrowCutOff(count, what);
        var bytes = _body.Slice(_position, count);
        _position += count;
        return bytes;
    }

    [DoesNotReturn]
    private readonly void ThrowCutOff(int count, string what) =>
        throw new CdrException($"The payload ends at byte {_body.Length}, expected {count} more bytes at byte {_position} ({what}).");

    private readonly CdrException TooLong(string what, uint count, int elementBytes) =>
        new($"{what} at byte {_position - sizeof(uint)} has {count} elements of {elementBytes} bytes or more, but {Remaining} bytes are left.");

    private readonly CdrException OverBound(string what, uint count, int bound) =>
        new($"Found {what} of {count} elements at byte {_position - sizeof(uint)}, its type allows {bound}.");
}
