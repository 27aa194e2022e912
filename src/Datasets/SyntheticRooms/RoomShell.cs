using System.Numerics;
using AlsterNode.Core;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>Floor, ceiling, walls with their doors and windows, baseboards; everything a room has before it is furnished.</summary>
/// <param name="layout">Gets the openings.</param>
/// <param name="palette">Of the room.</param>
/// <param name="random">Where openings are and of what kind.</param>
/// <param name="look">How windows sit in the wall, are divided, and what they show.</param>
internal sealed class RoomShell(RoomLayout layout, Palette palette, Prng random, Prng look)
{
    private const double Reveal = 0.14; // [m] depth of the openings in the walls
    private const double Jamb = 0.015;  // [m] of the door frame inside the opening

    /// <summary>Where daylight comes in: middle of each window, in the room frame.</summary>
    public List<(Vector3d Middle, double Width, double Height)> Daylight { get; } = [];

    /// <summary>Cuts doors and windows, before anything stands at a wall.</summary>
    public void Cut(RoomKind kind)
    {
        var doors = random.Chance(0.25) ? 2 : 1;
        for (var i = 0; i < doors; i++)
        {
            var width = random.Chance(0.12) ? random.Uniform(1.3, 1.6) : random.Uniform(0.78, 0.95);
            TryCut(width, 0, random.Uniform(1.95, 2.12), true);
        }
        var windows = kind == RoomKind.Bathroom ? random.Between(0, 1) : random.Between(1, 3);
        for (var i = 0; i < windows; i++)
        {
            var sill = random.Chance(0.15) ? 0.1 : random.Uniform(0.75, 1.1);
            if (kind == RoomKind.Kitchen && i == 0) sill = random.Uniform(1.0, 1.15); // a worktop fits below it
            var width = kind == RoomKind.Bathroom ? random.Uniform(0.5, 0.9) : random.Uniform(0.8, 2.2);
            TryCut(width, sill, Math.Min(layout.Height - 0.2, random.Uniform(1.95, 2.3)), false);
        }
    }

    /// <summary>Adds all surfaces.</summary>
    public void Build(MeshBuilder b, Material floor)
    {
        var planks = random.Chance(0.5);
        using (b.Object(Nyu40.Floor))
        {
            foreach (var (x0, y0, x1, y1) in layout.FloorParts) b.Ground(floor, x0, y0, x1, y1, 0, true, planks);
        }
        using (b.Object(Nyu40.Ceiling))
        {
            foreach (var (x0, y0, x1, y1) in layout.FloorParts) b.Ground(palette.Ceiling, x0, y0, x1, y1, layout.Height, false);
        }
        var accent = random.Chance(0.25) ? layout.Walls[random.Below(layout.Walls.Length)] : null;
        var accentMaterial = random.Chance(0.5) ? palette.Wall with { Color = Material.Hsv(random.Uniform(), 0.4, random.Uniform(0.3, 0.8)) } : palette.Wood();
        var board = random.Chance(0.8) ? random.Uniform(0.06, 0.14) : 0;
        foreach (var wall in layout.Walls)
        {
            using var frame = b.At(wall.Ax, wall.Ay, 0, wall.Yaw);
            BuildWall(b, wall, wall == accent ? accentMaterial : palette.Wall, board);
            foreach (var opening in wall.Openings)
            {
                if (opening.IsDoor) BuildDoor(b, opening);
                else BuildWindow(b, wall, opening);
            }
        }
    }

    private void TryCut(double width, double bottom, double top, bool door)
    {
        for (var attempt = 0; attempt < 30; attempt++)
        {
            var wall = layout.Walls[random.Below(layout.Walls.Length)];
            if (wall.Length < width + 0.4) continue;
            var s = random.Uniform(0.2, wall.Length - width - 0.2);
            if (wall.IsUsed(s - 0.25, s + width + 0.25, 0, 3)) continue;
            wall.Openings.Add(new Opening(s, s + width, bottom, top, door));
            wall.Used.Add((s - 0.1, s + width + 0.1, bottom - 0.06, top + 0.12));
            if (!door) return;
            var (x, y) = wall.Point(s + (width / 2), 0.5);
            layout.Clearings.Add(new Footprint(x, y, (width / 2) + 0.05, 0.5, wall.Yaw, 0, 2.2));
            return;
        }
    }

    private void BuildWall(MeshBuilder b, Wall wall, Material material, double board)
    {
        using var label = b.Object(Nyu40.Wall);
        var cuts = wall.Openings.OrderBy(o => o.Start).ToList();
        var s = 0.0;
        foreach (var o in cuts)
        {
            b.WallPatch(material, s, 0, o.Start, 0, 0, layout.Height, s);
            b.WallPatch(material, o.Start, 0, o.End, 0, 0, o.Bottom, o.Start);
            b.WallPatch(material, o.Start, 0, o.End, 0, o.Top, layout.Height, o.Start);
            b.WallPatch(material, o.Start, 0, o.Start, -Reveal, o.Bottom, o.Top, o.Start);
            b.WallPatch(material, o.End, -Reveal, o.End, 0, o.Bottom, o.Top, o.End);
            b.Ground(material, o.Start, -Reveal, o.End, 0, o.Top, false);
            if (!o.IsDoor) b.Ground(palette.Trim, o.Start, -Reveal, o.End, 0, o.Bottom);
            if (board > 0) Baseboard(b, s, o.IsDoor ? o.Start - 0.07 : o.End, board);
            s = o.End + (o.IsDoor ? 0.07 : 0);
            if (o.IsDoor) b.WallPatch(material, o.End, 0, s, 0, 0, layout.Height, o.End);
        }
        b.WallPatch(material, s, 0, wall.Length, 0, 0, layout.Height, s);
        if (board > 0) Baseboard(b, s, wall.Length, board);
    }

