namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>Where a person can walk: the largest connected part of the floor, in cells, and shortest ways through it.</summary>
internal sealed class FloorGrid
{
    private const double Cell = 0.12; // [m]
    private readonly int _nx, _ny;
    private readonly bool[] _free;

    /// <summary>Marks the cells that are free for a person; a crowded room is for thin people.</summary>
    public FloorGrid(RoomLayout layout)
    {
        (_nx, _ny) = ((int)(layout.Width / Cell) + 1, (int)(layout.Depth / Cell) + 1);
        _free = new bool[_nx * _ny];
        foreach (var radius in (double[])[0.3, 0.22, 0.15])
        {
            for (var i = 0; i < _free.Length; i++)
            {
                var (x, y) = Point(i);
                _free[i] = layout.IsFree(x, y, radius + 0.3, radius) && layout.IsFree(x, y, 1.5, radius);
            }
            Cells = Largest();
            if (Cells.Length * Cell * Cell > 1.2) break; // [m^2]
        }
        if (Cells.Length == 0) Cells = [Array.FindIndex(Enumerable.Range(0, _free.Length).ToArray(), i => layout.Contains(Point(i).X, Point(i).Y, 0.1))];
        Array.Clear(_free);
        foreach (var cell in Cells) _free[cell] = true;
    }

    /// <summary>The cells of the largest connected part.</summary>
    public int[] Cells { get; private set; } = [];

    /// <summary>Middle of a cell in the room frame [m].</summary>
    public (double X, double Y) Point(int cell) => (((cell % _nx) + 0.5) * Cell, ((cell / _nx) + 0.5) * Cell);

    /// <summary>A shortest way between two cells, cut straight where there is nothing in between.</summary>
    public (double X, double Y)[] Path(int from, int to)
    {
        var previous = new int[_free.Length];
        Array.Fill(previous, -1);
        previous[to] = to;
        var queue = new Queue<int>([to]);
        while (queue.Count > 0 && previous[from] < 0)
        {
            var cell = queue.Dequeue();
            foreach (var next in Neighbours(cell))
            {
                if (previous[next] >= 0) continue;
                previous[next] = cell;
                queue.Enqueue(next);
            }
        }
        var points = new List<(double, double)> { Point(from) };
        if (previous[from] < 0) return [.. points, .. points];
        var anchor = from;
        for (var cell = from; cell != to; cell = previous[cell])
        {
            if (Straight(anchor, previous[cell])) continue;
            anchor = cell;
            points.Add(Point(cell));
        }
        points.Add(Point(to));
        return [.. points];
    }

    private bool Straight(int a, int b)
    {
        var (ax, ay) = Point(a);
        var (bx, by) = Point(b);
        var steps = 1 + (int)(4 * Math.Max(Math.Abs(bx - ax), Math.Abs(by - ay)) / Cell);
        for (var k = 0; k <= steps; k++)
        {
            double x = ax + ((bx - ax) * k / steps), y = ay + ((by - ay) * k / steps);
            if (!_free[((int)(y / Cell) * _nx) + (int)(x / Cell)]) return false;
        }
        return true;
    }

    private int[] Largest()
    {
        var seen = new bool[_free.Length];
        List<int> best = [];
        for (var start = 0; start < _free.Length; start++)
        {
            if (!_free[start] || seen[start]) continue;
            var part = new List<int> { start };
            seen[start] = true;
            for (var k = 0; k < part.Count; k++)
            {
                foreach (var next in Neighbours(part[k]))
                {
                    if (seen[next]) continue;
                    seen[next] = true;
                    part.Add(next);
                }
            }
            if (part.Count > best.Count) best = part;
        }
        return [.. best];
    }

    private IEnumerable<int> Neighbours(int cell)
    {
        var x = cell % _nx;
        if (x > 0 && _free[cell - 1]) yield return cell - 1;
        if (x < _nx - 1 && _free[cell + 1]) yield return cell + 1;
        if (cell >= _nx && _free[cell - _nx]) yield return cell - _nx;
        if (cell + _nx < _free.Length && _free[cell + _nx]) yield return cell + _nx;
    }
}
