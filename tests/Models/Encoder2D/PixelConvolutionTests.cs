using AlsterNode.Encoder2D;
using AlsterNode.Tests.Models.SparseVoxel3D;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Encoder2D;

[Collection(nameof(SharedWorkerPool))]
public class PixelConvolutionTests
{
    [Theory]
    [InlineData(16, 16, 1, 1, 1, 1, 9, 7)]
    [InlineData(24, 144, 1, 1, 1, 1, 60, 33)]
    [InlineData(304, 256, 1, 1, 1, 1, 13, 11)]   // deeper than a row of the tile's buffer
    [InlineData(5, 3, 1, 1, 1, 1, 1, 1)]
    [InlineData(1280, 37, 1, 1, 1, 1, 15, 20)]
    [InlineData(32, 32, 3, 1, 1, 32, 12, 10)]
    [InlineData(21, 21, 3, 2, 1, 21, 11, 13)]    // odd sizes, channels that fill no vector
    [InlineData(96, 96, 3, 2, 1, 96, 12, 14)]
    [InlineData(48, 48, 3, 1, 6, 48, 15, 20)]
    [InlineData(48, 48, 3, 1, 18, 48, 15, 20)]   // most taps lie outside
    public void OurKernelsEqualTheLibrarys(int inputs, int outputs, int size, int stride, int dilation, int groups, int height, int width)
    {
        using var scope = NewDisposeScope();
        var name = $"{inputs}-{outputs}-{size}-{stride}-{dilation}";
        var weight = Goldens.Noise($"weight {name}", outputs, inputs / groups, size, size);
        var bias = Goldens.Noise($"bias {name}", outputs);
        var input = 3 * Goldens.Noise($"input {name}", 2, inputs, height, width);
        var padding = dilation * (size - 1) / 2;
        foreach (var activation in new[] { Activation.None, Activation.Relu, Activation.Relu6 })
        {
            using var kernel = PixelConvolution.TryCreate(weight, bias, stride, dilation, groups, activation)!;
            var expected = nn.functional.conv2d(input, weight, bias, [stride, stride], [padding, padding], [dilation, dilation], groups);
            var residual = groups == 1 ? 2 * Goldens.Noise($"residual {name}", [.. expected.shape]) : null;
            if (residual is not null) expected = expected + residual;
            if (activation == Activation.Relu) expected = expected.relu();
            if (activation == Activation.Relu6) expected = expected.clamp(0, 6);

            var result = kernel.Run(input, residual);

            Assert.Equal(expected.shape, result.shape);
            var error = (result - expected).abs().max().item<float>() / Math.Max(1, expected.abs().max().item<float>());
            Assert.True(error < 5e-5, $"{activation}: off by {error}"); // sums of 1280 terms in another order
        }
    }

    [Theory]
    [InlineData(16, 16, 3, 1)] // dense 3x3
    [InlineData(16, 32, 1, 2)] // strided 1x1
    public void OtherConvolutionsAreLeftToTheLibrary(int inputs, int outputs, int size, int stride)
    {
        using var scope = NewDisposeScope();

        Assert.Null(PixelConvolution.TryCreate(zeros(outputs, inputs, size, size), zeros(outputs), stride, 1, 1, Activation.None));
    }
}
