using System.Runtime.CompilerServices;
using AlsterNode.Tests.Models.SparseVoxel3D;
using TorchSharp;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Compat;

[Collection(nameof(SharedWorkerPool))] // alone: it measures the process's memory
public sealed class AutogradTests
{
    [Fact]
    public void GradientsOfAChainAgreeWithFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var x = randn(4, 5, dtype: float64, requires_grad: true);
        var w = randn(5, 3, dtype: float64, requires_grad: true);
        var rows = tensor(new long[] { 0, 2, 2, 3 });

        Tensor Loss() => (x.mm(w).sigmoid() * 3.0 + 1.0).log().index_select(0, rows).softmax(1).pow(2).sum() + x.clamp(-0.5, 0.5).sum();
        Loss().backward();

        AssertGradient(x, Loss);
        AssertGradient(w, Loss);
    }

    [Fact]
    public void NoGradientsAreRecordedInNoGradAndTheModeComesBack()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);

        using (no_grad())
        {
            Assert.False((x * 2).requires_grad);
            using (enable_grad())
                Assert.True((x * 2).requires_grad);
            Assert.False(is_grad_enabled());
        }

        Assert.True((x * 2).requires_grad);
        using (inference_mode())
            Assert.True(is_inference_mode_enabled());
        Assert.False(is_inference_mode_enabled());
    }

    [Fact]
    public void GradientsAddUpAndCanBeReplaced()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);

        x.sum().backward();
        x.sum().backward();
        Assert.Equal([2f, 2f], x.grad!.data<float>().ToArray());

        x.grad = null;
        Assert.Null(x.grad);
    }

    [Fact]
    public void AFunctionWrittenInCSharpGivesTheGradientsOfItsFormula()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var x = randn(3, 4, dtype: float64, requires_grad: true);
        var w = randn(4, 2, dtype: float64, requires_grad: true);

        Tensor Loss() => ScaledProduct.apply(x, w, 2.5).pow(2).sum();
        Loss().backward();

        AssertGradient(x, Loss);
        AssertGradient(w, Loss);
    }

    [Fact]
    public void AFunctionWithSeveralResultsGetsZerosForTheUnusedOnes()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var x = randn(6, dtype: float64, requires_grad: true);

        Tensor Loss() => SumAndSquare.apply(x)[1].sum(); // the first result is not used
        Loss().backward();

        AssertGradient(x, Loss);
    }

    [Fact]
    public void AnExceptionInBackwardReachesTheCallerOfBackward()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 2, dtype: float64, requires_grad: true);
        var loss = ScaledProduct.apply(x, x.detach(), -1.0).sum();

        var error = Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => loss.backward());

        Assert.Contains("ScaledProduct.backward: negative factor", error.Message, StringComparison.Ordinal);
        Assert.IsType<ArgumentException>(error.InnerException);
        x.sum().backward(); // the engine still works
        Assert.Equal(1.0, x.grad![0, 0].item<double>());
    }

    [Fact]
    public void TheGraphHoldsWhatBackwardNeedsAndLetsItGo()
    {
        var reference = SavedDataOfAFinishedGraph();

        Assert.True(IsCollected(reference), "The function's saved data outlived its graph.");
    }

    [Fact]
    public void OneTrainingStepAfterAnotherNeedsNoMoreMemory()
    {
        manual_seed(3);
        using var w1 = (randn(16, 32) * 0.1f).DetachFromDisposeScope().requires_grad_();
        using var w2 = (randn(32, 4) * 0.1f).DetachFromDisposeScope().requires_grad_();
        using var x = randn(8, 16);
        using var target = zeros(8, 4);

        void Step()
        {
            using var scope = NewDisposeScope();
            var hidden = ScaledProduct.apply(x, w1, 1.0).relu();
            var loss = (hidden.mm(w2) - target).pow(2).mean();
            loss.backward();
            using var noGradients = no_grad();
            foreach (var w in (Tensor[])[w1, w2])
            {
                w.add_(w.grad!, -0.01f);
                w.grad = null;
            }
        }

        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 2_000; i++)
            Step();
        var before = ResidentMegabytes();
        for (var i = 2_000; i < 10_000; i++)
            Step();

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.InRange(ResidentMegabytes() - before, double.MinValue, 20);
    }

    // In methods of their own: the locals of a running method stay alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference SavedDataOfAFinishedGraph()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 2, dtype: float64, requires_grad: true);
        var (loss, reference) = BuildInInnerScope(x);
        GC.Collect();
        Assert.True(reference.IsAlive, "The graph must hold the function's saved data.");
        loss.backward();
        Assert.Equal(4.0, x.grad![0, 0].item<double>());
        return reference;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (Tensor Loss, WeakReference Saved) BuildInInnerScope(Tensor x)
    {
        using var inner = NewDisposeScope();
        var saved = new object();
        var product = ScaledProduct.apply(x, ones(2, 2, dtype: float64), 2.0, saved);
        return (product.sum().MoveToOuterDisposeScope(), new WeakReference(saved));
    }

    private static bool IsCollected(WeakReference reference)
    {
        for (var i = 0; i < 10 && reference.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return !reference.IsAlive;
    }

    private static double ResidentMegabytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmRSS", StringComparison.Ordinal));
        return double.Parse(line.Split(':')[1].Replace("kB", string.Empty, StringComparison.Ordinal).Trim()) / 1024;
    }

    // Central differences, one element at a time.
    private static void AssertGradient(Tensor leaf, Func<Tensor> loss)
    {
        const double Step = 1e-6;
        var values = leaf.data<double>();
        var gradient = leaf.grad!.data<double>();
        for (var i = 0; i < values.Count; i++)
        {
            var value = values[i];
            values[i] = value + Step;
            var above = loss().item<double>();
            values[i] = value - Step;
            var below = loss().item<double>();
            values[i] = value;
            Assert.Equal((above - below) / (2 * Step), gradient[i], 1e-5);
        }
    }

    /// <summary>factor * x @ w.</summary>
    private sealed class ScaledProduct : autograd.SingleTensorFunction<ScaledProduct>
    {
        public override string Name => nameof(ScaledProduct);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (x, w, factor) = ((Tensor)vars[0], (Tensor)vars[1], (double)vars[2]);
            ctx.save_for_backward([x, w]);
            ctx.save_data("factor", factor);
            ctx.save_data("count", vars.Length);
            ctx.save_data("rest", vars[^1]);
            return x.mm(w) * factor;
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var factor = (double)ctx.get_data("factor");
            if (factor < 0)
                throw new ArgumentException("negative factor");
            var saved = ctx.get_saved_variables();
            var scaled = grad_output * factor;
            List<Tensor> gradients = [scaled.mm(saved[1].t()), saved[0].t().mm(scaled)];
            while (gradients.Count < (int)ctx.get_data("count"))
                gradients.Add(null!);
            return gradients;
        }
    }

    /// <summary>(sum of x, x squared).</summary>
    private sealed class SumAndSquare : autograd.MultiTensorFunction<SumAndSquare>
    {
        public override string Name => nameof(SumAndSquare);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            ctx.save_for_backward([x]);
            return [x.sum(), x * x];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) =>
            [grad_outputs[0] + (grad_outputs[1] * ctx.get_saved_variables()[0] * 2.0)];
    }
}
