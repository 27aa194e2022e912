using AlsterNode.Encoder2D;
using AlsterNode.Kernels;
using AlsterNode.Tests.Models.SparseVoxel3D;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Encoder2D;

/// <summary>The folded network on our own kernels is the network.</summary>
[Collection(nameof(SharedWorkerPool))]
public class EncoderPlanTests
{
    [Theory]
    [InlineData(Backbone.MobileNetV2, 1, 240, 320)] // expanded stripe by stripe in the first stages
    [InlineData(Backbone.MobileNetV2, 2, 61, 77)]
    [InlineData(Backbone.MobileNetV2, 1, 16, 18)]   // narrower than most dilations
    [InlineData(Backbone.Xception65, 2, 33, 46)]
    public void APlanEqualsTheLayersForEveryVectorWidth(Backbone backbone, int batch, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var network = Goldens.Fill(new DeepLabV3Plus(backbone));
        network.eval();
        var input = Goldens.Noise($"plan {height}-{width}", batch, 7, height, width);
        var expected = network.forward(input);
        foreach (var kernels in PixelKernels.All)
        {
            using var plan = new EncoderPlan(kernels, network, height, width);

            var result = plan.Run(input);

            Assert.Equal(expected.shape, result.shape);
            var error = (result - expected).abs().max().item<float>() / expected.abs().max().item<float>();
            Assert.True(error < 1e-4, $"{kernels.Lanes} lanes: off by {error}");
        }
    }

    [Fact]
    public void AnImageGivesTheSameBitsWhateverCameBeforeAndOnAnyNumberOfThreads()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var network = Goldens.Fill(new DeepLabV3Plus(Backbone.MobileNetV2));
        network.eval();
        Tensor first = Goldens.Noise("plan first", 1, 7, 96, 130), second = 100 * Goldens.Noise("plan second", 1, 7, 96, 130);
        var threads = WorkerPool.Shared.Threads;
        try
        {
            var results = new List<Tensor>();
            foreach (var count in new[] { 1, 2, 5 })
            {
                WorkerPool.Shared.Threads = count;
                using var plan = new EncoderPlan(PixelKernels.Best, network, 96, 130);
                results.Add(plan.Run(first));
                plan.Run(second);
                results.Add(plan.Run(first));
            }

            Assert.All(results, result => Assert.True(result.equal(results[0])));
        }
        finally
        {
            WorkerPool.Shared.Threads = threads;
        }
    }

    [Fact]
    public void ARepeatedImageTakesNoManagedMemory()
    {
        using var frozen = no_grad();
        using var network = new DeepLabV3Plus(Backbone.MobileNetV2);
        network.eval();
        network.FoldBatchNorm();
        using var input = randn(1, 7, 64, 64);
        for (var i = 0; i < 3; i++) network.forward(input).Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++) network.forward(input).Dispose();

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        Assert.True(bytes < 1000, $"{bytes} bytes for an image"); // the tensors' own objects
    }
}
