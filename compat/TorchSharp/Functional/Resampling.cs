namespace TorchSharp;

public static partial class torch
{
    public enum InterpolationMode
    {
        Nearest = 0,
        Linear = 1,
        Bilinear = 2,
        Bicubic = 3,
        Trilinear = 4,
        Area = 5,
    }

    public enum GridSampleMode
    {
        Nearest = 0,
        Bilinear = 2,
    }

    public enum GridSamplePaddingMode
    {
        Zeros = 0,
        Reflection = 1,
        Border = 2,
    }

    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>[B, C, H, W] resampled to a size, or by factors; nearest or bilinear.</summary>
            public static unsafe Tensor interpolate(
                Tensor x,
                long[]? size = null,
                double[]? scale_factor = null,
                InterpolationMode mode = InterpolationMode.Nearest,
                bool? align_corners = null,
                bool recompute_scale_factor = false)
            {
                if (mode is not (InterpolationMode.Nearest or InterpolationMode.Bilinear))
                    throw new ArgumentException($"Interpolation mode {mode}, expected Nearest or Bilinear.", nameof(mode));
                if (size is null == scale_factor is null)
                    throw new ArgumentException("Either a size or a scale factor is needed.", nameof(size));

                var scales = scale_factor is null ? null : new[] { scale_factor[0], scale_factor[^1] };
                var target = size is null ? [(long)(x.size(2) * scales![0]), (long)(x.size(3) * scales[1])] : PerDimension(size, 2, 0);
                if (recompute_scale_factor)
                    scales = null;
                fixed (long* sizes = target)
                fixed (double* factors = scales)
                    return Tensor.Wrap(Native.at_interpolate2d(x.Handle, sizes, mode == InterpolationMode.Bilinear ? 1 : 0, align_corners == true ? 1 : 0, factors), x);
            }

            /// <summary>Reads [B, C, H, W] at the places grid [B, h, w, 2] names: x and y from -1 to 1.</summary>
            public static Tensor grid_sample(Tensor input, Tensor grid, GridSampleMode mode = GridSampleMode.Bilinear, GridSamplePaddingMode padding_mode = GridSamplePaddingMode.Zeros, bool? align_corners = null)
            {
                // libtorch numbers: bilinear 0, nearest 1; zeros 0, border 1, reflection 2.
                var padding = padding_mode switch { GridSamplePaddingMode.Border => 1, GridSamplePaddingMode.Reflection => 2, _ => 0 };
                return Tensor.Wrap(Native.at_grid_sample(input.Handle, grid.Handle, mode == GridSampleMode.Bilinear ? 0 : 1, padding, align_corners == true ? 1 : 0), input, grid);
            }

            public static unsafe Tensor avg_pool2d(Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null)
            {
                var divisor = divisor_override ?? 0;
                var kernels = PerDimension(kernel_size, 2, 1);
                fixed (long* kernel = kernels, step = stride is null ? kernels : PerDimension(stride, 2, 1), pad = PerDimension(padding, 2, 0))
                    return Tensor.Wrap(Native.at_avg_pool2d(input.Handle, kernel, step, pad, ceil_mode ? 1 : 0, count_include_pad ? 1 : 0, divisor_override is null ? null : &divisor), input);
            }

            public static unsafe Tensor max_pool2d(Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null, long[]? dilation = null, bool ceil_mode = false)
            {
                var kernels = PerDimension(kernel_size, 2, 1);
                fixed (long* kernel = kernels, step = stride is null ? kernels : PerDimension(stride, 2, 1), pad = PerDimension(padding, 2, 0), hole = PerDimension(dilation, 2, 1))
                    return Tensor.Wrap(Native.at_max_pool2d(input.Handle, kernel, step, pad, hole, ceil_mode ? 1 : 0), input);
            }

            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) => Modules.ModuleFunctions.AdaptiveAvgPool2d(input, output_size);

            /// <summary>Pads the last dimensions: (before, after) pairs, last dimension first.</summary>
            public static unsafe Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                var native = mode switch { PaddingModes.Reflect => 1, PaddingModes.Replicate => 2, PaddingModes.Circular => 3, _ => 0 };
                fixed (long* amounts = pad)
                    return Tensor.Wrap(Native.at_pad(input.Handle, amounts, pad.Length, native, value), input);
            }
        }
    }
}
