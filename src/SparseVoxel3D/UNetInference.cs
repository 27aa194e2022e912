using AlsterNode.Core;
using AlsterNode.Kernels;

namespace AlsterNode.SparseVoxel3D;

/// <summary>
/// Runs a network on one set of voxels after another, from coordinates to output, in the same memory. It takes the weights as they are when it is
/// made; the network belongs to the caller.
/// </summary>
public sealed unsafe class UNetInference
{
    private readonly SparseUNet3D _network;
    private readonly KernelMaps _maps = new([], lookup: null);
    private readonly NativeBuffer<float> _result = new();

    public UNetInference(SparseUNet3D network)
    {
        ArgumentNullException.ThrowIfNull(network);
        _network = network;
        _network.eval();
        _network.Fold();
    }

    /// <summary>One forward pass; index and kernel maps are made anew.</summary>
    /// <param name="voxels">In canonical order, each once, [N].</param>
    /// <param name="features">[N, Inputs].</param>
    /// <returns>[N, Outputs]: valid until the next call.</returns>
    public ReadOnlySpan<float> Run(VoxelIndex[] voxels, ReadOnlySpan<float> features)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        var (inputs, outputs) = (_network.Options.Inputs, _network.Options.Outputs);
        if (features.Length != voxels.Length * inputs) throw new ArgumentException($"There are {features.Length} features, expected {voxels.Length} x {inputs}.", nameof(features));
        _maps.Refill(voxels, voxels.Length, lookup: null);
        var result = new FloatRows(_result.Reserve((long)voxels.Length * outputs), outputs);
        fixed (float* from = features) _network.Run(_maps, new FloatRows(from, inputs), result);
        return new ReadOnlySpan<float>(result.Pointer, voxels.Length * outputs);
    }
}
