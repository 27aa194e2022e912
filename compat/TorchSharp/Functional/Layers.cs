using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>The operators behind the layers, on weights of one's own.</summary>
        public static partial class functional
        {
            // An array for each dimension; one number stands for all, nothing for the default.
            private static long[] PerDimension(long[]? given, int dims, long otherwise) => given switch
            {
                null => Enumerable.Repeat(otherwise, dims).ToArray(),
                { Length: 1 } when dims > 1 => Enumerable.Repeat(given[0], dims).ToArray(),
                _ => given.Length == dims ? given : throw new ArgumentException($"{given.Length} numbers for {dims} dimensions."),
            };

            private static unsafe Tensor Convolution(int dims, Tensor input, Tensor weight, Tensor? bias, long[]? strides, long[]? padding, long[]? dilation, long groups)
            {
                fixed (long* stride = PerDimension(strides, dims, 1), pad = PerDimension(padding, dims, 0), hole = PerDimension(dilation, dims, 1))
                    return Tensor.Wrap(Native.at_conv(input.Handle, weight.Handle, bias?.Handle ?? 0, dims, stride, pad, hole, groups), input, weight, bias);
            }

            /// <summary>[B, in, L] and weights [out, in / groups, k] to [B, out, L'].</summary>
            public static Tensor conv1d(Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, long? padding = null, long? dilation = null, long groups = 1) =>
                Convolution(1, input, weight, bias, [stride ?? 1], [padding ?? 0], [dilation ?? 1], groups);

            /// <summary>[B, in, H, W] and weights [out, in / groups, kH, kW] to [B, out, H', W'].</summary>
            public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) =>
                Convolution(2, input, weight, bias, strides, padding, dilation, groups);

            /// <summary>[B, in, D, H, W] and weights [out, in / groups, kD, kH, kW] to [B, out, D', H', W'].</summary>
            public static Tensor conv3d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) =>
                Convolution(3, input, weight, bias, strides, padding, dilation, groups);

            /// <summary>[B, in, H, W] and weights [in, out / groups, kH, kW] to [B, out, H', W'].</summary>
            public static unsafe Tensor conv_transpose2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? output_padding = null, long[]? dilation = null, long groups = 1)
            {
                fixed (long* stride = PerDimension(strides, 2, 1), pad = PerDimension(padding, 2, 0), extra = PerDimension(output_padding, 2, 0), hole = PerDimension(dilation, 2, 1))
                    return Tensor.Wrap(Native.at_conv_transpose2d(input.Handle, weight.Handle, bias?.Handle ?? 0, stride, pad, extra, groups, hole), input, weight, bias);
            }

            /// <summary>[B, in, D, H, W] and weights [in, out / groups, kD, kH, kW] to [B, out, D', H', W'].</summary>
            public static unsafe Tensor conv_transpose3d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? output_padding = null, long[]? dilation = null, long groups = 1)
            {
                fixed (long* stride = PerDimension(strides, 3, 1), pad = PerDimension(padding, 3, 0), extra = PerDimension(output_padding, 3, 0), hole = PerDimension(dilation, 3, 1))
                    return Tensor.Wrap(Native.at_conv_transpose3d(input.Handle, weight.Handle, bias?.Handle ?? 0, stride, pad, extra, groups, hole), input, weight, bias);
            }

            /// <summary>input @ weights^T + bias.</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => ModuleFunctions.Linear(input, weights, bias);

            public static Tensor batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight = null, Tensor? bias = null, bool training = false, double momentum = 0.1, double eps = 1e-5) =>
                ModuleFunctions.BatchNorm(input, running_mean, running_var, weight, bias, training, momentum, eps);

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5) =>
                ModuleFunctions.LayerNorm(input, normalized_shape, weight, bias, eps);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) => inplace
                ? input.Changed(Native.at_dropout_(input.Handle, p, training ? 1 : 0)).alias()
                : ModuleFunctions.Dropout(input, p, training);

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_().alias() : x.relu();

            public static Tensor relu6(Tensor x, bool inplace = false) => inplace ? x.clamp_(0, 6).alias() : x.relu6();

            public static Tensor gelu(Tensor x) => ModuleFunctions.Gelu(x);

            public static Tensor silu(Tensor x) => x.silu();

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01) => Tensor.Wrap(Native.at_leaky_relu(input.Handle, negative_slope), input);

            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => input.log_softmax(dim, dtype);

            /// <summary>Integers [...] to [..., classes] with a one at each; -1 classes: as many as there are.</summary>
            public static Tensor one_hot(Tensor x, long num_classes = -1) => Tensor.Wrap(Native.at_one_hot(x.Handle, num_classes), x);
        }
    }
}
