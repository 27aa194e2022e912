using AlsterNode.Core;
using AlsterNode.Kernels;
using AlsterNode.SparseVoxel3D.Lifting;

namespace AlsterNode.SparseVoxel3D;

/// <summary>
/// The voxels that a frame sees, with the mean of the image features that fall in each, as <see cref="FeatureLifter.Lift"/> makes them, for
/// inference: one object takes frame after frame into the same memory.
/// </summary>
internal sealed unsafe class LiftedVoxels
{
    private readonly DepthVoxels _seen = new();
    private readonly KernelMaps _maps = new([], lookup: null);
    private readonly NativeBuffer<float> _features = new();
    private FeaturePooling? _pooling;

    /// <summary>Number of voxels, N.</summary>
    public int Count => _seen.Count;

    /// <summary>Cells of the world grid in canonical order, each once, [N].</summary>
    public ReadOnlySpan<VoxelIndex> Voxels => _seen.Voxels.AsSpan(0, Count);

    /// <summary>[N, D].</summary>
    public FloatRows Features { get; private set; }

    /// <summary>[H * W]: row of each pixel's voxel; -1 for a pixel without depth in range.</summary>
    public int[] PixelVoxel => _seen.PixelVoxel;

    /// <summary>Levels and kernel maps of these voxels.</summary>
    public KernelMaps Maps => _maps;

    /// <summary>Takes the next frame.</summary>
    /// <param name="lifter">Says which grid.</param>
    /// <param name="image">Image features, [height * width, D].</param>
    /// <param name="width">Width of the feature image.</param>
    /// <param name="height">Height of the feature image.</param>
    /// <param name="depth">[H * W] metres; 0 or NaN where there is none.</param>
    /// <param name="intrinsics">The depth camera, of the depth image's size.</param>
    /// <param name="cameraToWorld">T_world_camera of the depth camera.</param>
    public void Take(FeatureLifter lifter, FloatRows image, int width, int height, float[] depth, CameraIntrinsics intrinsics, RigidTransform cameraToWorld)
    {
        _seen.Take(depth, intrinsics, cameraToWorld, lifter.VoxelSize, lifter.MaxDepth, WorkerPool.Shared);
        _maps.Refill(_seen.Voxels, Count, _seen.Grid);
        if (_pooling is null || !_pooling.Fits(intrinsics.Width, intrinsics.Height, width, height))
            _pooling = new FeaturePooling(_seen, intrinsics.Width, intrinsics.Height, width, height);
        Features = new FloatRows(_features.Reserve((long)Count * image.Pitch), image.Pitch);
        _pooling.Forward(image.Pointer, Features.Pointer, image.Pitch, WorkerPool.Shared);
    }
}
