namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>Chairs, sofas, beds, tables, cabinets ... each call makes another one. Split by what a piece is for.</summary>
internal sealed partial class Furniture(Prng random, Palette palette)
{
    /// <summary>Any chair.</summary>
    public Piece Chair(bool office = false) => office ? (random.Chance(0.75) ? OfficeChair() : WoodenChair())
        : random.Uniform() switch { < 0.6 => WoodenChair(), < 0.8 => ShellChair(), _ => OfficeChair() };

    /// <summary>Four legs, a seat, a back of slats, bars or upholstery.</summary>
    private Piece WoodenChair()
    {
        double w = random.Uniform(0.4, 0.5), d = random.Uniform(0.42, 0.52), seat = random.Uniform(0.43, 0.48), top = random.Uniform(0.8, 1.05);
        var frame = random.Chance(0.8) ? palette.Wood() : palette.DarkMetal;
        var padded = random.Chance(0.5);
        var cover = palette.Fabric();
        var back = random.Below(4);
        var arms = random.Chance(0.2);
        var leg = random.Uniform(0.014, 0.024);
        var round = random.Chance(0.4);
        return new Piece(Nyu40.Chair, w, d, top, b =>
        {
            double x = (w / 2) - leg, yb = leg, yf = d - leg;
            foreach (var sx in (double[])[-x, x])
            {
                Leg(b, frame, sx, yf, 0, seat - 0.02, leg, round);
                Leg(b, frame, sx, yb, 0, top, leg, round);
                if (random.Chance(0.5)) b.Box(frame, sx - 0.01, yb, 0.18, sx + 0.01, yf, 0.205);
                if (!arms) continue;
                Leg(b, frame, sx, yf - 0.06, seat, seat + 0.2, leg * 0.8, round);
                b.Box(frame, sx - 0.025, yb, seat + 0.2, sx + 0.025, yf, seat + 0.225);
            }
            b.Box(frame, -w / 2, 0.01, seat - 0.05, w / 2, d, seat - 0.015);
            if (padded) b.Cushion(cover, -w / 2, 0.02, seat - 0.02, w / 2, d + 0.01, seat + 0.035, 0.025, 0.01);
            else b.Box(frame, -w / 2, 0.01, seat - 0.015, w / 2, d + 0.01, seat + 0.005);
            var z0 = seat + 0.12;
            if (back == 0) // horizontal slats
            {
                var count = random.Between(2, 4);
                for (var i = 0; i < count; i++) b.Box(frame, -x, yb - 0.008, z0 + (i * (top - z0) / count), x, yb + 0.008, z0 + (i * (top - z0) / count) + 0.06);
            }
            else if (back == 1) // vertical bars between two rails
            {
                b.Box(frame, -x, yb - 0.01, z0 - 0.03, x, yb + 0.01, z0);
                b.Box(frame, -x, yb - 0.012, top - 0.07, x, yb + 0.012, top);
                for (var i = 1; i < 6; i++) b.Bar(frame, new(-x + (i * x / 3), yb, z0), new(-x + (i * x / 3), yb, top - 0.07), 0.008, 0.008, 6);
            }
            else if (back == 2)
            {
                b.Cushion(padded ? cover : frame, -w / 2, 0, z0 - 0.05, w / 2, 0.05, top, 0.02, 0.006);
            }
            else
            {
                b.Box(frame, -x, yb - 0.01, top - 0.2, x, yb + 0.012, top);
            }
        });
    }

    /// <summary>A plastic shell on thin legs or a cross.</summary>
    private Piece ShellChair()
    {
        double w = random.Uniform(0.45, 0.56), d = random.Uniform(0.48, 0.56), seat = random.Uniform(0.42, 0.46), top = random.Uniform(0.78, 0.88);
        var shell = random.Chance(0.5) ? palette.Paint() : palette.Plain(random.Pick(0xF0F0EC, 0x222226, 0xB0B4B4), 0.2f);
        var legs = random.Chance(0.5) ? palette.Wood() : palette.Metal;
        return new Piece(Nyu40.Chair, w, d, top, b =>
        {
            // one sheet: the seat bends up into the back, the sides curl up
            b.Sheet(shell, 8, 12, (s, t) =>
            {
                double side = (2 * s) - 1, curl = 0.07 * side * side;
                var bend = Math.Clamp((t - 0.45) / 0.2, 0, 1);
                var y = d - (t < 0.55 ? t * d * 1.55 : (0.8525 * d) + ((t - 0.55) * 0.15));
                var z = seat + curl + (t < 0.1 ? -0.02 * (1 - (t / 0.1)) : 0) + (bend * bend * (t - 0.45) / 0.55 * (top - seat));
                return new(side * w * 0.5 * (1 - (0.12 * t)), Math.Max(0.01, y), z);
            }, 0.5, 0.8);
            foreach (var sx in (double[])[-1, 1])
            {
                b.Bar(legs, new(sx * w * 0.25, d * 0.72, seat), new(sx * w * 0.45, d * 0.92, 0), 0.014, 0.01, 8);
                b.Bar(legs, new(sx * w * 0.25, d * 0.35, seat), new(sx * w * 0.45, d * 0.1, 0), 0.014, 0.01, 8);
            }
            b.Box(legs, -w * 0.27, d * 0.34, seat - 0.02, w * 0.27, d * 0.73, seat - 0.002);
        });
    }

