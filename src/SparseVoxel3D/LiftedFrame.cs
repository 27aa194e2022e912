using AlsterNode.Core;
using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D;

/// <summary>The voxels that a frame sees, with the mean of the image features that fall in each.</summary>
public sealed class LiftedFrame
{
    internal LiftedFrame(SparseTensor sparse, int[] pixelVoxel, int[] pixelCounts) => (Sparse, PixelVoxel, PixelCounts) = (sparse, pixelVoxel, pixelCounts);

    /// <summary>Cells of the world grid in canonical order, each once.</summary>
    public VoxelIndex[] Voxels => Sparse.Voxels;

    /// <summary>The features with the voxels' kernel maps.</summary>
    public SparseTensor Sparse { get; }

    /// <summary>[N, D].</summary>
    public Tensor Features => Sparse.Features;

    /// <summary>[H * W]: row of each pixel's voxel; -1 for a pixel without depth in range.</summary>
    public int[] PixelVoxel { get; }

    /// <summary>[N]: pixels that fall in each voxel.</summary>
    public int[] PixelCounts { get; }
}
