using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AlsterNode.Tests.Models.Compat;

public sealed class FunctionalTests
{
    [Fact]
    public void ConvolutionsAgreeWithTheirDefinition()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var image = randn(1, 2, 5, 6, dtype: float64);
        var weight = randn(3, 2, 3, 3, dtype: float64);
        var bias = randn(3, dtype: float64);

        var result = functional.conv2d(image, weight, bias, strides: [2, 1], padding: [1, 0]);

        Assert.Equal([1, 3, 3, 4], result.shape);
        var (x, w, b, y) = (image.data<double>(), weight.data<double>(), bias.data<double>(), result.data<double>());
        for (var o = 0; o < 3; o++)
        {
            for (var row = 0; row < 3; row++)
            {
                for (var column = 0; column < 4; column++)
                {
                    var sum = b[o];
                    for (var c = 0; c < 2; c++)
                    {
                        for (var i = 0; i < 9; i++)
                        {
                            var (r, s) = ((2 * row) - 1 + (i / 3), column + (i % 3));
                            if (r is >= 0 and < 5)
                                sum += x[0, c, r, s] * w[o, c, i / 3, i % 3];
                        }
                    }

                    Assert.Equal(sum, y[0, o, row, column], 1e-12);
                }
            }
        }
    }

    [Fact]
    public void TransposedConvolutionIsTheAdjointOfConvolution()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var weight = randn([4, 2, 2, 2, 2], dtype: float64);
        var x = randn([1, 2, 4, 4, 4], dtype: float64);
        var y = randn([1, 4, 2, 2, 2], dtype: float64);

        var forward = (functional.conv3d(x, weight, strides: [2, 2, 2]) * y).sum().item<double>();
        var adjoint = (functional.conv_transpose3d(y, weight, strides: [2, 2, 2]) * x).sum().item<double>();

        Assert.Equal(forward, adjoint, 1e-10);
    }

    [Fact]
    public void BilinearResamplingKeepsALinearRamp()
    {
        using var scope = NewDisposeScope();
        var ramp = arange(0, 4, dtype: float32).view(1, 1, 1, 4).expand(1, 1, 3, 4);

        var larger = functional.interpolate(ramp, size: [5, 7], mode: InterpolationMode.Bilinear, align_corners: true);
        var nearest = functional.interpolate(ramp, scale_factor: [2.0, 2.0]);

        Assert.Equal([0f, 0.5f, 1f, 1.5f, 2f, 2.5f, 3f], larger[0, 0, 2].data<float>().ToArray());
        Assert.Equal([0f, 0f, 1f, 1f, 2f, 2f, 3f, 3f], nearest[0, 0, 0].data<float>().ToArray());
    }

    [Fact]
    public void CrossEntropyIsMinusTheLogOfTheProbabilityOfTheTarget()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[,] { { 1, 2, 3 }, { 0, 0, 0 } });
        var target = tensor(new long[] { 2, 0 });

        var losses = functional.cross_entropy(logits, target, reduction: Reduction.None).data<float>();
        var fromLogs = functional.nll_loss(functional.log_softmax(logits, 1), target);

        var expected = -Math.Log(Math.Exp(3) / (Math.Exp(1) + Math.Exp(2) + Math.Exp(3)));
        Assert.Equal(expected, losses[0], 1e-6);
        Assert.Equal(Math.Log(3), losses[1], 1e-6);
        Assert.Equal((expected + Math.Log(3)) / 2, fromLogs.item<float>(), 1e-6);
    }

    [Fact]
    public void BatchNormInTrainingUsesTheBatchAndMovesTheRunningStatistics()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[,] { { 1, 10 }, { 3, 30 } });
        var (mean, variance) = (zeros(2), ones(2));

        var y = functional.batch_norm(x, mean, variance, training: true, momentum: 0.5, eps: 0);

        Assert.Equal([-1f, -1f, 1f, 1f], y.data<float>().ToArray());
        Assert.Equal([1f, 10f], mean.data<float>().ToArray());           // half way to (2, 20)
        Assert.Equal([1.5f, 100.5f], variance.data<float>().ToArray());  // half way to the unbiased (2, 200)
    }
}
