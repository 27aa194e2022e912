namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>Beds, and what lies and hangs in soft folds: curtains, shower curtains, towels, rugs.</summary>
internal sealed partial class Furniture
{
    /// <summary>A bed: frame or box spring, headboard, mattress, blanket, pillows.</summary>
    public Piece Bed()
    {
        var wide = random.Chance(0.6);
        double w = wide ? random.Uniform(1.4, 1.9) : random.Uniform(0.9, 1.2), d = random.Uniform(1.95, 2.15), top = random.Uniform(0.42, 0.66), head = random.Uniform(0.8, 1.3);
        var frame = random.Chance(0.75) ? palette.Wood() : random.Chance(0.5) ? palette.Fabric() : palette.DarkMetal;
        var sheet = palette.Plain(random.Pick(0xF4F2EE, 0xE8E4DA, 0xD5DCE6, 0xEADFD8));
        var blanket = palette.Cloth();
        var pillow = random.Chance(0.6) ? sheet : palette.Cloth(0.5);
        var headStyle = random.Below(4);
        var footboard = random.Chance(0.35);
        var made = random.Uniform(0.45, 0.85); // part of the length under the blanket
        return new Piece(Nyu40.Bed, w, d, Math.Max(top, headStyle == 3 ? top : head), b =>
        {
            double z0 = top - 0.2, hw = w / 2;
            if (headStyle == 0) b.Box(frame, -hw, 0, 0, hw, 0.05, head);
            else if (headStyle == 1) b.Cushion(frame, -hw, 0, 0.1, hw, 0.1, head, 0.04, 0.02);
            else if (headStyle == 2)
            {
                b.Box(frame, -hw, 0, 0, -hw + 0.06, 0.06, head);
                b.Box(frame, hw - 0.06, 0, 0, hw, 0.06, head);
                b.Box(frame, -hw, 0.015, head - 0.08, hw, 0.045, head);
                for (var i = 1; i < 10; i++) b.Bar(frame, new(-hw + (i * w / 10), 0.03, 0.3), new(-hw + (i * w / 10), 0.03, head - 0.08), 0.012, 0.012, 6);
            }
            b.Box(frame, -hw, 0.04, z0 - 0.16, hw, d - 0.02, z0);
            if (z0 > 0.3)
            {
                foreach (var x in (double[])[-hw + 0.05, hw - 0.05]) b.Block(frame, x, d - 0.1, 0, 0.06, 0.06, z0 - 0.15);
            }
            else b.Box(frame, -hw + 0.04, 0.06, 0, hw - 0.04, d - 0.06, z0 - 0.15);
            if (footboard) b.Box(frame, -hw, d - 0.04, 0, hw, d, top + 0.15);
            b.Cushion(sheet, -hw + 0.02, 0.05, z0 - 0.02, hw - 0.02, d - 0.05, top, 0.05, 0.01);
            // the blanket hangs over both sides and the foot; its hem and surface are uneven
            double seed = random.Uniform(0, 100), drop = random.Uniform(0.15, 0.35), y0 = d * (1 - made), y1 = d - (footboard ? 0.05 : 0.0);
            b.Sheet(blanket, 26, 20, (s, t) =>
            {
                double x = ((2 * s) - 1) * (hw + 0.03 + drop), over = Math.Max(0, Math.Abs(x) - hw - 0.01);
                var y = y0 + (t * (y1 - y0 + (footboard ? 0 : drop)));
                var overFoot = Math.Max(0, y - y1 - 0.01);
                var wrinkle = 0.012 * (Textures.Noise((float)(x * 6), (float)((y * 6) + seed), 7) + (0.5f * Textures.Noise((float)(x * 15), (float)(y * 15), 9)));
                return new((Math.Sign(x) * Math.Min(Math.Abs(x), hw + 0.01)) + (over > 0 ? Math.Sign(x) * wrinkle : 0), Math.Min(y, y1 + 0.01) + (overFoot > 0 ? wrinkle : 0), top + 0.015 + wrinkle - over - overFoot);
            }, w + 0.5, y1 - y0);
            using (b.Object(Nyu40.Pillow))
            {
                var pillows = wide ? 2 : 1;
                for (var i = 0; i < pillows; i++)
                {
                    var x = pillows == 1 ? 0 : (i - 0.5) * w * 0.48;
                    using var place = b.At(x + random.Uniform(-0.04, 0.04), 0.1, top + 0.01, random.Uniform(-0.1, 0.1), random.Uniform(-0.05, 0.35));
                    b.Cushion(pillow, -0.32, 0, 0.03, 0.32, 0.42, 0.1, 0.034, 0.055);
                }
            }
            if (random.Chance(0.3))
            {
                using (b.Object(Nyu40.OtherProp)) b.Block(palette.Cloth(), random.Uniform(-0.3, 0.3) * w, d * random.Uniform(0.5, 0.8), top + 0.03, random.Uniform(0.25, 0.45), random.Uniform(0.2, 0.4), random.Uniform(0.05, 0.2));
            }
        });
    }

