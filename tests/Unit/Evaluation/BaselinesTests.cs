using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.Pipeline;

namespace AlsterNode.Tests.Unit.Evaluation;

public class BaselinesTests
{
    private static readonly VoxelIndex A = new(-1, 2, 3);
    private static readonly VoxelIndex B = new(0, 0, 0);

    [Fact]
    public void VotesAreCountedPerVoxelAndStage()
    {
        var baselines = new Baselines(3);
        baselines.OnFrame(Frame([A, B], [0.2f, 0.3f, 0.5f, 0.6f, 0.4f, 0], [1, 0, 0, 0, 1, 0]));
        baselines.OnFrame(Frame([A], [0.1f, 0.5f, 0.4f], [1, 0, 0]));
        baselines.OnFrame(Frame([A], [0.1f, 0.5f, 0.4f], [0, 1, 0]));

        Assert.Equal([1, 0], Labels(baselines, Baseline.Vote2D));
        Assert.Equal([0, 1], Labels(baselines, Baseline.Vote3D));
    }

    [Fact]
    public void TiesGoToTheLowerClass()
    {
        var baselines = new Baselines(3);
        baselines.OnFrame(Frame([A, B], [0, 0, 1, 0.5f, 0.5f, 0], [0, 0.5f, 0.5f, 0, 0.5f, 0.5f]));
        baselines.OnFrame(Frame([A], [0, 1, 0], [0, 0, 1]));

        Assert.Equal([1, 0], Labels(baselines, Baseline.Vote2D));
        Assert.Equal([1, 1], Labels(baselines, Baseline.Vote3D));
        Assert.Equal([1, 0], Labels(baselines, Baseline.Bayes2D));
    }

    [Fact]
    public void BayesIsTheNormalisedProductOfTheFramesProbabilities()
    {
        const int Classes = 5;
        var random = new Random(0);
        var baselines = new Baselines(Classes);
        var product = Enumerable.Repeat(1.0, Classes).ToArray();
        for (var frame = 0; frame < 40; frame++)
        {
            var weights = Enumerable.Range(0, Classes).Select(_ => 0.2f + random.NextSingle()).ToArray();
            var probabilities = weights.Select(w => w / weights.Sum()).ToArray();
            baselines.OnFrame(Frame([A], probabilities, probabilities));
            for (var c = 0; c < Classes; c++) product[c] *= probabilities[c];
        }

        var fused = new float[Classes];
        Assert.True(baselines.TryProbabilities(A, fused));
        for (var c = 0; c < Classes; c++) Assert.Equal(product[c] / product.Sum(), fused[c], 1e-4);
        Assert.Equal(Array.IndexOf(product, product.Max()), Labels(baselines, Baseline.Bayes2D)[0]);
    }

    [Fact]
    public void OneCertainFrameDoesNotVetoAClassForGood()
    {
        var baselines = new Baselines(2);
        baselines.OnFrame(Frame([A], [1, 0], [1, 0]));
        for (var frame = 0; frame < 6; frame++) baselines.OnFrame(Frame([A], [0.1f, 0.9f], [1, 0]));

        Assert.Equal(1, Labels(baselines, Baseline.Bayes2D)[0]);
    }

    [Fact]
    public void VoxelsThatNoFrameSawAreUnlabelled()
    {
        var baselines = new Baselines(2);
        baselines.OnFrame(Frame([A], [0, 1], [0, 1]));

        foreach (var baseline in Enum.GetValues<Baseline>()) Assert.Equal([1, LabelSpace.Unlabelled], Labels(baselines, baseline));
        Assert.False(baselines.TryProbabilities(B, new float[2]));
    }

    [Fact]
    public void FullCountersKeepTheirProportions()
    {
        var baselines = new Baselines(2);
        for (var frame = 0; frame < 30_000; frame++) baselines.OnFrame(Frame([A], [1, 0], [1, 0]));
        for (var frame = 0; frame < 70_000; frame++) baselines.OnFrame(Frame([A], [0, 1], [0, 1]));
        for (var frame = 0; frame < 10_000; frame++) baselines.OnFrame(Frame([A], [1, 0], [1, 0]));

        Assert.Equal(1, Labels(baselines, Baseline.Vote2D)[0]);
        Assert.Equal(1, Labels(baselines, Baseline.Vote3D)[0]);
    }

    private static byte[] Labels(Baselines baselines, Baseline baseline)
    {
        var labels = new byte[2];
        baselines.LabelsOf(baseline, [A, B], labels);
        return labels;
    }

    private static FramePrediction Frame(VoxelIndex[] voxels, float[] probabilities2D, float[] probabilities3D) =>
        Predictions.Of(probabilities2D.Length / voxels.Length, voxels, probabilities2D, probabilities3D, probabilities3D, [0], width: 1, truth: null);
}
