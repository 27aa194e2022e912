using AlsterNode.TemporalExpert;
using TorchSharp;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.TemporalExpert;

public class TemporalExpertTests
{
    private static readonly string[] Compared =
    [
        "layers.0.attention.query.weight", "layers.4.attention.key.weight", "layers.2.attention.value.bias", "layers.1.norm1.weight", "layers.3.linear2.bias",
    ];

    [Theory]
    [InlineData(AttentionKind.Softmax, "expert_softmax", ScalarType.Float32)]
    [InlineData(AttentionKind.Linear, "expert_linear", ScalarType.Float64)] // unbounded weights through five layers magnify rounding
    public void OutputWeightsAndGradientsAgreeWithTheTextbookForm(AttentionKind kind, string name, ScalarType precision)
    {
        using var scope = NewDisposeScope();
        using var expert = Goldens.Fill(new TemporalExpertNetwork(new TemporalExpertOptions { Attention = kind })).to(precision);
        Tensor[] inputs = [.. Enumerable.Range(0, 3).Select(i => Goldens.Noise($"{name}.{i}", 6, 40).to(precision).requires_grad_())];

        var output = expert.forward(inputs[0], inputs[1], inputs[2]);
        (output * Goldens.Noise(name + ".direction", 6, 40)).sum().backward();

        Goldens.AssertEqual(name, output);
        Goldens.AssertEqual(name + ".weights", expert.Attention(inputs[0], inputs[1], inputs[2]));
        for (var i = 0; i < 3; i++) Goldens.AssertEqual($"{name}.input{i}.grad", inputs[i].grad);
        var gradients = expert.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad);
        foreach (var parameter in Compared) Goldens.AssertEqual($"{name}.{parameter}.grad", gradients[parameter]);
    }

    [Theory]
    [InlineData(AttentionKind.Softmax, "expert_softmax.attention")]
    [InlineData(AttentionKind.Linear, "expert_linear.attention")]
    public void OneAttentionLayerAgreesWithTheTextbookForm(AttentionKind kind, string name)
    {
        using var scope = NewDisposeScope();
        using var attention = Goldens.Fill(new CrossAttention(40, kind));
        Tensor[] inputs = [.. Enumerable.Range(0, 3).Select(i => Goldens.Noise($"{name}.{i}", 6, 40).requires_grad_())];

        var (output, weights) = attention.forward(inputs[0], inputs[1], inputs[2]);
        (output * Goldens.Noise(name + ".direction", 6, 40)).sum().backward();

        Goldens.AssertEqual(name, output);
        Goldens.AssertEqual(name + ".weights", weights);
        for (var i = 0; i < 3; i++) Goldens.AssertEqual($"{name}.input{i}.grad", inputs[i].grad);
        var gradients = attention.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad);
        foreach (var parameter in new[] { "value.bias", "query.bias" }) Goldens.AssertEqual($"{name}.{parameter}.grad", gradients[parameter]);
    }

    [Theory]
    [InlineData(AttentionKind.Softmax, 40, 128)]
    [InlineData(AttentionKind.Linear, 40, 128)]
    [InlineData(AttentionKind.Softmax, 18, 30)] // groups of outputs that are not full
    public void TheFusedNetworkEqualsTheLayeredOne(AttentionKind kind, int dimension, int hidden)
    {
        using var scope = NewDisposeScope();
        var options = new TemporalExpertOptions { Attention = kind, FeatureDimension = dimension, Hidden = hidden, Layers = kind == AttentionKind.Linear ? 2 : 5 };
        using var expert = Goldens.Fill(new TemporalExpertNetwork(options));
        foreach (var voxels in new[] { 0, 1, 31, 32, 33, 700 })
        {
            Tensor[] inputs = [.. Enumerable.Range(0, 3).Select(i => Goldens.Noise($"fused.{i}.{voxels}", voxels, dimension))];
            var layered = expert.forward(inputs[0], inputs[1], inputs[2]).detach();
            foreach (var fused in FusedExpert.All(expert))
            {
                using (fused)
                {
                    var result = fused.Run(inputs[0], inputs[1], inputs[2]);
                    Assert.Equal(layered.shape, result.shape);
                    if (voxels == 0) continue;
                    var error = (result - layered).abs().max().item<float>() / layered.abs().max().item<float>();
                    Assert.True(error < 1e-4, $"{fused.GetType()} on {voxels} voxels is off by {error}");
                }
            }
        }
    }

    [Fact]
    public void AChangeOfTheWeightsReachesTheFusedNetwork()
    {
        using var scope = NewDisposeScope();
        using var expert = Goldens.Fill(new TemporalExpertNetwork());
        var input = Goldens.Noise("changed", 40, 40);
        foreach (var (name, parameter) in expert.named_parameters())
        {
            using (no_grad())
            {
                expert.forward(input, input, input);
                parameter.view(-1)[-1].add_(0.25); // one element of each tensor
            }
            var layered = expert.forward(input, input, input).detach();
            using (no_grad()) Assert.True((expert.forward(input, input, input) - layered).abs().max().item<float>() < 1e-3, name);
        }
    }

    [Fact]
    public void ParametersAreAsManyAsThePaperSays()
    {
        using var expert = new TemporalExpertNetwork();

        Assert.Equal(92_000, expert.parameters().Sum(p => p.numel())); // [ALSTER] 4.4: 92 * 10^3
    }

    [Fact]
    public void SoftmaxWeightsArePositiveAndSumToOne()
    {
        using var scope = NewDisposeScope();
        using var expert = Goldens.Fill(new TemporalExpertNetwork());

        var weights = expert.Attention(zeros(50, 40), Goldens.Noise("a", 50, 40), Goldens.Noise("b", 50, 40));

        Assert.Equal([50, 5, 3], weights.shape);
        Assert.True(weights.min().item<float>() > 0);
        Assert.True((weights.sum(2) - 1).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void ManyVoxelsAtOnceGiveWhatEachAloneGives()
    {
        using var scope = NewDisposeScope();
        using var expert = Goldens.Fill(new TemporalExpertNetwork());
        const int Voxels = 9001; // three passes without gradients
        var (past, features3D, features2D) = (Goldens.Noise("past", Voxels, 40), Goldens.Noise("3d", Voxels, 40), Goldens.Noise("2d", Voxels, 40));

        var atOnce = expert.forward(past, features3D, features2D).detach();
        using var grad = no_grad();
        var inPasses = expert.forward(past, features3D, features2D);
        var last = expert.forward(past.narrow(0, Voxels - 1, 1), features3D.narrow(0, Voxels - 1, 1), features2D.narrow(0, Voxels - 1, 1));

        Assert.True((atOnce - inPasses).abs().max().item<float>() < 1e-5);
        Assert.True((atOnce.narrow(0, Voxels - 1, 1) - last).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void AFrameWithoutVoxelsGivesNoFeatures()
    {
        using var scope = NewDisposeScope();
        using var expert = new TemporalExpertNetwork();

        Assert.Equal([0, 40], expert.forward(zeros(0, 40), zeros(0, 40), zeros(0, 40)).shape);
    }

    [Theory]
    [InlineData(AttentionKind.Softmax)]
    [InlineData(AttentionKind.Linear)]
    public void EveryParameterLearnsFromTheFirstObservationOn(AttentionKind kind)
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        using var expert = new TemporalExpertNetwork(new TemporalExpertOptions { Attention = kind });

        var first = expert.forward(zeros(20, 40), Goldens.Noise("a", 20, 40), Goldens.Noise("b", 20, 40));
        var second = expert.forward(first, Goldens.Noise("c", 20, 40), Goldens.Noise("d", 20, 40));
        (second * Goldens.Noise("e", 20, 40)).sum().backward();

        foreach (var (name, parameter) in expert.named_parameters())
        {
            var largest = parameter.grad?.abs().max().item<float>() ?? 0;
            Assert.True(largest > 0 && float.IsFinite(largest), $"The gradient of {name} is at most {largest}.");
        }
    }

    [Fact]
    public void AHundredUpdatesKeepNoTensorAlive()
    {
        using var grad = no_grad();
        using var expert = new TemporalExpertNetwork();
        using var features = Goldens.Noise("features", 5000, 40);
        expert.forward(features, features, features).Dispose();
        var before = LiveTensors.Count;

        for (var i = 0; i < 100; i++) expert.forward(features, features, features).Dispose();

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void SourcesOfDifferentLengthsAreRefused()
    {
        using var scope = NewDisposeScope();
        using var expert = new TemporalExpertNetwork();

        var error = Assert.Throws<ArgumentException>(() => expert.forward(zeros(5, 40), zeros(4, 40), zeros(5, 40)));

        Assert.Equal("The expert got features3D [4, 40], expected [5, 40].", error.Message);
    }
}
