namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>Shelves, cabinets, wardrobes, appliances as large as cabinets.</summary>
internal sealed partial class Furniture
{
    /// <summary>Open shelves full of books and things; the books belong to the bookshelf, as in most of ScanNet.</summary>
    public Piece Bookshelf()
    {
        var low = random.Chance(0.25);
        double w = random.Uniform(0.6, 1.6), d = random.Uniform(0.25, 0.36), h = low ? random.Uniform(0.8, 1.2) : random.Uniform(1.6, 2.2), t = random.Uniform(0.018, 0.03);
        var body = random.Chance(0.6) ? palette.Wood() : random.Chance(0.6) ? palette.White : palette.Black;
        var rows = Math.Max(2, (int)(h / random.Uniform(0.3, 0.4)));
        var columns = w > 1 ? 2 : 1;
        var closedBack = random.Chance(0.75);
        return new Piece(Nyu40.Bookshelf, w, d, h, b =>
        {
            for (var c = 0; c <= columns; c++)
            {
                var x = (-w / 2) + (c * (w - t) / columns);
                b.Box(body, x, 0, 0, x + t, d, h);
            }
            if (closedBack) b.Box(body, -w / 2, 0, 0.04, w / 2, 0.008, h);
            for (var r = 0; r <= rows; r++)
            {
                var z = 0.04 + (r * (h - t - 0.04) / rows);
                b.Box(body, (-w / 2) + 0.001, 0, z, (w / 2) - 0.001, d - 0.005, z + t);
                if (r == rows) break;
                for (var c = 0; c < columns; c++)
                {
                    var x0 = (-w / 2) + (c * (w - t) / columns) + t;
                    Books(b, x0, x0 + ((w - t) / columns) - t, 0.02, d - 0.02, z + t, ((h - t - 0.04) / rows) - t);
                }
            }
        });
    }

    /// <summary>A row of books, upright or lying, with gaps and other things.</summary>
    private void Books(MeshBuilder b, double x0, double x1, double y0, double y1, double z, double room)
    {
        if (random.Chance(0.08)) return;
        var x = x0 + 0.005;
        while (x < x1 - 0.05)
        {
            var kind = random.Uniform();
            if (kind < 0.07)
            {
                x += random.Uniform(0.05, 0.2);
                continue;
            }
            if (kind < 0.13 && x < x1 - 0.25)
            {
                var pile = random.Between(2, 5);
                for (var i = 0; i < pile; i++) b.Box(palette.Paint(0.7, 0.8), x, y0 + 0.02, z + (i * 0.03), x + 0.2, y1, z + (i * 0.03) + 0.028);
                x += 0.21;
                continue;
            }
            if (kind < 0.16 && x < x1 - 0.16)
            {
                var r = random.Uniform(0.04, 0.06);
                b.Turned(palette.Paint(0.7, 0.8), x + 0.07, (y0 + y1) / 2, [(0.001, z), (r, z), (r * 1.2, z + 0.08), (r * 0.6, z + Math.Min(0.16, room * 0.7)), (r * 0.7, z + Math.Min(0.18, room * 0.8))], 12);
                x += 0.15;
                continue;
            }
            if (kind < 0.19 && x < x1 - 0.32)
            {
                b.Box(palette.Cloth(), x, y0, z, x + 0.3, y1, z + Math.Min(0.22, room * 0.8));
                x += 0.31;
                continue;
            }
            double thick = random.Uniform(0.015, 0.05), high = Math.Min(room - 0.015, random.Uniform(0.17, 0.3)), deep = random.Uniform(0.6, 1) * (y1 - y0);
            b.Box(palette.Paint(0.7, 0.8), x, y0, z, Math.Min(x + thick, x1), y0 + deep, z + high);
            x += thick + 0.001;
        }
    }

    /// <summary>A sideboard or chest of drawers, a wardrobe, a filing cabinet.</summary>
    public Piece Cabinet(bool office = false) => random.Uniform() switch
    {
        < 0.3 => CabinetOf(random.Uniform(0.8, 1.8), random.Uniform(0.4, 0.52), random.Uniform(0.7, 1.1), 2),
        < 0.55 => office ? Filing() : CabinetOf(random.Uniform(0.8, 1.9), random.Uniform(0.5, 0.62), random.Uniform(1.8, 2.2), 0),
        < 0.75 => CabinetOf(random.Uniform(0.6, 1.2), random.Uniform(0.4, 0.5), random.Uniform(0.75, 1.15), 1),
        _ => office ? Filing() : CabinetOf(random.Uniform(0.5, 1.0), random.Uniform(0.35, 0.5), random.Uniform(0.9, 1.6), 2),
    };

