using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>The scalar types of PLY.</summary>
internal enum PlyType
{
    Int8,
    UInt8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Float32,
    Float64,
}

internal static class PlyTypes
{
    public static PlyType Parse(string path, string word) => word switch
    {
        "char" or "int8" => PlyType.Int8,
        "uchar" or "uint8" => PlyType.UInt8,
        "short" or "int16" => PlyType.Int16,
        "ushort" or "uint16" => PlyType.UInt16,
        "int" or "int32" => PlyType.Int32,
        "uint" or "uint32" => PlyType.UInt32,
        "float" or "float32" => PlyType.Float32,
        "double" or "float64" => PlyType.Float64,
        _ => throw new InputException($"'{path}' has a property of type '{word}', expected one of PLY's scalar types."),
    };
}

/// <summary>The values after a PLY header, in order. <see cref="EndOfStreamException"/> where they end.</summary>
internal interface IPlyBody
{
    double Next(PlyType type);
}

internal sealed class PlyBinary(byte[] bytes, int start, bool bigEndian) : IPlyBody
{
    private int _at = start;

    public double Next(PlyType type)
    {
        var size = type switch
        {
            PlyType.Int8 or PlyType.UInt8 => 1,
            PlyType.Int16 or PlyType.UInt16 => 2,
            PlyType.Float64 => 8,
            _ => 4,
        };
        if (_at + size > bytes.Length) throw new EndOfStreamException();
        Span<byte> value = stackalloc byte[8];
        value = value[..size];
        bytes.AsSpan(_at, size).CopyTo(value);
        _at += size;
        if (bigEndian) value.Reverse();
        return type switch
        {
            PlyType.Int8 => (sbyte)value[0],
            PlyType.UInt8 => value[0],
            PlyType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(value),
            PlyType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(value),
            PlyType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(value),
            PlyType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(value),
            PlyType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(value),
            _ => BinaryPrimitives.ReadDoubleLittleEndian(value),
        };
    }
}

internal sealed class PlyText(byte[] bytes, int start) : IPlyBody
{
    private int _at = start;

    public double Next(PlyType type)
    {
        while (_at < bytes.Length && bytes[_at] <= ' ') _at++;
        var from = _at;
        while (_at < bytes.Length && bytes[_at] > ' ') _at++;
        if (_at == from) throw new EndOfStreamException();
        var word = bytes.AsSpan(from, _at - from);
        return double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value : throw new FormatException(Encoding.ASCII.GetString(word));
    }
}
