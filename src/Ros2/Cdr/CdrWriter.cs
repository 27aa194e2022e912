using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace AlsterNode.Ros2.Cdr;

/// <summary>
/// Writes a message as <see cref="CdrReader"/> reads it, into memory of the caller: no copy and no allocation between a message and the wire.
/// A counting writer writes nothing and only measures, so that sizes and contents can never disagree.
/// </summary>
public ref struct CdrWriter
{
    private readonly Span<byte> _body;
    private readonly bool _counts;
    private int _position;

    /// <summary>Begins a payload; its size is that of a counting writer's <see cref="PayloadBytes"/>.</summary>
    public CdrWriter(Span<byte> payload)
    {
        if (payload.Length < CdrReader.HeaderBytes) throw new CdrException($"The payload has room for {payload.Length} bytes, expected {CdrReader.HeaderBytes} or more.");
        payload[0] = 0;
        payload[1] = 1; // CDR, little endian
        payload[2] = payload[3] = 0;
        _body = payload[CdrReader.HeaderBytes..];
    }

    private CdrWriter(bool counts) => _counts = counts;

    /// <summary>A writer that only measures.</summary>
    public static CdrWriter Counting() => new(counts: true);

    /// <summary>Bytes written so far, without the header.</summary>
    public readonly int Position => _position;

    /// <summary>The payload's size so far: header, message, and zeros up to a multiple of four as the wire wants it.</summary>
    public readonly int PayloadBytes => (CdrReader.HeaderBytes + _position + 3) & ~3;

    /// <summary>Writes a number of 1, 2, 4 or 8 bytes.</summary>
    public void Write<T>(T value) where T : unmanaged
    {
        Align(Unsafe.SizeOf<T>());
        var target = Take(Unsafe.SizeOf<T>());
        if (!_counts) MemoryMarshal.Write(target, in value);
    }

    /// <summary>Writes a truth value.</summary>
    public void Write(bool value) => Write(value ? (byte)1 : (byte)0);

    /// <summary>Writes a text as UTF-8.</summary>
    /// <param name="value">Null is not a text and is refused.</param>
    /// <param name="bound">Most bytes the type allows.</param>
    public void Write(string value, int bound = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(value);
        var length = Encoding.UTF8.GetByteCount(value);
        if (length > bound) throw new CdrException($"A text has {length} bytes, its type allows {bound}.");
        Write((uint)length + 1);
        var target = Take(length + 1);
        if (_counts) return;
        Encoding.UTF8.GetBytes(value, target);
        target[^1] = 0;
    }

    /// <summary>Writes the number of elements of a sequence.</summary>
    public void WriteLength(int count, int bound = int.MaxValue)
    {
        if (count > bound) throw new CdrException($"A sequence has {count} elements, its type allows {bound}.");
        Write((uint)count);
    }

    /// <summary>Writes an array of numbers, without its length.</summary>
    public void WriteArray<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        if (values.IsEmpty) return; // an empty sequence is not even aligned
        Align(Unsafe.SizeOf<T>());
        var target = Take(checked(values.Length * Unsafe.SizeOf<T>()));
        if (!_counts) MemoryMarshal.AsBytes(values).CopyTo(target);
    }

    /// <summary>Writes an array of numbers whose length is part of its type.</summary>
    public void WriteArray<T>(T[] values, int length) where T : unmanaged => WriteArray<T>(OfLength(values, length));

    /// <summary>Writes a sequence of numbers.</summary>
    public void WriteSequence<T>(ReadOnlySpan<T> values, int bound = int.MaxValue) where T : unmanaged
    {
        WriteLength(values.Length, bound);
        WriteArray(values);
    }

    /// <summary>Writes a sequence of texts.</summary>
    public void WriteSequence(ReadOnlySpan<string> values, int bound = int.MaxValue, int textBound = int.MaxValue)
    {
        WriteLength(values.Length, bound);
        foreach (var value in values) Write(value, textBound);
    }

    /// <summary>Writes the zeros that fill the payload up to a multiple of four.</summary>
    public void Finish() => Align(4);

    /// <summary>The array, or a refusal when it does not have the length of its type.</summary>
    public static T[] OfLength<T>(T[] values, int length)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Length == length ? values : throw new CdrException($"An array has {values.Length} elements, its type has {length}.");
    }

    private void Align(int size)
    {
        var padding = -_position & (size - 1);
        var target = Take(padding);
        if (!_counts) target.Clear();
    }

    private Span<byte> Take(int count)
    {
        if (count > int.MaxValue - CdrReader.HeaderBytes - 3 - _position) ThrowTooLarge();
        var start = _position;
        _position += count;
        if (_counts) return default;
        if (_position > _body.Length) ThrowNoRoom();
        return _body.Slice(start, count);
    }

    [DoesNotReturn]
    private static void ThrowTooLarge() => throw new CdrException("The message is larger than 2 GB, which no payload can hold.");

    [DoesNotReturn]
    private readonly void ThrowNoRoom() => throw new CdrException($"The message needs more than the {_body.Length} bytes given for it.");
}