    /// <summary>A bedside table ("night stand" is outside the 20 classes).</summary>
    public Piece NightStand()
    {
        double w = random.Uniform(0.38, 0.55), d = random.Uniform(0.36, 0.45), h = random.Uniform(0.45, 0.62);
        var piece = CabinetOf(w, d, h, 1);
        return piece with
        {
            Nyu40Id = Nyu40.NightStand,
            Build = b =>
            {
                piece.Build(b);
                if (random.Chance(0.7)) TableLamp(b, 0, d / 2, h);
                Clutter(b, w * 0.8, 0.08, d - 0.08, h, random.Between(0, 2));
            },
        };
    }

    private Piece Filing()
    {
        double w = random.Uniform(0.4, 0.5), d = random.Uniform(0.5, 0.62), h = random.Pick(0.7, 1.05, 1.35);
        var body = palette.Plain(random.Pick(0x8E9194, 0x3C3F42, 0xC9C3B0, 0xDADCDD), 0.25f);
        return new Piece(Nyu40.Cabinet, w, d, h, b =>
        {
            b.Box(body, -w / 2, 0, 0.02, w / 2, d - 0.02, h);
            Drawers(b, body, (-w / 2) + 0.015, (w / 2) - 0.015, d - 0.02, 0.04, h - 0.02, (int)(h / 0.33));
            Clutter(b, w * 0.8, 0.1, d - 0.1, h, random.Between(0, 2));
        });
    }

    /// <summary>A box with fronts: 0 doors, 1 drawers, 2 both.</summary>
    private Piece CabinetOf(double w, double d, double h, int fronts)
    {
        var body = palette.Front();
        var front = random.Chance(0.7) ? body : palette.Front();
        var foot = random.Chance(0.4) ? random.Uniform(0.08, 0.16) : 0.05;
        var glazed = fronts != 1 && random.Chance(0.12);
        return new Piece(Nyu40.Cabinet, w, d, h, b =>
        {
            b.Box(body, -w / 2, 0, foot, w / 2, d - 0.02, h - 0.02);
            b.Box(body, (-w / 2) - 0.008, 0, h - 0.02, (w / 2) + 0.008, d + 0.005, h);
            if (foot > 0.06)
            {
                foreach (var x in (double[])[(-w / 2) + 0.05, (w / 2) - 0.05])
                {
                    b.Post(body, x, 0.06, 0, foot, 0.014, 0.02, 8);
                    b.Post(body, x, d - 0.08, 0, foot, 0.014, 0.02, 8);
                }
            }
            else
            {
                b.Box(body, (-w / 2) + 0.02, 0.02, 0, (w / 2) - 0.02, d - 0.06, foot);
            }
            var columns = Math.Max(1, (int)Math.Round(w / 0.48));
            for (var c = 0; c < columns; c++)
            {
                double x0 = (-w / 2) + (c * w / columns) + 0.006, x1 = (-w / 2) + ((c + 1) * w / columns) - 0.006;
                var drawers = fronts == 1 || (fronts == 2 && (c & 1) == 1);
                if (drawers) Drawers(b, front, x0, x1, d - 0.02, foot + 0.01, h - 0.03, Math.Max(2, (int)(h / 0.26)));
                else DoorFront(b, front, x0, x1, d - 0.02, foot + 0.01, h - 0.03, (c & 1) == 0, glazed);
            }
            if (h < 1.3) Clutter(b, w * 0.9, 0.08, d - 0.08, h, random.Between(0, 4));
        });
    }

