using AlsterNode.Kernels;
using AlsterNode.SparseVoxel3D.Engine;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace AlsterNode.SparseVoxel3D.Operators;

/// <summary>apply(features [N, D], int[] rows) -> [P, D]; see <see cref="SparseOperators.GatherRows"/>.</summary>
internal sealed unsafe class RowGathering : SingleTensorFunction<RowGathering>
{
    private const int RowsPerTask = 2048;
    private const string RowsKey = "rows";
    private const string CountKey = "count";

    public override string Name => nameof(RowGathering);

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var (features, rows) = ((Tensor)vars[0], (int[])vars[1]);
        ctx.save_data(RowsKey, rows);
        ctx.save_data(CountKey, (int)features.shape[0]);
        return features.IsCpuFloat() ? OnCpu(features, rows) : OnDevice(features, rows);
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        var rows = (int[])ctx.get_data(RowsKey);
        var count = (int)ctx.get_data(CountKey);
        var gradient = grad_output.IsCpuFloat() ? SumOnCpu(grad_output, rows, count) : SumOnDevice(grad_output, rows, count);
        return [gradient, null!];
    }

    private static Tensor OnCpu(Tensor features, int[] rows)
    {
        using var x = features.contiguous();
        var channels = (int)x.shape[1];
        var y = empty(rows.Length, channels);
        var (from, to) = (x.FloatRows(), y.FloatRows());
        WorkerPool.Shared.Run((rows.Length + RowsPerTask - 1) / RowsPerTask, task =>
        {
            for (var p = task * RowsPerTask; p < Math.Min(rows.Length, (task + 1) * RowsPerTask); p++)
            {
                var target = new Span<float>(to.Pointer + ((long)p * channels), channels);
                if (rows[p] < 0) target.Clear();
                else new ReadOnlySpan<float>(from.Pointer + ((long)rows[p] * channels), channels).CopyTo(target);
            }
        });
        return y;
    }

    /// <summary>A task owns a range of the rows and walks through all entries: nothing is written twice at a time.</summary>
    private static Tensor SumOnCpu(Tensor gradient, int[] rows, int count)
    {
        using var dy = gradient.contiguous();
        var channels = (int)dy.shape[1];
        var dx = zeros(count, channels);
        var (from, to) = (dy.FloatRows(), dx.FloatRows());
        var tasks = Math.Min(WorkerPool.Shared.Threads, Math.Max(count, 1));
        WorkerPool.Shared.Run(tasks, task =>
        {
            int first = (int)((long)count * task / tasks), end = (int)((long)count * (task + 1) / tasks);
            for (var p = 0; p < rows.Length; p++)
            {
                if (rows[p] < first || rows[p] >= end) continue;
                RowMath.AddScaled(from.Pointer + ((long)p * channels), 1, to.Pointer + ((long)rows[p] * channels), channels);
            }
        });
        return dx;
    }

    private static Tensor OnDevice(Tensor features, int[] rows)
    {
        using var scope = NewDisposeScope();
        var (entries, sources) = Present(rows, features.device);
        var y = zeros([rows.Length, features.shape[1]], features.dtype, features.device);
        return y.index_copy_(0, entries, features.index_select(0, sources)).Keep();
    }

    private static Tensor SumOnDevice(Tensor gradient, int[] rows, int count)
    {
        using var scope = NewDisposeScope();
        var (entries, sources) = Present(rows, gradient.device);
        var dx = zeros([count, gradient.shape[1]], gradient.dtype, gradient.device);
        return dx.index_add_(0, sources, gradient.index_select(0, entries), 1).Keep();
    }

    private static (Tensor Entries, Tensor Sources) Present(int[] rows, Device device)
    {
        var entries = Enumerable.Range(0, rows.Length).Where(p => rows[p] >= 0).Select(p => (long)p).ToArray();
        return (from_array(entries, device), from_array(Array.ConvertAll(entries, p => (long)rows[(int)p]), device));
    }
}
