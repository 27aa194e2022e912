using AlsterNode.Core;
using AlsterNode.SparseVoxel3D;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.SparseVoxel3D;

[Collection(nameof(SharedWorkerPool))]
public class SparseBatchTests
{
    [Fact]
    public void FramesOfABatchDoNotSeeEachOther()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var network = new SparseUNet3D(UNetOptions.Mobile);
        for (var i = 0; i < 3; i++) network.forward(Frame(VoxelSets.Corner(20))); // running statistics that are not the initial ones
        network.eval();
        SparseTensor[] frames =
        [
            Frame(VoxelSets.Corner(20)), Frame([]), Frame(VoxelSets.Random(4, 900, 30)), Frame(Moved(VoxelSets.Corner(16), 1003, -517, 251)), Frame(VoxelSets.Corner(20)),
        ];

        var together = network.forward(SparseBatch.Join(frames, UNetOptions.Mobile.CoarsestStride));

        var start = 0L;
        foreach (var frame in frames)
        {
            var count = frame.Voxels.Length;
            if (count > 0) SparseConvolutionTests.AssertClose(network.forward(frame), together.narrow(0, start, count), $"row {start}", 1e-5);
            start += count;
        }
        Assert.Equal(start, together.shape[0]);
    }

    [Fact]
    public void MixedFramesLieMiddleOnMiddleAndShareTheVoxelsThatFallTogether()
    {
        using var scope = NewDisposeScope();
        VoxelIndex[] first = [new(0, 0, 0), new(4, 0, 0), new(8, 0, 0)], second = [new(100, 50, 0), new(103, 50, 7), new(108, 50, 0)], alone = [new(-5, 3, 2)];
        var features = tensor(new float[] { 1, 2, 3, 10, 20, 30, 7 }).requires_grad_();
        var rows = features.view(7, 1);

        var (mixed, places) = SparseBatch.Mix([Of(first, 0), Of(second, 3), Of(alone, 6)], coarsestStride: 4);
        mixed.Features.index_select(0, tensor(places)).sum().backward();

        Assert.Equal([0, 2, 3, 0, 1, 3, 4], places); // in x: both, the second's, the first's, both; then the one alone
        Assert.Equal([5.5f, 20, 2, 16.5f, 7], mixed.Features.data<float>().ToArray());
        Assert.Equal([1, 1, 1, 1, 1, 1, 1], features.grad!.data<float>().ToArray());

        SparseTensor Of(VoxelIndex[] voxels, long row) => new(voxels, rows.narrow(0, row, voxels.Length));
    }

    [Fact]
    public void AFrameOnACoarserLevelIsRefused()
    {
        using var scope = NewDisposeScope();
        var coarse = new SparseTensor(new KernelMaps(VoxelSets.Corner(8)), 2, zeros(new KernelMaps(VoxelSets.Corner(8)).Voxels(2).Length, 3));

        Assert.Equal("A frame has stride 2, expected 1.", Assert.Throws<ArgumentException>(() => SparseBatch.Join([coarse], 16)).Message);
    }

    private static SparseTensor Frame(VoxelIndex[] voxels) =>
        new(voxels, tensor(VoxelSets.Floats(voxels.Length, 40 * voxels.Length), [voxels.Length, 40]));

    private static VoxelIndex[] Moved(VoxelIndex[] voxels, int x, int y, int z) =>
        Array.ConvertAll(voxels, voxel => new VoxelIndex(voxel.X + x, voxel.Y + y, voxel.Z + z));
}