    private void Baseboard(MeshBuilder b, double s0, double s1, double height)
    {
        if (s1 - s0 > 0.02) b.Box(palette.Trim, s0, 0, 0, s1, 0.012, height);
    }

    private void BuildDoor(MeshBuilder b, Opening o)
    {
        using var label = b.Object(Nyu40.Door);
        var frame = palette.Trim;
        double casing = random.Uniform(0.05, 0.09), width = o.End - o.Start;
        b.Box(frame, o.Start - casing, -0.01, 0, o.Start, 0.02, o.Top + casing);
        b.Box(frame, o.End, -0.01, 0, o.End + casing, 0.02, o.Top + casing);
        b.Box(frame, o.Start, -0.01, o.Top, o.End, 0.02, o.Top + casing);
        b.Box(frame, o.Start, -Reveal, 0, o.Start + Jamb, 0, o.Top);
        b.Box(frame, o.End - Jamb, -Reveal, 0, o.End, 0, o.Top);
        b.Box(frame, o.Start + Jamb, -Reveal, o.Top - Jamb, o.End - Jamb, 0, o.Top);
        var leaf = random.Uniform() switch { < 0.45 => palette.White, < 0.85 => palette.Wood(), _ => palette.Paint(0.6, 0.8) };
        var style = random.Below(4);
        var leaves = width > 1.2 ? 2 : 1;
        var open = leaves == 1 && random.Chance(0.2) ? random.Uniform(0.5, 1.5) : 0;
        for (var i = 0; i < leaves; i++)
        {
            var hingeLeft = i == 0;
            var w = (width - (2 * Jamb)) / leaves;
            using var place = b.At(o.Start + Jamb + (i * w), -0.03, 0, hingeLeft ? open : 0);
            DoorLeaf(b, leaf, style, w - 0.001, o.Top - Jamb, hingeLeft);
        }
        if (open == 0) return;
        using var corridor = b.As(Nyu40.Wall); // what one sees through an open door
        b.WallPatch(palette.Wall, o.Start - 0.3, -1.2, o.End + 0.3, -1.2, 0, o.Top + 0.2, 0);
        b.WallPatch(palette.Wall, o.Start - 0.3, -Reveal, o.Start - 0.3, -1.2, 0, o.Top + 0.2, 0);
        b.WallPatch(palette.Wall, o.End + 0.3, -1.2, o.End + 0.3, -Reveal, 0, o.Top + 0.2, 0);
        b.Ground(palette.Ceiling, o.Start - 0.3, -1.2, o.End + 0.3, -Reveal, o.Top + 0.2, false);
        using var floor = b.As(Nyu40.Floor);
        b.Ground(palette.Carpet(), o.Start - 0.3, -1.2, o.End + 0.3, 0, 0);
    }

    /// <summary>A leaf from the hinge at x = 0 to x = w, its front at y = 0.02.</summary>
    private void DoorLeaf(MeshBuilder b, Material leaf, int style, double w, double top, bool handleRight)
    {
        b.Box(leaf, 0, -0.02, 0.001, w, 0.02, top);
        double edge = 0.12, x0 = edge, x1 = w - edge;
        if (style == 1)
        {
            Panel(x0, 0.2, x1, 0.9);
            Panel(x0, 1.05, x1, top - 0.14);
        }
        else if (style == 2)
        {
            for (var row = 0; row < 3; row++)
            {
                var z = 0.18 + (row * (top - 0.25) / 3);
                Panel(x0, z, (w / 2) - 0.04, z + ((top - 0.25) / 3) - 0.09);
                Panel((w / 2) + 0.04, z, x1, z + ((top - 0.25) / 3) - 0.09);
            }
        }
        else if (style == 3 && random.Chance(0.5))
        {
            var glass = new Material { Color = new Vector3(0.5f, 0.55f, 0.55f), Gloss = 0.6f, Emission = 0.3f, DefeatsDepth = true, Seed = palette.Seed() };
            b.Box(glass, x0, -0.022, 1.1, x1, 0.022, top - 0.15);
        }
        var hx = handleRight ? w - 0.06 : 0.06;
        var toHinge = handleRight ? -1 : 1;
        b.Box(palette.Metal, hx - 0.02, 0.02, 0.94, hx + 0.02, 0.027, 1.12);
        b.Bar(palette.Metal, new(hx, 0.02, 1.05), new(hx, 0.06, 1.05), 0.009, 0.009, 8);
        if (style == 0) b.Ball(palette.Metal, hx, 0.065, 1.05, 0.028, 0.028, 0.028, 10);
        else b.Bar(palette.Metal, new(hx, 0.06, 1.05), new(hx + (toHinge * 0.12), 0.06, 1.05), 0.009, 0.008, 8);

        void Panel(double px0, double z0, double px1, double z1)
        {
            b.Box(leaf, px0, 0.02, z0, px1, 0.026, z1);
            b.Box(leaf, px0 + 0.03, 0.026, z0 + 0.03, px1 - 0.03, 0.031, z1 - 0.03);
        }
    }