    /// <summary>A swivel base on castors, a column, padded seat and back, sometimes arms and a headrest.</summary>
    private Piece OfficeChair()
    {
        double w = random.Uniform(0.56, 0.66), d = random.Uniform(0.56, 0.64), seat = random.Uniform(0.44, 0.54), top = random.Uniform(0.9, 1.2);
        var cover = random.Chance(0.6) ? palette.Plain(random.Pick(0x1C1C20, 0x2B2D33, 0x3A3F4A)) with { Pattern = Pattern.Weave } : palette.Fabric();
        var foot = random.Chance(0.6) ? palette.Black : palette.Metal;
        var arms = random.Chance(0.65);
        var phase = random.Uniform(0, 1);
        return new Piece(Nyu40.Chair, w, d, top, b =>
        {
            var cy = d / 2;
            for (var i = 0; i < 5; i++)
            {
                var angle = phase + (i * 2 * Math.PI / 5);
                double x = 0.27 * Math.Cos(angle), y = cy + (0.27 * Math.Sin(angle));
                b.Bar(foot, new(0, cy, 0.11), new(x, y, 0.075), 0.025, 0.016, 8);
                b.Ball(palette.Black, x, y, 0.03, 0.03, 0.03, 0.03, 8);
            }
            b.Post(foot, 0, cy, 0.09, 0.24, 0.03, 0.03, 10);
            b.Post(palette.Metal, 0, cy, 0.24, seat - 0.04, 0.018, 0.018, 10);
            b.Cushion(cover, -0.25, 0.06, seat - 0.05, 0.25, d, seat + 0.04, 0.04, 0.012);
            b.Bar(foot, new(0, cy - 0.1, seat - 0.04), new(0, 0.03, seat + 0.15), 0.018, 0.018, 8);
            b.Bar(foot, new(0, 0.03, seat + 0.15), new(0, 0.03, top - 0.25), 0.018, 0.014, 8);
            using (b.At(0, 0.02, seat + 0.12, 0, 0.08)) b.Cushion(cover, -0.23, 0, 0, 0.23, 0.07, top - seat - 0.14, 0.035, 0.02);
            if (!arms) return;
            foreach (var sx in (double[])[-1, 1])
            {
                b.Bar(foot, new(sx * 0.24, cy, seat - 0.03), new(sx * 0.29, cy, seat), 0.015, 0.015, 6);
                b.Bar(foot, new(sx * 0.29, cy, seat), new(sx * 0.29, cy, seat + 0.2), 0.015, 0.015, 6);
                b.Cushion(palette.Black, (sx * 0.29) - 0.035, cy - 0.13, seat + 0.19, (sx * 0.29) + 0.035, cy + 0.13, seat + 0.225, 0.012);
            }
        });
    }

    /// <summary>A wide padded chair ("armchair" is a chair in NYU40).</summary>
    public Piece Armchair()
    {
        double w = random.Uniform(0.72, 0.9), d = random.Uniform(0.74, 0.88);
        return Upholstered(Nyu40.Chair, w, d, 1, false);
    }

    /// <summary>Two to four seats, at times with a chaise longue.</summary>
    public Piece Sofa()
    {
        var seats = random.Between(2, 3);
        var corner = random.Chance(0.3);
        var w = (seats * random.Uniform(0.62, 0.78)) + 0.35 + (corner ? 0.3 : 0);
        return Upholstered(Nyu40.Sofa, w, random.Uniform(0.82, 0.98), seats, corner);
    }

