using AlsterNode.Tests.Models.SparseVoxel3D;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Compat;

/// <summary>
/// The stand-in keeps large blocks of freed tensors. A block that comes back still holds what was in it; one that is new from the system holds zeros.
/// </summary>
[Collection(nameof(SharedWorkerPool))] // alone: the cache is the whole process's
public class BlockCacheTests
{
    private const float Mark = 7;

    [Fact]
    public void AFreedBlockServesSizesUpToAQuarterSmaller()
    {
        Free(megabytes: 148, Mark);

        using (var muchSmaller = empty(Floats(100)))
        using (var same = empty(Floats(148)))
            Assert.Equal(Mark, First(same)); // the much smaller one has not taken it
        using var smaller = empty(Floats(125));
        Assert.Equal(Mark, First(smaller));
    }

    [Fact]
    public void SizesThatNobodyAsksForAnyMoreMakeRoom()
    {
        foreach (var megabytes in new[] { 200, 270, 364, 491, 663, 895, 420, 320, 240, 170, 110, 90, 80, 70, 60, 50 }) Free(megabytes); // 4.5 GB

        Free(megabytes: 130, Mark);

        using var again = empty(Floats(130));
        Assert.Equal(Mark, First(again));
    }

    private static void Free(int megabytes, float? content = null)
    {
        using var tensor = empty(Floats(megabytes)); // untouched, it takes addresses only
        if (content is { } value) tensor.fill_(value).Dispose(); // a handle of its own
    }

    private static float First(Tensor tensor)
    {
        using var first = tensor[0];
        return first.item<float>();
    }

    private static long Floats(int megabytes) => megabytes * 250_000L;
}
