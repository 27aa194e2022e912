namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>A rectangle on the floor, turned by <paramref name="Yaw"/> [rad], taken from z = 0 up to <paramref name="Top"/> or from <paramref name="Bottom"/>.</summary>
internal readonly record struct Footprint(double X, double Y, double HalfWidth, double HalfDepth, double Yaw, double Bottom, double Top)
{
    /// <summary>Corner k of 0..3.</summary>
    public (double X, double Y) Corner(int k)
    {
        double a = k is 0 or 3 ? -HalfWidth : HalfWidth, b = k < 2 ? -HalfDepth : HalfDepth;
        return Point(a, b);
    }

    /// <summary>A point given in the rectangle's own axes.</summary>
    public (double X, double Y) Point(double a, double b)
    {
        double cos = Math.Cos(Yaw), sin = Math.Sin(Yaw);
        return (X + (a * cos) - (b * sin), Y + (a * sin) + (b * cos));
    }

    /// <summary>Distance [m] of a point from the rectangle; 0 inside.</summary>
    public double Distance(double x, double y)
    {
        double cos = Math.Cos(Yaw), sin = Math.Sin(Yaw), dx = x - X, dy = y - Y;
        var a = Math.Max(0, Math.Abs((dx * cos) + (dy * sin)) - HalfWidth);
        var b = Math.Max(0, Math.Abs((dy * cos) - (dx * sin)) - HalfDepth);
        return Math.Sqrt((a * a) + (b * b));
    }

    /// <summary>Whether two rectangles share ground and height.</summary>
    public bool Overlaps(Footprint other) =>
        Bottom < other.Top && other.Bottom < Top && !Separated(this, other) && !Separated(other, this);

    private static bool Separated(Footprint box, Footprint other)
    {
        double cos = Math.Cos(box.Yaw), sin = Math.Sin(box.Yaw);
        double minA = double.MaxValue, maxA = double.MinValue, minB = double.MaxValue, maxB = double.MinValue;
        for (var k = 0; k < 4; k++)
        {
            var (x, y) = other.Corner(k);
            double dx = x - box.X, dy = y - box.Y;
            double a = (dx * cos) + (dy * sin), b = (dy * cos) - (dx * sin);
            (minA, maxA, minB, maxB) = (Math.Min(minA, a), Math.Max(maxA, a), Math.Min(minB, b), Math.Max(maxB, b));
        }
        return minA >= box.HalfWidth || maxA <= -box.HalfWidth || minB >= box.HalfDepth || maxB <= -box.HalfDepth;
    }
}

/// <summary>A door or window in a wall.</summary>
/// <param name="Start">Along the wall from its first corner [m].</param>
/// <param name="End">Along the wall [m].</param>
/// <param name="Bottom">Above the floor [m].</param>
/// <param name="Top">Above the floor [m].</param>
/// <param name="IsDoor">Else a window.</param>
internal readonly record struct Opening(double Start, double End, double Bottom, double Top, bool IsDoor)
{
    /// <summary>Half way along it [m].</summary>
    public double Middle => (Start + End) / 2;
}

/// <summary>A wall from A to B with the room on its left; what hangs on it is kept in <see cref="Used"/>.</summary>
internal sealed class Wall(double ax, double ay, double bx, double by)
{
    public double Ax { get; } = ax;

    public double Ay { get; } = ay;

    public double Length { get; } = Math.Sqrt(((bx - ax) * (bx - ax)) + ((by - ay) * (by - ay)));

    /// <summary>Turn of a frame whose x runs along the wall and whose y points into the room.</summary>
    public double Yaw { get; } = Math.Atan2(by - ay, bx - ax);

    public List<Opening> Openings { get; } = [];

    /// <summary>Rectangles (along, height) that are taken.</summary>
    public List<(double S0, double S1, double Z0, double Z1)> Used { get; } = [];

