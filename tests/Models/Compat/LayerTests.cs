using TorchSharp;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Compat;

public class LayerTests
{
    [Fact]
    public void BatchNormTrainsAndEvaluatesAsPyTorchDoes()
    {
        using var scope = NewDisposeScope();
        using var norm = nn.BatchNorm2d(3);
        using (no_grad())
        {
            norm.weight.copy_(tensor(new[] { 0.5f, 1.5f, -2f }));
            norm.bias!.copy_(tensor(new[] { 0.25f, 0f, -1f }));
        }

        var x = tensor(Expected("input"), [2, 2, 3, 2, 2]);
        var input = x[1].clone().requires_grad_();

        var first = norm.call(x[0]);
        var second = norm.call(input);
        (second * second * arange(24, dtype: float32).reshape(2, 3, 2, 2)).sum().backward();
        norm.eval();
        var evaluation = norm.call(x[0]);

        AssertClose("first", first);
        AssertClose("second", second);
        AssertClose("input_gradient", input.grad!, 2e-4f);
        AssertClose("weight_gradient", norm.weight.grad!);
        AssertClose("bias_gradient", norm.bias!.grad!);
        AssertClose("running_mean", norm.running_mean!);
        AssertClose("running_var", norm.running_var!);
        AssertClose("evaluation", evaluation);
        Assert.Equal(Golden.Of("batch_norm", "batches").GetInt64(), norm.num_batches_tracked!.item<long>());
    }

    [Fact]
    public void BatchNormWithoutStatisticsAlwaysUsesTheBatch()
    {
        using var scope = NewDisposeScope();
        using var norm = nn.BatchNorm1d(2, affine: false, track_running_stats: false);
        norm.eval();

        var y = norm.call(tensor(new float[] { 0, 10, 2, 30 }, [2, 2]));

        Golden.AssertClose([-1, -1, 1, 1], y.data<float>().ToArray(), 1e-4f, "normalised");
        Assert.Empty(norm.state_dict());
    }

