using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp;

public static partial class TensorExtensionMethods
{
    /// <summary>Makes a parameter of the tensor, which becomes empty.</summary>
    internal static Parameter AsParameter(this Tensor tensor) => nn.Parameter(tensor);

    /// <summary>Writes LEB128 dtype, rank and dims, then the contiguous bytes.</summary>
    public static void Save(this Tensor tensor, BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(writer);
        writer.Encode((long)tensor.dtype);
        writer.Encode(tensor.shape.Length);
        foreach (var size in tensor.shape)
            writer.Encode(size);
        using var detached = tensor.detach();
        using var onCpu = detached.to(CPU);
        using var plain = onCpu.contiguous();
        writer.Write(plain.bytes);
    }

    /// <summary>Reads what <see cref="Save"/> wrote into a tensor of the same type and shape.</summary>
    public static void Load(this Tensor tensor, BinaryReader reader, bool skip = false)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(reader);
        ReadInto(reader, skip ? null : tensor);
    }

    /// <summary>Reads one tensor into <paramref name="target"/>, or past it when that is null.</summary>
    internal static void ReadInto(BinaryReader reader, Tensor? target)
    {
        var type = (ScalarType)reader.Decode();
        var shape = new long[reader.Decode()];
        var count = 1L;
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = reader.Decode();
            count *= shape[i];
        }

        if (target is null)
        {
            Skip(reader, count * ElementSize(type));
            return;
        }

        if (type != target.dtype)
            throw new ArgumentException($"Mismatched tensor data types while loading: found {type}, expected {target.dtype}.");
        if (!shape.AsSpan().SequenceEqual(target.shape))
        {
            throw new ArgumentException(
                $"Mismatched tensor shape while loading: found [{string.Join(",", shape)}], expected [{string.Join(",", target.shape)}].");
        }

        using var loaded = empty(shape, dtype: type);
        reader.BaseStream.ReadExactly(loaded.bytes);
        using var noGradients = no_grad();
        target.copy_(loaded);
    }

    private static void Skip(BinaryReader reader, long bytes)
    {
        var buffer = new byte[81920];
        for (; bytes > 0; bytes -= Math.Min(bytes, buffer.Length))
            reader.BaseStream.ReadExactly(buffer.AsSpan(0, (int)Math.Min(bytes, buffer.Length)));
    }

    private static int ElementSize(ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 => 8,
        _ => throw new ArgumentException($"A saved tensor has element type {(int)type}, which is not known."),
    };
}
