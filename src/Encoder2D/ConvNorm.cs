using AlsterNode.Kernels;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.Encoder2D;

/// <summary>What follows a convolution.</summary>
internal enum Activation
{
    None,
    Relu,
    Relu6,
}

/// <summary>
/// Convolution without bias, batch norm, activation: [B, Cin, H, W] -> [B, Cout, ceil(H / stride), ceil(W / stride)]. The norm keeps
/// PyTorch's constants: eps 1e-5, running statistics move by a tenth (momentum 0.1) a training step.
/// </summary>
internal sealed class ConvNorm : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-5;
    private const double Momentum = 0.1;

    [ComponentName(Name = "conv")] private readonly Conv2d _conv;
    [ComponentName(Name = "norm")] private readonly BatchNorm2d _norm;
    private readonly Activation _activation;
    private readonly long[] _stride, _padding, _dilation;
    private readonly long _groups;
    private readonly long _multiplications; // for one value of the output
    private Tensor? _foldedWeight, _foldedBias;

    public ConvNorm(long inputs, long outputs, long kernel, Activation activation, long stride = 1, long dilation = 1, long groups = 1)
        : base(nameof(ConvNorm))
    {
        _activation = activation;
        _groups = groups;
        var padding = dilation * (kernel - 1) / 2;
        (_stride, _padding, _dilation) = ([stride, stride], [padding, padding], [dilation, dilation]);
        _conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation, groups: groups, bias: false);
        _norm = nn.BatchNorm2d(outputs, Epsilon, Momentum);
        RegisterComponents();
        var fanIn = _multiplications = inputs / groups * kernel * kernel;
        nn.init.normal_(_conv.weight, 0, Math.Sqrt(2.0 / fanIn)); // He et al.: keeps the variance through a ReLU
    }

    /// <summary>Multiplications and additions of the last forward pass, the activation left out.</summary>
    public long Operations { get; private set; }

    /// <summary>Type of the products in training. Weights, norms and gradients stay in 32 bits.</summary>
    public ScalarType Precision { get; set; } = ScalarType.Float32;

    /// <summary>Depthwise 3x3: one filter a channel.</summary>
    public static ConvNorm Depthwise(long channels, Activation activation, long stride = 1, long dilation = 1) =>
        new(channels, channels, 3, activation, stride, dilation, channels);

    /// <summary>Channels of the output.</summary>
    public int Outputs => (int)_norm.weight!.shape[0];

    /// <summary>Least and largest value of the output.</summary>
    public float Floor => _activation == Activation.None ? float.NegativeInfinity : 0;

    public float Ceiling => _activation == Activation.Relu6 ? 6 : float.PositiveInfinity;

    /// <summary>The sizes of input and output.</summary>
    public WindowShape Window(int height, int width) => new(height, width, (int)_stride[0], (int)_dilation[0]);

    public override Tensor forward(Tensor input)
    {
        var output = Run(input);
        Operations = 2 * output.numel() * _multiplications;
        return output;
    }

    private Tensor Run(Tensor input)
    {
        using var scope = NewDisposeScope();
        if (training || _foldedWeight is null) return Activate(_norm.forward(Convolve(input))).MoveToOuterDisposeScope();
        var output = nn.functional.conv2d(input.to(_foldedWeight.dtype), _foldedWeight, _foldedBias, _stride, _padding, _dilation, _groups);
        return ActivateInPlace(output).MoveToOuterDisposeScope();
    }

    /// <summary>Has evaluation mode run the folded convolution, a copy of this type: after the weights or the device change, fold again.</summary>
    public void Fold(ScalarType precision)
    {
        Unfold();
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var (weight, bias) = FoldedTensors();
        _foldedWeight = weight.to(precision).DetachFromDisposeScope();
        _foldedBias = bias.to(precision).DetachFromDisposeScope();
    }

    /// <summary>Has evaluation mode run the layers as they are.</summary>
    public void Unfold()
    {
        _foldedWeight?.Dispose();
        _foldedBias?.Dispose();
        (_foldedWeight, _foldedBias) = (null, null);
    }

    /// <summary>The folded convolution of weights on the CPU.</summary>
    public FoldedConvolution Folded()
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var (weight, bias) = FoldedTensors();
        return FoldedConvolution.Of(weight, bias);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Unfold();
        base.Dispose(disposing);
    }

    private Tensor Convolve(Tensor input) => Precision == ScalarType.Float32
        ? _conv.forward(input)
        : nn.functional.conv2d(input.to(Precision), _conv.weight!.to(Precision), null, _stride, _padding, _dilation, _groups).to(ScalarType.Float32);

    /// <summary>The batch norm's affine map taken into the convolution: w' = w g / sqrt(var + eps), b' = b - mean g / sqrt(var + eps).</summary>
    private (Tensor Weight, Tensor Bias) FoldedTensors()
    {
        var scale = _norm.weight / (_norm.running_var! + Epsilon).sqrt(); // [Cout]
        var weight = _conv.weight! * scale.view(-1, 1, 1, 1);             // [Cout, Cin / groups, k, k]
        return (weight, _norm.bias! - (_norm.running_mean! * scale));
    }

    private Tensor Activate(Tensor x) => _activation switch
    {
        Activation.Relu => x.relu(),
        Activation.Relu6 => x.relu6(), // the backward pass of clamp(0, 6) goes value by value: a sixth of a training step
        _ => x,
    };

    private Tensor ActivateInPlace(Tensor x) => _activation switch
    {
        Activation.Relu => x.relu_(),
        Activation.Relu6 => x.clamp_(0, 6),
        _ => x,
    };
}
