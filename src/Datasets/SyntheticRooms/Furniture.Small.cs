using System.Numerics;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>Bins, lamps, plants, boxes, pictures, and the small clutter that lies on everything.</summary>
internal sealed partial class Furniture
{
    /// <summary>A trash can: "other furniture" in ScanNet.</summary>
    public Piece TrashCan()
    {
        double r = random.Uniform(0.12, 0.2), h = random.Uniform(0.28, 0.65);
        var body = random.Uniform() switch { < 0.3 => palette.Metal, < 0.6 => palette.Plain(random.Pick(0x2A2A2C, 0x1F4FA0, 0x777B80, 0xE8E8E4), 0.2f), _ => palette.Paint() };
        var square = random.Chance(0.35);
        var lid = random.Chance(0.35);
        return new Piece(Nyu40.OtherFurniture, 2 * r, 2 * r, h, b =>
        {
            if (lid) b.Turned(body, 0, r, [(r, 0), (r, h - 0.06), (r * 0.9, h - 0.02), (0.001, h)], square ? 4 : 20, false);
            else b.Turned(body, 0, r, [(0.001, 0), (r * 0.78, 0), (r, h), (r * 0.95, h), (r * 0.74, 0.02), (0.001, 0.02)], square ? 4 : 20, false);
            if (!lid && random.Chance(0.6)) b.Turned(random.Chance(0.5) ? palette.White : palette.Black, 0, r, [(r * 0.97, h - 0.02), (r * 1.03, h + 0.01), (r * 1.04, h - 0.08)], 20);
        });
    }

    /// <summary>A floor lamp ("lamp" is outside the 20 classes).</summary>
    public Piece FloorLamp()
    {
        var h = random.Uniform(1.35, 1.75);
        return new Piece(Nyu40.Lamp, 0.42, 0.42, h, b =>
        {
            b.Turned(palette.DarkMetal, 0, 0.21, [(0.14, 0), (0.14, 0.015), (0.02, 0.03)], 20, false);
            b.Post(palette.DarkMetal, 0, 0.21, 0.02, h - 0.2, 0.012, 0.012, 8);
            Shade(b, 0, 0.21, h - 0.28, 0.2, 0.14, 0.28);
        });
    }

    private void TableLamp(MeshBuilder b, double x, double y, double z)
    {
        using var label = b.Object(Nyu40.Lamp);
        var foot = random.Chance(0.5) ? palette.Ceramic : palette.Paint();
        b.Turned(foot, x, y, [(0.06, z), (0.065, z + 0.02), (0.03, z + 0.08), (0.06, z + 0.14), (0.012, z + 0.24)], 14);
        Shade(b, x, y, z + 0.22, 0.13, 0.09, 0.18);
    }

    private void Shade(MeshBuilder b, double x, double y, double z, double bottom, double top, double height)
    {
        var cloth = new Material { Color = Material.Hsv(random.Uniform(0.06, 0.15), random.Uniform(0.05, 0.4), 0.92), Emission = random.Chance(0.5) ? 1.2f : 0, Seed = palette.Seed() };
        b.Turned(cloth, x, y, [(bottom, z), (top, z + height)], 20);
    }

    /// <summary>Leaves on stalks in a pot ("otherprop" in ScanNet).</summary>
    public Piece Plant()
    {
        double h = random.Uniform(0.6, 1.4), r = random.Uniform(0.13, 0.2);
        var green = new Material { Color = Material.Hsv(random.Uniform(0.24, 0.36), random.Uniform(0.5, 0.8), random.Uniform(0.25, 0.55)), Color2 = Material.Hsv(0.3, 0.7, 0.2), Pattern = Pattern.Leaves, Scale = 0.1f, Seed = palette.Seed() };
        return new Piece(Nyu40.OtherProp, 0.5, 0.5, h, b =>
        {
            var potHeight = Math.Min(0.4, h * 0.35);
            b.Turned(random.Chance(0.5) ? palette.Plain(0xA5583A) : palette.Ceramic, 0, 0.25, [(r * 0.7, 0), (r, potHeight), (r * 0.9, potHeight), (0.001, potHeight - 0.03)], 18, false);
            var stalks = random.Between(8, 16);
            for (var i = 0; i < stalks; i++)
            {
                double yaw = random.Uniform(0, 2 * Math.PI), lean = random.Uniform(0.1, 0.9), length = (h - potHeight) * random.Uniform(0.6, 1), wide = random.Uniform(0.03, 0.07);
                using var place = b.At(0, 0.25, potHeight - 0.03, yaw);
                b.Sheet(green, 2, 8, (s, t) =>
                {
                    double bend = lean * t * t, half = wide * Math.Sin(Math.PI * Math.Min(1, (0.08 + t) * 0.95)) * ((2 * s) - 1);
                    return new(half, Math.Min(0.24, length * 0.45 * bend), (length * t * (1 - (0.25 * bend))) + (0.3 * Math.Abs(half)));
                }, 0.1, 1);
            }
        });
    }

