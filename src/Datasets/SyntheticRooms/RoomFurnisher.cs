using AlsterNode.Core;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>Puts furniture into a plan: finds places, adds the surfaces, remembers what there is to look at.</summary>
internal sealed partial class RoomFurnisher(RoomLayout layout, MeshBuilder builder, Furniture furniture, Prng random)
{
    /// <summary>The furniture placed so far.</summary>
    public List<RoomObject> Objects { get; } = [];

    /// <summary>Places a piece with its back to a wall; <paramref name="access"/> [m] stay free in front.</summary>
    private bool AtWall(Piece piece, double access = 0.5, bool corner = false) => AtWall(piece, access, corner, out _);

    private bool AtWall(Piece piece, double access, bool corner, out WallPlace place)
    {
        // A sliver of the piece may stand out (handles); its ground is what counts.
        if (!layout.TryAtWall(random, piece.Width, piece.Depth, piece.Height, access, out place, corner)) return false;
        Add(piece, place.X, place.Y, place.Yaw);
        return true;
    }

    /// <summary>Places a piece anywhere off the walls.</summary>
    private bool Free(Piece piece, double wallDistance, out Footprint place)
    {
        if (!layout.TryFree(random, piece.Width, piece.Depth, piece.Height, wallDistance, out place)) return false;
        var (x, y) = place.Point(0, -piece.Depth / 2);
        Add(piece, x, y, place.Yaw);
        return true;
    }

    /// <summary>Places a piece at a point when there is room; <paramref name="yaw"/> turns its front.</summary>
    private bool Exactly(Piece piece, double x, double y, double yaw)
    {
        var place = new Footprint(x - (piece.Depth / 2 * Math.Sin(yaw)), y + (piece.Depth / 2 * Math.Cos(yaw)), piece.Width / 2, piece.Depth / 2, yaw, 0, piece.Height);
        if (!layout.Fits(place)) return false;
        layout.Solids.Add(place);
        Add(piece, x, y, yaw);
        return true;
    }

    private void Add(Piece piece, double x, double y, double yaw)
    {
        using var label = builder.Object(piece.Nyu40Id);
        using var frame = builder.At(x, y, 0, yaw);
        piece.Build(builder);
        var middle = new Vector3d(x - (piece.Depth / 2 * Math.Sin(yaw)), y + (piece.Depth / 2 * Math.Cos(yaw)), piece.Height / 2);
        Objects.Add(new RoomObject(piece.Nyu40Id, middle, Math.Max(piece.Width, Math.Max(piece.Depth, piece.Height)) / 2));
        foreach (var (id, px, py, pz) in piece.Parts)
            Objects.Add(new RoomObject(id, new Vector3d(x + (px * Math.Cos(yaw)) - (py * Math.Sin(yaw)), y + (px * Math.Sin(yaw)) + (py * Math.Cos(yaw)), pz), 0.3));
    }

    private static void Repeat(int count, Func<bool> place)
    {
        for (var i = 0; i < count; i++) place();
    }

    /// <summary>Hangs something of a size on a wall and calls <paramref name="build"/> with the frame at its lower middle.</summary>
    private bool Hang(byte id, double width, double height, double bottomLow, double bottomHigh, Action<double, double> build)
    {
        if (!layout.TryHang(random, width, height, bottomLow, bottomHigh, out var place, out var bottom)) return false;
        using var frame = builder.At(place.X, place.Y, bottom, place.Yaw);
        build(width, height);
        Objects.Add(new RoomObject(id, new Vector3d(place.X, place.Y, bottom + (height / 2)), Math.Max(width, height) / 2));
        return true;
    }

    /// <summary>Pictures of several sizes.</summary>
    private void Pictures(int count) => Repeat(count, () =>
    {
        var w = random.Uniform(0.3, 1.1);
        var h = random.Chance(0.5) ? w * random.Uniform(0.65, 0.8) : Math.Min(1.0, w * random.Uniform(1.0, 1.4));
        return Hang(Nyu40.Picture, w, h, 1.05, 1.6, (a, b) => furniture.Picture(builder, a, b));
    });

