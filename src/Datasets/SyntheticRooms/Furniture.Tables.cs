namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>Tables and desks.</summary>
internal sealed partial class Furniture
{
    /// <summary>A dining table: rectangular or round, on 4 legs, a column or trestles.</summary>
    public Piece DiningTable() => Table(random.Uniform(0.9, 1.9), random.Uniform(0.75, 1.0), random.Uniform(0.7, 0.78), random.Chance(0.35));

    /// <summary>A low table before a sofa.</summary>
    public Piece CoffeeTable() => Table(random.Uniform(0.6, 1.2), random.Uniform(0.5, 0.7), random.Uniform(0.36, 0.5), random.Chance(0.3));

    /// <summary>A small table beside a sofa or bed.</summary>
    public Piece SideTable() => Table(random.Uniform(0.4, 0.55), random.Uniform(0.38, 0.5), random.Uniform(0.48, 0.62), random.Chance(0.4));

    private Piece Table(double w, double d, double h, bool round)
    {
        if (round) w = d = Math.Max(d, Math.Min(w, 1.25));
        var top = random.Uniform() switch { < 0.7 => palette.Wood(), < 0.8 => palette.Stone(), _ => palette.White };
        var frame = random.Chance(0.6) ? top.Pattern == Pattern.Wood ? top : palette.Wood() : palette.DarkMetal;
        double thick = random.Uniform(0.02, 0.045), leg = random.Uniform(0.018, 0.04);
        var support = random.Below(round ? 2 : 4);
        var roundLegs = random.Chance(0.4);
        var shelf = random.Chance(0.35) && h < 0.6;
        return new Piece(Nyu40.Table, w, d, h, b =>
        {
            var cy = d / 2;
            if (round)
            {
                var outline = new (double, double)[28];
                for (var i = 0; i < outline.Length; i++)
                {
                    var angle = 2 * Math.PI * i / outline.Length;
                    outline[i] = (w / 2 * Math.Cos(angle), cy + (d / 2 * Math.Sin(angle)));
                }
                b.Board(top, outline, h - thick, h, true);
            }
            else
            {
                b.Box(top, -w / 2, 0, h - thick, w / 2, d, h);
            }
            double x = (w / 2) - leg - 0.03, y0 = leg + 0.03, y1 = d - leg - 0.03;
            if (round) (x, y0, y1) = (w * 0.3, cy - (d * 0.3), cy + (d * 0.3));
            if (support == 1) // one column on a foot
            {
                b.Post(frame, 0, cy, 0.03, h - thick, 0.045, 0.045, 14);
                if (round) b.Turned(frame, 0, cy, [(0.001, 0.04), (w * 0.28, 0.02), (w * 0.28, 0)], 20, false);
                else
                {
                    b.Block(frame, 0, cy, 0, w * 0.6, 0.09, 0.04);
                    b.Block(frame, 0, cy, 0, 0.09, d * 0.7, 0.04);
                }
                return;
            }
            if (support == 2) // two trestles
            {
                foreach (var sx in (double[])[-w * 0.36, w * 0.36])
                {
                    b.Block(frame, sx, cy, 0, 0.05, d * 0.8, 0.05);
                    b.Block(frame, sx, cy, 0.05, 0.05, d * 0.3, h - thick - 0.05);
                }
                b.Block(frame, 0, cy, 0.2, w * 0.72, 0.03, 0.08);
                return;
            }
            foreach (var sx in (double[])[-x, x])
            {
                Leg(b, frame, sx, y0, 0, h - thick, leg, roundLegs);
                Leg(b, frame, sx, y1, 0, h - thick, leg, roundLegs);
                if (support == 3) b.Box(frame, sx - 0.01, y0, h - thick - 0.09, sx + 0.01, y1, h - thick);
            }
            if (support == 3)
            {
                b.Box(frame, -x, y0 - 0.01, h - thick - 0.09, x, y0 + 0.01, h - thick);
                b.Box(frame, -x, y1 - 0.01, h - thick - 0.09, x, y1 + 0.01, h - thick);
            }
            if (shelf) b.Box(frame, -x, y0, 0.14, x, y1, 0.16);
        });
    }