    /// <summary>The point at a distance along the wall and one off it.</summary>
    public (double X, double Y) Point(double along, double off) =>
        (Ax + (along * Math.Cos(Yaw)) - (off * Math.Sin(Yaw)), Ay + (along * Math.Sin(Yaw)) + (off * Math.Cos(Yaw)));

    public bool IsUsed(double s0, double s1, double z0, double z1)
    {
        foreach (var u in Used)
        {
            if (s0 < u.S1 && u.S0 < s1 && z0 < u.Z1 && u.Z0 < z1) return true;
        }
        return false;
    }
}

/// <summary>The plan of a room in its own frame: a rectangle, or an L when a corner is cut out. Keeps furniture apart.</summary>
internal sealed class RoomLayout
{
    private const double WallGap = 0.015; // [m] between furniture and wall
    private readonly double _width, _depth, _cutX, _cutY;

    /// <summary>A room of width x depth [m]; a positive cut removes the corner at (width, depth), which gives an L.</summary>
    public RoomLayout(double width, double depth, double height, double cutX, double cutY)
    {
        (_width, _depth, Height, _cutX, _cutY) = (width, depth, height, cutX, cutY);
        Outline = cutX > 0
            ? [(0, 0), (width, 0), (width, depth - cutY), (width - cutX, depth - cutY), (width - cutX, depth), (0, depth)]
            : [(0, 0), (width, 0), (width, depth), (0, depth)];
        Walls = new Wall[Outline.Length];
        for (var i = 0; i < Outline.Length; i++)
        {
            var (b, a) = (Outline[(i + 1) % Outline.Length], Outline[i]);
            Walls[i] = new Wall(a.X, a.Y, b.X, b.Y);
        }
    }

    public double Height { get; }

    public double Width => _width;

    public double Depth => _depth;

    /// <summary>Corners, counter-clockwise from above.</summary>
    public (double X, double Y)[] Outline { get; }

    public Wall[] Walls { get; }

    /// <summary>Ground that furniture stands on.</summary>
    public List<Footprint> Solids { get; } = [];

    /// <summary>Ground that must stay free: before doors and in front of furniture.</summary>
    public List<Footprint> Clearings { get; } = [];

    /// <summary>The floor as rectangles.</summary>
    public (double X0, double Y0, double X1, double Y1)[] FloorParts => _cutX > 0
        ? [(0, 0, _width, _depth - _cutY), (0, _depth - _cutY, _width - _cutX, _depth)]
        : [(0, 0, _width, _depth)];

    public bool Contains(double x, double y, double margin) =>
        x >= margin && y >= margin && x <= _width - margin && y <= _depth - margin
        && (_cutX <= 0 || x <= _width - _cutX - margin || y <= _depth - _cutY - margin);

    /// <summary>Whether a ball of a radius at a height touches neither walls nor furniture.</summary>
    public bool IsFree(double x, double y, double z, double radius)
    {
        if (!Contains(x, y, radius)) return false;
        foreach (var solid in Solids)
        {
            if (z - radius < solid.Top && z + radius > solid.Bottom && solid.Distance(x, y) < radius) return false;
        }
        return true;
    }

    /// <summary>Whether furniture may stand here, inside the room and off everything else.</summary>
    public bool Fits(Footprint footprint, double margin = WallGap / 2)
    {
        for (var k = 0; k < 4; k++)
        {
            var (x, y) = footprint.Corner(k);
            if (!Contains(x, y, margin)) return false;
        }
        if (_cutX > 0 && footprint.Distance(_width - _cutX, _depth - _cutY) < 1e-3) return false; // the inner corner of an L
        foreach (var other in Solids)
        {
            if (footprint.Overlaps(other)) return false;
        }
        foreach (var clearing in Clearings)
        {
            if (footprint.Overlaps(clearing)) return false;
        }
        return true;
    }

