using System.Numerics;
using System.Runtime.CompilerServices;

namespace AlsterNode.SparseVoxel3D.Engine;

/// <summary>Arithmetic on single rows of features.</summary>
internal static unsafe class RowMath
{
    /// <summary>to += weight * from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled(float* from, float weight, float* to, int count)
    {
        var lanes = Vector<float>.Count;
        var w = new Vector<float>(weight);
        var i = 0;
        for (; i <= count - lanes; i += lanes) Vector.FusedMultiplyAdd(w, Vector.Load(from + i), Vector.Load(to + i)).Store(to + i);
        for (; i < count; i++) to[i] = MathF.FusedMultiplyAdd(weight, from[i], to[i]);
    }
}
