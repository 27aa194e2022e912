namespace TorchSharp;

/// <summary>A number on its way to an operator; converts from every .NET number.</summary>
public sealed class Scalar : IDisposable
{
    internal readonly ScalarValue Value;

    private Scalar(double value, torch.ScalarType type)
    {
        Value = new ScalarValue { Bits = BitConverter.DoubleToInt64Bits(value), Kind = 1 };
        Type = type;
    }

    private Scalar(long value, torch.ScalarType type)
    {
        Value = new ScalarValue { Bits = value, Kind = type == torch.ScalarType.Bool ? 2 : 0 };
        Type = type;
    }

    internal Scalar(ScalarValue value)
    {
        Value = value;
        Type = value.Kind switch { 1 => torch.ScalarType.Float64, 2 => torch.ScalarType.Bool, _ => torch.ScalarType.Int64 };
    }

    public torch.ScalarType Type { get; }

    internal bool IsIntegral => Value.Kind != 1;

    internal double AsDouble => Value.Kind == 1 ? BitConverter.Int64BitsToDouble(Value.Bits) : Value.Bits;

    internal long AsLong => Value.Kind == 1 ? (long)BitConverter.Int64BitsToDouble(Value.Bits) : Value.Bits;

    public static implicit operator Scalar(byte value) => new(value, torch.ScalarType.Byte);

    public static implicit operator Scalar(sbyte value) => new(value, torch.ScalarType.Int8);

    public static implicit operator Scalar(short value) => new(value, torch.ScalarType.Int16);

    public static implicit operator Scalar(int value) => new(value, torch.ScalarType.Int32);

    public static implicit operator Scalar(long value) => new(value, torch.ScalarType.Int64);

    public static implicit operator Scalar(Half value) => new((double)value, torch.ScalarType.Float16);

    public static implicit operator Scalar(float value) => new(value, torch.ScalarType.Float32);

    public static implicit operator Scalar(double value) => new(value, torch.ScalarType.Float64);

    public static implicit operator Scalar(bool value) => new(value ? 1L : 0L, torch.ScalarType.Bool);

    /// <summary>Nothing native is held; the official class holds something.</summary>
    public void Dispose()
    {
    }
}

/// <summary>Numbers to scalars and back.</summary>
public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => value;

    public static Scalar ToScalar(this int value) => value;

    public static Scalar ToScalar(this long value) => value;

    public static Scalar ToScalar(this float value) => value;

    public static Scalar ToScalar(this double value) => value;

    public static Scalar ToScalar(this bool value) => value;

    public static float ToSingle(this Scalar value) => (float)value.AsDouble;

    public static double ToDouble(this Scalar value) => value.AsDouble;

    public static int ToInt32(this Scalar value) => (int)value.AsLong;

    public static long ToInt64(this Scalar value) => value.AsLong;

    public static byte ToByte(this Scalar value) => (byte)value.AsLong;

    public static bool ToBoolean(this Scalar value) => value.AsLong != 0;
}