    /// <summary>Folded cloth from a rod: two wings of a curtain, or one wide one. Frame: x along the wall, y off it; the rod is at z = height.</summary>
    public void Curtains(MeshBuilder b, double x0, double x1, double bottom, double height, bool closed)
    {
        var cloth = palette.Cloth(0.3);
        using var label = b.Object(Nyu40.Curtain);
        b.Bar(palette.DarkMetal, new(x0 - 0.05, 0.09, height + 0.02), new(x1 + 0.05, 0.09, height + 0.02), 0.012, 0.012, 8);
        b.Ball(palette.DarkMetal, x0 - 0.06, 0.09, height + 0.02, 0.022, 0.022, 0.022, 8);
        b.Ball(palette.DarkMetal, x1 + 0.06, 0.09, height + 0.02, 0.022, 0.022, 0.022, 8);
        var w = x1 - x0;
        var wing = closed ? w / 2 * random.Uniform(0.7, 1) : Math.Max(0.16, w * random.Uniform(0.12, 0.22));
        Folds(b, cloth, x0, x0 + wing, 0.09, bottom, height, random.Uniform(0.07, 0.13), 0.035, random.Chance(0.25) ? 0.5 : 0);
        Folds(b, cloth, x1 - wing, x1, 0.09, bottom, height, random.Uniform(0.07, 0.13), 0.035, random.Chance(0.25) ? -0.5 : 0);
    }

    /// <summary>A curtain before a bathtub or shower, on a rod along x at y.</summary>
    public void ShowerCurtain(MeshBuilder b, double x0, double x1, double y, double bottom, double height)
    {
        var cloth = random.Chance(0.5) ? palette.Plain(random.Pick(0xF3F3EF, 0xDDE7EA, 0xEDE6DA)) : palette.Cloth(0.5);
        using var label = b.Object(Nyu40.ShowerCurtain);
        b.Bar(palette.Metal, new(x0, y, height + 0.03), new(x1, y, height + 0.03), 0.013, 0.013, 8);
        var w = (x1 - x0) * random.Uniform(0.4, 0.95);
        var left = random.Chance(0.5);
        Folds(b, cloth, left ? x0 + 0.01 : x1 - w, left ? x0 + w : x1 - 0.01, y, bottom, height, random.Uniform(0.12, 0.2), 0.04, 0);
    }

    /// <summary>A sheet in waves; <paramref name="tied"/> pulls it together at two fifths of its height to one side.</summary>
    private void Folds(MeshBuilder b, Material cloth, double x0, double x1, double y, double z0, double z1, double fold, double amplitude, double tied)
    {
        double w = x1 - x0, phase = random.Uniform(0, 6);
        var columns = Math.Max(8, (int)(w / fold * 6));
        b.Sheet(cloth, columns, tied != 0 ? 10 : 4, (s, t) =>
        {
            double z = z0 + (t * (z1 - z0)), x = x0 + (s * w);
            var squeeze = tied == 0 ? 0 : Math.Max(0, 1 - (Math.Abs(t - 0.4) * 2.2));
            if (tied != 0) x = x + (((tied > 0 ? x0 + (0.2 * w * s) : x1 - (0.2 * w * (1 - s))) - x) * squeeze * squeeze);
            var sway = Math.Sin((2 * Math.PI * s * w / fold) + phase + (0.7 * Math.Sin(3 * t)));
            return new(x, y + (amplitude * sway * (1.15 - (0.35 * t))), z + (0.01 * sway));
        }, w * 1.4, z1 - z0);
    }

    /// <summary>A towel over a bar.</summary>
    public void Towel(MeshBuilder b, double z)
    {
        using var label = b.Object(Nyu40.Towel);
        var cloth = palette.Cloth(0.4);
        b.Bar(palette.Metal, new(-0.3, 0.06, z), new(0.3, 0.06, z), 0.009, 0.009, 8);
        b.Bar(palette.Metal, new(-0.29, 0, z), new(-0.29, 0.06, z), 0.008, 0.008, 6);
        b.Bar(palette.Metal, new(0.29, 0, z), new(0.29, 0.06, z), 0.008, 0.008, 6);
        double w = random.Uniform(0.15, 0.24), drop = random.Uniform(0.3, 0.6), x = random.Uniform(-0.05, 0.05);
        b.Box(cloth, x - w, 0.066, z - drop, x + w, 0.084, z + 0.012);
        b.Box(cloth, x - w, 0.034, z - (drop * 0.8), x + w, 0.05, z + 0.012);
        b.Box(cloth, x - w, 0.05, z, x + w, 0.066, z + 0.012);
    }

    /// <summary>A rug on the floor.</summary>
    public void Rug(MeshBuilder b, double w, double d)
    {
        using var label = b.Object(Nyu40.FloorMat);
        var cloth = random.Chance(0.5) ? palette.Cloth() : palette.Carpet();
        b.Box(cloth, -w / 2, -d / 2, 0, w / 2, d / 2, 0.01);
        if (random.Chance(0.5)) b.Box(palette.Cloth(), (-w / 2) + 0.12, (-d / 2) + 0.12, 0.01, (w / 2) - 0.12, (d / 2) - 0.12, 0.012);
    }
}
