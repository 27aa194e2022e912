using AlsterNode.Encoder2D;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Encoder2D;

/// <summary>Outputs, gradients and running statistics agree with plain PyTorch.</summary>
public class BlockParityTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void InvertedResidualWithSkipAndDilation(bool train) =>
        Check("inverted_residual", new InvertedResidual(6, 6, 6, 1, 2), train, [[2, 6, 7, 9]], ["depthwise.conv.weight", "expand.norm.weight"]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void InvertedResidualWithStride(bool train) =>
        Check("inverted_residual_strided", new InvertedResidual(6, 10, 1, 2, 1), train, [[2, 6, 7, 9]], ["project.conv.weight"]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AtrousSeparableConvolution(bool train) =>
        Check("separable", new SeparableConv(8, 12, dilation: 6), train, [[2, 8, 9, 11]], ["pointwise.norm.bias"]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void XceptionBlockWithStridedSkip(bool train) =>
        Check("xception_block", new XceptionBlock(8, [8, 12, 16], XceptionSkip.Convolution, 2), train, [[2, 8, 9, 7]],
            ["skip.conv.weight", "conv1.depthwise.conv.weight"]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SpatialPyramid(bool train) =>
        Check("aspp", new Aspp(10, 8, dropout: 0), train, [[2, 10, 9, 13]], ["pooling.weight", "project.conv.weight"]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DecoderOfDeepLab(bool train)
    {
        var decoder = new Decoder(6, 10, 5, 4, 8);
        Check("decoder", decoder, inputs => decoder.forward(inputs[0], inputs[1]), train, [[2, 6, 9, 13], [2, 10, 3, 4]],
            ["project.bias", "fine.conv.weight"]);
    }

    private static void Check(string name, nn.Module<Tensor, Tensor> block, bool train, long[][] shapes, string[] parameters) =>
        Check(name, block, inputs => block.forward(inputs[0]), train, shapes, parameters);

    private static void Check(string name, nn.Module block, Func<Tensor[], Tensor> forward, bool train, long[][] shapes, string[] parameters)
    {
        using var scope = NewDisposeScope();
        using var owner = Goldens.Fill(block);
        block.train(train);
        Tensor[] inputs = [.. shapes.Select((shape, i) => Goldens.Noise($"{name}.{i}", shape).requires_grad_())];
        var key = train ? name + ".train" : name;

        var output = forward(inputs);
        (output * Goldens.Noise(key + ".direction", output.shape)).sum().backward();

        Goldens.AssertEqual(key, output);
        for (var i = 0; i < inputs.Length; i++) Goldens.AssertEqual($"{key}.input{i}.grad", inputs[i].grad);
        var gradients = block.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad);
        foreach (var parameter in parameters) Goldens.AssertEqual($"{key}.{parameter}.grad", gradients[parameter]);
        if (!train) return;
        var mean = block.named_buffers().Where(b => b.name.EndsWith("running_mean", StringComparison.Ordinal)).MinBy(b => b.name, StringComparer.Ordinal);
        Goldens.AssertEqual($"{key}.{mean.name}", mean.buffer);
    }
}
