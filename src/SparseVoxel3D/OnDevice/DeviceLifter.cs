using AlsterNode.Core;
using AlsterNode.SparseVoxel3D.Lifting;
using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D.OnDevice;

/// <summary>
/// <see cref="FeatureLifter"/> by tensor operations on any device: the same voxels, and the same means to rounding. What depends on the camera alone
/// is computed once.
/// </summary>
public sealed class DeviceLifter : IDisposable
{
    private readonly double _voxelSize, _maxDepth;
    private readonly Device _device;
    private Camera? _camera;

    /// <param name="voxelSize">Edge of a voxel [m].</param>
    /// <param name="maxDepth">Range [m] along the optical axis.</param>
    /// <param name="device">Where to run.</param>
    public DeviceLifter(double voxelSize, double maxDepth, Device device) => (_voxelSize, _maxDepth, _device) = (voxelSize, maxDepth, device);

    /// <summary>Lifts one frame: the voxels' keys in canonical order [N], their features [N, D], and each pixel's row [H * W], -1 for none.</summary>
    /// <param name="features2D">[D, h, w].</param>
    /// <param name="depth">[H * W] metres on the device; 0 or NaN where there is none.</param>
    /// <param name="intrinsics">The depth camera, of the depth image's size.</param>
    /// <param name="pose">T_world_camera of the depth camera.</param>
    public (Tensor Keys, Tensor Features, Tensor PixelRows) Lift(Tensor features2D, Tensor depth, CameraIntrinsics intrinsics, RigidTransform pose)
    {
        ArgumentNullException.ThrowIfNull(features2D);
        ArgumentNullException.ThrowIfNull(depth);
        CheckReach(pose);
        using var scope = NewDisposeScope();
        var camera = CameraOf(intrinsics, (int)features2D.shape[2], (int)features2D.shape[1]);
        var seen = depth.gt(0).logical_and(depth.le(_maxDepth)).nonzero().squeeze(1);              // [P] pixels in range
        var keys = KeysOf(seen, depth, camera, pose);                                              // [P]
        var (voxels, row, count) = keys.unique(sorted: true, return_inverse: true, return_counts: true); // [N], [P], [N]
        var image = features2D.reshape(features2D.shape[0], -1).t();                               // [h * w, D]
        var samples = zeros([seen.shape[0], image.shape[1]], image.dtype, _device);
        for (var corner = 0; corner < 4; corner++)
        {
            var weight = camera.Weights[corner].index_select(0, seen).unsqueeze(1).to(image.dtype);
            samples.add_(image.index_select(0, camera.Rows[corner].index_select(0, seen)).mul_(weight)); // [P, D]
        }
        var sums = zeros([voxels.shape[0], image.shape[1]], image.dtype, _device).index_add_(0, row!, samples, 1);
        var means = sums.div_(count!.unsqueeze(1).to(image.dtype));                                // [N, D]
        var pixels = full([depth.shape[0]], -1, dtype: ScalarType.Int64, device: _device).index_copy_(0, seen, row!);
        return (voxels.MoveToOuterDisposeScope(), means.MoveToOuterDisposeScope(), pixels.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose() => _camera?.Dispose();

    private void CheckReach(RigidTransform pose)
    {
        var farthest = Math.Max(Math.Abs(pose.Translation.X), Math.Max(Math.Abs(pose.Translation.Y), Math.Abs(pose.Translation.Z)));
        var reach = VoxelKeys.Reach * _voxelSize;
        if (farthest + (4 * _maxDepth) < reach) return; // a ray is longer than its depth
        throw new ArgumentException($"The camera is {farthest:F0} m from the map's origin, expected less than {reach:F0} m for a device's grid of {_voxelSize} m.", nameof(pose));
    }

    /// <summary>floor(pointInWorld / voxelSize) of some pixels, by the operations of <see cref="RigidTransform"/> in their order, in 64 bits.</summary>
    private Tensor KeysOf(Tensor seen, Tensor depth, Camera camera, RigidTransform pose)
    {
        var z = depth.index_select(0, seen).to(ScalarType.Float64);
        var x = camera.RayX.index_select(0, seen) * z;
        var y = camera.RayY.index_select(0, seen) * z;
        var (qx, qy, qz, w, t) = (pose.Qx, pose.Qy, pose.Qz, pose.Qw, pose.Translation);
        Tensor sx = ((z * qy) - (y * qz)) * 2, sy = ((x * qz) - (z * qx)) * 2, sz = ((y * qx) - (x * qy)) * 2; // s = 2 q x v
        var worldX = x + (sx * w) + ((sz * qy) - (sy * qz)) + t.X;                                           // v + w s + q x s
        var worldY = y + (sy * w) + ((sx * qz) - (sz * qx)) + t.Y;
        var worldZ = z + (sz * w) + ((sy * qx) - (sx * qy)) + t.Z;
        return VoxelKeys.Of(Cell(worldX), Cell(worldY), Cell(worldZ));

        Tensor Cell(Tensor metres) => (metres / _voxelSize).floor().to(ScalarType.Int64);
    }

    private Camera CameraOf(CameraIntrinsics intrinsics, int width, int height)
    {
        if (_camera is { } known && known.Intrinsics == intrinsics && known.Width == width && known.Height == height) return known;
        _camera?.Dispose();
        return _camera = new Camera(intrinsics, width, height, _device);
    }

    /// <summary>Each pixel's ray, and the four samples of the coarser feature image around it.</summary>
    private sealed class Camera : IDisposable
    {
        public Camera(CameraIntrinsics intrinsics, int width, int height, Device device)
        {
            (Intrinsics, Width, Height) = (intrinsics, width, height);
            using var scope = NewDisposeScope();
            int columns = intrinsics.Width, lines = intrinsics.Height;
            RayX = Each((u, _) => (u - intrinsics.Cx) / intrinsics.Fx);
            RayY = Each((_, v) => (v - intrinsics.Cy) / intrinsics.Fy);
            (Rows, Weights) = (new Tensor[4], new Tensor[4]);
            SampleAxis across = new(columns, width), down = new(lines, height);
            for (var corner = 0; corner < 4; corner++)
            {
                bool isLower = corner >= 2, isRight = corner % 2 == 1;
                Rows[corner] = Kept(Each((u, v) => (Sample(down, v, isLower) * width) + Sample(across, u, isRight)).to(ScalarType.Int64));
                Weights[corner] = Kept(Each((u, v) => Weight(down, v, isLower) * Weight(across, u, isRight)).to(ScalarType.Float32));
            }
            (RayX, RayY) = (Kept(RayX), Kept(RayY));

            Tensor Each(Func<int, int, double> value)
            {
                var values = new double[columns * lines];
                for (var i = 0; i < values.Length; i++) values[i] = value(i % columns, i / columns);
                return from_array(values, device);
            }

            static Tensor Kept(Tensor tensor) => tensor.DetachFromDisposeScope();
        }

        public CameraIntrinsics Intrinsics { get; }

        public int Width { get; }

        public int Height { get; }

        /// <summary>[H * W].</summary>
        public Tensor RayX { get; }

        /// <summary>[H * W].</summary>
        public Tensor RayY { get; }

        /// <summary>Of each corner, [H * W].</summary>
        public Tensor[] Rows { get; }

        /// <summary>Of each corner, [H * W].</summary>
        public Tensor[] Weights { get; }

        public void Dispose()
        {
            foreach (var tensor in Rows.Concat(Weights).Append(RayX).Append(RayY)) tensor.Dispose();
        }

        private static int Sample(SampleAxis axis, int pixel, bool isHigh) => isHigh ? axis.High[pixel] : axis.Low[pixel];

        private static double Weight(SampleAxis axis, int pixel, bool isHigh) => isHigh ? axis.Fraction[pixel] : 1 - axis.Fraction[pixel];
    }
}
