using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim.lr_scheduler;

namespace AlsterNode.Tests.Models.Compat;

public class SchedulerTests
{
    [Fact]
    public void OneCycleWithCosinesGivesPyTorchsRatesAndBetas() => Follow(
        "cosine",
        new Adam([new Adam.ParamGroup([Zero()]), new Adam.ParamGroup([Zero()])]),
        optimizer => new impl.OneCycleLR(optimizer, [1e-5, 1e-3], total_steps: 20));

    [Fact]
    public void OneCycleInThreePhasesGivesPyTorchsRatesAndMomenta() => Follow(
        "three_phases",
        new SGD([new SGD.ParamGroup([Zero()], 0.1, 0.9), new SGD.ParamGroup([Zero()], 0.1, 0.9)], 0.1, 0.9),
        optimizer => new impl.OneCycleLR(optimizer, [0.1, 0.2], total_steps: 23, pct_start: 0.4, three_phase: true, div_factor: 10, final_div_factor: 50));

    [Fact]
    public void OneCycleAlongLinesGivesPyTorchsRatesAndBetas() => Follow(
        "linear",
        new Adam([new Adam.ParamGroup([Zero()]), new Adam.ParamGroup([Zero()])]),
        optimizer => new impl.OneCycleLR(
            optimizer,
            [1e-3, 2e-3],
            total_steps: 10,
            anneal_strategy: impl.OneCycleLR.AnnealStrategy.Linear,
            base_momentum: [0.8, 0.8],
            max_momentum: [0.9, 0.9]));

    [Fact]
    public void OneCycleRefusesStepsBeyondItsEnd()
    {
        using var optimizer = new Adam([Zero()]);
        var scheduler = OneCycleLR(optimizer, 1e-3, epochs: 2, steps_per_epoch: 2);
        for (var t = 0; t < 4; t++)
            scheduler.step();

        var error = Assert.Throws<InvalidOperationException>(scheduler.step);

        Assert.Contains("Tried to step 6 times", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneCycleWantsOneMaximumForEachGroup()
    {
        using var optimizer = new Adam([Zero()]);

        var error = Assert.Throws<ArgumentException>(() => new impl.OneCycleLR(optimizer, [1e-3, 1e-5], total_steps: 9));

        Assert.Contains("2 maximal rates", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LambdaScalesTheInitialRate()
    {
        using var optimizer = new Adam([Zero()], lr: 0.4);
        var scheduler = LambdaLR(optimizer, step => 1.0 / (1 << step));

        scheduler.step();
        scheduler.step();

        Assert.Equal(0.1, Assert.Single(scheduler.get_last_lr()), 12);
        Assert.Equal(0.1, Assert.Single(optimizer.ParamGroups).LearningRate, 12);
    }

    private static Parameter Zero() => nn.Parameter(zeros(1));

    private static void Follow(string name, OptimizerHelper made, Func<optim.Optimizer, LRScheduler> makeScheduler)
    {
        using var optimizer = made;
        var scheduler = makeScheduler(optimizer);
        var step = 0;
        foreach (var groups in Golden.Of("one_cycle", name).EnumerateArray())
        {
            if (step > 0)
                scheduler.step();
            foreach (var (expected, actual) in groups.EnumerateArray().Zip(optimizer.ParamGroups))
                AssertGroup(expected, actual, $"{name}, step {step}");
            step++;
        }

        Assert.True(step >= 10, $"{name} has only {step} steps.");
    }

    private static void AssertGroup(JsonElement expected, optim.ILearningRateController actual, string where)
    {
        var momentum = actual is optim.IBetas betas ? betas.Betas.Item1 : ((optim.IMomentum)actual).Momentum;
        var (rate, expectedMomentum) = (expected[0].GetDouble(), expected[1].GetDouble());
        Assert.True(Math.Abs(rate - actual.LearningRate) <= 1e-12, $"{where}: rate {actual.LearningRate:g17}, PyTorch's is {rate:g17}.");
        Assert.True(Math.Abs(expectedMomentum - momentum) <= 1e-12, $"{where}: momentum {momentum:g17}, PyTorch's is {expectedMomentum:g17}.");
    }
}