    private void BuildWindow(MeshBuilder b, Wall wall, Opening o)
    {
        using var label = b.Object(Nyu40.Window);
        var frame = random.Chance(0.75) ? palette.White : palette.Trim;
        var pane = look.Chance(0.5) ? 0.03 - Reveal : look.Uniform(0.03 - Reveal, -0.003); // deep in the wall, or up to flush with it
        double w = o.End - o.Start, bar = random.Uniform(0.04, 0.07), y0 = pane - 0.01, y1 = pane + 0.04;
        var bright = (float)random.Uniform(0.9, 2.2);
        var view = new Material
        {
            Pattern = Pattern.Outdoors,
            Color = Vector3.One,
            Color2 = look.Chance(0.6) ? Vector3.Zero : Material.Hsv(look.Uniform(0.18, 0.32), look.Uniform(0.3, 0.7), look.Uniform(0.3, 0.8)), // of the lawn
            Emission = look.Chance(0.5) ? bright : (float)look.Uniform(0.3, 0.9),
            DefeatsDepth = true,
            Seed = palette.Seed(),
        };
        b.Canvas(view, new(o.End, pane, o.Bottom), new(-w, 0, 0), new(0, 0, o.Top - o.Bottom));
        b.Box(frame, o.Start, y0, o.Bottom, o.Start + bar, y1, o.Top);
        b.Box(frame, o.End - bar, y0, o.Bottom, o.End, y1, o.Top);
        b.Box(frame, o.Start + bar, y0, o.Bottom, o.End - bar, y1, o.Bottom + bar);
        b.Box(frame, o.Start + bar, y0, o.Top - bar, o.End - bar, y1, o.Top);
        var sashes = Math.Max(1, (int)Math.Round(w / 0.75));
        for (var i = 1; i < sashes; i++) b.Block(frame, o.Start + (i * w / sashes), (y0 + y1) / 2, o.Bottom + bar, bar * 1.4, 0.06, o.Top - o.Bottom - (2 * bar));
        if (random.Chance(0.5)) b.Box(frame, o.Start + bar, y0, o.Bottom + ((o.Top - o.Bottom) * 0.62), o.End - bar, y1, o.Bottom + ((o.Top - o.Bottom) * 0.62) + (bar * 0.6));
        if (random.Chance(0.3))
        {
            for (var i = 0; i < sashes * 2; i++) b.Block(frame, o.Start + ((i + 0.5) * w / (sashes * 2)), y1 - 0.015, o.Bottom + bar, 0.02, 0.02, o.Top - o.Bottom - (2 * bar));
        }
        if (!look.Chance(0.6)) GlazingBars(b, frame, o, sashes, pane);
        for (var i = 0; i < sashes; i++) b.Block(palette.Metal, o.Start + ((i + 0.12) * w / sashes), y1 + 0.012, (o.Bottom + o.Top) / 2, 0.02, 0.024, 0.1);
        b.Box(palette.Trim, o.Start - 0.05, -0.02, o.Bottom - 0.03, o.End + 0.05, random.Uniform(0.02, 0.1), o.Bottom); // sill
        if (random.Chance(0.5))
        {
            b.Box(palette.Trim, o.Start - 0.07, 0, o.Bottom, o.Start, 0.018, o.Top + 0.07);
            b.Box(palette.Trim, o.End, 0, o.Bottom, o.End + 0.07, 0.018, o.Top + 0.07);
            b.Box(palette.Trim, o.Start, 0, o.Top, o.End, 0.018, o.Top + 0.07);
        }
        var (x, y) = wall.Point(o.Middle, 0.5);
        Daylight.Add((new Vector3d(x, y, (o.Bottom + o.Top) / 2), w, o.Top - o.Bottom));
    }

    /// <summary>Thin bars that divide each sash into small panes.</summary>
    private void GlazingBars(MeshBuilder b, Material frame, Opening o, int sashes, double pane)
    {
        int columns = sashes * look.Between(1, 3), rows = look.Between(2, 4);
        double half = look.Uniform(0.006, 0.016), width = (o.End - o.Start) / columns, height = (o.Top - o.Bottom) / rows, y0 = pane - 0.006, y1 = pane + look.Uniform(0.006, 0.02);
        for (var i = 1; i < columns; i++) b.Box(frame, o.Start + (i * width) - half, y0, o.Bottom, o.Start + (i * width) + half, y1, o.Top);
        for (var i = 1; i < rows; i++) b.Box(frame, o.Start, y0, o.Bottom + (i * height) - half, o.End, y1, o.Bottom + (i * height) + half);
    }
}
