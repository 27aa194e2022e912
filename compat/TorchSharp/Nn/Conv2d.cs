using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    public sealed class Conv2d : Convolution
    {
        internal Conv2d(
            long in_channels,
            long out_channels,
            (long, long) kernel_size,
            (long, long) stride,
            (long, long) padding,
            (long, long) dilation,
            PaddingModes padding_mode,
            long groups,
            bool bias,
            Device? device,
            ScalarType? dtype)
            : base(
                nameof(Conv2d),
                in_channels,
                out_channels,
                [kernel_size.Item1, kernel_size.Item2],
                [stride.Item1, stride.Item2],
                [padding.Item1, padding.Item2],
                [dilation.Item1, dilation.Item2],
                groups,
                bias,
                padding_mode,
                device,
                dtype)
        {
        }

        /// <summary>[B, in, H, W] or [in, H, W] to the same with out channels.</summary>
        public override Tensor forward(Tensor input)
        {
            ArgumentNullException.ThrowIfNull(input);
            var shape = input.shape;
            if (shape.Length is not (3 or 4) || shape[^3] != in_channels)
            {
                throw new ArgumentException(
                    $"Expected 3D (unbatched) or 4D (batched) input with {in_channels} channels to Conv2d, found [{string.Join(",", shape)}].", nameof(input));
            }

            return nn.functional.conv2d(input, weight, bias, stride, padding, dilation, groups);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Conv2d Conv2d(
                long in_channels,
                long out_channels,
                long kernel_size,
                long stride = 1,
                long padding = 0,
                long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null) =>
                new(
                    in_channels,
                    out_channels,
                    (kernel_size, kernel_size),
                    (stride, stride),
                    (padding, padding),
                    (dilation, dilation),
                    padding_mode,
                    groups,
                    bias,
                    device,
                    dtype);

            public static Conv2d Conv2d(
                long in_channels,
                long out_channels,
                (long, long) kernel_size,
                (long, long)? stride = null,
                (long, long)? padding = null,
                (long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null) =>
                new(
                    in_channels,
                    out_channels,
                    kernel_size,
                    stride ?? (1, 1),
                    padding ?? (0, 0),
                    dilation ?? (1, 1),
                    padding_mode,
                    groups,
                    bias,
                    device,
                    dtype);

            /// <summary>Padding.Same keeps the size: stride 1 and an even dilation * (kernel - 1).</summary>
            public static Conv2d Conv2d(
                long in_channels,
                long out_channels,
                long kernel_size,
                Padding padding,
                long stride = 1,
                long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null)
            {
                var total = padding == Padding.Same ? dilation * (kernel_size - 1) : 0;
                if (total % 2 != 0)
                    throw new ArgumentException($"Padding.Same of kernel size {kernel_size} needs {total} pixels, which both sides cannot share.", nameof(padding));
                if (padding == Padding.Same && stride != 1)
                    throw new ArgumentException("padding='same' is not supported for strided convolutions", nameof(padding));
                return Conv2d(in_channels, out_channels, kernel_size, stride, total / 2, dilation, padding_mode, groups, bias, device, dtype);
            }
        }
    }
}
