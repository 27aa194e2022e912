using System.Runtime.CompilerServices;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace AlsterNode.Models.Compat;

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
        Assert.Equal(0, Outside(() => ones(1)));
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
    public void DisposingBeforeTheScopeEndsIsCountedOnce()
    {
        var before = Live;
        using (var scope = NewDisposeScope())
        {
            for (var i = 0; i < 1000; i++)
            {
                using var passing = ones(1);
                if (i % 10 == 0)
                    ones(1);
            }

            Assert.Equal(100, scope.DisposablesCount);
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

    // How many tensors of the action ended up in a scope.
    private static long Outside(Func<Tensor> make)
    {
        var before = DisposeScopeManager.Statistics.CreatedInScopeCount;
        make().Dispose();
        return DisposeScopeManager.Statistics.CreatedInScopeCount - before;
    }
}
