using AlsterNode.SparseVoxel3D.Operators;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D.Layers;

/// <summary>A sparse convolution with its parameters: weight [K, Cin, Cout] and, where wanted, bias [Cout].</summary>
public abstract class SparseConvolutionLayer : nn.Module<SparseTensor, SparseTensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    private protected SparseConvolutionLayer(string name, int offsets, int inputs, int outputs, bool bias) : base(name)
    {
        using (no_grad())
        {
            // He et al. (2015), by the layer's outputs as in Minkowski networks: many offsets meet no voxel, so inputs overestimate the fan.
            _weight = nn.Parameter(randn(offsets, inputs, outputs) * Math.Sqrt(2.0 / (offsets * outputs)));
            _bias = bias ? nn.Parameter(zeros(outputs)) : null;
        }
        RegisterComponents();
    }

    /// <summary>[K, Cin, Cout].</summary>
    public Tensor Weight => _weight;

    /// <summary>[Cout], or null.</summary>
    public Tensor? Bias => _bias;

    /// <summary>[N, Cin] -> [M, Cout].</summary>
    public override SparseTensor forward(SparseTensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var map = MapFor(input.Maps, input.Stride);
        return new SparseTensor(input.Maps, OutputStride(input.Stride), SparseOperators.Convolve(input.Features, _weight, map, _bias));
    }

    internal abstract KernelMap MapFor(KernelMaps maps, int stride);

    private protected abstract int OutputStride(int stride);
}

/// <summary>Outputs exist where inputs exist, so detail does not blur out: kernel of 1, 3, 5, ... voxels along an edge.</summary>
public sealed class SubmanifoldConv3d(int inputs, int outputs, int kernelSize = 3, bool bias = false)
    : SparseConvolutionLayer(nameof(SubmanifoldConv3d), kernelSize * kernelSize * kernelSize, inputs, outputs, bias)
{
    internal override KernelMap MapFor(KernelMaps maps, int stride) => maps.Submanifold(stride, kernelSize);

    private protected override int OutputStride(int stride) => stride;
}

/// <summary>To voxels of twice the size: kernel 2x2x2, stride 2.</summary>
public sealed class StridedConv3d(int inputs, int outputs, bool bias = false)
    : SparseConvolutionLayer(nameof(StridedConv3d), 8, inputs, outputs, bias)
{
    internal override KernelMap MapFor(KernelMaps maps, int stride) => maps.Down(stride);

    private protected override int OutputStride(int stride) => 2 * stride;
}

/// <summary>Back to the voxels of half the size that exist: the transpose of <see cref="StridedConv3d"/>.</summary>
public sealed class TransposedConv3d(int inputs, int outputs, bool bias = false)
    : SparseConvolutionLayer(nameof(TransposedConv3d), 8, inputs, outputs, bias)
{
    internal override KernelMap MapFor(KernelMaps maps, int stride) => maps.Up(OutputStride(stride));

    private protected override int OutputStride(int stride) =>
        stride > 1 ? stride / 2 : throw new InvalidOperationException("The finest voxels have no finer ones.");
}