    /// <summary>Cardboard boxes ("box" is outside the 20 classes).</summary>
    public Piece Boxes()
    {
        double w = random.Uniform(0.3, 0.55), d = random.Uniform(0.25, 0.45), h = random.Uniform(0.2, 0.45);
        var card = palette.Plain(random.Pick(0xB08A5A, 0xC49A6C, 0x9C7B50));
        return new Piece(Nyu40.Box, w, d, h, b =>
        {
            b.Box(card, -w / 2, 0, 0, w / 2, d, h);
            b.Box(palette.Plain(0xD9C9A0, 0.3f), -0.025, -0.001, 0, 0.025, d + 0.001, h + 0.001);
        });
    }

    /// <summary>A framed picture; the frame's lower edge at z = 0, back at y = 0.</summary>
    public void Picture(MeshBuilder b, double w, double h)
    {
        using var label = b.Object(Nyu40.Picture);
        var frame = random.Uniform() switch { < 0.35 => palette.Wood(), < 0.65 => palette.Black, < 0.85 => palette.White, _ => palette.Plain(0xB8913E, 0.5f) };
        var border = random.Chance(0.15) ? 0.003 : random.Uniform(0.015, 0.05);
        var mat = random.Chance(0.4) ? 0.12 * Math.Min(w, h) : 0;
        double depth = random.Uniform(0.015, 0.035), x = w / 2;
        b.Box(frame, -x, 0, 0, -x + border, depth, h);
        b.Box(frame, x - border, 0, 0, x, depth, h);
        b.Box(frame, -x + border, 0, 0, x - border, depth, border);
        b.Box(frame, -x + border, 0, h - border, x - border, depth, h);
        b.Box(palette.White, -x + border, 0, border, x - border, depth - 0.008, h - border);
        double i = border + mat;
        b.Canvas(palette.Picture(), new(x - i, depth - 0.007, i), new((2 * i) - w, 0, 0), new(0, 0, h - (2 * i)));
    }

    /// <summary>A mirror: a depth camera sees nothing there ("mirror" is outside the 20 classes).</summary>
    public void Mirror(MeshBuilder b, double w, double h)
    {
        using var label = b.Object(Nyu40.Mirror);
        b.Box(palette.Trim, (-w / 2) - 0.02, 0, -0.02, (w / 2) + 0.02, 0.015, h + 0.02);
        var glass = new Material { Color = new Vector3(0.45f, 0.5f, 0.52f), Color2 = new Vector3(0.7f, 0.74f, 0.75f), Pattern = Pattern.Marble, Scale = 1.5f, Gloss = 0.9f, DefeatsDepth = true, Seed = palette.Seed() };
        b.Box(glass, -w / 2, 0.015, 0, w / 2, 0.017, h);
    }

    /// <summary>A whiteboard ("whiteboard" is outside the 20 classes).</summary>
    public void Whiteboard(MeshBuilder b, double w, double h)
    {
        using var label = b.Object(Nyu40.Whiteboard);
        b.Box(palette.Metal, -w / 2, 0, 0, w / 2, 0.012, h);
        b.Box(palette.Plain(0xF7F8F8, 0.5f), (-w / 2) + 0.02, 0.012, 0.02, (w / 2) - 0.02, 0.014, h - 0.02);
        b.Box(palette.Metal, -w / 4, 0.012, 0, w / 4, 0.07, 0.015);
        for (var i = random.Between(0, 6); i > 0; i--)
        {
            double x = random.Uniform(-0.4, 0.3) * w, z = random.Uniform(0.2, 0.8) * h, l = random.Uniform(0.1, 0.3);
            b.Box(palette.Paint(), x, 0.014, z, x + l, 0.0145, z + 0.012);
        }
    }

