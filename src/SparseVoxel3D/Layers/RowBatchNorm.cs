using AlsterNode.SparseVoxel3D.Operators;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D.Layers;

/// <summary>
/// Batch normalisation over the rows of a sparse tensor, with the residual and the ReLU that follow it. Parameters and buffers are named as
/// BatchNorm1d's. While training it takes any number of rows, one and none included.
/// </summary>
public sealed class RowBatchNorm : nn.Module<Tensor, Tensor>
{
    // A frame's statistics are those of one view; a slow average sees some hundred views.
    private const double Momentum = 0.05;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    [ComponentName(Name = "running_mean")]
    private readonly Tensor _runningMean;

    [ComponentName(Name = "running_var")]
    private readonly Tensor _runningVariance;

    /// <summary>Normalises C columns.</summary>
    public RowBatchNorm(int channels) : base(nameof(RowBatchNorm))
    {
        _weight = nn.Parameter(ones(channels));
        _bias = nn.Parameter(zeros(channels));
        _runningMean = zeros(channels);
        _runningVariance = ones(channels);
        RegisterComponents();
    }

    /// <summary>Added to the variance.</summary>
    public static double Epsilon => 1e-5;

    /// <summary>Everything that determines the result in evaluation.</summary>
    internal IEnumerable<Tensor> Tensors => [_weight, _bias, _runningMean, _runningVariance];

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Apply(input, residual: null, relu: false);

    /// <summary>relu(normalised + residual): [N, C] -> [N, C].</summary>
    public Tensor Apply(Tensor input, Tensor? residual, bool relu)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (training && input.IsCpuFloat())
        {
            return BatchNormalization.apply(input, _weight, _bias, residual!, Epsilon, relu, (Action<BatchStatistics>)Average);
        }
        using var scope = NewDisposeScope();
        var y = Normalized(input);
        if (residual is not null) y = y + residual;
        if (relu) y = y.relu();
        return y.Keep();
    }

    /// <summary>What the layer does in evaluation: y = x * scale + shift.</summary>
    internal (float[] Scale, float[] Shift) Fold()
    {
        float[] weight = Values(_weight), bias = Values(_bias), mean = Values(_runningMean), variance = Values(_runningVariance);
        float[] scale = new float[weight.Length], shift = new float[weight.Length];
        for (var c = 0; c < weight.Length; c++)
        {
            var factor = weight[c] / Math.Sqrt(variance[c] + Epsilon);
            (scale[c], shift[c]) = ((float)factor, (float)(bias[c] - (mean[c] * factor)));
        }
        return (scale, shift);
    }

    private static float[] Values(Tensor tensor) => tensor.data<float>().ToArray();

    /// <summary>By tensor operations: evaluation with gradients, other devices and types.</summary>
    private Tensor Normalized(Tensor input)
    {
        var rows = (int)input.shape[0];
        if (!training || rows == 0) return Scaled(input, _runningMean, _runningVariance);
        var mean = input.mean([0]); // [C]
        var centred = input - mean;
        var variance = (centred * centred).mean([0]); // [C]
        using (no_grad())
        {
            UpdateRunning(mean, variance, rows);
        }
        return Scaled(input, mean, variance);
    }

    private Tensor Scaled(Tensor input, Tensor mean, Tensor variance) => ((input - mean) / (variance + Epsilon).sqrt() * _weight) + _bias;

    private void Average(BatchStatistics batch)
    {
        if (batch.Rows == 0) return;
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        UpdateRunning(from_array(Array.ConvertAll(batch.Mean, v => (float)v)), from_array(Array.ConvertAll(batch.Variance, v => (float)v)), batch.Rows);
    }

    /// <summary>The running variance is the unbiased one; a single row has none and leaves it as it is.</summary>
    private void UpdateRunning(Tensor mean, Tensor variance, int rows)
    {
        _runningMean.mul_(1 - Momentum).add_(mean * Momentum);
        if (rows > 1) _runningVariance.mul_(1 - Momentum).add_(variance * (Momentum * rows / (rows - 1.0)));
    }
}
