using AlsterNode.Core;
using AlsterNode.Kernels;
using AlsterNode.SparseVoxel3D;
using TorchSharp;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.SparseVoxel3D;

[Collection(nameof(SharedWorkerPool))]
public class SparseUNet3DTests
{
    [Fact]
    public void PresetsHaveTheirParameterCounts()
    {
        using SparseUNet3D mobile = new(UNetOptions.Mobile), paper = new(UNetOptions.Paper), mink = new(UNetOptions.MinkUNet14A);
        Assert.InRange(Parameters(mobile), 1_000_000, 1_600_000);
        Assert.InRange(Parameters(paper), 9_500_000, 10_500_000);
        Assert.InRange(Parameters(mink), 7_900_000, 8_500_000);
    }

    [Theory]
    [InlineData("corner")]
    [InlineData("negative")]
    [InlineData("one")]
    [InlineData("none")]
    [InlineData("outliers")]
    public void TheFoldedNetworkEqualsTheLayeredOne(string set)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        foreach (var options in new[] { UNetOptions.Mobile, UNetOptions.MinkUNet14A, OddOptions, new UNetOptions { Widths = [9], Blocks = [2], DecoderWidths = [], DecoderBlocks = [] } })
        {
            using var network = new SparseUNet3D(options);
            var input = Input(set, options.Inputs);
            for (var i = 0; i < 3; i++) network.forward(Input("corner", options.Inputs)); // running statistics that are not the initial ones
            network.eval();
            var layered = network.forward(input);
            Assert.Equal([input.Voxels.Length, options.Outputs], layered.shape);
            using (no_grad()) SparseConvolutionTests.AssertClose(layered, network.forward(input), set, 1e-4);
        }
    }

    [Fact]
    public void AChangeOfTheWeightsReachesTheFoldedNetwork()
    {
        using var scope = NewDisposeScope();
        using var network = new SparseUNet3D(OddOptions);
        var input = Input("corner", OddOptions.Inputs);
        network.eval();
        foreach (var name in network.state_dict().Keys)
        {
            using (no_grad())
            {
                network.forward(input);
                network.state_dict()[name].view(-1)[-1].add_(0.5); // one element of each tensor
            }
            var layered = network.forward(input);
            using (no_grad()) SparseConvolutionTests.AssertClose(layered, network.forward(input), name, 1e-4);
        }
    }

    [Fact]
    public void EveryParameterGetsAGradientAndTrainingLowersTheLoss()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var network = new SparseUNet3D(OddOptions);
        var input = Input("corner", OddOptions.Inputs);
        var target = randn(input.Voxels.Length, OddOptions.Outputs);
        var optimizer = optim.Adam(network.parameters(), lr: 5e-3);
        var losses = new List<float>();
        for (var step = 0; step < 15; step++)
        {
            using var inner = NewDisposeScope();
            optimizer.zero_grad();
            var loss = (network.forward(input) - target).pow(2).mean();
            loss.backward();
            if (step == 0)
            {
                foreach (var (name, parameter) in network.named_parameters())
                {
                    Assert.True(parameter.grad is { } g && g.isfinite().all().item<bool>() && g.abs().sum().item<float>() > 0, name);
                }
            }
            optimizer.step();
            losses.Add(loss.item<float>());
        }
        Assert.True(losses[^1] < 0.8 * losses[0], string.Join(' ', losses));
    }

    [Fact]
    public void ResultsAndGradientsHaveTheSameBitsForOneAndTwoThreads()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var network = new SparseUNet3D(OddOptions);
        var input = Input("corner", OddOptions.Inputs);
        List<byte[]> Run(int threads)
        {
            using var inner = NewDisposeScope();
            WorkerPool.Shared.Threads = threads;
            network.train();
            network.zero_grad();
            var y = network.forward(new SparseTensor(input.Voxels, input.Features));
            (y * y).sum().backward();
            var results = network.parameters().Select(p => p.grad!.bytes.ToArray()).Prepend(y.bytes.ToArray()).ToList();
            network.eval();
            using (no_grad()) results.Add(network.forward(input).bytes.ToArray());
            return results;
        }
        try
        {
            var state = network.state_dict().ToDictionary(p => p.Key, p => p.Value.clone());
            var one = Run(1);
            using (no_grad())
            {
                foreach (var (name, value) in network.state_dict()) value.copy_(state[name]);
            }
            var two = Run(2);
            for (var i = 0; i < one.Count; i++) Assert.True(one[i].AsSpan().SequenceEqual(two[i]), $"result {i}");
        }
        finally
        {
            WorkerPool.Shared.Threads = Environment.ProcessorCount;
        }
    }

    [Fact]
    public void SetAfterSetInTheSameMemoryGivesWhatFreshMemoryGives()
    {
        using var scope = NewDisposeScope();
        using var network = new SparseUNet3D(OddOptions);
        var inference = new UNetInference(network);
        foreach (var set in new[] { "corner", "one", "outliers", "none", "negative", "corner" })
        {
            var input = Input(set, OddOptions.Inputs);
            using var frozen = no_grad();
            var fresh = network.forward(input);

            var again = inference.Run(input.Voxels, input.Features.data<float>().ToArray());

            Assert.Equal(fresh.data<float>().ToArray(), again.ToArray());
        }
        Assert.Contains("expected 3 x 7", Assert.Throws<ArgumentException>(() => inference.Run(VoxelSets.Random(0, 3, 9), new float[4])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AHundredForwardsLeaveNoTensorBehind()
    {
        using var network = new SparseUNet3D(OddOptions);
        var input = Input("corner", OddOptions.Inputs);
        network.eval();
        long LiveAfter(int runs)
        {
            for (var i = 0; i < runs; i++)
            {
                using (no_grad()) network.forward(input).Dispose(); // folded
                network.forward(input).Dispose(); // layered
            }
            return DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        }
        var before = LiveAfter(2);
        Assert.Equal(before, LiveAfter(100));
        input.Features.Dispose();
    }

    [Fact]
    public void OptionsThatDoNotFitTogetherAreRefused()
    {
        Assert.ThrowsAny<Exception>(() => new SparseUNet3D(new UNetOptions { Widths = [8, 8], Blocks = [1], DecoderWidths = [8], DecoderBlocks = [1] }));
        Assert.ThrowsAny<Exception>(() => new SparseUNet3D(new UNetOptions { DecoderBlocks = [0] }));
        Assert.ThrowsAny<Exception>(() => new SparseUNet3D(new UNetOptions { Inputs = 0 }));
        Assert.ThrowsAny<Exception>(() => new SparseUNet3D(new UNetOptions { StemSize = 4 }));
        Assert.ThrowsAny<Exception>(() => new SparseUNet3D(new UNetOptions { Blocks = [1, 0], WidensInBlocks = true })); // nothing would widen
    }

    // Widths that are no multiples of a vector, several blocks, and levels with and without blocks.
    private static UNetOptions OddOptions => new()
    {
        Inputs = 7,
        Outputs = 5,
        Widths = [9, 12, 17],
        Blocks = [2, 0, 3],
        DecoderWidths = [20, 11],
        DecoderBlocks = [2, 3],
    };

    private static SparseTensor Input(string set, int channels)
    {
        VoxelIndex[] voxels = set switch
        {
            "corner" => VoxelSets.Corner(14),
            "negative" => VoxelSets.Random(1, 500, 9),
            "one" => [new VoxelIndex(-3, 7, -1)],
            "none" => [],
            _ => [.. VoxelSets.Random(2, 200, 5).Append(new(-2_000_000, 1_000_000_000, 5)).Order()],
        };
        return new SparseTensor(voxels, randn(voxels.Length, channels));
    }

    private static long Parameters(SparseUNet3D network) => network.parameters().Sum(p => p.numel());
}

/// <summary>Tests that change the number of threads of the shared pool, or want the process to themselves, run one after the other.</summary>
[CollectionDefinition(nameof(SharedWorkerPool), DisableParallelization = true)]
public class SharedWorkerPool
{
}