    /// <summary>A desk: top, legs or drawer units, a back panel; often with monitor and keyboard.</summary>
    public Piece Desk(bool withMonitor)
    {
        double w = random.Uniform(1.1, 1.7), d = random.Uniform(0.6, 0.8), h = random.Uniform(0.7, 0.77);
        var top = random.Chance(0.65) ? palette.Wood() : palette.White;
        var frame = random.Chance(0.4) ? top : random.Chance(0.5) ? palette.Metal : palette.DarkMetal;
        var units = random.Below(4); // 0: legs only, 1: drawers on the right, 2: on both sides, 3: panels
        var monitors = withMonitor ? random.Between(1, 2) : 0;
        var hutch = random.Chance(0.15);
        return new Piece(Nyu40.Desk, w, d, hutch ? 1.2 : h, b =>
        {
            b.Box(top, -w / 2, 0, h - 0.03, w / 2, d, h);
            foreach (var side in (int[])[-1, 1])
            {
                var x = side * ((w / 2) - 0.035);
                if (units == 2 || (units == 1 && side == 1))
                {
                    var cx = side * ((w / 2) - 0.21);
                    b.Block(top, cx, (d / 2) - 0.02, 0.02, 0.4, d - 0.08, h - 0.05);
                    Drawers(b, top, cx - 0.19, cx + 0.19, d - 0.06, 0.04, h - 0.05, 3);
                }
                else if (units == 3)
                {
                    b.Box(top, x - 0.015, 0.02, 0, x + 0.015, d - 0.03, h - 0.03);
                }
                else
                {
                    Leg(b, frame, x, 0.05, 0, h - 0.03, 0.022, false);
                    Leg(b, frame, x, d - 0.05, 0, h - 0.03, 0.022, false);
                    b.Box(frame, x - 0.015, 0.05, h - 0.09, x + 0.015, d - 0.05, h - 0.03);
                }
            }
            if (units > 0 || random.Chance(0.4)) b.Box(top, (-w / 2) + 0.05, 0.03, 0.3, (w / 2) - 0.05, 0.045, h - 0.03);
            if (hutch)
            {
                b.Box(top, -w / 2, 0, h, (-w / 2) + 0.025, 0.24, 1.2);
                b.Box(top, (w / 2) - 0.025, 0, h, w / 2, 0.24, 1.2);
                b.Box(top, -w / 2, 0, 1.175, w / 2, 0.24, 1.2);
            }
            for (var i = 0; i < monitors; i++) Monitor(b, ((i + 0.5) * w / monitors) - (w / 2), hutch ? 0.38 : 0.2, h);
            if (monitors > 0) Keyboard(b, ((0.5 + random.Uniform(-0.1, 0.1)) * w / monitors) - (w / 2), d - 0.22, h);
            else Clutter(b, w * 0.9, 0.1, d - 0.1, h, random.Between(0, 3));
            Clutter(b, w * 0.95, 0.08, d - 0.1, h, random.Between(0, 2));
        });
    }

    private void Monitor(MeshBuilder b, double x, double y, double z)
    {
        using var label = b.Object(Nyu40.OtherProp);
        double w = random.Uniform(0.45, 0.62), h = w * 0.58;
        using var place = b.At(x, y, z, random.Uniform(-0.25, 0.25));
        b.Block(palette.Black, 0, 0, 0, 0.22, 0.16, 0.012);
        b.Block(palette.Black, 0, -0.03, 0.012, 0.04, 0.03, 0.2);
        b.Box(palette.Black, -w / 2, -0.015, 0.12, w / 2, 0.015, 0.12 + h);
        var on = random.Chance(0.5);
        var screen = on
            ? new Material { Color = Material.Hsv(0.6, 0.6, 0.5), Color2 = Material.Hsv(0.55, 0.5, 0.8), Pattern = Pattern.Screen, Emission = 0.8f, Gloss = 0.2f, Seed = palette.Seed() }
            : palette.Black with { Gloss = 0.6f };
        b.Canvas(screen, new((w / 2) - 0.012, 0.0155, 0.14), new(0.024 - w, 0, 0), new(0, 0, h - 0.035));
    }

    private void Keyboard(MeshBuilder b, double x, double y, double z)
    {
        using var label = b.Object(Nyu40.OtherProp);
        var plastic = random.Chance(0.6) ? palette.Black : palette.White;
        b.Block(plastic, x, y, z, 0.42, 0.14, 0.02);
        b.Cushion(plastic, x + 0.27, y - 0.05, z, x + 0.33, y + 0.05, z + 0.035, 0.015);
    }

    /// <summary>Drawer fronts with handles on a plane y = front.</summary>
    private void Drawers(MeshBuilder b, Material front, double x0, double x1, double y, double z0, double z1, int count)
    {
        var style = random.Below(3);
        for (var i = 0; i < count; i++)
        {
            double a = z0 + (i * (z1 - z0) / count) + 0.006, c = z0 + ((i + 1) * (z1 - z0) / count) - 0.006;
            b.Box(front, x0, y, a, x1, y + 0.018, c);
            Handle(b, style, (x0 + x1) / 2, y + 0.018, (a + c) / 2, Math.Min(0.14, (x1 - x0) * 0.4), false);
        }
    }

    /// <summary>A bar, a knob or a strip.</summary>
    private void Handle(MeshBuilder b, int style, double x, double y, double z, double length, bool upright)
    {
        if (style == 0)
        {
            b.Ball(palette.Metal, x, y + 0.014, z, 0.014, 0.014, 0.014, 8);
            return;
        }
        var half = length / 2;
        var (from, to) = upright ? ((X: x, Z: z - half), (X: x, Z: z + half)) : ((X: x - half, Z: z), (X: x + half, Z: z));
        if (style == 1) b.Bar(palette.Metal, new(from.X, y + 0.025, from.Z), new(to.X, y + 0.025, to.Z), 0.006, 0.006, 6);
        else b.Box(palette.DarkMetal, Math.Min(from.X, to.X) - 0.008, y, Math.Min(from.Z, to.Z) - 0.008, Math.Max(from.X, to.X) + 0.008, y + 0.015, Math.Max(from.Z, to.Z) + 0.008);
    }
}
