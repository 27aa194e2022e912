using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Compat;

/// <summary>Counts are those of this thread: other tests run at the same time.</summary>
public sealed class DisposeScopeTests
{
    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    [Fact]
    public void AScopeFreesEveryTensorMadeInIt()
    {
        var before = Live;
        Tensor product;
        using (var scope = NewDisposeScope())
        {
            var a = ones(3, 3);
            product = (a.mm(a) * 2f).relu();
            Assert.Equal(before + 4, Live);
            Assert.Equal(4, scope.DisposablesCount);
        }

        Assert.Equal(before, Live);
        Assert.True(product.IsInvalid);
    }

    [Fact]
    public void AScopeEndsAlsoWhenAnExceptionLeavesIt()
    {
        var before = Live;

        Assert.ThrowsAny<Exception>(() =>
        {
            using var scope = NewDisposeScope();
            var a = ones(2, 3);
            a.mm(a);
        });

        Assert.Equal(before, Live);
        using var after = ones(1);
        Assert.False(after.MoveToOuterDisposeScope().IsInvalid);
        Assert.Equal(before + 1, Live);
    }

    [Fact]
    public void AMovedTensorLivesUntilTheOuterScopeEnds()
    {
        var before = Live;
        Tensor kept;
        using (NewDisposeScope())
        {
            using (NewDisposeScope())
                kept = (ones(2) + ones(2)).MoveToOuterDisposeScope();
            Assert.False(kept.IsInvalid);
            Assert.Equal(4f, kept.sum().item<float>());
        }

        Assert.True(kept.IsInvalid);
        Assert.Equal(before, Live);
    }

    [Fact]
    public void ADetachedTensorOutlivesEveryScope()
    {
        Tensor kept;
        using (NewDisposeScope())
        using (NewDisposeScope())
            kept = ones(2).DetachFromDisposeScope();

        Assert.False(kept.IsInvalid);
        kept.Dispose();
        Assert.True(kept.IsInvalid);
    }

    [Fact]
    public void TensorsDisposedBeforeTheScopeEndsLeaveIt()
    {
        var before = Live;
        using (var scope = NewDisposeScope())
        {
            // Most are disposed early, in no order: the scope closes its gaps and still finds the rest.
            var tensors = Enumerable.Range(0, 1000).Select(_ => ones(1)).ToArray();
            for (var i = 0; i < 1000; i++)
            {
                var index = i * 7 % 1000;
                if (index % 10 != 0)
                    tensors[index].Dispose();
            }

            Assert.Equal(100, scope.DisposablesCount);
            Assert.Equal(100, scope.DisposablesView.Count);
            tensors[10].DetachFromDisposeScope().Dispose();
            Assert.Equal(99, scope.DisposablesCount);
        }

        Assert.Equal(before, Live);
    }

    [Fact]
    public void AnotherThreadHasScopesOfItsOwn()
    {
        Tensor? theirs = null;
        using (NewDisposeScope())
        {
            var thread = new Thread(() => theirs = ones(2));
            thread.Start();
            thread.Join();
        }

        Assert.False(theirs!.IsInvalid);
        theirs.Dispose();
    }

    [Fact]
    public void TheFinalizerFreesWhatNobodyDisposed()
    {
        var before = Tensor.TotalCount;
        Forget(500);
        Assert.True(Tensor.TotalCount >= before + 400);

        // The count falls by the forgotten ones; other tests move it a little.
        for (var i = 0; i < 20 && Tensor.TotalCount > before + 100; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.True(Tensor.TotalCount <= before + 100, $"{Tensor.TotalCount - before} of 500 forgotten tensors are still there.");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(int count)
    {
        for (var i = 0; i < count; i++)
            ones(4);
    }
}
