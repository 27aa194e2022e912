using AlsterNode.Tests.Models.SparseVoxel3D;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Compat;

[Collection(nameof(SharedWorkerPool))] // alone: collections are counted for the whole process
public class CollectorTests
{
    [Fact]
    public void TensorsOfAScopeBringNoCollectionNearer()
    {
        var before = GC.CollectionCount(2);
        for (var i = 0; i < 300; i++)
        {
            using var scope = NewDisposeScope();
            using (NewDisposeScope()) zeros(1 << 20).MoveToOuterDisposeScope(); // 4 MB each
            zeros(1 << 20);
        }
        Assert.InRange(GC.CollectionCount(2) - before, 0, 2); // it was one for every few tensors
    }

    [Fact]
    public void ATensorThatNobodyOwnsIsTheCollectorsBusiness()
    {
        var before = GC.CollectionCount(2);
        var made = 0;
        while (made < 2000 && GC.CollectionCount(2) == before) // when it comes is the runtime's own choice
        {
            empty(1 << 20); // 4 MB each, never touched
            made++;
            Thread.Sleep(5); // one that took long, on a busy machine, lets the runtime wait several times as long for the next
        }
        Assert.True(made < 2000, "no collection came for 2,000 tensors of 4 MB without an owner");
    }
}
