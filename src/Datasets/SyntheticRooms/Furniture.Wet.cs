using AlsterNode.Core;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>Bathroom and kitchen: toilets, bathtubs, basins, counters.</summary>
internal sealed partial class Furniture
{
    /// <summary>Bowl, seat, lid and tank.</summary>
    public Piece Toilet()
    {
        double w = random.Uniform(0.38, 0.46), d = random.Uniform(0.64, 0.74), rim = random.Uniform(0.38, 0.43), tank = random.Uniform(0.7, 0.85);
        var open = random.Chance(0.35);
        var china = palette.Ceramic;
        var seat = random.Chance(0.8) ? china : palette.Wood();
        return new Piece(Nyu40.Toilet, w, d, tank, b =>
        {
            double cy = d - 0.25, rx = w * 0.42, ry = 0.245;
            b.Turned(china, 0, cy - 0.03, [(0.55, 0), (0.52, 0.12), (0.6, 0.2), (0.95, rim - 0.06), (1.0, rim)], 24, true, rx, ry);
            b.Turned(china, 0, cy - 0.03, [(1.0, rim), (0.78, rim), (0.7, rim - 0.1), (0.3, rim - 0.2), (0.001, rim - 0.2)], 24, true, rx, ry);
            b.Box(china, -w * 0.28, 0.04, 0, w * 0.28, 0.26, rim - 0.08);
            b.Turned(seat, 0, cy - 0.03, [(0.7, rim + 0.005), (0.7, rim + 0.022), (1.02, rim + 0.022), (1.02, rim + 0.004)], 24, false, rx, ry);
            if (open)
            {
                using (b.At(0, 0.23, rim + 0.02, 0, (Math.PI / 2) + 0.12)) b.Turned(seat, 0, 0.22, [(0.001, -0.012), (1.0, -0.012), (1.0, 0.008), (0.001, 0.012)], 24, false, rx, ry);
            }
            else b.Turned(seat, 0, cy - 0.03, [(1.02, rim + 0.024), (1.02, rim + 0.036), (0.9, rim + 0.044), (0.001, rim + 0.046)], 24, true, rx, ry);
            b.Cushion(china, -w / 2, 0.0, rim - 0.04, w / 2, 0.19, tank - 0.03, 0.025);
            b.Cushion(china, (-w / 2) - 0.01, 0.0, tank - 0.04, (w / 2) + 0.01, 0.2, tank, 0.014);
            if (random.Chance(0.5)) b.Bar(palette.Metal, new(-w * 0.35, 0.19, tank - 0.09), new(-w * 0.2, 0.21, tank - 0.1), 0.008, 0.008, 6);
            else b.Post(palette.Metal, 0, 0.1, tank, tank + 0.008, 0.022, 0.022, 12);
        });
    }

    /// <summary>A hollow tub with a rim, apron or feet, faucet and shower pipe.</summary>
    public Piece Bathtub(double length)
    {
        double d = random.Uniform(0.7, 0.82), h = random.Uniform(0.48, 0.6), rim = random.Uniform(0.05, 0.08);
        var china = palette.Ceramic;
        var apron = random.Chance(0.3) ? palette.Tile() : china;
        var end = random.Sign();
        return new Piece(Nyu40.Bathtub, length, d, h, b =>
        {
            double x = length / 2, ix = x - rim, iy0 = rim, iy1 = d - rim;
            b.Box(apron, -x, 0, 0, x, 0.012, h - 0.02);
            b.Box(apron, -x, d - 0.012, 0, x, d, h - 0.02);
            b.Box(apron, -x, 0, 0, -x + 0.012, d, h - 0.02);
            b.Box(apron, x - 0.012, 0, 0, x, d, h - 0.02);
            b.Box(china, -x, 0, h - 0.02, x, rim, h);
            b.Box(china, -x, iy1, h - 0.02, x, d, h);
            b.Box(china, -x, rim, h - 0.02, -ix, iy1, h);
            b.Box(china, ix, rim, h - 0.02, x, iy1, h);
            // the inside: a rounded-rectangular funnel from the rim to the floor of the tub
            b.Sheet(china, 40, 8, (s, t) =>
            {
                var angle = 2 * Math.PI * s;
                var (cx, cy) = (Power(Math.Cos(angle)), Power(Math.Sin(angle)));
                var shrink = t < 0.7 ? 1 - (0.22 * t) : 0.846 * (1 - ((t - 0.7) / 0.3));
                var z = t < 0.7 ? h - 0.005 - (t / 0.7 * (h - 0.12)) : 0.115;
                return new Vector3d(cx * ix * shrink, (d / 2) + (cy * (iy1 - iy0) / 2 * shrink), z);
            }, 3, 1);
            var fx = end * (ix - 0.02);
            Faucet(b, fx - (end * 0.02), d / 2, h - 0.0, end > 0 ? Math.PI / 2 : -Math.PI / 2, 0.14);
            b.Bar(palette.Metal, new(end * (x - 0.03), 0.1, h), new(end * (x - 0.03), 0.1, 1.9), 0.01, 0.01, 8);
            b.Bar(palette.Metal, new(end * (x - 0.03), 0.1, 1.9), new(end * (x - 0.2), 0.15, 1.93), 0.01, 0.01, 8);
            b.Bar(palette.Metal, new(end * (x - 0.2), 0.15, 1.94), new(end * (x - 0.2), 0.15, 1.9), 0.03, 0.06, 12);
            if (random.Chance(0.6)) Clutter(b, length * 0.8, 0.02, 0.03, h, random.Between(1, 3));
        });

        static double Power(double c) => Math.Sign(c) * Math.Sqrt(Math.Sqrt(Math.Abs(c))); // |x|^8 + |y|^8 = 1: nearly a rectangle
    }

