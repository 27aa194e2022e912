using System.Runtime.CompilerServices;

namespace AlsterNode.Evaluation;

/// <summary>
/// A k-d tree over fixed points in 3D for exact nearest neighbours. The tree is implicit in the order of the arrays: the middle of a range is its
/// node, the halves are its children, so it costs 17 bytes a point. Equal distances go to the point that came first.
/// </summary>
public sealed class KdTree
{
    private const int LeafSize = 12;

    private readonly float[] _points; // [N, 3] in tree order
    private readonly int[] _ids; // [N] row in the caller's points
    private readonly byte[] _axes; // [N] split axis of the node in the middle of a range

    /// <summary>Builds the tree over <paramref name="points"/> [N, 3]; the points are copied.</summary>
    public KdTree(ReadOnlySpan<float> points)
    {
        if (points.Length % 3 != 0) throw new ArgumentException($"{points.Length} coordinates, expected a multiple of 3.");
        Count = points.Length / 3;
        _points = new float[points.Length];
        _ids = new int[Count];
        _axes = new byte[Count];
        for (var i = 0; i < Count; i++) _ids[i] = i;
        Build(points, 0, Count);
        for (var i = 0; i < Count; i++) points.Slice(3 * _ids[i], 3).CopyTo(_points.AsSpan(3 * i));
    }

    /// <summary>Number of points.</summary>
    public int Count { get; }

    /// <summary>The row of the nearest point no farther than <paramref name="maxDistance"/>, or -1.</summary>
    public int Nearest(float x, float y, float z, float maxDistance)
    {
        var search = new Search { X = x, Y = y, Z = z, Best = -1, BestSquared = maxDistance * maxDistance };
        Visit(ref search, 0, Count);
        return search.Best;
    }

    private void Build(ReadOnlySpan<float> points, int from, int to)
    {
        while (to - from > LeafSize)
        {
            var middle = (from + to) / 2;
            var axis = WidestAxis(points, from, to);
            Select(points, axis, from, to - 1, middle);
            _axes[middle] = (byte)axis;
            Build(points, from, middle);
            from = middle + 1;
        }
    }

    private int WidestAxis(ReadOnlySpan<float> points, int from, int to)
    {
        var (axis, widest) = (0, -1f);
        for (var a = 0; a < 3; a++)
        {
            var (min, max) = (float.MaxValue, float.MinValue);
            for (var i = from; i < to; i++)
            {
                var value = points[(3 * _ids[i]) + a];
                min = MathF.Min(min, value);
                max = MathF.Max(max, value);
            }

            if (max - min > widest) (axis, widest) = (a, max - min);
        }

        return axis;
    }

    // Hoare's selection: afterwards ids left of `middle` are not greater along the axis, those right of it not smaller.
    private void Select(ReadOnlySpan<float> points, int axis, int low, int high, int middle)
    {
        while (low < high)
        {
            var pivot = points[(3 * _ids[(low + high) / 2]) + axis];
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (points[(3 * _ids[i]) + axis] < pivot) i++;
                while (points[(3 * _ids[j]) + axis] > pivot) j--;
                if (i > j) break;
                (_ids[i], _ids[j]) = (_ids[j], _ids[i]);
                i++;
                j--;
            }

            if (middle <= j) high = j;
            else if (middle >= i) low = i;
            else return;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Visit(ref Search search, int from, int to)
    {
        while (to - from > LeafSize)
        {
            var middle = (from + to) / 2;
            Test(ref search, middle);
            var axis = _axes[middle];
            var offset = (axis == 0 ? search.X : axis == 1 ? search.Y : search.Z) - _points[(3 * middle) + axis];
            var (nearFrom, nearTo, farFrom, farTo) = offset < 0 ? (from, middle, middle + 1, to) : (middle + 1, to, from, middle);
            Visit(ref search, nearFrom, nearTo);
            if (offset * offset > search.BestSquared) return; // equal: the far side may hold an earlier point
            (from, to) = (farFrom, farTo);
        }

        for (var i = from; i < to; i++) Test(ref search, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Test(ref Search search, int i)
    {
        var dx = _points[3 * i] - search.X;
        var dy = _points[(3 * i) + 1] - search.Y;
        var dz = _points[(3 * i) + 2] - search.Z;
        var squared = (dx * dx) + (dy * dy) + (dz * dz);
        if (squared > search.BestSquared || (squared == search.BestSquared && search.Best >= 0 && _ids[i] > search.Best)) return;
        (search.Best, search.BestSquared) = (_ids[i], squared);
    }

    private struct Search
    {
        public float X;
        public float Y;
        public float Z;
        public int Best;
        public float BestSquared;
    }
}
