using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AlsterNode.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace AlsterNode.Encoder2D;

/// <summary>
/// A folded convolution for evaluation on the CPU by our own kernels, with activation and residual in the same pass: 1x1 and depthwise 3x3,
/// nearly all of the network's work. Pixels are stored channel by channel (channels-last) in and out.
/// </summary>
internal abstract unsafe class PixelConvolution : IDisposable
{
    private readonly float _floor, _ceiling;

    private PixelConvolution(Activation activation)
    {
        _floor = activation == Activation.None ? float.NegativeInfinity : 0;
        _ceiling = activation == Activation.Relu6 ? 6 : float.PositiveInfinity;
    }

    /// <summary>The kernel of a convolution with padding dilation * (k - 1) / 2; null when it is of another kind or not 32-bit on the CPU.</summary>
    /// <param name="weight">[Cout, Cin / groups, k, k].</param>
    /// <param name="bias">[Cout].</param>
    /// <param name="stride">Of both axes.</param>
    /// <param name="dilation">Of both axes.</param>
    /// <param name="groups">1, or Cin for depthwise.</param>
    /// <param name="activation">What follows.</param>
    public static PixelConvolution? TryCreate(Tensor weight, Tensor bias, long stride, long dilation, long groups, Activation activation)
    {
        if (!Takes(weight)) return null;
        var (outputs, inputs, size) = (weight.shape[0], weight.shape[1], weight.shape[2]);
        if (size == 1 && stride == 1 && groups == 1) return new Pointwise(weight, bias, activation);
        return size == 3 && inputs == 1 && groups == outputs ? new Depthwise(weight, bias, (int)stride, (int)dilation, activation) : null;
    }

    /// <summary>Whether our kernels can read a tensor.</summary>
    public static bool Takes(Tensor tensor) => tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU;

    /// <summary>[B, Cin, H, W] -> [B, Cout, H', W'], channels-last; the residual has the output's shape.</summary>
    public Tensor Run(Tensor input, Tensor? residual)
    {
        using var pixels = input.permute(0, 2, 3, 1).contiguous(); // [B, H, W, Cin]; costs nothing where the order is right already
        using var extra = residual?.permute(0, 2, 3, 1).contiguous();
        using var output = Compute(pixels, extra, _floor, _ceiling); // [B, H', W', Cout]
        return output.permute(0, 3, 1, 2);
    }

    public abstract void Dispose();

    protected abstract Tensor Compute(Tensor pixels, Tensor? residual, float floor, float ceiling);

    private static float* Floats(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    private sealed class Pointwise : PixelConvolution
    {
        private readonly PackedWeights _weights;

        public Pointwise(Tensor weight, Tensor bias, Activation activation) : base(activation)
        {
            var (outputs, inputs) = ((int)weight.shape[0], (int)weight.shape[1]);
            using var columns = weight.reshape(outputs, inputs).t().contiguous(); // [Cin, Cout]
            _weights = PackedWeights.Forward(TileKernels.Best, Floats(columns), 1, inputs, outputs, WorkerPool.Shared);
            _weights.SetBias(bias.data<float>().ToArray());
        }

        public override void Dispose() => _weights.Dispose();

        protected override Tensor Compute(Tensor pixels, Tensor? residual, float floor, float ceiling)
        {
            var shape = pixels.shape;
            var output = empty(shape[0], shape[1], shape[2], _weights.Outputs);
            RowProduct.Run(_weights, new FloatRows(Floats(pixels), _weights.Inputs), new FloatRows(Floats(output), _weights.Outputs), (int)(shape[0] * shape[1] * shape[2]),
                residual is null ? default : new FloatRows(Floats(residual), _weights.Outputs), floor, ceiling, WorkerPool.Shared);
            return output;
        }
    }

    private sealed class Depthwise : PixelConvolution
    {
        private readonly NativeBuffer<float> _weights = new(); // [9, C] and the biases [C]
        private readonly int _channels, _stride, _dilation;

        public Depthwise(Tensor weight, Tensor bias, int stride, int dilation, Activation activation) : base(activation)
        {
            (_channels, _stride, _dilation) = ((int)weight.shape[0], stride, dilation);
            using var taps = weight.reshape(_channels, 9).t().contiguous(); // [9, C]
            var to = new Span<float>(_weights.Reserve(10 * _channels), 10 * _channels);
            taps.data<float>().ToArray().CopyTo(to);
            bias.data<float>().ToArray().CopyTo(to[(9 * _channels)..]);
        }

        public override void Dispose() => _weights.Free();

        protected override Tensor Compute(Tensor pixels, Tensor? residual, float floor, float ceiling)
        {
            if (residual is not null) throw new NotSupportedException("No network adds anything to a depthwise convolution.");
            var sizes = pixels.shape;
            var shape = new DepthwiseShape((int)sizes[1], (int)sizes[2], _channels, _stride, _dilation);
            var output = empty(sizes[0], shape.OutputHeight, shape.OutputWidth, _channels);
            long inputSize = (long)shape.Height * shape.Width * _channels, outputSize = (long)shape.OutputHeight * shape.OutputWidth * _channels;
            for (var image = 0; image < sizes[0]; image++)
                DepthwiseConvolution.Run(shape, _weights.Reserve(0), Floats(pixels) + (image * inputSize), Floats(output) + (image * outputSize), floor, ceiling, WorkerPool.Shared);
            return output;
        }
    }
}
