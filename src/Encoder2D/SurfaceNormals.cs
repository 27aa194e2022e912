using System.Numerics;
using System.Runtime.CompilerServices;
using AlsterNode.Core;
using AlsterNode.Kernels;

namespace AlsterNode.Encoder2D;

/// <summary>
/// Surface normals from a depth image. On a plane n . P = d the inverse depth w = 1/z is linear in the pixel (u, v), and the cross product
/// of the two tangents of the unprojected points is n ~ -(w_u fx, w_v fy, w - w_u (u - cx) - w_v (v - cy)): planes come out exact at any
/// distance and slant, with two slopes a pixel instead of points and cross products.
/// </summary>
public static unsafe class SurfaceNormals
{
    /// <summary>Slopes are measured to the neighbours one and two pixels away on each side.</summary>
    private const int Reach = 2;

    /// <summary>
    /// A neighbour whose depth differs by more than this share counts as another surface: its slope gets the weight
    /// (1 + (jump / EdgeJump)^2)^-2. Depth cameras are noisier than 0.5 % only beyond 3 m.
    /// </summary>
    private const float EdgeJump = 0.01f;

    private const int LinesPerTask = 16;

    /// <summary>Estimates a normal per pixel; at depth edges the slopes of the pixel's own surface win.</summary>
    /// <param name="depth">[H, W] in metres; 0 or NaN where there is none.</param>
    /// <param name="k">The depth camera, of the depth image's size.</param>
    /// <param name="normals">[3, H, W] x, y, z in the camera frame, of length 1 and towards the camera; 0 where unknown.</param>
    public static void Estimate(ReadOnlySpan<float> depth, CameraIntrinsics k, Span<float> normals)
    {
        var pixels = k.Width * k.Height;
        if (depth.Length != pixels) throw new ArgumentException($"Depth has {depth.Length} pixels, expected {k.Width} x {k.Height}.");
        if (normals.Length != 3 * pixels) throw new ArgumentException($"Normals have {normals.Length} values, expected 3 x {pixels}.");
        fixed (float* from = depth, to = normals)
        {
            var image = new InverseDepth(k, Scratch.Current.B(InverseDepth.Size(k)));
            image.ClearBorder();
            var tasks = (k.Height + LinesPerTask - 1) / LinesPerTask;
            WorkerPool.Shared.Run(tasks, new Inversion(image, from));
            WorkerPool.Shared.Run(tasks, new Estimation(image, to));
        }
    }

    /// <summary>1 / depth [1/m], 0 where unknown, with a border of unknown pixels and room for the last vector of a line to run over.</summary>
    private readonly struct InverseDepth(CameraIntrinsics camera, float* values)
    {
        public CameraIntrinsics Camera => camera;

        public int Stride => camera.Width + (2 * Reach) + Vector<float>.Count;

        public static long Size(CameraIntrinsics k) => (long)(k.Height + (2 * Reach)) * new InverseDepth(k, null).Stride;

        /// <summary>The first pixel of a line.</summary>
        public float* Line(int v) => values + ((v + Reach) * (long)Stride) + Reach;

        public void ClearBorder()
        {
            new Span<float>(values, Reach * Stride).Clear();
            new Span<float>(Line(camera.Height) - Reach, Reach * Stride).Clear();
        }
    }

    /// <summary>Inverts some lines.</summary>
    private readonly struct Inversion(InverseDepth image, float* depth) : IParallelJob
    {
        public void Run(int task)
        {
            var width = image.Camera.Width;
            for (var v = task * LinesPerTask; v < Math.Min(image.Camera.Height, (task + 1) * LinesPerTask); v++)
            {
                var from = new ReadOnlySpan<float>(depth + ((long)v * width), width);
                var to = new Span<float>(image.Line(v) - Reach, image.Stride);
                to[..Reach].Clear();
                to[(Reach + width)..].Clear();
                to = to[Reach..];
                for (var u = 0; u < from.Length; u++) to[u] = from[u] > 0 && float.IsFinite(from[u]) ? 1 / from[u] : 0;
            }
        }
    }

