using AlsterNode.Kernels;
using AlsterNode.SparseVoxel3D.Engine;
using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D.Operators;

/// <summary>The three products of a sparse convolution on one kind of tensor. Results are new tensors without history.</summary>
internal abstract class ConvolutionBackend
{
    private static readonly CpuFloatBackend CpuFloat = new();
    private static readonly CpuDoubleBackend CpuDouble = new();
    private static readonly TensorBackend Tensors = new();

    /// <summary>Our own engine for 32-bit tensors on the CPU, the definition for 64 bits, tensor operations for the rest.</summary>
    public static ConvolutionBackend For(Tensor features) =>
        features.device_type != TorchSharp.DeviceType.CPU ? Tensors
        : features.dtype switch
        {
            ScalarType.Float32 => CpuFloat,
            ScalarType.Float64 => CpuDouble,
            _ => Tensors,
        };

    /// <summary>[inputs, Cin] -> [outputs, Cout].</summary>
    public abstract Tensor Forward(Tensor features, Tensor weight, KernelMap map);

    /// <summary>[outputs, Cout] -> [inputs, Cin].</summary>
    public abstract Tensor BackwardInput(Tensor gradient, Tensor weight, KernelMap map);

    /// <summary>-> [K, Cin, Cout].</summary>
    public abstract Tensor BackwardWeight(Tensor features, Tensor gradient, KernelMap map);
}

/// <summary><see cref="SparseConvolutionEngine"/> and <see cref="WeightGradientEngine"/> on the tensors' own memory.</summary>
internal sealed unsafe class CpuFloatBackend : ConvolutionBackend
{
    public override Tensor Forward(Tensor features, Tensor weight, KernelMap map)
    {
        using Tensor x = features.contiguous(), w = weight.contiguous();
        int inputs = (int)w.shape[1], outputs = (int)w.shape[2];
        using var packed = PackedWeights.Forward(TileKernels.Best, w.Floats(), map.Offsets, inputs, outputs, WorkerPool.Shared);
        var y = empty(map.Outputs, outputs);
        SparseConvolutionEngine.Run(new ConvolutionJob(map, packed, x.FloatRows(), y.FloatRows()), WorkerPool.Shared);
        return y;
    }

    public override Tensor BackwardInput(Tensor gradient, Tensor weight, KernelMap map)
    {
        using Tensor dy = gradient.contiguous(), w = weight.contiguous();
        int inputs = (int)w.shape[1], outputs = (int)w.shape[2];
        using var packed = PackedWeights.Backward(TileKernels.Best, w.Floats(), map.Offsets, inputs, outputs, map.IsMirror, WorkerPool.Shared);
        var dx = empty(map.Inputs, inputs);
        SparseConvolutionEngine.Run(new ConvolutionJob(map.Back, packed, dy.FloatRows(), dx.FloatRows()), WorkerPool.Shared);
        return dx;
    }

    public override Tensor BackwardWeight(Tensor features, Tensor gradient, KernelMap map)
    {
        using Tensor x = features.contiguous(), dy = gradient.contiguous();
        int inputs = (int)x.shape[1], outputs = (int)dy.shape[1];
        var dw = empty(map.Offsets, inputs, outputs);
        WeightGradientEngine.Run(TileKernels.Best, map, x.FloatRows(), inputs, dy.FloatRows(), outputs, dw.Floats(), WorkerPool.Shared);
        return dw;
    }
}

/// <summary>The definition, in double precision: for checks of gradients.</summary>
internal sealed class CpuDoubleBackend : ConvolutionBackend
{
    public override Tensor Forward(Tensor features, Tensor weight, KernelMap map)
    {
        var (inputs, outputs) = ((int)weight.shape[1], (int)weight.shape[2]);
        return Result(ReferenceConvolution.Forward<double>(map, Values(features), Values(weight), inputs, outputs), map.Outputs, outputs);
    }

    public override Tensor BackwardInput(Tensor gradient, Tensor weight, KernelMap map)
    {
        var (inputs, outputs) = ((int)weight.shape[1], (int)weight.shape[2]);
        return Result(ReferenceConvolution.BackwardInput<double>(map, Values(gradient), Values(weight), inputs, outputs), map.Inputs, inputs);
    }

    public override Tensor BackwardWeight(Tensor features, Tensor gradient, KernelMap map)
    {
        var (inputs, outputs) = ((int)features.shape[1], (int)gradient.shape[1]);
        return Result(ReferenceConvolution.BackwardWeights<double>(map, Values(features), Values(gradient), inputs, outputs), map.Offsets, inputs, outputs);
    }

    private static double[] Values(Tensor tensor) => tensor.data<double>().ToArray();

    private static Tensor Result(double[] values, params long[] shape)
    {
        using var flat = from_array(values);
        return flat.reshape(shape);
    }
}

/// <summary>Tensor operations, for CUDA and other types: gather rows, multiply, add to rows. An offset adds to a row at most once.</summary>
internal sealed class TensorBackend : ConvolutionBackend
{
    public override Tensor Forward(Tensor features, Tensor weight, KernelMap map)
    {
        using var scope = NewDisposeScope();
        var y = zeros([map.Outputs, weight.shape[2]], features.dtype, features.device);
        foreach (var (k, inputs, outputs) in map.PairsOn(features.device)) Add(y, outputs, features, inputs, weight[k]);
        return y.Keep();
    }

    public override Tensor BackwardInput(Tensor gradient, Tensor weight, KernelMap map)
    {
        using var scope = NewDisposeScope();
        var dx = zeros([map.Inputs, weight.shape[1]], gradient.dtype, gradient.device);
        foreach (var (k, inputs, outputs) in map.PairsOn(gradient.device)) Add(dx, inputs, gradient, outputs, weight[k].t());
        return dx.Keep();
    }

    public override Tensor BackwardWeight(Tensor features, Tensor gradient, KernelMap map)
    {
        using var scope = NewDisposeScope();
        var dw = zeros([map.Offsets, features.shape[1], gradient.shape[1]], features.dtype, features.device);
        foreach (var (k, inputs, outputs) in map.PairsOn(features.device))
        {
            using var inner = NewDisposeScope();
            dw[k].copy_(Rows(features, inputs).t().mm(Rows(gradient, outputs)));
        }
        return dw.Keep();
    }

    private static void Add(Tensor to, Tensor? toRows, Tensor from, Tensor? fromRows, Tensor matrix)
    {
        using var inner = NewDisposeScope();
        var product = Rows(from, fromRows).mm(matrix);
        if (toRows is null) to.add_(product);
        else to.index_add_(0, toRows, product, 1);
    }

    private static Tensor Rows(Tensor from, Tensor? rows) => rows is null ? from : from.index_select(0, rows);
}
