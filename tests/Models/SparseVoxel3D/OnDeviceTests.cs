using AlsterNode.Core;
using AlsterNode.SparseVoxel3D;
using AlsterNode.SparseVoxel3D.OnDevice;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.SparseVoxel3D;

/// <summary>That what runs on a GPU by tensor operations is what runs on the CPU by our own kernels; here both on the CPU.</summary>
[Collection(nameof(SharedWorkerPool))]
public class OnDeviceTests
{
    [Fact]
    public void KeysSortAsVoxelsDoAndLeadBackToThem()
    {
        var voxels = VoxelSets.Random(5, 400, 30).Concat(VoxelSets.Random(6, 400, VoxelKeys.Reach)).Distinct().Order().ToArray();

        var keys = Array.ConvertAll(voxels, VoxelKeys.Of);

        Assert.Equal(keys.Order(), keys);
        Assert.Equal(voxels, Array.ConvertAll(keys, VoxelKeys.VoxelOf));
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1e-5)]
    [InlineData(ScalarType.BFloat16, 0.05)]
    public void TheUNetGivesTheSameOnAnyDevice(ScalarType precision, double tolerance)
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        using var network = new SparseUNet3D(UNetOptions.Mobile);
        for (var i = 0; i < 3; i++) network.forward(Frame(VoxelSets.Corner(24))); // running statistics that are not the initial ones
        network.eval();
        using var frozen = no_grad();
        using var twin = new DeviceUNet(network, CPU, precision);
        foreach (var voxels in new[] { VoxelSets.Corner(24), VoxelSets.Random(4, 900, 30), [new VoxelIndex(-1, 5, -3)], [] })
        {
            var frame = Frame(voxels);

            var output = twin.Run(tensor(Array.ConvertAll(voxels, VoxelKeys.Of)), frame.Features);

            Assert.Equal(precision, output.dtype);
            SparseConvolutionTests.AssertClose(network.forward(frame), output, $"{voxels.Length} voxels", tolerance);
        }
    }

    [Fact]
    public void LiftingGivesTheSameOnAnyDevice()
    {
        const int Width = 48, Height = 36;
        using var scope = NewDisposeScope();
        manual_seed(12);
        var camera = new CameraIntrinsics(Width, Height, 43.1, 42.7, 23.2, 17.9);
        var features = randn(11, Height / 4, Width / 4);
        var random = new Random(7);
        var (lifter, twin) = (new FeatureLifter(0.04, 3), new DeviceLifter(0.04, 3, CPU));
        for (var view = 0; view < 5; view++)
        {
            float[] depth = [.. Enumerable.Range(0, Width * Height).Select(_ => random.Next(8) switch { 0 => 0f, 1 => float.NaN, _ => 0.5f + (3 * random.NextSingle()) })];
            var yaw = random.NextDouble();
            var pose = new RigidTransform(Math.Sin(yaw) * 0.6, Math.Sin(yaw) * 0.8, 0, Math.Cos(yaw), new Vector3d(-20 * view, 3.7, 0.2));

            var expected = lifter.Lift(features, depth, camera, pose);
            var (keys, means, pixels) = twin.Lift(features, tensor(depth), camera, pose);

            Assert.Equal(expected.Voxels.ToArray(), Array.ConvertAll(keys.data<long>().ToArray(), VoxelKeys.VoxelOf));
            SparseConvolutionTests.AssertClose(expected.Features, means, $"view {view}", 1e-5);
            Assert.Equal(expected.PixelVoxel.Select(row => (long)row), pixels.data<long>().ToArray());
        }
        var far = new RigidTransform(0, 0, 0, 1, new Vector3d(0, 41_939, 0));
        var error = Assert.Throws<ArgumentException>(() => twin.Lift(features, zeros(Width * Height), camera, far));
        Assert.Contains("41939 m from the map's origin, expected less than 41942 m", error.Message, StringComparison.Ordinal);
    }

    private static SparseTensor Frame(VoxelIndex[] voxels) =>
        new(voxels, tensor(VoxelSets.Floats(voxels.Length, 40 * voxels.Length), [voxels.Length, 40]));
}