    /// <summary>Estimates the normals of some lines.</summary>
    private readonly struct Estimation(InverseDepth image, float* normals) : IParallelJob
    {
        public void Run(int task)
        {
            var end = Math.Min(image.Camera.Height, (task + 1) * LinesPerTask);
            for (var v = task * LinesPerTask; v < end; v++) EstimateLine(image, v, normals + ((long)v * image.Camera.Width));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EstimateLine(InverseDepth image, int v, float* to)
    {
        var (k, lanes) = (image.Camera, Vector<float>.Count);
        var plane = (long)k.Width * k.Height;
        if (k.Width >= lanes)
        {
            for (var u = 0; u < k.Width; u += lanes)
            {
                var first = Math.Min(u, k.Width - lanes); // the last vector of a line overlaps the one before
                EstimateVector(image, first, v, to + first, plane);
            }
            return;
        }
        var few = stackalloc float[3 * lanes];
        EstimateVector(image, 0, v, few, lanes);
        for (var axis = 0; axis < 3; axis++) new ReadOnlySpan<float>(few + (axis * lanes), k.Width).CopyTo(new Span<float>(to + (axis * plane), k.Width));
    }

    /// <summary>The normals of a vector of pixels from (u, v) on: x, y and z, <paramref name="plane"/> floats apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EstimateVector(InverseDepth image, int u, int v, float* to, long plane)
    {
        var (k, at) = (image.Camera, (nint)(image.Line(v) + u));
        var w = Vector.Load((float*)at);
        var distrust = Vector<float>.One / (w * w * (EdgeJump * EdgeJump)); // infinite where w is unknown
        var slopeU = Slope((float*)at, 1, w, distrust, out var weightU);
        var slopeV = Slope((float*)at, image.Stride, w, distrust, out var weightV);
        var x = Vector.CreateSequence<float>(u, 1) - new Vector<float>((float)k.Cx);

        var nx = slopeU * new Vector<float>((float)k.Fx);
        var ny = slopeV * new Vector<float>((float)k.Fy);
        var nz = w - (slopeU * x) - (slopeV * new Vector<float>((float)(v - k.Cy)));
        var known = Vector.GreaterThan(Vector.Min(w, Vector.Min(weightU, weightV)), Vector<float>.Zero);
        var scale = Vector.ConditionalSelect(known, -Vector<float>.One / Vector.SquareRoot((nx * nx) + (ny * ny) + (nz * nz)), Vector<float>.Zero);
        Vector.Store(nx * scale, to);
        Vector.Store(ny * scale, to + plane);
        Vector.Store(nz * scale, to + (2 * plane));
    }

    /// <summary>Slope of the inverse depth along one axis, and the weight behind it: 0 where no neighbour is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Slope(float* at, int step, Vector<float> w, Vector<float> distrust, out Vector<float> weights)
    {
        var sum = weights = Vector<float>.Zero;
        Add(Vector.Load(at - (2 * step)), -2, w, distrust, ref sum, ref weights);
        Add(Vector.Load(at - step), -1, w, distrust, ref sum, ref weights);
        Add(Vector.Load(at + step), 1, w, distrust, ref sum, ref weights);
        Add(Vector.Load(at + (2 * step)), 2, w, distrust, ref sum, ref weights);
        return Vector.ConditionalSelect(Vector.GreaterThan(weights, Vector<float>.Zero), sum / weights, Vector<float>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector<float> neighbour, int distance, Vector<float> w, Vector<float> distrust, ref Vector<float> sum, ref Vector<float> weights)
    {
        var jump = neighbour - w;
        var edge = Vector<float>.One + (jump * jump * distrust);
        var weight = new Vector<float>(distance * distance) / (edge * edge); // a quarter of the noise's variance at twice the distance
        weight = Vector.ConditionalSelect(Vector.GreaterThan(Vector.Min(w, neighbour), Vector<float>.Zero), weight, Vector<float>.Zero);
        sum += weight * jump * (1f / distance);
        weights += weight;
    }
}
