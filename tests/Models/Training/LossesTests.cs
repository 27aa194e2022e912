using AlsterNode.Training;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Training;

public class LossesTests
{
    private static readonly byte[] Truth = [3, 255, 0, 1, 4, 4, 255, 2, 0, 1, 3];

    [Theory]
    [InlineData("focal1", 1, false, false)]
    [InlineData("focal1", 1, false, true)]
    [InlineData("focal2", 2, false, false)]
    [InlineData("focal0", 0, false, false)]
    [InlineData("focal1_weighted", 1, true, false)]
    public void FocalLossAndItsGradientAgreeWithPyTorch(string name, double gamma, bool weighted, bool wideLabels)
    {
        using var scope = NewDisposeScope();
        var logits = (4 * Goldens.Noise("focal", 11, 5)).requires_grad_();
        var labels = wideLabels ? tensor(Array.ConvertAll(Truth, label => (long)label)) : tensor(Truth);
        var weights = weighted ? tensor(Array.ConvertAll(Goldens.Values("input.focal.weights", 5), u => (float)(0.5 + u))) : null;

        var loss = Losses.Focal(logits, labels, gamma, weights);
        loss.backward();

        Goldens.AssertEqual(name, loss);
        Goldens.AssertEqual(name + ".grad", logits.grad);
    }

    [Fact]
    public void RowsThatAreRightAlreadyCountLessThanInCrossEntropy()
    {
        using var scope = NewDisposeScope();
        var labels = tensor(new byte[] { 0 });
        var (sure, wrong) = (tensor(new float[] { 4, 0 }, [1, 2]), tensor(new float[] { 0, 4 }, [1, 2]));

        var shareOfSure = Losses.Focal(sure, labels).item<float>() / Losses.Focal(sure, labels, gamma: 0).item<float>();
        var shareOfWrong = Losses.Focal(wrong, labels).item<float>() / Losses.Focal(wrong, labels, gamma: 0).item<float>();

        Assert.Equal(1 / (1 + Math.Exp(4)), shareOfSure, 1e-5); // 1 - p
        Assert.Equal(1 / (1 + Math.Exp(-4)), shareOfWrong, 1e-5);
    }

    [Fact]
    public void WithoutALabelTheLossAndItsGradientAreZero()
    {
        using var scope = NewDisposeScope();
        var logits = Goldens.Noise("focal", 3, 5).requires_grad_();

        var loss = Losses.Focal(logits, tensor(new byte[] { 255, 255, 255 }));
        loss.backward();

        Assert.Equal(0, loss.item<float>());
        Assert.Equal(0, logits.grad!.abs().max().item<float>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1.5)]
    public void ACertainPredictionHasAFiniteGradient(double gamma)
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[] { 200, -200, -200, 200 }, [2, 2]).requires_grad_();

        Losses.Focal(logits, tensor(new byte[] { 0, 0 }), gamma).backward();

        Assert.True(logits.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void LabelsOfAnotherLengthAreRefused()
    {
        using var scope = NewDisposeScope();

        var error = Assert.Throws<ArgumentException>(() => Losses.Focal(zeros(3, 5), tensor(new byte[] { 0, 1 })));

        Assert.Equal("Logits are [3, 5] and labels [2], expected [N, C] and [N].", error.Message);
    }
}
