using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.SparseVoxel3D;

/// <summary>Compares gradients with central differences.</summary>
internal static class Gradients
{
    /// <summary>The gradient of a double-precision leaf, after backward, against the loss on both sides of each element.</summary>
    public static void AssertFiniteDifferences(Func<TorchSharp.torch.Tensor> loss, TorchSharp.torch.Tensor parameter, string name)
    {
        const double Step = 1e-5;
        using var scope = NewDisposeScope();
        var gradient = parameter.grad!.data<double>().ToArray();
        using var noGradients = no_grad();
        var values = parameter.detach().view(-1);
        for (var i = 0; i < gradient.Length; i++)
        {
            using var inner = NewDisposeScope();
            var value = values[i].item<double>();
            values[i].fill_(value + Step);
            var above = loss().item<double>();
            values[i].fill_(value - Step);
            var below = loss().item<double>();
            values[i].fill_(value);
            var expected = (above - below) / (2 * Step);
            Assert.True(Math.Abs(expected - gradient[i]) <= 1e-6 * Math.Max(1, Math.Abs(expected)),
                $"{name}[{i}]: gradient {gradient[i]}, finite difference {expected}");
        }
    }
}
