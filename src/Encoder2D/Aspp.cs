using AlsterNode.Kernels;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.Encoder2D;

/// <summary>
/// Atrous spatial pyramid pooling (Chen et al., DeepLabV3+): the coarse map seen at five scales, [B, Cin, h, w] -> [B, Cout, h, w]. The 3x3
/// branches are separable; rates 6, 12, 18 belong to output stride 16.
/// </summary>
internal sealed class Aspp : nn.Module<Tensor, Tensor>
{
    private static readonly long[] Rates = [6, 12, 18];

    [ComponentName(Name = "pointwise")] private readonly ConvNorm _pointwise;
    [ComponentName(Name = "project")] private readonly ConvNorm _project;
    [ComponentName(Name = "atrous")] private readonly ModuleList<SeparableConv> _atrous = new();
    [ComponentName(Name = "pooling")] private readonly Conv2d _pooling;
    [ComponentName(Name = "dropout")] private readonly Dropout _dropout;

    public Aspp(long inputs, long outputs = 256, double dropout = 0.1) : base(nameof(Aspp))
    {
        _pointwise = new ConvNorm(inputs, outputs, 1, Activation.Relu);
        foreach (var rate in Rates) _atrous.Add(new SeparableConv(inputs, outputs, dilation: rate));
        // The image's mean is one pixel: batch norm over a batch of one would have no variance. A bias takes its place.
        _pooling = nn.Conv2d(inputs, outputs, 1, bias: true);
        _project = new ConvNorm(outputs * (2 + Rates.Length), outputs, 1, Activation.Relu);
        _dropout = nn.Dropout(dropout);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var pooled = _pooling.forward(input.mean([2, 3], keepdim: true).to(ScalarType.Float32)).relu(); // [B, Cout, 1, 1]
        var branches = new List<Tensor> { _pointwise.forward(input) };
        foreach (var branch in _atrous) branches.Add(branch.forward(input));
        branches.Add(pooled.to(branches[0].dtype).expand(branches[0].shape).ChannelsLast()); // one branch in another order would turn all that follows
        var x = _project.forward(cat(branches, 1)); // [B, 5 Cout, h, w] -> [B, Cout, h, w]
        return _dropout.forward(x).MoveToOuterDisposeScope();
    }

    public BlockedImage Plan(EncoderPlan plan, BlockedImage input) => plan.Pyramid(input, _pointwise, _atrous, _pooling, _project);
}