    /// <summary>A cabinet door with a frame and a handle, sometimes with glass.</summary>
    private void DoorFront(MeshBuilder b, Material front, double x0, double x1, double y, double z0, double z1, bool handleRight, bool glazed = false)
    {
        b.Box(front, x0, y, z0, x1, y + 0.018, z1);
        var style = (int)(front.Seed % 3);
        if (style == 1 && x1 - x0 > 0.2)
        {
            b.Box(front, x0, y + 0.018, z0, x0 + 0.05, y + 0.026, z1);
            b.Box(front, x1 - 0.05, y + 0.018, z0, x1, y + 0.026, z1);
            b.Box(front, x0 + 0.05, y + 0.018, z0, x1 - 0.05, y + 0.026, z0 + 0.05);
            b.Box(front, x0 + 0.05, y + 0.018, z1 - 0.05, x1 - 0.05, y + 0.026, z1);
        }
        if (glazed)
        {
            var glass = palette.Black with { Gloss = 0.8f, DefeatsDepth = true };
            b.Box(glass, x0 + 0.06, y + 0.018, z0 + 0.06, x1 - 0.06, y + 0.02, z1 - 0.06);
        }
        var hz = z1 - z0 > 1.2 ? (z0 + z1) / 2 : z0 > 1 ? z0 + 0.12 : z1 - 0.14;
        Handle(b, style, handleRight ? x1 - 0.035 : x0 + 0.035, y + (style == 1 ? 0.026 : 0.018), hz, 0.13, true);
    }

    /// <summary>A tall white or steel box with two doors and long handles.</summary>
    public Piece Refrigerator()
    {
        double w = random.Uniform(0.58, 0.9), d = random.Uniform(0.6, 0.74), h = random.Uniform(1.55, 1.9);
        var body = random.Uniform() switch { < 0.5 => palette.White with { Gloss = 0.35f }, < 0.85 => palette.Metal, < 0.95 => palette.Black, _ => palette.Paint(0.7, 0.9) };
        var sideBySide = w > 0.8 && random.Chance(0.7);
        var split = random.Chance(0.6) ? h * random.Uniform(0.6, 0.7) : h * random.Uniform(0.34, 0.4);
        var dispenser = random.Chance(0.4);
        var side = random.Sign();
        return new Piece(Nyu40.Refrigerator, w, d, h, b =>
        {
            b.Box(palette.Black, (-w / 2) + 0.02, 0.05, 0, (w / 2) - 0.02, d - 0.12, 0.06);
            b.Box(body, -w / 2, 0, 0.05, w / 2, d - 0.07, h);
            if (sideBySide)
            {
                b.Box(body, -w / 2, d - 0.06, 0.07, -0.004, d, h);
                b.Box(body, 0.004, d - 0.06, 0.07, w / 2, d, h);
                FridgeHandle(b, -0.04, d, 0.6, 1.45);
                FridgeHandle(b, 0.04, d, 0.6, 1.45);
                if (dispenser) b.Box(palette.Black, (-w / 4) - 0.09, d, 1.0, (-w / 4) + 0.09, d + 0.004, 1.3);
                return;
            }
            b.Box(body, -w / 2, d - 0.06, 0.07, w / 2, d, split - 0.004);
            b.Box(body, -w / 2, d - 0.06, split + 0.004, w / 2, d, h);
            FridgeHandle(b, side * ((w / 2) - 0.05), d, split - 0.45, split - 0.05);
            FridgeHandle(b, side * ((w / 2) - 0.05), d, split + 0.05, Math.Min(h - 0.1, split + 0.4));
            using (b.Object(Nyu40.OtherProp)) // magnets and notes
            {
                for (var i = random.Between(0, 5); i > 0; i--)
                {
                    double x = random.Uniform(-0.3, 0.2) * w, z = random.Uniform(split + 0.08, h - 0.25), s = random.Uniform(0.04, 0.14);
                    b.Box(random.Chance(0.5) ? palette.White : palette.Paint(), x, d, z, x + s, d + 0.003, z + (s * 1.3));
                }
            }
            if (random.Chance(0.4) && h < 1.75)
            {
                using (b.Object(Nyu40.Box)) b.Block(palette.Paint(), random.Uniform(-0.1, 0.1), d / 2, h, 0.35, 0.3, random.Uniform(0.1, 0.22));
            }
        });
    }

    private void FridgeHandle(MeshBuilder b, double x, double y, double z0, double z1)
    {
        b.Bar(palette.Metal, new(x, y + 0.04, z0), new(x, y + 0.04, z1), 0.011, 0.011, 8);
        b.Bar(palette.Metal, new(x, y, z0 + 0.03), new(x, y + 0.04, z0 + 0.03), 0.009, 0.009, 6);
        b.Bar(palette.Metal, new(x, y, z1 - 0.03), new(x, y + 0.04, z1 - 0.03), 0.009, 0.009, 6);
    }

