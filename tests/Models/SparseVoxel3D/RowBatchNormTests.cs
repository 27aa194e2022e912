using AlsterNode.SparseVoxel3D.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.SparseVoxel3D;

public class RowBatchNormTests
{
    [Theory]
    [InlineData(1000, 19, true)]
    [InlineData(513, 32, false)]
    [InlineData(5, 8, true)]
    public void TrainingEqualsBatchNorm1dResidualAndRelu(int rows, int channels, bool relu)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var reference = nn.BatchNorm1d(channels, momentum: 0.05);
        using var norm = new RowBatchNorm(channels);
        using (no_grad())
        {
            reference.weight.copy_(rand(channels) + 0.5);
            reference.bias!.copy_(randn(channels));
            foreach (var (name, value) in reference.state_dict())
            {
                if (norm.state_dict().TryGetValue(name, out var own)) own.copy_(value);
            }
        }
        var x = ((randn(rows, channels) * 3) + 100).requires_grad_(); // far from zero: a one-pass variance would lose its digits
        var residual = randn(rows, channels).requires_grad_();
        var dy = randn(rows, channels);
        var expected = reference.forward(x) + residual;
        if (relu) expected = expected.relu();
        (expected * dy).sum().backward();
        Tensor[] gradients = [x.grad!.clone(), residual.grad!.clone(), reference.weight.grad!, reference.bias!.grad!];
        x.grad!.zero_();
        residual.grad!.zero_();

        var actual = norm.Apply(x, residual, relu);
        (actual * dy).sum().backward();

        SparseConvolutionTests.AssertClose(expected, actual, "result", 1e-4);
        var own2 = norm.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        Tensor[] actualGradients = [x.grad!, residual.grad!, own2["weight"].grad!, own2["bias"].grad!];
        string[] names = ["x", "residual", "weight", "bias"];
        for (var i = 0; i < names.Length; i++) SparseConvolutionTests.AssertClose(gradients[i], actualGradients[i], names[i], 1e-3);
        foreach (var buffer in new[] { "running_mean", "running_var" })
        {
            SparseConvolutionTests.AssertClose(reference.state_dict()[buffer], norm.state_dict()[buffer], buffer);
        }
        norm.eval();
        reference.eval();
        SparseConvolutionTests.AssertClose(reference.forward(x), norm.forward(x), "evaluation", 1e-4);
    }

    [Fact]
    public void GradientsAgreeWithFiniteDifferencesInDoublePrecision()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var norm = new RowBatchNorm(4);
        norm.to(float64);
        var x = randn([7, 4], float64).requires_grad_();
        var direction = randn([7, 4], float64);
        Tensor Loss() => (norm.forward(x) * direction).sum();
        Loss().backward();
        Gradients.AssertFiniteDifferences(Loss, x, "x");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void NoRowsAndOneRowLeaveFiniteStatistics(int rows)
    {
        using var scope = NewDisposeScope();
        using var norm = new RowBatchNorm(5);
        var x = randn(rows, 5).requires_grad_();
        var y = norm.Apply(x, residual: null, relu: true);
        y.sum().backward();
        Assert.Equal([rows, 5L], y.shape);
        foreach (var value in norm.state_dict().Values.Append(y).Append(x.grad!)) Assert.True(value.isfinite().all().item<bool>());
    }
}
