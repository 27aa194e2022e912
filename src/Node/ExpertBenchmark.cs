using System.Diagnostics;
using AlsterNode.Evaluation;
using AlsterNode.Pipeline;
using static TorchSharp.torch;

namespace AlsterNode.Node;

/// <summary>The temporal expert on as many voxels as a close view of a large room has.</summary>
internal static class ExpertBenchmark
{
    /// <summary>Those of the U-Net that other engines are measured with.</summary>
    public const int Voxels = 12_380;

    private const int WarmUpPasses = 10;

    /// <summary>Wall time of so many passes [ms]; the model's expert is fused.</summary>
    public static LatencySummary Run(AlsterModel model, int passes)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        Tensor Rows() => randn(Voxels, model.Options.FeatureDimension);
        Tensor past = Rows(), features3D = Rows(), features2D = Rows();
        var times = new double[passes];
        for (var i = -WarmUpPasses; i < passes; i++)
        {
            var start = Stopwatch.GetTimestamp();
            using var state = model.Expert.call(past, features3D, features2D);
            if (i >= 0) times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return LatencyReport.Summarize(times);
    }
}
