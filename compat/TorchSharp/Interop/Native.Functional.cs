using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>What nn.functional stands on. The mirror of native/functional.cpp.</summary>
internal static unsafe partial class Native
{
    [LibraryImport(Library)] internal static partial nint at_conv(nint x, nint weight, nint bias, int dims, long* stride, long* padding, long* dilation, long groups);
    [LibraryImport(Library)] internal static partial nint at_conv_transpose2d(nint x, nint weight, nint bias, long* stride, long* padding, long* outputPadding, long groups, long* dilation);
    [LibraryImport(Library)] internal static partial nint at_conv_transpose3d(nint x, nint weight, nint bias, long* stride, long* padding, long* outputPadding, long groups, long* dilation);
    [LibraryImport(Library)] internal static partial nint at_linear(nint x, nint weight, nint bias);
    [LibraryImport(Library)] internal static partial nint at_batch_norm(nint x, nint weight, nint bias, nint mean, nint variance, int training, double momentum, double eps);
    [LibraryImport(Library)] internal static partial nint at_layer_norm(nint x, long* shape, int dims, nint weight, nint bias, double eps);
    [LibraryImport(Library)] internal static partial nint at_gelu(nint x, int approximateTanh);
    [LibraryImport(Library)] internal static partial nint at_leaky_relu(nint x, double slope);
    [LibraryImport(Library)] internal static partial nint at_softplus(nint x, double beta, double threshold);
    [LibraryImport(Library)] internal static partial nint at_dropout(nint x, double p, int training);
    [LibraryImport(Library)] internal static partial int at_dropout_(nint x, double p, int training);
    [LibraryImport(Library)] internal static partial nint at_avg_pool2d(nint x, long* kernel, long* stride, long* padding, int ceilMode, int countPadding, long* divisor);
    [LibraryImport(Library)] internal static partial nint at_max_pool2d(nint x, long* kernel, long* stride, long* padding, long* dilation, int ceilMode);
    [LibraryImport(Library)] internal static partial nint at_adaptive_avg_pool2d(nint x, long* size);
    [LibraryImport(Library)] internal static partial nint at_interpolate2d(nint x, long* size, int mode, int alignCorners, double* scales);
    [LibraryImport(Library)] internal static partial nint at_pad(nint x, long* pad, int count, int mode, double value);
    [LibraryImport(Library)] internal static partial nint at_cross_entropy(nint x, nint target, nint weight, int reduction, long ignoreIndex, double smoothing);
    [LibraryImport(Library)] internal static partial nint at_nll_loss(nint x, nint target, nint weight, int reduction, long ignoreIndex);
    [LibraryImport(Library)] internal static partial nint at_mse_loss(nint x, nint target, int reduction);
    [LibraryImport(Library)] internal static partial nint at_l1_loss(nint x, nint target, int reduction);
    [LibraryImport(Library)] internal static partial nint at_binary_cross_entropy_with_logits(nint x, nint target, nint weight, nint positiveWeight, int reduction);
    [LibraryImport(Library)] internal static partial nint at_grid_sample(nint x, nint grid, int mode, int padding, int alignCorners);
    [LibraryImport(Library)] internal static partial nint at_one_hot(nint x, long classes);
    [LibraryImport(Library)] internal static partial nint at_unfold2d(nint x, long* kernel, long* dilation, long* padding, long* stride);
}
