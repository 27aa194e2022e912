using AlsterNode.Kernels;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.Encoder2D;

/// <summary>
/// DeepLabV3+'s decoder: the coarse map is brought to the fine map's size, refined together with it, and projected to the features of the
/// scene representation ([ALSTER] 3.1: 256 -> 40). Fine [B, F, h, w], coarse [B, C, h', w'] -> [B, D, h, w].
/// </summary>
internal sealed class Decoder : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "fine")] private readonly ConvNorm _fine;
    [ComponentName(Name = "refine1")] private readonly SeparableConv _refine1;
    [ComponentName(Name = "refine2")] private readonly SeparableConv _refine2;
    [ComponentName(Name = "project")] private readonly Conv2d _project;

    public Decoder(long fineChannels, long coarseChannels, long features, long reduced = 48, long width = 256) : base(nameof(Decoder))
    {
        _fine = new ConvNorm(fineChannels, reduced, 1, Activation.Relu);
        _refine1 = new SeparableConv(coarseChannels + reduced, width);
        _refine2 = new SeparableConv(width, width);
        _project = nn.Conv2d(width, features, 1, bias: true);
        Width = width;
        RegisterComponents();
    }

    /// <summary>Channels before the projection.</summary>
    public long Width { get; }

    public override Tensor forward(Tensor fine, Tensor coarse)
    {
        using var scope = NewDisposeScope();
        var enlarged = nn.functional.interpolate(coarse, [fine.shape[2], fine.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false);
        var x = cat([enlarged, _fine.forward(fine)], 1); // [B, C + 48, h, w]
        x = _refine2.forward(_refine1.forward(x));       // [B, 256, h, w]
        return _project.forward(x.to(ScalarType.Float32)).MoveToOuterDisposeScope();
    }

    public void Plan(EncoderPlan plan, BlockedImage fine, BlockedImage coarse)
    {
        var detail = plan.Pointwise(fine, _fine);
        var x = _refine1.Plan(plan, plan.EnlargedBeside(coarse, detail));
        _refine2.PlanEnd(plan, new StoredRows(x), _project);
    }
}
