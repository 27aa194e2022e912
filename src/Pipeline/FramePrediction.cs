using AlsterNode.Core;

namespace AlsterNode.Pipeline;

/// <summary>What the three heads said about the N voxels of one frame. Probabilities are softmax outputs, [N, C] in row-major order.</summary>
public sealed class FramePrediction
{
    /// <summary>The frame that was integrated.</summary>
    public required RgbdFrame Frame { get; init; }

    /// <summary>The voxels seen, [N], unique and in canonical order.</summary>
    public required VoxelIndex[] Voxels { get; init; }

    /// <summary>Number of classes, C.</summary>
    public required int Classes { get; init; }

    /// <summary>The head after the 2D encoder, lifted into the voxels, [N, C].</summary>
    public required float[] Probabilities2D { get; init; }

    /// <summary>The head after the sparse U-Net, [N, C].</summary>
    public required float[] Probabilities3D { get; init; }

    /// <summary>The head after the temporal expert, [N, C]: the map's own label.</summary>
    public required float[] ProbabilitiesExpert { get; init; }

    /// <summary>The row of each depth pixel's voxel, -1 where there is none, [Height * Width] at network resolution.</summary>
    public required int[] PixelVoxel { get; init; }

    /// <summary>Ground truth on the same pixels, [Height * Width]; null when the frame has none.</summary>
    public byte[]? Labels { get; init; }

    /// <summary>Width of <see cref="PixelVoxel"/> [px].</summary>
    public required int Width { get; init; }

    /// <summary>Height of <see cref="PixelVoxel"/> [px].</summary>
    public required int Height { get; init; }
}
