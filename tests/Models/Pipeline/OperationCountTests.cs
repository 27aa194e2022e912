using AlsterNode.Core;
using AlsterNode.Encoder2D;
using AlsterNode.SparseVoxel3D;
using AlsterNode.TemporalExpert;

namespace AlsterNode.Tests.Models.Pipeline;

/// <summary>Operations by which <c>bench</c> measures the stages against the machine's limits.</summary>
public class OperationCountTests
{
    [Theory]
    [InlineData(Backbone.MobileNetV2, 320, 240, 3_371_491_840)] // benchmarks/peers/pytorch.py encoder mobile 320 240: counted by hooks on another implementation
    public void TheEncodersCountIsThatOfAnotherImplementation(Backbone backbone, int width, int height, long operations)
    {
        using var encoder = new DeepLabV3Plus(backbone);
        encoder.eval();
        encoder.FoldBatchNorm();

        Assert.Equal(operations, encoder.CountOperations(width, height));
    }

    [Fact]
    public void TheExpertsCountIsThatOfAnotherImplementationAndItsScores()
    {
        using var expert = new TemporalExpertNetwork();
        const long Linear = 3_010_816_000;                     // benchmarks/peers/pytorch.py expert 12380
        const long Scores = 12_380L * 5 * 2 * 3 * (40 + 40);   // query times key and weight times value: five layers, three tokens

        Assert.Equal(Linear + Scores, expert.CountOperations(12_380));
    }

    [Fact]
    public void TheUNetsCountIsThatOfPairsCountedOneByOne()
    {
        using var network = new SparseUNet3D(new UNetOptions { Inputs = 3, Outputs = 5, Widths = [4, 6], Blocks = [0, 1], DecoderWidths = [7], DecoderBlocks = [1] });
        var random = new Random(3);
        VoxelIndex[] fine = [.. Enumerable.Range(0, 400).Select(_ => new VoxelIndex(random.Next(-6, 6), random.Next(-6, 6), random.Next(-6, 6))).Distinct().Order()];
        var coarse = fine.Select(voxel => new VoxelIndex(voxel.X >> 1, voxel.Y >> 1, voxel.Z >> 1)).ToHashSet();
        var (near, nearCoarse) = (Neighbours([.. fine]), Neighbours(coarse));

        var stem = near * 3 * 4;
        var down = (long)fine.Length * 4 * 6;       // every voxel has one parent
        var encoder = 2 * nearCoarse * 6 * 6;       // a block: two convolutions
        var up = (long)fine.Length * 6 * 7;
        var decoder = (near * (7 + 4) * 7) + (near * 7 * 7) + ((long)fine.Length * (7 + 4) * 7); // with a shortcut of another width
        var head = (long)fine.Length * 7 * 5;

        Assert.Equal(2 * (stem + down + encoder + up + decoder + head), network.CountOperations(fine));
    }

    private static long Neighbours(HashSet<VoxelIndex> voxels)
    {
        var pairs = 0L;
        foreach (var (x, y, z) in voxels)
        {
            for (var offset = 0; offset < 27; offset++)
            {
                if (voxels.Contains(new VoxelIndex(x + (offset / 9) - 1, y + (offset / 3 % 3) - 1, z + (offset % 3) - 1))) pairs++;
            }
        }
        return pairs;
    }
}
