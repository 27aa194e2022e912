using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D.Operators;

/// <summary>The differentiable operators on rows of features.</summary>
public static class SparseOperators
{
    /// <summary>y[o] = sum_k x[map(k, o)] W_k + bias, where pairs that do not exist count as zeros.</summary>
    /// <param name="features">[map.Inputs, Cin].</param>
    /// <param name="weight">[K, Cin, Cout].</param>
    /// <param name="map">Which rows meet under which offset.</param>
    /// <param name="bias">[Cout].</param>
    /// <returns>[map.Outputs, Cout].</returns>
    public static Tensor Convolve(Tensor features, Tensor weight, KernelMap map, Tensor? bias = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(map);
        var (rows, kernel) = (features.shape, weight.shape);
        if (rows.Length != 2 || rows[0] != map.Inputs || kernel.Length != 3 || kernel[0] != map.Offsets || kernel[1] != rows[1])
        {
            throw new ArgumentException($"Features have the shape [{string.Join(", ", rows)}] and the weight [{string.Join(", ", kernel)}], "
                + $"expected [{map.Inputs}, Cin] and [{map.Offsets}, Cin, Cout].");
        }
        var result = SparseConvolution3d.apply(features, weight, map);
        return bias is null ? result : result + bias;
    }

    /// <summary>Copies rows: y[p] = x[rows[p]], zeros where rows[p] is -1. The gradient is summed in the order of p: deterministic.</summary>
    /// <param name="features">[N, D].</param>
    /// <param name="rows">P numbers from -1 to N-1.</param>
    /// <returns>[P, D].</returns>
    public static Tensor GatherRows(Tensor features, int[] rows)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(rows);
        var count = (int)features.shape[0];
        foreach (var row in rows)
        {
            if (row < -1 || row >= count) throw new ArgumentException($"A row is {row}, expected -1 to {count - 1}.", nameof(rows));
        }
        return RowGathering.apply(features, rows);
    }
}
