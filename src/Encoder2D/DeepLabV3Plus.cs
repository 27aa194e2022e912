using AlsterNode.Core;
using AlsterNode.Kernels;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.Encoder2D;

/// <summary>
/// The 2D encoder F2D ([ALSTER] 3.1, Eq. 1): DeepLabV3+ at output stride 16 on colour, depth and normals, with the decoder's 256 channels
/// projected to the dimension of the scene's features.
/// </summary>
public sealed class DeepLabV3Plus : nn.Module<Tensor, Tensor>
{
    private const int AsppChannels = 256;

    [ComponentName(Name = "backbone")] private readonly BackboneNetwork _backbone;
    [ComponentName(Name = "aspp")] private readonly Aspp _aspp;
    [ComponentName(Name = "decoder")] private readonly Decoder _decoder;
    private bool _isFolded;
    private PixelKernels _kernels = PixelKernels.Best;
    private EncoderPlan? _plan;

    /// <param name="backbone">The paper's Xception65, or MobileNetV2 for a CPU.</param>
    /// <param name="inputChannels">Colour, depth and normals: <see cref="EncoderInput.Channels"/>.</param>
    /// <param name="featureDimension">Channels of the output.</param>
    public DeepLabV3Plus(Backbone backbone, int inputChannels = EncoderInput.Channels, int featureDimension = 40) : base(nameof(DeepLabV3Plus))
    {
        Backbone = backbone;
        InputChannels = inputChannels;
        FeatureDimension = featureDimension;
        _backbone = BackboneNetwork.Create(backbone, inputChannels);
        _aspp = new Aspp(_backbone.CoarseChannels, AsppChannels);
        _decoder = new Decoder(_backbone.FineChannels, AsppChannels, featureDimension);
        RegisterComponents();
    }

    /// <summary>Why this computer has no bfloat16 products; null: it has.</summary>
    public static string? Bfloat16Problem => Bfloat16Products.Problem;

    public Backbone Backbone { get; }

    public int InputChannels { get; }

    public int FeatureDimension { get; }

    /// <summary>
    /// Type of the convolutions' products where batch norm is not folded: lower than 32 bits for mixed-precision training. Weights, norms and the result
    /// stay in 32 bits.
    /// </summary>
    public ScalarType Precision
    {
        get => modules().OfType<ConvNorm>().First().Precision;
        set
        {
            foreach (var layer in modules().OfType<ConvNorm>()) layer.Precision = value;
        }
    }

    /// <summary>[B, 7, H, W] -> [B, D, ceil(H/4), ceil(W/4)]; any H and W, any batch size, in training too.</summary>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() != 4 || input.shape[1] != InputChannels)
            throw new ArgumentException($"The encoder got [{string.Join(", ", input.shape)}], expected [B, {InputChannels}, H, W].");
        if (training) ForgetPlan(); // the weights are about to change
        return _isFolded && !is_grad_enabled() && IsCpuFloat(input) ? PlanFor((int)input.shape[2], (int)input.shape[3]).Run(input) : RunLayers(input);
    }

    /// <summary>One frame's features pixel by pixel, [ceil(H/4) ceil(W/4), D], where batch norm is folded and the CPU's own kernels run.</summary>
    internal unsafe void Run(EncoderInput input, float* rows)
    {
        if (!_isFolded) throw new InvalidOperationException("The encoder is not folded for the CPU; call FoldBatchNorm after loading or training.");
        fixed (float* planes = input.Planes) PlanFor(input.Height, input.Width).Run(planes, rows);
    }

    /// <summary>The same for a plan of the folded network.</summary>
    internal void Plan(EncoderPlan plan, RowSource input)
    {
        var (fine, coarse) = _backbone.Plan(plan, input);
        _decoder.Plan(plan, fine, _aspp.Plan(plan, coarse));
    }

    private Tensor RunLayers(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input.device_type == DeviceType.CPU ? input.ChannelsLast() : input;
        var (fine, coarse) = _backbone.forward(x);        // [B, F, H/4, W/4], [B, C, H/16, W/16]
        var context = _aspp.forward(coarse);              // [B, 256, H/16, W/16]
        var features = _decoder.forward(fine, context);   // [B, D, H/4, W/4]
        return features.contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Multiplications and additions of all convolutions for one image of this size [px].</summary>
    public long CountOperations(int width, int height)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var output = RunLayers(zeros(1, InputChannels, height, width));
        var projection = 2 * output.numel() * _decoder.Width;
        var pooling = 2 * (long)AsppChannels * _backbone.CoarseChannels;
        return modules().OfType<ConvNorm>().Sum(layer => layer.Operations) + projection + pooling;
    }

    /// <summary>
    /// Takes every batch norm into its convolution: from now on evaluation mode runs a copy, without gradients on the CPU on kernels of our own (equal within
    /// 1e-4). Parameters and training mode stay as they are; a training step ends it. Call it after loading weights and moving to a device, and again after
    /// either. The copy has buffers of its own: one call at a time.
    /// </summary>
    /// <param name="precision">
    /// Type of the copy's products: half precision, say, on a GPU; 32 bits or bfloat16 on a CPU. Throws <see cref="InputException"/> where the processor has no
    /// bfloat16 products.
    /// </param>
    public void FoldBatchNorm(ScalarType precision = ScalarType.Float32)
    {
        ForgetPlan();
        var isOnCpu = parameters().All(IsCpuFloat);
        if (isOnCpu) _kernels = KernelsFor(precision);
        _isFolded = isOnCpu;
        foreach (var module in modules())
        {
            if (module is not ConvNorm layer) continue;
            if (_isFolded) layer.Unfold(); // the plan has packed weights
            else layer.Fold(precision);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) ForgetPlan();
        base.Dispose(disposing);
    }

    private static bool IsCpuFloat(Tensor tensor) => tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU;

    private static PixelKernels KernelsFor(ScalarType precision) => precision switch
    {
        ScalarType.Float32 => PixelKernels.Best,
        ScalarType.BFloat16 => PixelKernels.Bfloat16 ?? throw new InputException($"The encoder's precision is bfloat16, but {Bfloat16Problem}; use float32."),
        _ => throw new ArgumentException($"The precision is {precision}, expected Float32 or BFloat16 on a CPU.", nameof(precision)),
    };

    private EncoderPlan PlanFor(int height, int width)
    {
        if (_plan is { } known && known.Size == (height, width)) return known;
        _plan?.Dispose();
        return _plan = new EncoderPlan(_kernels, this, height, width);
    }

    private void ForgetPlan()
    {
        _plan?.Dispose();
        (_plan, _isFolded) = (null, false);
    }
}
