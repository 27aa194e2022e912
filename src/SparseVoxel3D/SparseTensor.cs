using AlsterNode.Core;
using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D;

/// <summary>Features on a set of voxels: row i of <see cref="Features"/> belongs to voxel i of <see cref="Voxels"/>.</summary>
public sealed class SparseTensor
{
    /// <summary>Features on voxels in canonical order, each voxel once.</summary>
    public SparseTensor(VoxelIndex[] voxels, Tensor features) : this(new KernelMaps(voxels), 1, features) { }

    /// <summary>Features on one level of known maps.</summary>
    /// <param name="maps">Levels and kernel maps, shared by all tensors on these voxels.</param>
    /// <param name="stride">The level: 1, 2, 4, ...</param>
    /// <param name="features">[N, C], N the level's number of voxels.</param>
    public SparseTensor(KernelMaps maps, int stride, Tensor features)
    {
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(features);
        var count = maps.Count(stride);
        var shape = features.shape;
        if (shape.Length != 2 || shape[0] != count)
        {
            throw new ArgumentException($"Features have the shape [{string.Join(", ", shape)}], expected [{count}, C].", nameof(features));
        }
        (Maps, Stride, Features) = (maps, stride, features);
    }

    /// <summary>The voxels in canonical order, in units of <see cref="Stride"/>.</summary>
    public VoxelIndex[] Voxels => Maps.Voxels(Stride);

    /// <summary>[N, C].</summary>
    public Tensor Features { get; }

    /// <summary>The kernel maps of these voxels on all levels.</summary>
    public KernelMaps Maps { get; }

    /// <summary>Edge of the voxels in voxels of the finest level: 1, 2, 4, ...</summary>
    public int Stride { get; }

    /// <summary>Other features on the same voxels.</summary>
    public SparseTensor With(Tensor features) => new(Maps, Stride, features);
}