    /// <summary>Curtains at windows, each with a probability.</summary>
    private void Curtains(double probability)
    {
        foreach (var wall in layout.Walls)
        {
            foreach (var o in wall.Openings)
            {
                if (o.IsDoor || !random.Chance(probability)) continue;
                double x0 = Math.Max(0.06, o.Start - random.Uniform(0.12, 0.3)), x1 = Math.Min(wall.Length - 0.06, o.End + random.Uniform(0.12, 0.3));
                var bottom = Lowest(wall, x0, x1) is var top && top > 0.3 ? top + 0.05 : random.Chance(0.6) ? 0.03 : o.Bottom - 0.15;
                using var frame = builder.At(wall.Ax, wall.Ay, 0, wall.Yaw);
                furniture.Curtains(builder, x0, x1, Math.Max(0.03, Math.Min(bottom, o.Bottom - 0.02)), Math.Min(layout.Height - 0.08, o.Top + 0.15), random.Chance(0.2));
                wall.Used.Add((x0 - 0.1, x1 + 0.1, bottom, o.Top + 0.2));
                var (x, y) = wall.Point((x0 + x1) / 2, 0.1);
                Objects.Add(new RoomObject(Nyu40.Curtain, new Vector3d(x, y, (o.Bottom + o.Top) / 2), (x1 - x0) / 2));
            }
        }
    }

    /// <summary>Height of what stands at a wall under a stretch of it.</summary>
    private static double Lowest(Wall wall, double s0, double s1)
    {
        var top = 0.0;
        foreach (var (a, b, z0, z1) in wall.Used)
        {
            if (z0 <= 0 && a < s1 && s0 < b) top = Math.Max(top, z1);
        }
        return top;
    }

    /// <summary>Radiators below windows.</summary>
    private void Radiators(double probability)
    {
        foreach (var wall in layout.Walls)
        {
            foreach (var o in wall.Openings.ToArray())
            {
                if (o.IsDoor || o.Bottom < 0.75 || !random.Chance(probability)) continue;
                var radiator = furniture.Radiator(Math.Min(1.4, (o.End - o.Start) * random.Uniform(0.7, 1)));
                if (radiator.Height > o.Bottom - 0.08) continue;
                if (layout.TryAt(wall, o.Middle - (radiator.Width / 2), radiator.Width, radiator.Depth, radiator.Height, 0, out var place))
                    Add(radiator, place.X, place.Y, place.Yaw);
            }
        }
    }

    /// <summary>Chairs around a table, pushed in or pulled out a little.</summary>
    private void ChairsAround(Footprint table, int most)
    {
        var places = new List<(double A, double B, double Yaw)>();
        double hw = table.HalfWidth, hd = table.HalfDepth;
        var along = hw > 0.75 ? 2 : 1;
        for (var i = 0; i < along; i++)
        {
            var a = along == 1 ? 0 : (i - 0.5) * hw;
            places.Add((a, hd, 0));
            places.Add((a, -hd, Math.PI));
        }
        places.Add((hw, 0, -Math.PI / 2));
        places.Add((-hw, 0, Math.PI / 2));
        var shuffled = places.ToArray();
        random.Shuffle<(double, double, double)>(shuffled);
        var put = 0;
        foreach (var (a, b, yaw) in shuffled)
        {
            if (put >= most) break;
            var chair = furniture.Chair();
            var gap = random.Uniform(0.02, 0.3) + chair.Depth;
            var length = Math.Sqrt((a * a) + (b * b));
            if (length < 1e-6) continue;
            double ox = yaw is 0 or Math.PI ? a : a + (Math.Sign(a) * gap), oy = yaw is 0 or Math.PI ? b + (Math.Sign(b) * gap) : b;
            var (x, y) = table.Point(ox, oy);
            if (Exactly(chair, x, y, table.Yaw + yaw + Math.PI + random.Uniform(-0.25, 0.25))) put++;
        }
    }
}