    /// <summary>A lamp under the ceiling: a flat disc, a globe on a cord, or a long office light. Origin at the ceiling.</summary>
    public void CeilingLamp(MeshBuilder b, bool office)
    {
        using var label = b.Object(Nyu40.Lamp);
        var shine = new Material { Color = new Vector3(1, 0.97f, 0.9f), Emission = 2.5f, Seed = palette.Seed() };
        if (office) b.Box(shine, -0.6, -0.15, -0.05, 0.6, 0.15, 0);
        else if (random.Chance(0.6)) b.Turned(shine, 0, 0, [(0.19, 0), (0.18, -0.05), (0.1, -0.09), (0.001, -0.1)], 20);
        else
        {
            b.Post(palette.Black, 0, 0, -0.4, 0, 0.005, 0.005, 6);
            b.Ball(shine, 0, 0, -0.5, 0.13, 0.13, 0.11);
        }
    }

    /// <summary>Small things on a surface from y0 to y1, centred in x, at height z; each is another unlabelled object.</summary>
    public void Clutter(MeshBuilder b, double width, double y0, double y1, double z, int count)
    {
        if (!WithClutter) return;
        for (var i = 0; i < count; i++)
        {
            using var label = b.Object(Nyu40.OtherProp);
            using var place = b.At(random.Uniform(-0.5, 0.5) * width, y1 > y0 ? random.Uniform(y0, y1) : y0, z, random.Uniform(-0.6, 0.6));
            switch (random.Below(7))
            {
                case 0: // mug
                    b.Turned(palette.Paint(), 0, 0, [(0.001, 0), (0.036, 0), (0.04, 0.09), (0.036, 0.09), (0.033, 0.01), (0.001, 0.01)], 14, false);
                    b.Box(palette.White, 0.038, -0.006, 0.02, 0.06, 0.006, 0.07);
                    break;
                case 1: // books
                    for (var k = 0; k < random.Between(1, 4); k++) b.Block(palette.Paint(), random.Uniform(-0.01, 0.01), 0, k * 0.028, 0.15, 0.21, 0.027);
                    break;
                case 2: // bottle
                    b.Turned(palette.Paint(), 0, 0, [(0.001, 0), (0.033, 0), (0.033, 0.14), (0.013, 0.19), (0.013, 0.24), (0.001, 0.24)], 12);
                    break;
                case 3: // bowl
                    b.Turned(palette.Ceramic, 0, 0, [(0.04, 0), (0.09, 0.05), (0.085, 0.05), (0.03, 0.01), (0.001, 0.01)], 16);
                    if (random.Chance(0.5))
                    {
                        for (var k = 0; k < 3; k++) b.Ball(palette.Plain(random.Pick(0xC23B22, 0xE8A317, 0x7BB13C)), 0.04 * (k - 1), 0.02 * (k % 2), 0.06, 0.035, 0.035, 0.035, 10);
                    }
                    break;
                case 4: // paper
                    b.Block(palette.White, 0, 0, 0, 0.21, 0.297, 0.004);
                    break;
                case 5: // small box
                    b.Block(palette.Paint(), 0, 0, 0, random.Uniform(0.06, 0.16), random.Uniform(0.05, 0.12), random.Uniform(0.05, 0.2));
                    break;
                default: // vase or potted plant
                    b.Turned(palette.Paint(), 0, 0, [(0.03, 0), (0.06, 0.07), (0.025, 0.15), (0.035, 0.19)], 14);
                    if (random.Chance(0.5)) b.Ball(new Material { Color = Material.Hsv(0.3, 0.6, 0.4), Color2 = Material.Hsv(0.28, 0.7, 0.2), Pattern = Pattern.Leaves, Scale = 0.05f }, 0, 0, 0.26, 0.08, 0.08, 0.09, 10);
                    break;
            }
        }
    }

    /// <summary>Whether <see cref="Clutter"/> adds anything.</summary>
    public bool WithClutter { get; init; } = true;
}