    /// <summary>A low stand with a television.</summary>
    public Piece TelevisionStand()
    {
        double w = random.Uniform(1.0, 1.7), d = random.Uniform(0.36, 0.46), h = random.Uniform(0.4, 0.6), tv = random.Uniform(0.85, 1.25);
        var body = palette.Front();
        return new Piece(Nyu40.OtherFurniture, w, d, h, b =>
        {
            b.Box(body, -w / 2, 0, h - 0.03, w / 2, d, h);
            b.Box(body, -w / 2, 0, 0.04, w / 2, d, 0.07);
            b.Box(body, -w / 2, 0, h * 0.5, w / 2, d - 0.02, (h * 0.5) + 0.02);
            foreach (var x in (double[])[-w / 2, -w / 6, (w / 6) - 0.025, (w / 2) - 0.025]) b.Box(body, x, 0, 0, x + 0.025, d - 0.01, h - 0.03);
            b.Box(body, -w / 2, 0, 0.04, w / 2, 0.01, h);
            DoorFront(b, body, -w / 2, -w / 6, d - 0.02, 0.07, h - 0.04, true);
            DoorFront(b, body, w / 6, w / 2, d - 0.02, 0.07, h - 0.04, false);
            using (b.Object(Nyu40.OtherProp)) b.Block(palette.Black, 0, d / 2, (h * 0.5) + 0.02, w * 0.25, d * 0.6, 0.06);
            using (b.Object(Nyu40.Television))
            {
                b.Block(palette.Black, 0, d / 2, h, 0.4, 0.2, 0.015);
                b.Block(palette.Black, 0, (d / 2) - 0.02, h + 0.01, 0.1, 0.03, 0.08);
                b.Box(palette.Black, -tv / 2, (d / 2) - 0.03, h + 0.06, tv / 2, (d / 2) + 0.02, h + 0.06 + (tv * 0.57));
                b.Canvas(palette.Black with { Color = new(0.01f), Gloss = 0.8f }, new((tv / 2) - 0.02, (d / 2) + 0.0205, h + 0.08), new(0.04 - tv, 0, 0), new(0, 0, (tv * 0.57) - 0.04));
            }
        });
    }

    /// <summary>A washing machine ("other furniture" in ScanNet).</summary>
    public Piece WashingMachine()
    {
        double w = 0.6, d = random.Uniform(0.55, 0.64), h = 0.85;
        var body = palette.White with { Gloss = 0.3f };
        return new Piece(Nyu40.OtherFurniture, w, d, h, b =>
        {
            b.Box(body, -w / 2, 0, 0.01, w / 2, d - 0.02, h);
            b.Box(palette.Plain(0xC8CBCE, 0.3f), -w / 2, d - 0.02, h - 0.14, w / 2, d - 0.01, h - 0.01);
            using (b.At(0, d - 0.02, 0.42, 0, -Math.PI / 2))
            {
                b.Turned(palette.Metal, 0, 0, [(0.2, 0), (0.2, 0.02), (0.15, 0.025)], 24, false);
                b.Turned(palette.Black with { Gloss = 0.8f, DefeatsDepth = true }, 0, 0, [(0.15, 0.022), (0.1, 0.005), (0.001, 0.0)], 24);
            }
            b.Bar(palette.Metal, new(0.18, d - 0.01, h - 0.075), new(0.18, d + 0.01, h - 0.075), 0.03, 0.03, 12);
            Clutter(b, 0.5, 0.1, d - 0.1, h, random.Between(0, 3));
        });
    }

    /// <summary>A ribbed heater ("other furniture" in ScanNet).</summary>
    public Piece Radiator(double w)
    {
        double d = random.Uniform(0.08, 0.13), h = random.Uniform(0.45, 0.68);
        var body = palette.White;
        return new Piece(Nyu40.OtherFurniture, w, d, h, b =>
        {
            var ribs = Math.Max(4, (int)(w / random.Uniform(0.05, 0.09)));
            for (var i = 0; i < ribs; i++)
            {
                var x = (-w / 2) + ((i + 0.5) * w / ribs);
                b.Cushion(body, x - (w / ribs * 0.4), 0.02, 0.1, x + (w / ribs * 0.4), d, h, 0.012);
            }
            b.Box(body, -w / 2, 0.035, 0.14, w / 2, d - 0.025, 0.18);
            b.Box(body, -w / 2, 0.035, h - 0.1, w / 2, d - 0.025, h - 0.05);
            b.Bar(palette.Metal, new(w / 2, d / 2, 0.15), new((w / 2) + 0.04, d / 2, 0.15), 0.015, 0.015, 8);
        });
    }
}
