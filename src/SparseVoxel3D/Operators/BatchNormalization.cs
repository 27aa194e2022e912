using AlsterNode.Kernels;
using AlsterNode.SparseVoxel3D.Engine;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace AlsterNode.SparseVoxel3D.Operators;

/// <summary>The statistics of one batch, handed to whoever keeps running averages: mean and biased variance of each column over some rows.</summary>
internal sealed record BatchStatistics(double[] Mean, double[] Variance, int Rows);

/// <summary>
/// relu(batchnorm(x) + residual) while training, for 32-bit rows on the CPU:
/// apply(x [N, C], weight [C], bias [C], residual [N, C] or null, epsilon, relu, report of the statistics).
/// </summary>
internal sealed unsafe class BatchNormalization : SingleTensorFunction<BatchNormalization>
{
    private const string StatisticsKey = "statistics";
    private const string EpsilonKey = "epsilon";
    private const string ReluKey = "relu";
    private const string ResidualKey = "has a residual";

    public override string Name => nameof(BatchNormalization);

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var (epsilon, relu, report) = ((double)vars[4], (bool)vars[5], (Action<BatchStatistics>)vars[6]);
        using Tensor x = ((Tensor)vars[0]).contiguous(), weight = ((Tensor)vars[1]).contiguous(), bias = ((Tensor)vars[2]).contiguous();
        using var residual = (vars[3] as Tensor)?.contiguous();
        int rows = (int)x.shape[0], channels = (int)x.shape[1];
        var (mean, variance) = RowNormalization.Statistics(x.FloatRows(), rows, channels, WorkerPool.Shared);
        float[] scale = new float[channels], shift = new float[channels];
        for (var c = 0; c < channels; c++)
        {
            var factor = weight.Floats()[c] / Math.Sqrt(variance[c] + epsilon);
            scale[c] = (float)factor;
            shift[c] = (float)(bias.Floats()[c] - (mean[c] * factor));
        }
        var y = empty(rows, channels);
        RowNormalization.Apply(x.FloatRows(), residual?.FloatRows() ?? default, y.FloatRows(), rows, scale, shift, relu, WorkerPool.Shared);
        var statistics = new BatchStatistics(mean, variance, rows);
        report(statistics);
        ctx.save_for_backward([(Tensor)vars[0], (Tensor)vars[1], y]);
        ctx.save_data(StatisticsKey, statistics);
        ctx.save_data(EpsilonKey, epsilon);
        ctx.save_data(ReluKey, relu);
        ctx.save_data(ResidualKey, residual is not null);
        return y;
    }

    /// <summary>dx = w / s (g - mean(g) - xn mean(g xn)) with xn = (x - m) / s, s = sqrt(variance + epsilon), Ioffe and Szegedy (2015), section 3.</summary>
    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        using Tensor input = saved[0], weight = saved[1], y = saved[2], x = input.contiguous(), dy = grad_output.contiguous();
        var (mean, variance, rows) = (BatchStatistics)ctx.get_data(StatisticsKey);
        var epsilon = (double)ctx.get_data(EpsilonKey);
        var channels = mean.Length;
        Tensor dx = empty(rows, channels), dw = empty(channels), db = empty(channels);
        var toResidual = (bool)ctx.get_data(ResidualKey) ? empty(rows, channels) : null;
        var g = toResidual ?? dx; // without a residual the gradient before the ReLU is wanted here only
        var (sum, sumTimesInput) = RowNormalization.MaskGradient(dy.FloatRows(), y.FloatRows(), x.FloatRows(), g.FloatRows(), rows,
            Array.ConvertAll(mean, m => (float)m), (bool)ctx.get_data(ReluKey), WorkerPool.Shared);
        float[] ofGradient = new float[channels], ofInput = new float[channels], constant = new float[channels];
        for (var c = 0; c < channels; c++)
        {
            var inverse = 1 / Math.Sqrt(variance[c] + epsilon);
            var factor = weight.Floats()[c] * inverse;
            var slope = -factor * inverse * inverse * sumTimesInput[c] / Math.Max(rows, 1);
            dw.Floats()[c] = (float)(sumTimesInput[c] * inverse);
            db.Floats()[c] = (float)sum[c];
            ofGradient[c] = (float)factor;
            ofInput[c] = (float)slope;
            constant[c] = (float)((-factor * sum[c] / Math.Max(rows, 1)) - (slope * mean[c]));
        }
        RowNormalization.CombineGradient(g.FloatRows(), x.FloatRows(), dx.FloatRows(), rows, ofGradient, ofInput, constant, WorkerPool.Shared);
        return [dx, dw, db, toResidual!, null!, null!, null!];
    }
}
