using System.Numerics.Tensors;
using AlsterNode.Kernels;
using AlsterNode.SparseVoxel3D;
using AlsterNode.SparseVoxel3D.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AlsterNode.Pipeline;

/// <summary>A point-wise head with its weights packed, as they were when it was made: features [N, D] -> probabilities [N, C].</summary>
internal sealed unsafe class PackedHead
{
    private const int RowsPerTask = 512;

    private readonly PackedWeights _weights;
    private readonly KernelMap _rows = KernelMap.Pointwise(0);
    private readonly NativeBuffer<float> _probabilities = new();

    public PackedHead(Linear head)
    {
        using var frozen = no_grad();
        using var weight = head.weight.t().contiguous(); // [D, C]
        fixed (float* values = weight.data<float>().ToArray())
            _weights = PackedWeights.Forward(TileKernels.Best, values, 1, (int)head.in_features, Classes = (int)head.out_features, WorkerPool.Shared);
        _weights.SetBias(head.bias!.data<float>().ToArray());
    }

    /// <summary>C.</summary>
    public int Classes { get; }

    /// <summary>Softmax over the classes, [N, C]: valid until the next call.</summary>
    public ReadOnlySpan<float> Probabilities(FloatRows features, int count)
    {
        var result = new FloatRows(_probabilities.Reserve((long)count * Classes), Classes);
        _rows.Resize(count, count);
        SparseConvolutionEngine.Run(new ConvolutionJob(_rows, _weights, features, result), WorkerPool.Shared);
        WorkerPool.Shared.Run((count + RowsPerTask - 1) / RowsPerTask, new Softmax(result, count));
        return new ReadOnlySpan<float>(result.Pointer, count * Classes);
    }

    /// <summary>Turns the logits of some rows into probabilities.</summary>
    private readonly struct Softmax(FloatRows logits, int count) : IParallelJob
    {
        public void Run(int task)
        {
            var rows = Math.Min(RowsPerTask, count - (task * RowsPerTask));
            var all = new Span<float>(logits.Pointer + ((long)task * RowsPerTask * logits.Pitch), rows * logits.Pitch);
            for (var row = 0; row < rows; row++)
            {
                var own = all.Slice(row * logits.Pitch, logits.Pitch);
                TensorPrimitives.Subtract(own, TensorPrimitives.Max<float>(own), own); // no exponential overflows
            }
            TensorPrimitives.Exp(all, all);
            for (var row = 0; row < rows; row++)
            {
                var own = all.Slice(row * logits.Pitch, logits.Pitch);
                TensorPrimitives.Divide(own, TensorPrimitives.Sum<float>(own), own);
            }
        }
    }
}