    /// <summary>A basin on a pedestal, or on the wall.</summary>
    public Piece PedestalSink()
    {
        double w = random.Uniform(0.48, 0.62), d = random.Uniform(0.4, 0.5), h = random.Uniform(0.8, 0.88);
        var pedestal = random.Chance(0.65);
        return new Piece(Nyu40.Sink, w, d, h, b =>
        {
            Basin(b, palette.Ceramic, 0, d / 2, w, d, h, 0.16, true);
            if (pedestal) b.Turned(palette.Ceramic, 0, d * 0.42, [(0.12, 0), (0.08, 0.15), (0.075, 0.5), (0.13, h - 0.15)], 16);
            else b.Bar(palette.Metal, new(0, d * 0.45, h - 0.15), new(0, 0, h - 0.3), 0.018, 0.018, 8);
            Faucet(b, 0, 0.06, h, Math.PI, 0.12);
        });
    }

    /// <summary>A bathroom cabinet with a basin in its top.</summary>
    public Piece Vanity()
    {
        double w = random.Uniform(0.65, 1.25), d = random.Uniform(0.46, 0.54), h = random.Uniform(0.8, 0.88);
        var body = palette.Front();
        var top = palette.Stone();
        return new Piece(Nyu40.Cabinet, w, d, h, b =>
        {
            BaseFronts(b, body, w, d, h - 0.03);
            using (b.Object(Nyu40.Counter)) CounterTop(b, top, w, d, h - 0.03, h, 0, Math.Min(0.5, w - 0.12), 0.36);
            using (b.Object(Nyu40.Sink)) SinkInTop(b, palette.Ceramic, 0, d, h, Math.Min(0.5, w - 0.12), 0.36);
            if (w > 1.0)
            {
                using var place = b.At((w / 2) - 0.11, 0, 0);
                Clutter(b, 0.04, 0.1, d - 0.1, h, random.Between(0, 3));
            }
        })
        {
            Parts = [(Nyu40.Sink, 0, d / 2, h)],
        };
    }

