using AlsterNode.Kernels;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.Encoder2D;

/// <summary>
/// Depthwise 3x3, then pointwise 1x1, each with its batch norm: [B, Cin, H, W] -> [B, Cout, ceil(H / stride), ceil(W / stride)].
/// </summary>
internal sealed class SeparableConv : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "depthwise")] private readonly ConvNorm _depthwise;
    [ComponentName(Name = "pointwise")] private readonly ConvNorm _pointwise;
    private readonly bool _activateInput;

    /// <summary>
    /// With <paramref name="activateInput"/> there is a ReLU before the two convolutions and none after (Xception's blocks with a skip),
    /// otherwise one after each (everywhere else).
    /// </summary>
    public SeparableConv(long inputs, long outputs, long stride = 1, long dilation = 1, bool activateInput = false)
        : base(nameof(SeparableConv))
    {
        _activateInput = activateInput;
        var activation = activateInput ? Activation.None : Activation.Relu;
        _depthwise = ConvNorm.Depthwise(inputs, activation, stride, dilation);
        _pointwise = new ConvNorm(inputs, outputs, 1, activation);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = _activateInput ? input.relu() : input;
        return _pointwise.forward(_depthwise.forward(x)).MoveToOuterDisposeScope();
    }

    /// <summary>The same for a plan, into <paramref name="into"/> or memory of its own.</summary>
    public BlockedImage Plan(EncoderPlan plan, RowSource input, BlockedImage into = default) =>
        plan.Separable(input, _depthwise, _pointwise, rectify: _activateInput, into: into);

    /// <summary>The same at the network's end.</summary>
    public void PlanEnd(EncoderPlan plan, RowSource input, Conv2d project) => plan.Project(input, _depthwise, _pointwise, project);

    /// <summary>The same plus what passes a block by: <paramref name="shortcut"/> itself, or its strided 1x1 convolution.</summary>
    public BlockedImage Plan(EncoderPlan plan, RowSource input, BlockedImage shortcut, ConvNorm? skip) =>
        skip is null ? plan.Separable(input, _depthwise, _pointwise, residual: shortcut, rectify: _activateInput)
        : plan.Separable(input, _depthwise, _pointwise, shortcut: shortcut, skip: skip, rectify: _activateInput);
}
