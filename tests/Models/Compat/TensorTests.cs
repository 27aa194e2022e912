using System.Runtime.InteropServices;
using AlsterNode.Tests.Models.SparseVoxel3D;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Compat;

[Collection(nameof(SharedWorkerPool))] // alone: all of libtorch shares one random state
public sealed class TensorTests
{
    [Fact]
    public void BytesAreTheTensorsOwnMemory()
    {
        using var scope = NewDisposeScope();
        var tensor = zeros(2, 3);

        MemoryMarshal.Cast<byte, float>(tensor.bytes)[4] = 7f;

        Assert.Equal(7f, tensor[1, 1].item<float>());
    }

    [Fact]
    public void ATensorFromAnArrayIsACopyAndFromArrayIsNot()
    {
        using var scope = NewDisposeScope();
        float[] values = [1, 2, 3, 4];

        var copy = tensor(values, [2, 2]);
        var shared = from_array(values);
        values[0] = 9;

        Assert.Equal(1f, copy[0, 0].item<float>());
        Assert.Equal(9f, shared[0].item<float>());
        Assert.Equal([4], shared.shape);
    }

    [Fact]
    public void ViewsAreReadThroughTheirStrides()
    {
        using var scope = NewDisposeScope();
        var matrix = tensor(new int[,] { { 1, 2, 3 }, { 4, 5, 6 } });

        var transposed = matrix.t();

        Assert.False(transposed.is_contiguous());
        Assert.Equal([1, 4, 2, 5, 3, 6], transposed.data<int>().ToArray());
        Assert.Equal(6, transposed.data<int>()[2, 1]);
    }

    [Fact]
    public void IndexExpressionsReadAndWrite()
    {
        using var scope = NewDisposeScope();
        var grid = arange(12).view(3, 4);

        Assert.Equal([5, 6], grid[1, 1..3].data<long>().ToArray());
        Assert.Equal([3, 7, 11], grid[TensorIndex.Ellipsis, -1].data<long>().ToArray());
        Assert.Equal([0, 4, 8], grid[TensorIndex.Colon, TensorIndex.Slice(0, 1)].flatten().data<long>().ToArray());
        Assert.Equal([9, 11], grid[2][grid[2].remainder(2).ne(0)].data<long>().ToArray());
        Assert.Equal([1, 4], grid[TensorIndex.None, 0].shape);

        grid[0] = zeros(4, dtype: int64);
        grid.index_put_(5, 2, 0);
        Assert.Equal([0, 0, 0, 0, 4, 5, 6, 7, 5, 9, 10, 11], grid.data<long>().ToArray());
    }

    [Fact]
    public void RowsAddedTwiceCountTwice()
    {
        using var scope = NewDisposeScope();
        var sums = zeros(3, 2);

        sums.index_add_(0, tensor(new long[] { 2, 0, 2 }), ones(3, 2), 1);

        Assert.Equal([1f, 1f, 0f, 0f, 2f, 2f], sums.data<float>().ToArray());
    }

    [Fact]
    public void TheSameSeedAndTheSameStateGiveTheSameNumbers()
    {
        using var scope = NewDisposeScope();
        manual_seed(42);
        var state = get_rng_state();
        var first = randn(1000);
        set_rng_state(state);

        var second = randn(1000);

        Assert.True(first.Equals(second));
        Assert.False(first.Equals(randn(1000)));
    }

    [Fact]
    public void HalfPrecisionTypesConvert()
    {
        using var scope = NewDisposeScope();
        var exact = tensor(new float[] { 1, -2.5f, 1024 });

        foreach (var type in (ScalarType[])[float16, bfloat16])
        {
            var small = exact.to(type);
            Assert.Equal(2, small.ElementSize);
            Assert.True(small.to(float32).Equals(exact), $"{type} changed the values.");
        }
    }

    [Fact]
    public void SortUniqueAndExtremesAgreeOnPlaces()
    {
        using var scope = NewDisposeScope();
        var values = tensor(new long[] { 5, 1, 5, 3 });

        var (sorted, order) = values.sort(descending: true, stable: true);
        var (unique, inverse, counts) = values.unique(return_inverse: true, return_counts: true);

        Assert.Equal([5, 5, 3, 1], sorted.data<long>().ToArray());
        Assert.Equal([0, 2, 3, 1], order.data<long>().ToArray());
        Assert.Equal([1, 3, 5], unique.data<long>().ToArray());
        Assert.Equal([2, 0, 2, 1], inverse!.data<long>().ToArray());
        Assert.Equal([1, 1, 2], counts!.data<long>().ToArray());
        Assert.Equal(1, values.argmin().item<long>());
    }

    [Fact]
    public void ThreadsOfTheEngineAreSetAndRead()
    {
        var before = get_num_threads();
        try
        {
            set_num_threads(1);
            Assert.Equal(1, get_num_threads());
        }
        finally
        {
            set_num_threads(before);
        }
    }
}
