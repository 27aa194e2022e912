using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>Tensors from managed values; the values are copied.</summary>
public static partial class torch
{
    private static Tensor FromValues<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> dimensions, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged =>
        FromBytes(MemoryMarshal.AsBytes(values), dimensions, ToScalarType(typeof(T)), dtype, device, requires_grad);

    private static unsafe Tensor FromBytes(ReadOnlySpan<byte> values, ReadOnlySpan<long> dimensions, ScalarType type, ScalarType? dtype, Device? device, bool requires_grad)
    {
        Tensor result;
        fixed (byte* source = values)
        fixed (long* sizes = dimensions)
            result = new Tensor(Native.at_from_memory(source, values.Length, sizes, dimensions.Length, (int)type));
        return Finish(result, dtype, device, requires_grad);
    }

    private static Tensor FromGrid<T>(Array values, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged
    {
        var flat = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(values)), values.Length);
        return FromValues(flat, Sizes(values), dtype, device, requires_grad);
    }

    private static long[] Sizes(Array values)
    {
        var sizes = new long[values.Rank];
        for (var i = 0; i < sizes.Length; i++)
            sizes[i] = values.GetLongLength(i);
        return sizes;
    }

    // The tensor on its device, in its type; the first version is freed where a conversion made another.
    private static Tensor Finish(Tensor tensor, ScalarType? dtype, Device? device, bool requires_grad)
    {
        if (dtype is { } type && type != tensor.dtype)
            tensor = tensor.to_type(type, disposeAfter: true);
        if (device is { type: not DeviceType.CPU })
            tensor = tensor.to(device, disposeAfter: true);
        return requires_grad ? tensor.requires_grad_() : tensor;
    }

    /// <summary>A tensor on the array's own memory, which it keeps pinned: what one changes, the other sees.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(rawArray);
        return from_array(rawArray, null, device);
    }

    public static unsafe Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false)
    {
        ArgumentNullException.ThrowIfNull(rawArray);
        var type = ToScalarType(rawArray.GetType().GetElementType()!);
        var pin = GCHandle.Alloc(rawArray, GCHandleType.Pinned);
        fixed (long* sizes = Sizes(rawArray))
        {
            var shared = Native.at_share_memory((void*)pin.AddrOfPinnedObject(), sizes, rawArray.Rank, (int)type, GCHandle.ToIntPtr(pin), &Unpin);
            if (shared == 0)
                pin.Free();
            return Finish(new Tensor(shared), dtype, device, requires_grad);
        }
    }

    [UnmanagedCallersOnly]
    private static void Unpin(nint pin) => GCHandle.FromIntPtr(pin).Free();

    public static Tensor as_tensor(Array data, ScalarType? dtype = null, Device? device = null) => from_array(data, dtype, device);

    public static Tensor as_tensor(Tensor data, ScalarType? dtype = null, Device? device = null) =>
        data.to(device ?? data.device, dtype ?? data.dtype);
}
