using System.Buffers;
using System.Numerics;
using AlsterNode.Core;

namespace AlsterNode.Encoder2D;

/// <summary>
/// Surface normals from a depth image. On a plane n . P = d the inverse depth w = 1/z is linear in the pixel (u, v), and the cross product
/// of the two tangents of the unprojected points is n ~ -(w_u fx, w_v fy, w - w_u (u - cx) - w_v (v - cy)): planes come out exact at any
/// distance and slant, with two slopes a pixel instead of points and cross products.
/// </summary>
public static class SurfaceNormals
{
    /// <summary>Slopes are measured to the neighbours one and two pixels away on each side.</summary>
    private const int Reach = 2;

    /// <summary>
    /// A neighbour whose depth differs by more than this share counts as another surface: its slope gets the weight
    /// (1 + (jump / EdgeJump)^2)^-2. Depth cameras are noisier than 0.5 % only beyond 3 m.
    /// </summary>
    private const float EdgeJump = 0.01f;

    /// <summary>Estimates a normal per pixel; at depth edges the slopes of the pixel's own surface win.</summary>
    /// <param name="depth">[H, W] in metres; 0 or NaN where there is none.</param>
    /// <param name="k">The depth camera, of the depth image's size.</param>
    /// <param name="normals">[3, H, W] x, y, z in the camera frame, of length 1 and towards the camera; 0 where unknown.</param>
    public static void Estimate(ReadOnlySpan<float> depth, CameraIntrinsics k, Span<float> normals)
    {
        var pixels = k.Width * k.Height;
        if (depth.Length != pixels) throw new ArgumentException($"Depth has {depth.Length} pixels, expected {k.Width} x {k.Height}.");
        if (normals.Length != 3 * pixels) throw new ArgumentException($"Normals have {normals.Length} values, expected 3 x {pixels}.");

        // A border of unknown pixels on all sides, and room for the last vector of a row to run over.
        var stride = k.Width + (2 * Reach) + Vector<float>.Count;
        var size = (k.Height + (2 * Reach)) * stride;
        var inverse = ArrayPool<float>.Shared.Rent(size);
        var row = ArrayPool<float>.Shared.Rent(3 * stride);
        try
        {
            InvertDepth(depth, k, inverse.AsSpan(0, size), stride);
            for (var v = 0; v < k.Height; v++)
            {
                EstimateRow(inverse, ((v + Reach) * stride) + Reach, stride, k, v, row);
                for (var axis = 0; axis < 3; axis++)
                    row.AsSpan(axis * stride, k.Width).CopyTo(normals.Slice((axis * pixels) + (v * k.Width), k.Width));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(inverse);
            ArrayPool<float>.Shared.Return(row);
        }
    }

    private static void InvertDepth(ReadOnlySpan<float> depth, CameraIntrinsics k, Span<float> inverse, int stride)
    {
        inverse.Clear();
        for (var v = 0; v < k.Height; v++)
        {
            var from = depth.Slice(v * k.Width, k.Width);
            var to = inverse.Slice(((v + Reach) * stride) + Reach, k.Width);
            for (var u = 0; u < from.Length; u++) to[u] = from[u] > 0 && float.IsFinite(from[u]) ? 1 / from[u] : 0;
        }
    }

    private static void EstimateRow(float[] inverse, int start, int stride, CameraIntrinsics k, int v, float[] row)
    {
        var lanes = Vector<float>.Count;
        var fx = new Vector<float>((float)k.Fx);
        var fy = new Vector<float>((float)k.Fy);
        var y = new Vector<float>((float)(v - k.Cy));
        var cx = new Vector<float>((float)k.Cx);
        for (var u = 0; u < k.Width; u += lanes)
        {
            var at = start + u;
            var w = new Vector<float>(inverse, at);
            var distrust = Vector<float>.One / (w * w * (EdgeJump * EdgeJump)); // infinite where w is unknown
            var (slopeU, weightU) = Slope(inverse, at, 1, w, distrust);
            var (slopeV, weightV) = Slope(inverse, at, stride, w, distrust);
            var x = Vector.CreateSequence<float>(u, 1) - cx;

            var nx = slopeU * fx;
            var ny = slopeV * fy;
            var nz = w - (slopeU * x) - (slopeV * y);
            var known = Vector.GreaterThan(Vector.Min(w, Vector.Min(weightU, weightV)), Vector<float>.Zero);
            var scale = Vector.ConditionalSelect(known, -Vector<float>.One / Vector.SquareRoot((nx * nx) + (ny * ny) + (nz * nz)), Vector<float>.Zero);
            (nx * scale).CopyTo(row, u);
            (ny * scale).CopyTo(row, stride + u);
            (nz * scale).CopyTo(row, (2 * stride) + u);
        }
    }

    /// <summary>Slope of the inverse depth along one axis, and the weight behind it: 0 where no neighbour is known.</summary>
    private static (Vector<float> Slope, Vector<float> Weight) Slope(float[] inverse, int at, int step, Vector<float> w, Vector<float> distrust)
    {
        var sum = Vector<float>.Zero;
        var weights = Vector<float>.Zero;
        for (var distance = -Reach; distance <= Reach; distance++)
        {
            if (distance == 0) continue;
            var neighbour = new Vector<float>(inverse, at + (distance * step));
            var jump = neighbour - w;
            var edge = Vector<float>.One + (jump * jump * distrust);
            var weight = new Vector<float>(distance * distance) / (edge * edge); // a quarter of the noise's variance at twice the distance
            weight = Vector.ConditionalSelect(Vector.GreaterThan(Vector.Min(w, neighbour), Vector<float>.Zero), weight, Vector<float>.Zero);
            sum += weight * jump * (1f / distance);
            weights += weight;
        }
        var slope = sum / weights;
        return (Vector.ConditionalSelect(Vector.GreaterThan(weights, Vector<float>.Zero), slope, Vector<float>.Zero), weights);
    }
}
