using System.Numerics;
using System.Runtime.InteropServices;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>
/// A bounding volume hierarchy over triangles, built with the surface area heuristic in 16 bins, walked by packets of 8 rays
/// (<c>Bvh.Traversal.cs</c>).
/// </summary>
internal sealed partial class Bvh
{
    private const int Bins = 16;
    private const int LeafSize = 4;
    private readonly Node[] _nodes;
    private readonly Facet[] _facets;
    private int _nodeCount;

    /// <summary>Builds the tree over a triangle soup.</summary>
    /// <param name="positions">Corners, [3 F].</param>
    public Bvh(Vector3[] positions)
    {
        ArgumentNullException.ThrowIfNull(positions);
        var count = positions.Length / 3;
        var order = new int[count];
        var bounds = new Bounds[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
            bounds[i] = Bounds.Empty.With(positions[3 * i]).With(positions[(3 * i) + 1]).With(positions[(3 * i) + 2]);
        }
        _nodes = new Node[Math.Max(1, 2 * count)];
        _nodeCount = 1;
        Split(0, 0, count, order, bounds, 0);
        _facets = new Facet[count];
        for (var i = 0; i < count; i++)
        {
            var t = order[i];
            var a = positions[3 * t];
            _facets[i] = new Facet(a, positions[(3 * t) + 1] - a, positions[(3 * t) + 2] - a, t);
        }
    }

    private void Split(int node, int first, int count, int[] order, Bounds[] bounds, int level)
    {
        var box = Bounds.Empty;
        var centers = Bounds.Empty;
        for (var i = first; i < first + count; i++)
        {
            box = box.With(bounds[order[i]]);
            centers = centers.With(bounds[order[i]].Center);
        }
        ref var n = ref _nodes[node];
        var pad = new Vector3(1e-5f); // flat boxes must not lose rays to rounding
        (n.Min, n.Max) = (box.Min - pad, box.Max + pad);
        var (axis, cut) = count <= LeafSize || level > 60 ? (-1, 0) : BestCut(first, count, order, bounds, centers, box);
        if (axis < 0)
        {
            (n.First, n.Count) = (first, count);
            return;
        }
        var middle = first;
        for (var i = first; i < first + count; i++)
        {
            if (Bin(bounds[order[i]].Center[axis], centers, axis) >= cut) continue;
            (order[middle], order[i]) = (order[i], order[middle]);
            middle++;
        }
        var left = _nodeCount;
        _nodeCount += 2;
        (n.First, n.Count, n.Axis) = (left, 0, axis);
        Split(left, first, middle - first, order, bounds, level + 1);
        Split(left + 1, middle, first + count - middle, order, bounds, level + 1);
    }

    private static (int Axis, int Cut) BestCut(int first, int count, int[] order, Bounds[] bounds, Bounds centers, Bounds box)
    {
        Span<Bounds> bins = stackalloc Bounds[Bins];
        Span<int> counts = stackalloc int[Bins];
        Span<float> rightCost = stackalloc float[Bins];
        var best = count <= 12 ? count * box.Area : float.PositiveInfinity; // what a leaf would cost
        (int Axis, int Cut) choice = (-1, 0);
        for (var axis = 0; axis < 3; axis++)
        {
            if (centers.Max[axis] - centers.Min[axis] < 1e-6f) continue;
            bins.Fill(Bounds.Empty);
            counts.Clear();
            for (var i = first; i < first + count; i++)
            {
                var bin = Bin(bounds[order[i]].Center[axis], centers, axis);
                bins[bin] = bins[bin].With(bounds[order[i]]);
                counts[bin]++;
            }
            var side = Bounds.Empty;
            var inSide = 0;
            for (var k = Bins - 1; k > 0; k--)
            {
                side = side.With(bins[k]);
                inSide += counts[k];
                rightCost[k] = inSide == 0 ? float.PositiveInfinity : inSide * side.Area;
            }
            (side, inSide) = (Bounds.Empty, 0);
            for (var k = 1; k < Bins; k++)
            {
                side = side.With(bins[k - 1]);
                inSide += counts[k - 1];
                if (inSide == 0) continue;
                var cost = (inSide * side.Area) + rightCost[k] + (0.5f * box.Area);
                if (cost < best) (best, choice) = (cost, (axis, k));
            }
        }
        return choice;
    }

    private static int Bin(float center, Bounds centers, int axis)
    {
        var min = centers.Min[axis];
        return Math.Min(Bins - 1, (int)(Bins * (center - min) / (centers.Max[axis] - min)));
    }

    /// <summary>A box of the tree; Count triangles from First, or for Count 0 the children First and First + 1.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Node
    {
        public Vector3 Min;
        public int First;
        public Vector3 Max;
        public int Count;
        public int Axis;
    }

    /// <summary>A triangle as one corner and two edges.</summary>
    private readonly record struct Facet(Vector3 Corner, Vector3 Edge1, Vector3 Edge2, int Triangle);

    private readonly record struct Bounds(Vector3 Min, Vector3 Max)
    {
        public static Bounds Empty => new(new Vector3(float.PositiveInfinity), new Vector3(float.NegativeInfinity));

        public Vector3 Center => (Min + Max) * 0.5f;

        public float Area
        {
            get
            {
                var d = Max - Min;
                return d.X < 0 ? 0 : (d.X * d.Y) + (d.Y * d.Z) + (d.Z * d.X);
            }
        }

        public Bounds With(Vector3 p) => new(Vector3.Min(Min, p), Vector3.Max(Max, p));

        public Bounds With(Bounds b) => new(Vector3.Min(Min, b.Min), Vector3.Max(Max, b.Max));
    }
}
