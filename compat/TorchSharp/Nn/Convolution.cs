using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp
{
    public enum PaddingModes
    {
        Zeros = 0,
        Reflect = 1,
        Replicate = 2,
        Circular = 3,
        Constant = 4,
    }

    public enum Padding
    {
        Valid = 0,
        Same = 1,
    }
}

namespace TorchSharp.Modules
{
    /// <summary>A convolution's weight [out, in / groups, kernel...], bias [out] and geometry.</summary>
    public abstract class Convolution : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = nameof(bias))]
        private Parameter? _bias;

        [ComponentName(Name = nameof(weight))]
        private Parameter? _weight;

        private protected Convolution(
            string name,
            long in_channels,
            long out_channels,
            long[] kernel_size,
            long[] stride,
            long[] padding,
            long[] dilation,
            long groups,
            bool bias,
            PaddingModes padding_mode,
            Device? device,
            ScalarType? dtype)
            : base(name)
        {
            if (padding_mode != PaddingModes.Zeros)
                throw new ArgumentException($"Padding mode is {padding_mode}, only {PaddingModes.Zeros} is supported.", nameof(padding_mode));
            if (groups < 1 || in_channels % groups != 0 || out_channels % groups != 0)
                throw new ArgumentException($"{groups} groups do not divide {in_channels} input and {out_channels} output channels.", nameof(groups));
            this.in_channels = in_channels;
            this.out_channels = out_channels;
            this.kernel_size = kernel_size;
            this.stride = stride;
            this.padding = padding;
            this.dilation = dilation;
            this.groups = groups;
            this.padding_mode = padding_mode;
            weight = nn.Parameter(empty([out_channels, in_channels / groups, .. kernel_size], dtype: dtype, device: device));
            if (bias)
                this.bias = nn.Parameter(empty([out_channels], dtype: dtype, device: device));
            reset_parameters();
        }

        public long in_channels { get; }

        public long out_channels { get; }

        public long[] kernel_size { get; set; }

        public long[] stride { get; set; }

        public long[]? padding { get; private set; }

        public long[] dilation { get; set; }

        public long groups { get; set; }

        public PaddingModes padding_mode { get; set; }

        public Parameter? bias
        {
            get => _bias;
            set
            {
                if (ReferenceEquals(value, _bias))
                    return;
                _bias?.Dispose();
                _bias = (Parameter?)value?.DetachFromDisposeScope();
                ConditionallyRegisterParameter(nameof(bias), _bias);
            }
        }

        public Parameter weight
        {
            get => _weight!;
            set
            {
                ArgumentNullException.ThrowIfNull(value);
                if (ReferenceEquals(value, _weight))
                    return;
                _weight?.Dispose();
                _weight = (Parameter)value.DetachFromDisposeScope();
                ConditionallyRegisterParameter(nameof(weight), _weight);
            }
        }

        /// <summary>PyTorch's default: weight and bias uniform in +-1 / sqrt(fan in).</summary>
        public void reset_parameters()
        {
            nn.init.kaiming_uniform_(weight, Math.Sqrt(5));
            var (fanIn, _) = nn.init.CalculateFanInAndFanOut(weight);
            if (bias is not null && fanIn > 0)
                nn.init.uniform_(bias, -1 / Math.Sqrt(fanIn), 1 / Math.Sqrt(fanIn));
        }
    }
}
