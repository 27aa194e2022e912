using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The native operators that modules and nn.functional share.</summary>
internal static unsafe class ModuleFunctions
{
    internal static Tensor Linear(Tensor x, Tensor weight, Tensor? bias) =>
        Tensor.Wrap(Native.at_linear(x.Handle, weight.Handle, bias?.Handle ?? 0), x, weight, bias);

    internal static Tensor BatchNorm(
        Tensor x, Tensor? mean, Tensor? variance, Tensor? weight, Tensor? bias, bool training, double momentum, double eps)
    {
        var result = Native.at_batch_norm(
            x.Handle, weight?.Handle ?? 0, bias?.Handle ?? 0, mean?.Handle ?? 0, variance?.Handle ?? 0, training ? 1 : 0, momentum, eps);
        GC.KeepAlive(x);
        return Tensor.Wrap(result, mean ?? x, variance, weight, bias);
    }

    internal static Tensor LayerNorm(Tensor x, long[] shape, Tensor? weight, Tensor? bias, double eps)
    {
        fixed (long* sizes = shape)
            return Tensor.Wrap(Native.at_layer_norm(x.Handle, sizes, shape.Length, weight?.Handle ?? 0, bias?.Handle ?? 0, eps), x, weight, bias);
    }

    internal static Tensor Gelu(Tensor x) => Tensor.Wrap(Native.at_gelu(x.Handle, 0), x);

    internal static Tensor Dropout(Tensor x, double p, bool training) => Tensor.Wrap(Native.at_dropout(x.Handle, p, training ? 1 : 0), x);

    internal static Tensor AdaptiveAvgPool2d(Tensor x, long[] size)
    {
        fixed (long* sizes = size)
            return Tensor.Wrap(Native.at_adaptive_avg_pool2d(x.Handle, sizes), x);
    }
}
