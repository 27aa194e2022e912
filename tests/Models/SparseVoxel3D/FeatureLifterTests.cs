using AlsterNode.Core;
using AlsterNode.Kernels;
using AlsterNode.SparseVoxel3D;
using AlsterNode.SparseVoxel3D.Lifting;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.SparseVoxel3D;

public class FeatureLifterTests
{
    private const int Width = 48, Height = 36, Channels = 11;

    private static readonly CameraIntrinsics Camera = new(Width, Height, 43.1, 42.7, 23.2, 17.9);

    [Theory]
    [InlineData(0.04, 3.0)]
    [InlineData(0.25, 2.0)]
    [InlineData(0.0005, 30.0)] // too fine for a grid: sorted instead
    public void VoxelsAndMeansAreThoseOfTheSlowTwin(double voxelSize, double maxDepth)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var features = randn(Channels, Height / 4, Width / 4);
        var values = features.data<float>().ToArray();
        for (var seed = 0; seed < 6; seed++)
        {
            var (depth, pose) = Scene(seed);
            var lifted = new FeatureLifter(voxelSize, maxDepth).Lift(features, depth, Camera, pose);

            var twin = new SortedDictionary<VoxelIndex, List<int>>();
            for (var pixel = 0; pixel < depth.Length; pixel++)
            {
                if (!(depth[pixel] > 0 && depth[pixel] <= maxDepth)) continue;
                var point = pose.Apply(Camera.Unproject(pixel % Width, pixel / Width, depth[pixel]));
                var voxel = VoxelIndex.FromPoint(point, voxelSize);
                if (!twin.TryGetValue(voxel, out var pixels)) twin[voxel] = pixels = [];
                pixels.Add(pixel);
            }
            Assert.Equal(twin.Keys, lifted.Voxels);
            Assert.Equal(twin.Values.Select(pixels => pixels.Count), lifted.PixelCounts);
            var rows = Enumerable.Repeat(-1, depth.Length).ToArray();
            foreach (var (pixels, row) in twin.Values.Select((pixels, row) => (pixels, row))) pixels.ForEach(pixel => rows[pixel] = row);
            Assert.Equal(rows, lifted.PixelVoxel);
            var means = lifted.Features.data<float>().ToArray();
            foreach (var (pixels, row) in twin.Values.Select((pixels, row) => (pixels, row)))
            {
                for (var c = 0; c < Channels; c++)
                {
                    var expected = pixels.Average(pixel => Sample(values, c, pixel % Width, pixel / Width));
                    Assert.True(Math.Abs(expected - means[(row * Channels) + c]) < 1e-5, $"voxel {row}, channel {c}: {means[(row * Channels) + c]}, not {expected}");
                }
            }
        }
    }

    [Fact]
    public void GradientsAreThoseOfTensorOperations()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var (depth, pose) = Scene(3);
        var features = randn(1, Channels, Height / 4, Width / 4).requires_grad_();
        var lifted = new FeatureLifter().Lift(features, depth, Camera, pose);
        var weight = randn_like(lifted.Features);
        (lifted.Features * weight).sum().backward();
        var gradient = features.grad!.clone();

        var doubles = features.detach().to(float64).requires_grad_();
        var byTensors = new FeatureLifter().Lift(doubles, depth, Camera, pose);
        (byTensors.Features * weight.to(float64)).sum().backward();

        SparseConvolutionTests.AssertClose(byTensors.Features, lifted.Features, "means");
        SparseConvolutionTests.AssertClose(doubles.grad!, gradient, "gradient");
        Gradients.AssertFiniteDifferences(
            () => (new FeatureLifter().Lift(doubles, depth, Camera, pose).Features * weight.to(float64)).sum(), doubles, "features");
    }

    [Fact]
    public void NumbersOfThreadsDoNotChangeABit()
    {
        var (depth, pose) = Scene(4);
        var image = VoxelSets.Floats(1, Width * Height / 16 * Channels);
        using WorkerPool one = new(1), three = new(3);
        var (meansOfOne, gradientOfOne) = Pool(image, depth, pose, one);
        var (meansOfThree, gradientOfThree) = Pool(image, depth, pose, three);
        Assert.Equal(meansOfOne, meansOfThree);
        Assert.Equal(gradientOfOne, gradientOfThree);
    }

    [Fact]
    public unsafe void FrameAfterFrameInTheSameMemoryIsLiftedAsInFreshMemory()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var features = randn(Channels, Height / 4, Width / 4);
        using var rows = features.reshape(Channels, -1).t().contiguous();
        var image = new FloatRows((float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(rows.bytes)), Channels);
        var again = new LiftedVoxels();
        foreach (var (seed, voxelSize, maxDepth) in new[] { (0, 0.04, 3.0), (1, 0.25, 2.0), (2, 0.0005, 30.0), (3, 0.04, 0.1), (4, 0.02, 3.0) })
        {
            var (depth, pose) = Scene(seed);
            var lifter = new FeatureLifter(voxelSize, maxDepth);
            var fresh = lifter.Lift(features, depth, Camera, pose);

            again.Take(lifter, image, Width / 4, Height / 4, depth, Camera, pose);

            Assert.Equal(fresh.Voxels, again.Voxels.ToArray());
            Assert.Equal(fresh.PixelVoxel, again.PixelVoxel);
            Assert.Equal(fresh.Features.data<float>().ToArray(), new ReadOnlySpan<float>(again.Features.Pointer, again.Count * Channels).ToArray());
            Assert.Equal(fresh.Sparse.Maps.Voxels(4), again.Maps.Voxels(4));
        }
    }

    [Fact]
    public void AFrameWithoutDepthInRangeHasNoVoxels()
    {
        using var scope = NewDisposeScope();
        var depth = new float[Width * Height];
        (depth[5], depth[6], depth[7], depth[8]) = (float.NaN, 3.01f, -1, float.PositiveInfinity);
        var features = randn(Channels, Height / 4, Width / 4).requires_grad_();
        var lifted = new FeatureLifter().Lift(features, depth, Camera, RigidTransform.Identity);
        Assert.Empty(lifted.Voxels);
        Assert.Equal([0L, Channels], lifted.Features.shape);
        Assert.All(lifted.PixelVoxel, row => Assert.Equal(-1, row));
        lifted.Features.sum().backward();
        Assert.Equal(0, features.grad!.abs().sum().item<float>());
    }

    [Fact]
    public void WrongSizesAndPosesOutsideTheGridAreRefused()
    {
        using var scope = NewDisposeScope();
        var (depth, pose) = Scene(1);
        var features = randn(Channels, Height / 4, Width / 4);
        var lifter = new FeatureLifter();
        Assert.Contains("10 pixels", Assert.Throws<ArgumentException>(() => lifter.Lift(features, new float[10], Camera, pose)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => lifter.Lift(features[0], depth, Camera, pose));
        var far = pose with { Translation = new Vector3d(1e12, 0, 0) };
        Assert.Contains("outside", Assert.Throws<ArgumentException>(() => lifter.Lift(features, depth, Camera, far)).Message, StringComparison.Ordinal);
    }

    private static unsafe (float[] Means, float[] Gradient) Pool(float[] image, float[] depth, RigidTransform pose, WorkerPool pool)
    {
        var seen = new DepthVoxels().Take(depth, Camera, pose, 0.04, 3, pool);
        var pooling = new FeaturePooling(seen, Width, Height, Width / 4, Height / 4);
        float[] means = new float[pooling.Count * Channels], gradient = new float[image.Length];
        fixed (float* from = image, to = means, back = gradient)
        {
            pooling.Forward(from, to, Channels, pool);
            pooling.Backward(to, back, Channels, pool);
        }
        return (means, gradient);
    }

    /// <summary>A wall with noise, holes and impossible values, seen from anywhere.</summary>
    private static (float[] Depth, RigidTransform Pose) Scene(int seed)
    {
        var random = new Random(seed);
        var depth = new float[Width * Height];
        for (var pixel = 0; pixel < depth.Length; pixel++)
        {
            depth[pixel] = 1.5f + (0.02f * (pixel % Width)) + (0.01f * random.NextSingle());
            if (random.Next(20) == 0) depth[pixel] = random.Next(3) switch { 0 => 0, 1 => float.NaN, _ => 10 * random.NextSingle() };
        }
        double Next() => (random.NextDouble() * 2) - 1;
        Assert.True(RigidTransform.TryFromQuaternion(0.1, 0.2, 0.3, Math.Sqrt(0.86), new Vector3d(5 * Next(), 5 * Next(), 2 * Next()), out var pose, out _));
        return (depth, seed == 0 ? RigidTransform.Identity : pose);
    }

    private static double Sample(float[] features, int channel, int u, int v)
    {
        int width = Width / 4, height = Height / 4;
        double x = Math.Clamp(((u + 0.5) / 4) - 0.5, 0, width - 1), y = Math.Clamp(((v + 0.5) / 4) - 0.5, 0, height - 1);
        int x0 = (int)x, y0 = (int)y, x1 = Math.Min(x0 + 1, width - 1), y1 = Math.Min(y0 + 1, height - 1);
        double At(int row, int column) => features[(((channel * height) + row) * width) + column];
        return ((1 - (y - y0)) * (((1 - (x - x0)) * At(y0, x0)) + ((x - x0) * At(y0, x1)))) + ((y - y0) * (((1 - (x - x0)) * At(y1, x0)) + ((x - x0) * At(y1, x1))));
    }
}
