using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AlsterNode.Kernels;

/// <summary>Rows of floats in memory: [count, channels] with <paramref name="Pitch"/> floats from row to row.</summary>
internal readonly unsafe record struct FloatRows(nint Address, int Pitch)
{
    public FloatRows(float* pointer, int pitch) : this((nint)pointer, pitch) { }

    public float* Pointer => (float*)Address;

    public bool IsNone => Address == 0;

    /// <summary>The rows from a column on.</summary>
    public FloatRows From(int column) => new(Pointer + column, Pitch);

    /// <summary>Copies floats that do not overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* from, float* to, int count)
    {
        var lanes = Vector<float>.Count;
        var i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= count - Vector512<float>.Count; i += Vector512<float>.Count) Vector512.Store(Vector512.Load(from + i), to + i);
        }
        for (; i <= count - lanes; i += lanes) Vector.Store(Vector.Load(from + i), to + i);
        for (; i < count; i++) to[i] = from[i];
    }
}