    /// <summary>A kitchen run along a wall: base cabinets, worktop, sink, stove, wall cabinets above; with a low splash, as below a window.</summary>
    public Piece KitchenRun(double w, bool sink, bool stove, bool upper, bool lowSplash = false)
    {
        double d = random.Uniform(0.58, 0.65), h = random.Uniform(0.86, 0.94);
        double sinkX = sink ? (stove ? -w * 0.22 : random.Uniform(-0.2, 0.2) * w) : 0, stoveX = w * 0.25;
        var body = palette.Front();
        var top = palette.Stone();
        return new Piece(Nyu40.Counter, w, d, upper ? 2.15 : h, b =>
        {
            using (b.Object(Nyu40.Cabinet)) BaseFronts(b, body, w, d - 0.03, h - 0.035);
            using (b.Object(Nyu40.Counter))
            {
                CounterTop(b, top, w, d, h - 0.035, h, sinkX, sink ? 0.54 : 0, 0.4);
                b.Box(top, -w / 2, 0, h, w / 2, 0.015, h + (lowSplash ? 0.03 : random.Uniform(0.04, 0.5))); // splash
            }
            if (sink)
            {
                using (b.Object(Nyu40.Sink)) SinkInTop(b, random.Chance(0.7) ? palette.Metal with { Gloss = 0.5f } : palette.Ceramic, sinkX, d, h, 0.54, 0.4);
            }
            if (stove && w > 1.5) Stove(b, stoveX, d, h);
            if (upper) WallCabinets(b, body, w, 1.42, 2.15);
            foreach (var (x, room) in ((double, double)[])[(-w * 0.42, w * 0.14), (w * 0.03, w * 0.16), (w * 0.44, w * 0.1)])
            {
                using var place = b.At(x, 0, 0);
                if (Math.Abs(x - sinkX) > 0.35 || !sink) Clutter(b, room, 0.08, d - 0.2, h, random.Between(0, 3));
            }
        })
        {
            Parts = sink ? [(Nyu40.Sink, sinkX, d / 2, h), (Nyu40.Counter, -sinkX, d / 2, h)] : [(Nyu40.Counter, 0, d / 2, h)],
        };
    }

    /// <summary>Doors and drawers under a worktop, on a plinth set back.</summary>
    private void BaseFronts(MeshBuilder b, Material body, double w, double d, double top)
    {
        b.Box(palette.Black, (-w / 2) + 0.01, 0, 0, (w / 2) - 0.01, d - 0.07, 0.09);
        b.Box(body, -w / 2, 0, 0.09, w / 2, d - 0.02, top - 0.22); // above it only panels: basins hang into the space
        b.Box(body, -w / 2, d - 0.04, top - 0.22, w / 2, d - 0.02, top);
        b.Box(body, -w / 2, 0, top - 0.22, (-w / 2) + 0.018, d - 0.04, top);
        b.Box(body, (w / 2) - 0.018, 0, top - 0.22, w / 2, d - 0.04, top);
        var columns = Math.Max(1, (int)Math.Round(w / 0.5));
        for (var c = 0; c < columns; c++)
        {
            double x0 = (-w / 2) + (c * w / columns) + 0.004, x1 = (-w / 2) + ((c + 1) * w / columns) - 0.004;
            if ((c + (int)body.Seed) % 3 == 0) Drawers(b, body, x0, x1, d - 0.02, 0.1, top - 0.01, 3);
            else DoorFront(b, body, x0, x1, d - 0.02, 0.1, top - 0.01, (c & 1) == 0);
        }
    }

    /// <summary>A worktop with a rectangular hole for a basin.</summary>
    private static void CounterTop(MeshBuilder b, Material top, double w, double d, double z0, double z1, double holeX, double holeW, double holeD)
    {
        double x = w / 2, y0 = (d / 2) - (holeD / 2) + 0.03, y1 = y0 + holeD;
        if (holeW <= 0)
        {
            b.Box(top, -x, 0, z0, x, d, z1);
            return;
        }
        b.Box(top, -x, 0, z0, holeX - (holeW / 2), d, z1);
        b.Box(top, holeX + (holeW / 2), 0, z0, x, d, z1);
        b.Box(top, holeX - (holeW / 2), 0, z0, holeX + (holeW / 2), y0, z1);
        b.Box(top, holeX - (holeW / 2), y1, z0, holeX + (holeW / 2), d, z1);
    }

    private void SinkInTop(MeshBuilder b, Material material, double x, double d, double h, double w, double holeD)
    {
        var cy = (d / 2) + 0.03;
        Basin(b, material, x, cy, w + 0.03, holeD + 0.03, h + 0.008, 0.17, false);
        Faucet(b, x, cy - (holeD / 2) - 0.04, h, Math.PI, 0.16);
    }

