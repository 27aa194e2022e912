using System.Numerics;

namespace AlsterNode.SparseVoxel3D.Engine;

/// <summary>
/// The sparse convolution as it is defined, for any number type: slow and obvious. It serves double precision, where gradients are
/// checked, and is the twin against which the fast engine is tested.
/// </summary>
internal static class ReferenceConvolution
{
    /// <summary>y[o] = sum_k x[map(k, o)] W_k; weights [K, Cin, Cout], input [inputs, Cin], result [outputs, Cout].</summary>
    public static T[] Forward<T>(KernelMap map, ReadOnlySpan<T> input, ReadOnlySpan<T> weights, int inputs, int outputs)
        where T : INumber<T>
    {
        var result = new T[map.Outputs * outputs];
        for (var k = 0; k < map.Offsets; k++)
        {
            for (var row = 0; row < map.Outputs; row++)
            {
                var from = map.InputOf(k, row);
                if (from < 0) continue;
                for (var i = 0; i < inputs; i++)
                {
                    var x = input[(from * inputs) + i];
                    for (var o = 0; o < outputs; o++) result[(row * outputs) + o] += x * weights[(((k * inputs) + i) * outputs) + o];
                }
            }
        }
        return result;
    }

    /// <summary>dx[map(k, o)] += dy[o] W_k^T: the gradient to the input, [inputs, Cin].</summary>
    public static T[] BackwardInput<T>(KernelMap map, ReadOnlySpan<T> outputGradient, ReadOnlySpan<T> weights, int inputs, int outputs)
        where T : INumber<T>
    {
        var result = new T[map.Inputs * inputs];
        for (var k = 0; k < map.Offsets; k++)
        {
            for (var row = 0; row < map.Outputs; row++)
            {
                var to = map.InputOf(k, row);
                if (to < 0) continue;
                for (var i = 0; i < inputs; i++)
                {
                    var sum = T.Zero;
                    for (var o = 0; o < outputs; o++) sum += outputGradient[(row * outputs) + o] * weights[(((k * inputs) + i) * outputs) + o];
                    result[(to * inputs) + i] += sum;
                }
            }
        }
        return result;
    }

    /// <summary>dW_k += x[map(k, o)]^T dy[o]: the gradient to the weights, [K, Cin, Cout].</summary>
    public static T[] BackwardWeights<T>(KernelMap map, ReadOnlySpan<T> input, ReadOnlySpan<T> outputGradient, int inputs, int outputs)
        where T : INumber<T>
    {
        var result = new T[map.Offsets * inputs * outputs];
        for (var k = 0; k < map.Offsets; k++)
        {
            for (var row = 0; row < map.Outputs; row++)
            {
                var from = map.InputOf(k, row);
                if (from < 0) continue;
                for (var i = 0; i < inputs; i++)
                {
                    var x = input[(from * inputs) + i];
                    for (var o = 0; o < outputs; o++) result[(((k * inputs) + i) * outputs) + o] += x * outputGradient[(row * outputs) + o];
                }
            }
        }
        return result;
    }
}
