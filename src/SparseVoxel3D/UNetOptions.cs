using System.ComponentModel.DataAnnotations;

namespace AlsterNode.SparseVoxel3D;

/// <summary>The shape of a <see cref="SparseUNet3D"/>.</summary>
public sealed class UNetOptions : IValidatableObject
{
    /// <summary>Suits a CPU: 1.5 M parameters, a field of view of 16 voxels of 4 cm on the coarsest level.</summary>
    public static UNetOptions Mobile => new()
    {
        Widths = [32, 32, 48, 64, 64],
        Blocks = [0, 1, 1, 1, 1],
        DecoderWidths = [64, 48, 32, 32],
        DecoderBlocks = [1, 1, 1, 1],
    };

    /// <summary>About 10 M parameters, as [ALSTER] gives for its 3D network; widths of the Minkowski networks of that size.</summary>
    public static UNetOptions Paper => new()
    {
        Widths = [32, 32, 64, 128, 256],
        Blocks = [0, 1, 1, 2, 1],
        DecoderWidths = [128, 128, 96, 96],
        DecoderBlocks = [1, 1, 1, 1],
    };

    /// <summary>The shape of MinkUNet14A (Choy et al., 2019): 8 M parameters, what the CPU engines of others are measured with.</summary>
    public static UNetOptions MinkUNet14A => new()
    {
        Widths = [32, 32, 64, 128, 256],
        Blocks = [0, 1, 1, 1, 1],
        DecoderWidths = [128, 128, 96, 96],
        DecoderBlocks = [1, 1, 1, 1],
        StemSize = 5,
        WidensInBlocks = true,
    };

    /// <summary>Channels of the voxels' features.</summary>
    [Range(1, 4096)]
    public int Inputs { get; init; } = 40;

    /// <summary>Channels of the result.</summary>
    [Range(1, 4096)]
    public int Outputs { get; init; } = 40;

    /// <summary>Channels on each level, finest first; one level more than <see cref="DecoderWidths"/>.</summary>
    public int[] Widths { get; init; } = [32, 64];

    /// <summary>Residual blocks on each level on the way down.</summary>
    public int[] Blocks { get; init; } = [1, 1];

    /// <summary>Channels on the way up, coarsest first.</summary>
    public int[] DecoderWidths { get; init; } = [32];

    /// <summary>Residual blocks on the way up, coarsest first; at least 1, since a block merges the skip connection.</summary>
    public int[] DecoderBlocks { get; init; } = [1];

    /// <summary>Kernel size of the first convolution: 1, 3 or 5 voxels along an edge.</summary>
    [AllowedValues(1, 3, 5)]
    public int StemSize { get; init; } = 3;

    /// <summary>
    /// False: the convolution to a coarser level brings the level's channels. True: it keeps those of the level above, and the level's first
    /// block brings its own, as in Minkowski networks.
    /// </summary>
    public bool WidensInBlocks { get; init; }

    /// <summary>Edge of a voxel of the coarsest level, in voxels of the finest.</summary>
    public int CoarsestStride => 1 << (Widths.Length - 1);

    /// <summary>The same network for features of another dimension.</summary>
    public UNetOptions ForFeatures(int dimension) => new()
    {
        Inputs = dimension,
        Outputs = dimension,
        Widths = Widths,
        Blocks = Blocks,
        DecoderWidths = DecoderWidths,
        DecoderBlocks = DecoderBlocks,
        StemSize = StemSize,
        WidensInBlocks = WidensInBlocks,
    };

    /// <summary>Channels that the convolution from the level above brings to a level below the finest.</summary>
    internal int Entering(int level) => WidensInBlocks ? Widths[level - 1] : Widths[level];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Widths.Length == 0 || Blocks.Length != Widths.Length || DecoderWidths.Length != Widths.Length - 1 || DecoderBlocks.Length != Widths.Length - 1)
        {
            yield return new ValidationResult($"The network has {Widths.Length} widths, {Blocks.Length} block counts, {DecoderWidths.Length} decoder widths "
                + $"and {DecoderBlocks.Length} decoder block counts; expected n, n, n-1 and n-1.");
        }
        else if (Enumerable.Range(1, Widths.Length - 1).Any(level => Blocks[level] == 0 && Entering(level) != Widths[level]))
        {
            yield return new ValidationResult("A level without blocks cannot change its width where blocks widen; give it a block or the width of the level above.");
        }
        if (Widths.Concat(DecoderWidths).Any(width => width < 1) || Blocks.Any(count => count < 0) || DecoderBlocks.Any(count => count < 1))
        {
            yield return new ValidationResult("A width or a decoder's block count is below 1, or a block count is below 0.");
        }
    }
}