    /// <summary>A bowl with a rim at z = top; round-cornered, with an outer shell when seen from below.</summary>
    private static void Basin(MeshBuilder b, Material material, double x, double y, double w, double d, double top, double deep, bool shell)
    {
        b.Sheet(material, 28, 9, (s, t) =>
        {
            var angle = 2 * Math.PI * s;
            double cos = Math.Cos(angle), sin = Math.Sin(angle);
            double px = Math.Sign(cos) * Math.Sqrt(Math.Abs(cos)), py = Math.Sign(sin) * Math.Sqrt(Math.Abs(sin));
            var scale = t < 0.15 ? 1 - t : t < 0.7 ? 0.85 - (0.25 * (t - 0.15) / 0.55) : 0.6 * (1 - ((t - 0.7) / 0.3));
            var z = t < 0.15 ? top : t < 0.7 ? top - (deep * (t - 0.15) / 0.55) : top - deep;
            return new Vector3d(x + (px * w / 2 * scale), y + (py * d / 2 * scale), z);
        }, 1.5, 0.5);
        if (!shell) return;
        b.Sheet(material, 28, 6, (s, t) =>
        {
            var angle = 2 * Math.PI * s;
            double cos = Math.Cos(angle), sin = Math.Sin(angle);
            double px = Math.Sign(cos) * Math.Sqrt(Math.Abs(cos)), py = Math.Sign(sin) * Math.Sqrt(Math.Abs(sin));
            var scale = 1 - (0.7 * t * t);
            return new Vector3d(x + (px * w / 2 * scale), y + (py * d / 2 * scale) - (0.1 * d * t), top - ((deep + 0.03) * t));
        }, 1.5, 0.3);
    }

    /// <summary>A tap at (x, y, z) whose spout points along -y before the turn.</summary>
    private void Faucet(MeshBuilder b, double x, double y, double z, double yaw, double reach)
    {
        using var place = b.At(x, y, z, yaw);
        b.Post(palette.Metal, 0, 0, 0, 0.16, 0.016, 0.013, 10);
        b.Bar(palette.Metal, new(0, 0, 0.15), new(0, -reach, 0.17), 0.012, 0.01, 8);
        b.Bar(palette.Metal, new(0, -reach, 0.175), new(0, -reach, 0.14), 0.011, 0.01, 8);
        b.Bar(palette.Metal, new(0, 0, 0.16), new(0.03, 0.03, 0.21), 0.008, 0.008, 6);
    }

    /// <summary>A row of cabinets on the wall.</summary>
    private void WallCabinets(MeshBuilder b, Material body, double w, double z0, double z1)
    {
        using var label = b.Object(Nyu40.Cabinet);
        var columns = Math.Max(1, (int)Math.Round(w / 0.45));
        var skip = columns > 2 && random.Chance(0.5) ? random.Below(columns) : -1;
        for (var c = 0; c < columns; c++)
        {
            double x0 = (-w / 2) + (c * w / columns), x1 = (-w / 2) + ((c + 1) * w / columns);
            if (c == skip) continue;
            b.Box(body, x0 + 0.001, 0, z0, x1 - 0.001, 0.32, z1);
            DoorFront(b, body, x0 + 0.004, x1 - 0.004, 0.32, z0 + 0.003, z1 - 0.003, (c & 1) == 0);
        }
    }

    /// <summary>An oven under four plates ("stove" is outside the 20 classes).</summary>
    private void Stove(MeshBuilder b, double x, double d, double h)
    {
        using var label = b.Object(Nyu40.OtherProp);
        var body = random.Chance(0.5) ? palette.Metal : random.Chance(0.5) ? palette.White : palette.Black;
        b.Box(body, x - 0.3, 0.01, 0.06, x + 0.3, d + 0.005, h + 0.006);
        b.Box(palette.Black with { Gloss = 0.7f }, x - 0.22, d + 0.005, 0.25, x + 0.22, d + 0.012, 0.62);
        b.Bar(palette.Metal, new(x - 0.24, d + 0.045, 0.7), new(x + 0.24, d + 0.045, 0.7), 0.01, 0.01, 8);
        for (var i = 0; i < 5; i++) b.Bar(palette.Black, new(x - 0.2 + (i * 0.1), d + 0.005, 0.8), new(x - 0.2 + (i * 0.1), d + 0.03, 0.8), 0.018, 0.016, 8);
        foreach (var (px, py) in ((double, double)[])[(-0.14, 0.17), (0.14, 0.17), (-0.14, 0.42), (0.14, 0.42)]) b.Post(palette.Black, x + px, py, h + 0.006, h + 0.014, 0.085, 0.085, 16);
        if (random.Chance(0.4)) b.Turned(palette.Metal, x - 0.14, 0.42, [(0.1, h + 0.014), (0.11, h + 0.13), (0.1, h + 0.13), (0.09, h + 0.03), (0.001, h + 0.03)], 16, false);
    }
}
