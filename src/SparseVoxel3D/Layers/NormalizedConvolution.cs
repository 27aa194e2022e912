using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D.Layers;

/// <summary>Convolution, batch normalisation, then (where asked for) residual and ReLU.</summary>
internal sealed class NormalizedConvolution : nn.Module<SparseTensor, SparseTensor>
{
    [ComponentName(Name = "conv")]
    private readonly SparseConvolutionLayer _convolution;

    [ComponentName(Name = "norm")]
    private readonly RowBatchNorm _norm;

    private readonly bool _relu;

    public NormalizedConvolution(SparseConvolutionLayer convolution, bool relu = true) : base(nameof(NormalizedConvolution))
    {
        ArgumentNullException.ThrowIfNull(convolution);
        _convolution = convolution;
        _norm = new RowBatchNorm((int)convolution.Weight.shape[2]);
        _relu = relu;
        RegisterComponents();
    }

    public SparseConvolutionLayer Convolution => _convolution;

    public RowBatchNorm Norm => _norm;

    public override SparseTensor forward(SparseTensor input) => Apply(input, residual: null);

    /// <summary>[N, Cin] -> [M, Cout]; the residual is [M, Cout].</summary>
    public SparseTensor Apply(SparseTensor input, Tensor? residual)
    {
        var y = _convolution.forward(input);
        return y.With(_norm.Apply(y.Features, residual, _relu));
    }
}
