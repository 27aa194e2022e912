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
