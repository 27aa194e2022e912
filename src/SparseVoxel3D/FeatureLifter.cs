using AlsterNode.Core;
using AlsterNode.Kernels;
using AlsterNode.SparseVoxel3D.Lifting;
using AlsterNode.SparseVoxel3D.Operators;
using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D;

/// <summary>
/// Lifts image features into the world's voxel grid, [ALSTER] section 3: unprojects the depth image, drops points beyond a range, and
/// averages the features of the pixels that fall in a voxel.
/// </summary>
public sealed class FeatureLifter
{
    /// <summary>A lifter for one grid.</summary>
    /// <param name="voxelSize">Edge of a voxel [m]; the paper's is 4 cm.</param>
    /// <param name="maxDepth">Range [m] along the optical axis; the paper's is 3 m.</param>
    public FeatureLifter(double voxelSize = 0.04, double maxDepth = 3.0)
    {
        if (!(voxelSize > 0) || !double.IsFinite(voxelSize)) throw new ArgumentException($"The voxel size is {voxelSize} m, expected more than 0.");
        if (!(maxDepth > 0)) throw new ArgumentException($"The range is {maxDepth} m, expected more than 0.");
        (VoxelSize, MaxDepth) = (voxelSize, maxDepth);
    }

    /// <summary>[m].</summary>
    public double VoxelSize { get; }

    /// <summary>[m], along the optical axis.</summary>
    public double MaxDepth { get; }

    /// <summary>Lifts one frame; the result's features carry gradients to <paramref name="features2D"/>.</summary>
    /// <param name="features2D">[D, h, w] or [1, D, h, w], usually a quarter of the depth image's size; sampled bilinearly at pixel centres.</param>
    /// <param name="depth">[H * W] metres; 0 or NaN where there is none.</param>
    /// <param name="intrinsics">The depth camera, of the depth image's size.</param>
    /// <param name="cameraToWorld">T_world_camera of the depth camera.</param>
    public LiftedFrame Lift(Tensor features2D, float[] depth, CameraIntrinsics intrinsics, RigidTransform cameraToWorld)
    {
        ArgumentNullException.ThrowIfNull(features2D);
        ArgumentNullException.ThrowIfNull(depth);
        if (depth.Length != intrinsics.Width * intrinsics.Height)
        {
            throw new ArgumentException($"Depth has {depth.Length} pixels, expected {intrinsics.Width} x {intrinsics.Height}.", nameof(depth));
        }
        var shape = features2D.shape;
        if (shape.Length is not 3 && !(shape.Length is 4 && shape[0] == 1))
        {
            throw new ArgumentException($"Features have the shape [{string.Join(", ", shape)}], expected [D, h, w] or [1, D, h, w].", nameof(features2D));
        }
        using var scope = NewDisposeScope();
        var seen = new DepthVoxels().Take(depth, intrinsics, cameraToWorld, VoxelSize, MaxDepth, WorkerPool.Shared);
        var pooling = new FeaturePooling(seen, intrinsics.Width, intrinsics.Height, (int)shape[^1], (int)shape[^2]);
        var rows = features2D.reshape(shape[^3], shape[^2] * shape[^1]).t(); // [h * w, D]
        var means = rows.IsCpuFloat() ? MeanPooling.apply(rows, pooling) : MeanPooling.ByTensors(rows, pooling, seen); // [N, D]
        var maps = new KernelMaps(seen.Voxels, seen.Grid);
        return new LiftedFrame(new SparseTensor(maps, 1, means.Keep()), seen.PixelVoxel, seen.Counts.ToArray());
    }
}
