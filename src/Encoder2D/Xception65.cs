using AlsterNode.Kernels;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.Encoder2D;

/// <summary>
/// Aligned Xception with 65 layers (Chen et al., DeepLabV3+): all pooling is a strided separable convolution; entry flow, 16 middle blocks,
/// exit flow, whose stride is replaced by dilation 2, so that the output stays at a sixteenth.
/// </summary>
internal sealed class Xception65 : BackboneNetwork
{
    private const int MiddleBlocks = 16;
    private const int MiddleChannels = 728;

    [ComponentName(Name = "stem1")] private readonly ConvNorm _stem1;
    [ComponentName(Name = "stem2")] private readonly ConvNorm _stem2;
    [ComponentName(Name = "entry1")] private readonly XceptionBlock _entry1;
    [ComponentName(Name = "entry2")] private readonly XceptionBlock _entry2;
    [ComponentName(Name = "entry3")] private readonly XceptionBlock _entry3;
    [ComponentName(Name = "exit1")] private readonly XceptionBlock _exit1;
    [ComponentName(Name = "middle")] private readonly ModuleList<XceptionBlock> _middle = new();
    [ComponentName(Name = "exit2")] private readonly ModuleList<SeparableConv> _exit2 = new();

    public Xception65(int inputChannels) : base(nameof(Xception65), fineChannels: 256, coarseChannels: 2048)
    {
        _stem1 = new ConvNorm(inputChannels, 32, 3, Activation.Relu, stride: 2);
        _stem2 = new ConvNorm(32, 64, 3, Activation.Relu);
        _entry1 = new XceptionBlock(64, [128, 128, 128], XceptionSkip.Convolution, stride: 2);
        _entry2 = new XceptionBlock(128, [256, 256, 256], XceptionSkip.Convolution, stride: 2);
        _entry3 = new XceptionBlock(256, [MiddleChannels, MiddleChannels, MiddleChannels], XceptionSkip.Convolution, stride: 2);
        for (var i = 0; i < MiddleBlocks; i++)
            _middle.Add(new XceptionBlock(MiddleChannels, [MiddleChannels, MiddleChannels, MiddleChannels], XceptionSkip.Identity));
        _exit1 = new XceptionBlock(MiddleChannels, [MiddleChannels, 1024, 1024], XceptionSkip.Convolution); // stride 2 in the classifier
        _exit2.Add(new SeparableConv(1024, 1536, dilation: 2));
        _exit2.Add(new SeparableConv(1536, 1536, dilation: 2));
        _exit2.Add(new SeparableConv(1536, 2048, dilation: 2));

        RegisterComponents();
    }

    public override (Tensor Fine, Tensor Coarse) forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = _stem2.forward(_stem1.forward(input)); // [B, 64, H/2, W/2]
        x = _entry1.forward(x);                        // [B, 128, H/4, W/4]
        var (strided, fine) = _entry2.ForwardWithDetail(x); // [B, 256, H/8, W/8], [B, 256, H/4, W/4]
        x = _entry3.forward(strided);                  // [B, 728, H/16, W/16]
        foreach (var block in _middle) x = Replace(x, block.forward(x));
        x = Replace(x, _exit1.forward(x));             // [B, 1024, H/16, W/16]
        foreach (var layer in _exit2) x = Replace(x, layer.forward(x)); // [B, 2048, H/16, W/16]
        return (fine.MoveToOuterDisposeScope(), x.MoveToOuterDisposeScope());
    }

    public override (BlockedImage Fine, BlockedImage Coarse) Plan(EncoderPlan plan, RowSource input)
    {
        var x = plan.Dense(input, _stem1);
        x = Replace(plan, x, plan.Dense(new StoredRows(x), _stem2));
        x = Replace(plan, x, _entry1.Plan(plan, x));
        var (strided, fine) = _entry2.PlanWithDetail(plan, x);
        plan.Release(x);
        x = Replace(plan, strided, _entry3.Plan(plan, strided));
        foreach (var block in _middle) x = Replace(plan, x, block.Plan(plan, x));
        x = Replace(plan, x, _exit1.Plan(plan, x));
        foreach (var layer in _exit2) x = Replace(plan, x, layer.Plan(plan, new StoredRows(x)));
        return (fine, x);
    }

    private static BlockedImage Replace(EncoderPlan plan, BlockedImage old, BlockedImage next)
    {
        plan.Release(old);
        return next;
    }

    private static Tensor Replace(Tensor old, Tensor next)
    {
        old.Dispose(); // 20 blocks of activations would otherwise wait for the end of the scope
        return next;
    }
}

internal enum XceptionSkip
{
    /// <summary>The block's input is added to its output.</summary>
    Identity,

    /// <summary>The block's input passes a 1x1 convolution with the block's stride.</summary>
    Convolution,
}

/// <summary>Three separable convolutions with a ReLU before each, the last one strided, and a skip around them.</summary>
internal sealed class XceptionBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv1")] private readonly SeparableConv _conv1;
    [ComponentName(Name = "conv2")] private readonly SeparableConv _conv2;
    [ComponentName(Name = "conv3")] private readonly SeparableConv _conv3;
    [ComponentName(Name = "skip")] private readonly ConvNorm? _skip;

    public XceptionBlock(long inputs, ReadOnlySpan<long> channels, XceptionSkip skip, long stride = 1) : base(nameof(XceptionBlock))
    {
        _conv1 = new SeparableConv(inputs, channels[0], activateInput: true);
        _conv2 = new SeparableConv(channels[0], channels[1], activateInput: true);
        _conv3 = new SeparableConv(channels[1], channels[2], stride, activateInput: true);
        if (skip == XceptionSkip.Convolution) _skip = new ConvNorm(inputs, channels[2], 1, Activation.None, stride);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return ForwardWithDetail(input).Output.MoveToOuterDisposeScope();
    }

    /// <summary>The block's output, and what its last layer reads, before the stride.</summary>
    public (Tensor Output, Tensor Detail) ForwardWithDetail(Tensor input)
    {
        using var scope = NewDisposeScope();
        var detail = _conv2.forward(_conv1.forward(input));
        var skip = _skip is null ? input : _skip.forward(input);
        var output = _conv3.forward(detail) + skip;
        return (output.MoveToOuterDisposeScope(), detail.MoveToOuterDisposeScope());
    }

    public BlockedImage Plan(EncoderPlan plan, BlockedImage input)
    {
        var (output, detail) = PlanWithDetail(plan, input);
        plan.Release(detail);
        return output;
    }

    /// <summary>The same for a plan; the detail is the caller's to release.</summary>
    public (BlockedImage Output, BlockedImage Detail) PlanWithDetail(EncoderPlan plan, BlockedImage input)
    {
        var first = _conv1.Plan(plan, new StoredRows(input));
        var detail = _conv2.Plan(plan, new StoredRows(first));
        plan.Release(first);
        return (_conv3.Plan(plan, new StoredRows(detail), input, _skip), detail);
    }
}
