using AlsterNode.Encoder2D;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Encoder2D;

public class DeepLabV3PlusTests
{
    [Theory]
    [InlineData(Backbone.MobileNetV2, "mobilenet", 46, 61)]
    [InlineData(Backbone.Xception65, "xception", 33, 30)]
    public void TheWholeNetworkAgreesWithPyTorchBeforeAndAfterFolding(Backbone backbone, string name, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        using var network = Goldens.Fill(new DeepLabV3Plus(backbone));
        network.eval();
        var input = Goldens.Noise(name, 1, 7, height, width);

        var plain = network.forward(input);
        network.FoldBatchNorm();
        var folded = network.forward(input);

        Goldens.AssertEqual(name, plain);
        Goldens.AssertEqual(name, folded);
    }

    [Theory]
    [InlineData(Backbone.MobileNetV2)]
    [InlineData(Backbone.Xception65)]
    public void InLowerPrecisionItSeesAboutTheSame(Backbone backbone)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var network = new DeepLabV3Plus(backbone, featureDimension: 16); // with gradients on: not by the CPU's own kernels
        var input = randn(2, 7, 64, 64);
        network.eval();
        var expected = network.forward(input);

        network.Precision = ScalarType.BFloat16;
        var actual = network.forward(input);

        Assert.Equal(ScalarType.Float32, actual.dtype);
        var error = (expected - actual).norm().item<float>() / expected.norm().item<float>();
        Assert.InRange(error, 1e-4, 0.1); // 0 would mean that the precision changed nothing
    }

    [Fact]
    public void AFoldedCopyInLowerPrecisionLeavesTrainingAsItWas()
    {
        using var scope = NewDisposeScope();
        using var layer = new ConvNorm(4, 8, 3, Activation.Relu);
        var input = randn(2, 4, 8, 8);
        layer.Fold(ScalarType.BFloat16);

        layer.eval();
        Assert.Equal(ScalarType.BFloat16, layer.forward(input).dtype);
        layer.train();
        Assert.Equal(ScalarType.Float32, layer.forward(input).dtype);
        Assert.Equal(ScalarType.Float32, layer.Precision);
    }

    [Theory]
    [InlineData(Backbone.MobileNetV2, 2.70e6, 2.80e6)]
    [InlineData(Backbone.Xception65, 40.5e6, 41.5e6)] // [ALSTER] 4.4: 41 million
    public void ParametersAreAsManyAsThePaperSays(Backbone backbone, double fewest, double most)
    {
        using var network = new DeepLabV3Plus(backbone);

        Assert.InRange((double)network.parameters().Sum(p => p.numel()), fewest, most);
    }

    [Theory]
    [InlineData(1, 242, 318, 61, 80)]
    [InlineData(2, 64, 97, 16, 25)]
    [InlineData(1, 33, 31, 9, 8)]
    public void TheOutputIsAQuarterOfAnySizeRoundedUp(int batch, int height, int width, int outHeight, int outWidth)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        using var network = new DeepLabV3Plus(Backbone.MobileNetV2, inputChannels: 5, featureDimension: 12);
        network.eval();

        var features = network.forward(randn(batch, 5, height, width));

        Assert.Equal([batch, 12, outHeight, outWidth], features.shape);
        Assert.True(features.is_contiguous());
    }

    [Fact]
    public void ABatchOfOneTrainsAndEveryParameterLearns()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        using var network = new DeepLabV3Plus(Backbone.MobileNetV2);
        network.train();

        network.forward(randn(1, 7, 64, 64)).square().mean().backward();

        foreach (var (name, parameter) in network.named_parameters())
        {
            var gradient = parameter.grad;
            Assert.True(gradient is not null, $"{name} got no gradient.");
            var largest = gradient.abs().max().item<float>();
            Assert.True(largest > 0 && float.IsFinite(largest), $"The gradient of {name} is at most {largest}.");
        }
    }

    [Fact]
    public void TrainingEndsTheFoldedCopyAndFoldingAgainTakesTheParametersOver()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        using var network = new DeepLabV3Plus(Backbone.MobileNetV2);
        var input = randn(2, 7, 48, 48);
        network.eval();
        network.FoldBatchNorm();

        network.train();
        using (no_grad())
        {
            foreach (var parameter in network.parameters()) parameter.mul_(0.9);
            network.forward(input); // moves the running statistics
        }
        network.eval();
        using var grad = no_grad();
        var trained = network.forward(input);
        network.FoldBatchNorm();
        var folded = network.forward(input);
        using var copy = new DeepLabV3Plus(Backbone.MobileNetV2);
        copy.load_state_dict(network.state_dict());
        copy.eval();
        var plain = copy.forward(input);

        Assert.True((folded - plain).abs().max().item<float>() < 1e-4 * plain.abs().max().item<float>());
        Assert.True(trained.equal(plain)); // not the copy from before
    }

    [Fact]
    public void AHundredFoldedPassesKeepNoTensorAlive()
    {
        using var grad = no_grad();
        using var network = new DeepLabV3Plus(Backbone.MobileNetV2);
        network.eval();
        network.FoldBatchNorm();
        using var input = randn(1, 7, 32, 32);
        network.forward(input).Dispose();
        var before = LiveTensors.Count;

        for (var i = 0; i < 100; i++) network.forward(input).Dispose();

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void AnInputWithOtherChannelsIsRefused()
    {
        using var network = new DeepLabV3Plus(Backbone.MobileNetV2);
        using var input = zeros(1, 3, 32, 32);

        var error = Assert.Throws<ArgumentException>(() => network.forward(input));

        Assert.Equal("The encoder got [1, 3, 32, 32], expected [B, 7, H, W].", error.Message);
    }
}