    /// <summary>A bench without back or a low padded stool.</summary>
    public Piece Ottoman()
    {
        double w = random.Uniform(0.45, 1.1), d = random.Uniform(0.4, 0.5), h = random.Uniform(0.38, 0.46);
        var (cover, wood) = (palette.Fabric(), palette.Wood());
        var round = random.Chance(0.3);
        return new Piece(Nyu40.OtherFurniture, round ? d : w, d, h, b =>
        {
            if (round)
            {
                b.Turned(cover, 0, d / 2, [(0.001, 0.02), (d / 2, 0.02), (d / 2, h - 0.05), ((d / 2) - 0.03, h), (0.001, h + 0.01)], 20, false);
                return;
            }
            b.Cushion(cover, -w / 2, 0, 0.1, w / 2, d, h, 0.03, 0.015);
            foreach (var x in (double[])[(-w / 2) + 0.05, (w / 2) - 0.05])
            {
                foreach (var y in (double[])[0.05, d - 0.05]) b.Post(wood, x, y, 0, 0.12, 0.015, 0.022, 8);
            }
        });
    }

    /// <summary>Base, arms, back, seat cushions and throw pillows; a chaise makes the piece an L.</summary>
    private Piece Upholstered(byte id, double w, double d, int seats, bool chaise)
    {
        double seat = random.Uniform(0.38, 0.46), top = random.Uniform(0.7, 0.95), arm = random.Uniform(0.1, 0.22), armTop = random.Uniform(0.5, 0.66);
        double back = random.Uniform(0.16, 0.26), foot = random.Uniform(0.03, 0.12), round = random.Uniform(0.02, 0.06);
        var (cover, legs) = (palette.Fabric(), random.Chance(0.7) ? palette.Wood() : palette.Metal);
        var pillow = palette.Cloth();
        var pillows = random.Chance(0.6) ? random.Between(1, 3) : 0;
        var long_ = chaise ? d + random.Uniform(0.55, 0.75) : d;
        return new Piece(id, w, long_, top, b =>
        {
            b.Box(cover, (-w / 2) + 0.02, 0.02, foot, (w / 2) - 0.02, d - 0.04, seat - 0.14);
            foreach (var x in (double[])[(-w / 2) + 0.07, (w / 2) - 0.07])
            {
                b.Post(legs, x, 0.07, 0, foot + 0.01, 0.018, 0.022, 8);
                b.Post(legs, x, d - 0.1, 0, foot + 0.01, 0.018, 0.022, 8);
            }
            b.Cushion(cover, -w / 2, 0, foot + 0.03, w / 2, back * 0.7, top - 0.05, round);
            b.Cushion(cover, -w / 2, 0, foot, (-w / 2) + arm, d, armTop, round);
            if (!chaise) b.Cushion(cover, (w / 2) - arm, 0, foot, w / 2, d, armTop, round);
            double x0 = (-w / 2) + arm, inner = w - (chaise ? arm : 2 * arm), each = inner / seats;
            for (var i = 0; i < seats; i++)
            {
                var far = chaise && i == seats - 1 ? long_ : d;
                b.Cushion(cover, x0 + (i * each) + 0.005, back * 0.6, seat - 0.15, x0 + ((i + 1) * each) - 0.005, far, seat, 0.05, 0.02);
                if (far > d) b.Box(cover, x0 + (i * each) + 0.02, d - 0.05, foot, x0 + ((i + 1) * each) - 0.02, far - 0.03, seat - 0.13);
                using (b.At(x0 + ((i + 0.5) * each), back * 0.55, seat - 0.02, 0, 0.2)) b.Cushion(cover, -each / 2 * 0.98, 0, 0, each / 2 * 0.98, back * 0.75, top - seat + 0.04, 0.06, 0.03);
            }
            for (var i = 0; i < pillows; i++)
            {
                using (b.Object(Nyu40.Pillow))
                using (b.At(x0 + random.Uniform(0.22, Math.Max(0.23, inner - 0.22)), back + 0.2, seat, random.Uniform(-0.5, 0.5), 0.45)) b.Cushion(pillow, -0.21, 0.03, 0, 0.21, 0.08, 0.4, 0.024, 0.06);
            }
        });
    }

    private static void Leg(MeshBuilder b, Material material, double x, double y, double z0, double z1, double half, bool round)
    {
        if (round) b.Post(material, x, y, z0, z1, half * 0.8, half, 8);
        else b.Box(material, x - half, y - half, z0, x + half, y + half, z1);
    }
}