    /// <summary>
    /// Looks for a place with the back to a wall. On success the ground, the access in front and the wall behind are taken.
    /// </summary>
    /// <param name="random">Chooses among places.</param>
    /// <param name="width">Along the wall [m].</param>
    /// <param name="depth">Off the wall [m].</param>
    /// <param name="height">Blocks windows and pictures up to here [m].</param>
    /// <param name="access">Free ground wanted in front [m].</param>
    /// <param name="place">Middle of the back edge, and the turn that points y into the room.</param>
    /// <param name="corner">Prefer the corners of the room.</param>
    public bool TryAtWall(Prng random, double width, double depth, double height, double access, out WallPlace place, bool corner = false)
    {
        for (var attempt = 0; attempt < 60; attempt++)
        {
            var wall = Walls[random.Below(Walls.Length)];
            var room = wall.Length - width - (2 * WallGap);
            if (room < 0) continue;
            var snap = random.Chance(corner ? 1 : 0.25);
            var s0 = WallGap + (snap ? (random.Chance(0.5) ? 0 : room) : random.Uniform() * room);
            if (TryAt(wall, s0, width, depth, height, access, out place)) return true;
        }
        place = default;
        return false;
    }

    /// <summary>Takes a given place at a wall when it is free.</summary>
    public bool TryAt(Wall wall, double start, double width, double depth, double height, double access, out WallPlace place)
    {
        var (x, y) = wall.Point(start + (width / 2), WallGap + (depth / 2));
        var ground = new Footprint(x, y, width / 2, depth / 2, wall.Yaw, 0, height);
        var (ax, ay) = wall.Point(start + (width / 2), WallGap + depth + (access / 2));
        var front = new Footprint(ax, ay, width / 2 * 0.9, access / 2, wall.Yaw, 0, 2);
        var (bx, by) = wall.Point(start + (width / 2), WallGap);
        place = new WallPlace(wall, start, bx, by, wall.Yaw);
        if (wall.IsUsed(start, start + width, 0, height) || !Fits(ground)) return false;
        foreach (var solid in Solids)
        {
            if (access > 0 && front.Overlaps(solid)) return false;
        }
        Solids.Add(ground);
        if (access > 0) Clearings.Add(front);
        wall.Used.Add((start, start + width, 0, height));
        return true;
    }

    /// <summary>Looks for a place away from the walls. On success the ground is taken.</summary>
    public bool TryFree(Prng random, double width, double depth, double height, double wallDistance, out Footprint place, bool anyTurn = true)
    {
        for (var attempt = 0; attempt < 60; attempt++)
        {
            var yaw = anyTurn && random.Chance(0.4) ? random.Uniform(0, 2 * Math.PI) : random.Below(4) * Math.PI / 2;
            place = new Footprint(random.Uniform(0, _width), random.Uniform(0, _depth), width / 2, depth / 2, yaw, 0, height);
            if (!Fits(place, wallDistance)) continue;
            Solids.Add(place);
            return true;
        }
        place = default;
        return false;
    }

    /// <summary>Looks for a free rectangle on a wall for what hangs there. On success it is taken.</summary>
    public bool TryHang(Prng random, double width, double height, double bottomLow, double bottomHigh, out WallPlace place, out double bottom)
    {
        for (var attempt = 0; attempt < 40; attempt++)
        {
            var wall = Walls[random.Below(Walls.Length)];
            bottom = random.Uniform(bottomLow, bottomHigh);
            if (wall.Length < width + 0.2 || bottom + height > Height - 0.08) continue;
            var s = random.Uniform(0.1, wall.Length - width - 0.1);
            if (wall.IsUsed(s - 0.04, s + width + 0.04, bottom - 0.04, bottom + height + 0.04)) continue;
            wall.Used.Add((s, s + width, bottom, bottom + height));
            var (x, y) = wall.Point(s + (width / 2), 0);
            place = new WallPlace(wall, s, x, y, wall.Yaw);
            return true;
        }
        (place, bottom) = (default, 0);
        return false;
    }
}

/// <summary>A place with its back at a wall: the middle of the back edge and the turn of a frame whose y points into the room.</summary>
internal readonly record struct WallPlace(Wall Wall, double Start, double X, double Y, double Yaw);
