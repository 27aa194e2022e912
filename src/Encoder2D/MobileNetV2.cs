using AlsterNode.Kernels;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.Encoder2D;

/// <summary>
/// MobileNetV2 at width 1 without its classifier. The last stride is replaced by dilation 2, so that the output stays at a sixteenth.
/// </summary>
internal sealed class MobileNetV2 : BackboneNetwork
{
    private const int FineStage = 1; // the 24-channel stage is the last at a quarter

    // Expansion, channels, blocks, stride of the first block, dilation of the first and of the other blocks.
    private static readonly (int Expansion, int Channels, int Blocks, int Stride, int FirstDilation, int Dilation)[] Stages =
    [
        (1, 16, 1, 1, 1, 1),
        (6, 24, 2, 2, 1, 1),
        (6, 32, 3, 2, 1, 1),
        (6, 64, 4, 2, 1, 1),
        (6, 96, 3, 1, 1, 1),
        (6, 160, 3, 1, 1, 2), // stride 2 in the classifier
        (6, 320, 1, 1, 2, 2),
    ];

    [ComponentName(Name = "stem")] private readonly ConvNorm _stem;
    [ComponentName(Name = "blocks")] private readonly ModuleList<InvertedResidual> _blocks = new();
    private readonly int _fineBlock;

    public MobileNetV2(int inputChannels) : base(nameof(MobileNetV2), fineChannels: 24, coarseChannels: 320)
    {
        const int StemChannels = 32;
        _stem = new ConvNorm(inputChannels, StemChannels, 3, Activation.Relu6, stride: 2);
        var channels = StemChannels;
        for (var stage = 0; stage < Stages.Length; stage++)
        {
            var s = Stages[stage];
            for (var block = 0; block < s.Blocks; block++)
            {
                _blocks.Add(new InvertedResidual(channels, s.Channels, s.Expansion, block == 0 ? s.Stride : 1, block == 0 ? s.FirstDilation : s.Dilation));
                channels = s.Channels;
            }
            if (stage == FineStage) _fineBlock = _blocks.Count - 1;
        }
        RegisterComponents();
    }

    public override (Tensor Fine, Tensor Coarse) forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = _stem.forward(input); // [B, 32, H/2, W/2]
        var fine = x;
        for (var i = 0; i < _blocks.Count; i++)
        {
            var next = _blocks[i].forward(x);
            if (!ReferenceEquals(x, fine)) x.Dispose();
            x = next;
            if (i == _fineBlock) fine = x; // [B, 24, H/4, W/4]
        }
        return (fine.MoveToOuterDisposeScope(), x.MoveToOuterDisposeScope()); // [B, 320, H/16, W/16]
    }

    public override (BlockedImage Fine, BlockedImage Coarse) Plan(EncoderPlan plan, RowSource input)
    {
        var x = plan.Dense(input, _stem);
        var fine = x;
        for (var i = 0; i < _blocks.Count; i++)
        {
            var next = _blocks[i].Plan(plan, x);
            if (i != _fineBlock + 1) plan.Release(x);
            x = next;
            if (i == _fineBlock) fine = x;
        }
        return (fine, x);
    }
}

/// <summary>1x1 up by the expansion, depthwise 3x3, 1x1 down without activation; a skip where input and output have one shape.</summary>
internal sealed class InvertedResidual : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "expand")] private readonly ConvNorm? _expand;
    [ComponentName(Name = "depthwise")] private readonly ConvNorm _depthwise;
    [ComponentName(Name = "project")] private readonly ConvNorm _project;
    private readonly bool _hasSkip;

    public InvertedResidual(int inputs, int outputs, int expansion, int stride, int dilation) : base(nameof(InvertedResidual))
    {
        var hidden = inputs * expansion;
        _hasSkip = stride == 1 && inputs == outputs;
        if (expansion != 1)
        {
            _expand = new ConvNorm(inputs, hidden, 1, Activation.Relu6);
        }
        _depthwise = ConvNorm.Depthwise(hidden, Activation.Relu6, stride, dilation);
        _project = new ConvNorm(hidden, outputs, 1, Activation.None);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = _expand is null ? input : _expand.forward(input);
        x = _project.forward(_depthwise.forward(x));
        return (_hasSkip ? x + input : x).MoveToOuterDisposeScope();
    }

    public BlockedImage Plan(EncoderPlan plan, BlockedImage input)
    {
        var residual = _hasSkip ? input : default;
        if (_expand is null) return plan.Separable(new StoredRows(input), _depthwise, _project, residual);
        if (input.Height >= EncoderPlan.LeastRowsToExpand) return plan.Separable(plan.Expanded(input, _expand), _depthwise, _project, residual);
        var expanded = plan.Pointwise(input, _expand);
        var output = plan.Separable(new StoredRows(expanded), _depthwise, _project, residual);
        plan.Release(expanded);
        return output;
    }
}
