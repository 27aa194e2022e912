using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Compat;

public class OptimizerTests
{
    private const float Tolerance = 2e-6f;

    public static TheoryData<string> Trajectories =>
        ["adam", "adam_decay", "adam_amsgrad", "adam_maximize", "adamw", "sgd", "sgd_momentum", "sgd_nesterov"];

    [Theory]
    [MemberData(nameof(Trajectories))]
    public void OptimizersFollowPyTorchStepByStep(string name)
    {
        using var parameter = Start();
        using var optimizer = Make(name, parameter);
        var expected = Golden.Of("trajectories", name).Rows();

        for (var t = 0; t < expected.Length; t++)
        {
            StepAt(t, parameter, optimizer);

            Golden.AssertClose(expected[t], Values(parameter), Tolerance, $"{name} after step {t}");
        }
    }

    [Theory]
    [MemberData(nameof(Trajectories))]
    public void ATrainingRunResumedFromAFileGoesOnExactly(string name)
    {
        using var straight = Start();
        using var straightOptimizer = Make(name, straight);
        for (var t = 0; t < 4; t++)
            StepAt(t, straight, straightOptimizer);

        using var file = new MemoryStream();
        straightOptimizer.save_state_dict(new BinaryWriter(file));
        using var resumed = nn.Parameter(straight.detach().clone());
        using var resumedOptimizer = Make(name, resumed);
        file.Position = 0;
        resumedOptimizer.load_state_dict(new BinaryReader(file));

        for (var t = 4; t < 12; t++)
        {
            StepAt(t, straight, straightOptimizer);
            StepAt(t, resumed, resumedOptimizer);
        }

        Assert.Equal(Values(straight), Values(resumed));
    }

    [Fact]
    public void AdamInDoublePrecisionTakesTheSameWay()
    {
        using var parameter = nn.Parameter(tensor(Golden.Of("start").Floats()).to(float64));
        using var optimizer = new Adam([parameter], 0.05, 0.8, 0.99, 1e-6, 0.1);
        var expected = Golden.Of("trajectories", "adam_decay").Rows();

        for (var t = 0; t < expected.Length; t++)
        {
            parameter.grad = t == 5 ? null : Gradient(t).to(float64);
            optimizer.step();
        }

        using var single = parameter.detach().to(float32);
        Golden.AssertClose(expected[^1], single.data<float>().ToArray(), Tolerance, "adam in double precision");
    }

    [Fact]
    public void AStateDictionaryMovesTheStateToAnotherOptimizer()
    {
        using var parameter = Start();
        using var first = new Adam([parameter], 0.02);
        StepAt(0, parameter, first);
        using var second = new Adam([parameter], 0.5);

        second.load_state_dict(first.state_dict());

        var state = Assert.IsType<Adam.State>(Assert.Single(second.state_dict().State));
        Assert.Equal(1, state.step);
        Assert.Equal(0.02, Assert.Single(second.ParamGroups).LearningRate);
        Assert.Equal(0.1f * Gradient(0).data<float>().ToArray()[1], state.exp_avg!.data<float>().ToArray()[1], 6);
    }

    [Fact]
    public void StateOfAnotherOptimizerIsRefused()
    {
        using var parameter = Start();
        using var adam = new Adam([parameter]);
        using var sgd = new SGD([parameter], 0.1);
        using var file = new MemoryStream();
        adam.save_state_dict(new BinaryWriter(file));
        file.Position = 0;

        var error = Assert.Throws<InvalidDataException>(() => sgd.load_state_dict(new BinaryReader(file)));

        Assert.Contains("expected 'SGD', but found 'Adam'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EachGroupHasItsOwnRateAndDecay()
    {
        using var slow = Start();
        using var fast = Start();
        using var optimizer = new Adam([new Adam.ParamGroup([slow], lr: 0.001), new Adam.ParamGroup([fast], lr: 0.1)]);
        slow.grad = Gradient(1);
        fast.grad = Gradient(1);

        optimizer.step();

        var start = Golden.Of("start").Floats();
        Assert.Equal(0.001f, Math.Abs(Values(slow)[0] - start[0]), 5);
        Assert.Equal(0.1f, Math.Abs(Values(fast)[0] - start[0]), 5);
    }

    [Fact]
    public void ZeroGradKeepsTheGradientsAndClearsThem()
    {
        using var parameter = Start();
        using var optimizer = new SGD([parameter], 0.1);
        parameter.grad = Gradient(1);

        optimizer.zero_grad();

        Assert.All(parameter.grad!.data<float>().ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void GradientsAreClippedByTheirCommonNorm()
    {
        using var first = Start();
        using var second = Start();
        first.grad = Gradient(1);
        second.grad = Gradient(2);

        var norm = nn.utils.clip_grad_norm_([first, second], 1.5);

        var expected = Golden.Of("clipped", "gradients").Rows();
        Assert.Equal(Golden.Of("clipped", "norm").GetDouble(), norm, 4);
        Golden.AssertClose(expected[0], first.grad!.data<float>().ToArray(), Tolerance, "first gradient");
        Golden.AssertClose(expected[1], second.grad!.data<float>().ToArray(), Tolerance, "second gradient");
    }

    [Fact]
    public void SmallGradientsAreNotClipped()
    {
        using var parameter = Start();
        parameter.grad = Gradient(1);

        nn.utils.clip_grad_norm_([parameter], 1e3);

        Assert.Equal(Gradient(1).data<float>().ToArray(), parameter.grad!.data<float>().ToArray());
    }

    private static Parameter Start() => nn.Parameter(tensor(Golden.Of("start").Floats()));

    private static Tensor Gradient(int t) => tensor(Golden.Of("gradients")[t].Floats());

    private static float[] Values(Parameter parameter) => parameter.detach().data<float>().ToArray();

    /// <summary>Step 5 of the golden runs has no gradient.</summary>
    private static void StepAt(int t, Parameter parameter, OptimizerHelper optimizer)
    {
        parameter.grad = t == 5 ? null : Gradient(t);
        optimizer.step();
    }

    private static OptimizerHelper Make(string name, Parameter parameter) => name switch
    {
        "adam" => new Adam([parameter], 0.01),
        "adam_decay" => new Adam([parameter], 0.05, 0.8, 0.99, 1e-6, 0.1),
        "adam_amsgrad" => new Adam([parameter], 0.05, amsgrad: true),
        "adam_maximize" => new Adam([parameter], 0.05, maximize: true, weight_decay: 0.1),
        "adamw" => new AdamW([parameter], 0.05, weight_decay: 0.1),
        "sgd" => optim.SGD([parameter], 0.1),
        "sgd_momentum" => optim.SGD([parameter], 0.1, 0.9, 0.5, 0.1),
        "sgd_nesterov" => optim.SGD([parameter], 0.1, 0.9, nesterov: true),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "unknown run"),
    };
}