    [Fact]
    public void BatchNormRefusesInputOfTheWrongRank()
    {
        using var norm = nn.BatchNorm2d(3);
        using var x = ones(3, 4);

        Assert.Contains("expected 4D input, but got 2D", Assert.Throws<ArgumentException>(() => norm.call(x)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ConvolutionsStartUniformWithinOneOverTheRootOfTheFanIn()
    {
        manual_seed(0);
        using var conv = nn.Conv2d(16, 32, 3, groups: 2); // fan in 16 / 2 * 9 = 72

        AssertUniform(conv.weight, 1 / Math.Sqrt(72));
        AssertUniform(conv.bias!, 1 / Math.Sqrt(72));
        Assert.Equal([32L, 8, 3, 3], conv.weight.shape);
    }

    [Fact]
    public void LinearLayersStartUniformWithinOneOverTheRootOfTheFanIn()
    {
        manual_seed(0);
        using var linear = nn.Linear(50, 200);

        AssertUniform(linear.weight, 1 / Math.Sqrt(50));
        AssertUniform(linear.bias!, 1 / Math.Sqrt(50));
    }

    [Fact]
    public void KaimingNormalKeepsTheVarianceThroughAReLU()
    {
        manual_seed(0);
        using var weight = empty(256, 64, 3, 3);

        nn.init.kaiming_normal_(weight, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);

        var values = weight.data<float>().ToArray();
        Assert.Equal(Math.Sqrt(2.0 / (256 * 9)), Deviation(values), 4);
        Assert.Equal(0, values.Average(), 3);
    }

    [Fact]
    public void XavierUniformBalancesBothFans()
    {
        manual_seed(0);
        using var weight = empty(100, 50);

        nn.init.xavier_uniform_(weight);

        AssertUniform(weight, Math.Sqrt(6.0 / 150));
    }

    [Fact]
    public void TruncatedNormalStaysWithinItsCuts()
    {
        manual_seed(0);
        using var weight = empty(20000);

        nn.init.trunc_normal_(weight, std: 0.5, a: -0.5, b: 0.5);

        var values = weight.data<float>().ToArray();
        Assert.InRange(values.Min(), -0.5f, -0.48f);
        Assert.InRange(values.Max(), 0.48f, 0.5f);
        Assert.Equal(0.5 * 0.5396, Deviation(values), 2); // a normal cut at one sigma has deviation 0.5396 sigma
    }

    [Fact]
    public void ConvolutionsRefuseInputWithOtherChannels()
    {
        using var conv = nn.Conv2d(3, 4, 1);
        using var x = ones(1, 5, 2, 2);

        var error = Assert.Throws<ArgumentException>(() => conv.call(x));

        Assert.Contains("with 3 channels to Conv2d, found [1,5,2,2]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PaddingSameKeepsTheSizeOfDilatedConvolutions()
    {
        using var conv = nn.Conv2d(1, 1, 3, Padding.Same, dilation: 2, bias: false);
        using var x = ones(1, 1, 7, 9);

        using var y = conv.call(x);

        Assert.Equal([1L, 1, 7, 9], y.shape);
    }

    [Fact]
    public void LayerNormLeavesUnitVarianceAlongTheLastDimension()
    {
        using var norm = nn.LayerNorm(4);
        using var x = tensor(new float[] { 1, 2, 3, 4, -10, 0, 10, 20 }, [2, 4]);

        using var y = norm.call(x);

        Golden.AssertClose([-1.3416f, -0.4472f, 0.4472f, 1.3416f], y.data<float>().ToArray()[..4], 1e-4f, "first row");
        Golden.AssertClose([-1.3416f, -0.4472f, 0.4472f, 1.3416f], y.data<float>().ToArray()[4..], 1e-4f, "second row");
    }

    [Fact]
    public void DropoutWorksOnlyWhileTraining()
    {
        manual_seed(0);
        using var dropout = nn.Dropout(0.25);
        using var x = ones(4000);

        using var trained = dropout.call(x);
        dropout.eval();
        using var evaluated = dropout.call(x);

        var values = trained.data<float>().ToArray();
        Assert.InRange(values.Count(value => value == 0), 900, 1100);
        Assert.All(values.Where(value => value != 0), value => Assert.Equal(4f / 3, value, 5));
        Assert.All(evaluated.data<float>().ToArray(), value => Assert.Equal(1, value));
    }

    [Fact]
    public void ASequenceFreesWhatLiesBetweenItsModules()
    {
        using var sequence = nn.Sequential(nn.Linear(4, 4), nn.Identity(), nn.ReLU6(), nn.GELU(), nn.Sigmoid(), nn.Linear(4, 2));
        using var scope = NewDisposeScope();
        var x = ones(3, 4);
        var before = scope.DisposablesCount;

        var y = sequence.call(x);

        Assert.Equal(before + 1, scope.DisposablesCount);
        Assert.Equal([3L, 2], y.shape);
        Assert.Equal(6, sequence.Count);
    }

    [Fact]
    public void PoolingAndUpsamplingReachTheSizeAskedFor()
    {
        using var pool = nn.AdaptiveAvgPool2d(1);
        using var up = nn.Upsample([4, 6], mode: UpsampleMode.Bilinear, align_corners: false);
        using var x = tensor(new float[] { 1, 2, 3, 6 }, [1, 1, 2, 2]);

        using var pooled = pool.call(x);
        using var larger = up.call(x);

        Assert.Equal([3f], pooled.data<float>().ToArray());
        Assert.Equal([1L, 1, 4, 6], larger.shape);
        Assert.Equal(1f, larger.data<float>().ToArray()[0]);
        Assert.Equal(6f, larger.data<float>().ToArray()[23]);
    }

    private static float[] Expected(string name) => Golden.Of("batch_norm", name).Floats();

    private static void AssertClose(string name, Tensor actual, float tolerance = 1e-5f) =>
        Golden.AssertClose(Expected(name), actual.detach().data<float>().ToArray(), tolerance, name);

    /// <summary>All within the bound, and spread as far and as wide as a uniform distribution is.</summary>
    private static void AssertUniform(Tensor tensor, double bound)
    {
        var values = tensor.detach().data<float>().ToArray();
        Assert.All(values, value => Assert.InRange(value, -bound - 1e-6, bound + 1e-6));
        Assert.InRange(values.Max(), 0.85 * bound, bound + 1e-6);
        Assert.InRange(Deviation(values), 0.8 * bound / Math.Sqrt(3), 1.2 * bound / Math.Sqrt(3));
    }

    private static double Deviation(float[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
