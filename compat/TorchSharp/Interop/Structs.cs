using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>A scalar as the shim takes it: kind 0 integer, 1 floating point (bits of a double), 2 boolean.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ScalarValue
{
    public long Bits;
    public int Kind;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TensorDescription
{
    public void* Data;
    public long Elements;
    public int Dims, Dtype, DeviceType, DeviceIndex, ElementSize, Contiguous;
}

/// <summary>One item of an index expression, numbered as in native/indexing.cpp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IndexItem
{
    public long A, B, C;
    public nint Tensor;
    public int Kind, Flags;
}
