using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D.Layers;

/// <summary>relu(conv(relu(conv(x))) + x), 3x3x3 each; where the widths differ, x goes through a 1x1x1 convolution.</summary>
internal sealed class ResidualBlock : nn.Module<SparseTensor, SparseTensor>
{
    [ComponentName(Name = "first")]
    private readonly NormalizedConvolution _first;

    [ComponentName(Name = "second")]
    private readonly NormalizedConvolution _second;

    [ComponentName(Name = "shortcut")]
    private readonly NormalizedConvolution? _shortcut;

    public ResidualBlock(int inputs, int outputs) : base(nameof(ResidualBlock))
    {
        _first = new NormalizedConvolution(new SubmanifoldConv3d(inputs, outputs));
        _second = new NormalizedConvolution(new SubmanifoldConv3d(outputs, outputs));
        _shortcut = inputs == outputs ? null : new NormalizedConvolution(new SubmanifoldConv3d(inputs, outputs, kernelSize: 1), relu: false);
        RegisterComponents();
    }

    public NormalizedConvolution First => _first;

    public NormalizedConvolution Second => _second;

    public NormalizedConvolution? Shortcut => _shortcut;

    public override SparseTensor forward(SparseTensor input)
    {
        var residual = _shortcut is null ? input.Features : _shortcut.forward(input).Features;
        return _second.Apply(_first.forward(input), residual);
    }
}
