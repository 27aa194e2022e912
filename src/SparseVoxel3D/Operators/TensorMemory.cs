using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AlsterNode.Kernels;
using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D.Operators;

/// <summary>The memory behind contiguous tensors on the CPU.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Whether our own kernels can work on a tensor's memory.</summary>
    public static bool IsCpuFloat(this Tensor tensor) => tensor.dtype == ScalarType.Float32 && tensor.device_type == TorchSharp.DeviceType.CPU;

    /// <summary>Valid while the tensor is alive: the caller keeps it in a variable that it disposes or uses later.</summary>
    public static float* Floats(this Tensor contiguous) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(contiguous.bytes));

    /// <summary>The rows of a contiguous tensor [N, C].</summary>
    public static FloatRows FloatRows(this Tensor contiguous) => new(contiguous.Floats(), (int)contiguous.shape[1]);

    /// <summary>Leaves the innermost scope; everything else made in it is freed with it.</summary>
    public static Tensor Keep(this Tensor result) => result.MoveToOuterDisposeScope();
}
