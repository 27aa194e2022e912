using AlsterNode.Core;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>The shapes furniture is made of. Lengths in metres, angles in radians, z up.</summary>
internal sealed partial class MeshBuilder
{
    /// <summary>A flat quadrilateral; surface coordinates in metres from <paramref name="a"/>, u along the longer side.</summary>
    public void Quad(Material material, Vector3d a, Vector3d b, Vector3d c, Vector3d d)
    {
        var normal = Vector3d.Cross(b - a, d - a);
        if (normal.Length < 1e-12) return;
        normal = normal.Normalized();
        double w = (b - a).Length, h = (d - a).Length;
        var shift = Vector3d.Dot(a, new Vector3d(1.31, 2.17, 3.73)); // neighbouring boards do not continue each other's grain
        var (wu, hu) = w >= h ? (1.0, 0.0) : (0.0, 1.0);
        var ca = new Corner(a, normal, shift, shift);
        var cb = new Corner(b, normal, shift + (w * wu), shift + (w * hu));
        var cc = new Corner(c, normal, shift + (w * wu) + (h * hu), shift + (w * hu) + (h * wu));
        var cd = new Corner(d, normal, shift + (h * hu), shift + (h * wu));
        Triangle(material, ca, cb, cc);
        Triangle(material, ca, cc, cd);
    }

    /// <summary>A rectangle that carries a picture: <paramref name="right"/> and <paramref name="up"/> are its edges, coordinates [0, 1].</summary>
    public void Canvas(Material material, Vector3d lowerLeft, Vector3d right, Vector3d up)
    {
        var normal = Vector3d.Cross(right, up).Normalized();
        var a = new Corner(lowerLeft, normal, 0, 0);
        var b = new Corner(lowerLeft + right, normal, 1, 0);
        var c = new Corner(lowerLeft + right + up, normal, 1, 1);
        var d = new Corner(lowerLeft + up, normal, 0, 1);
        Triangle(material, a, b, c);
        Triangle(material, a, c, d);
    }

    /// <summary>An axis-aligned rectangle in a plane of constant z that faces up, with room coordinates as surface coordinates.</summary>
    public void Ground(Material material, double x0, double y0, double x1, double y1, double z, bool up = true, bool turned = false)
    {
        var n = new Vector3d(0, 0, up ? 1 : -1);
        Corner At(double x, double y) => new(new(x, y, z), n, turned ? y : x, turned ? x : y);
        Corner a = At(x0, y0), b = At(x1, y0), c = At(x1, y1), d = At(x0, y1);
        Triangle(material, a, b, c);
        Triangle(material, a, c, d);
    }

    /// <summary>A vertical rectangle from (x0, y0) to (x1, y1), with length along the wall and height as surface coordinates.</summary>
    public void WallPatch(Material material, double x0, double y0, double x1, double y1, double z0, double z1, double alongStart)
    {
        var along = Math.Sqrt(((x1 - x0) * (x1 - x0)) + ((y1 - y0) * (y1 - y0)));
        if (along < 1e-6 || z1 - z0 < 1e-6) return;
        var n = new Vector3d(-(y1 - y0) / along, (x1 - x0) / along, 0);
        var a = new Corner(new(x0, y0, z0), n, alongStart, z0);
        var b = new Corner(new(x1, y1, z0), n, alongStart + along, z0);
        var c = new Corner(new(x1, y1, z1), n, alongStart + along, z1);
        var d = new Corner(new(x0, y0, z1), n, alongStart, z1);
        Triangle(material, a, b, c);
        Triangle(material, a, c, d);
    }

    /// <summary>An axis-aligned box between two corners.</summary>
    public void Box(Material material, double x0, double y0, double z0, double x1, double y1, double z1)
    {
        Vector3d P(int i) => new((i & 1) == 0 ? x0 : x1, (i & 2) == 0 ? y0 : y1, (i & 4) == 0 ? z0 : z1);
        Quad(material, P(0), P(4), P(6), P(2)); // -x
        Quad(material, P(1), P(3), P(7), P(5)); // +x
        Quad(material, P(0), P(1), P(5), P(4)); // -y
        Quad(material, P(2), P(6), P(7), P(3)); // +y
        Quad(material, P(0), P(2), P(3), P(1)); // -z
        Quad(material, P(4), P(5), P(7), P(6)); // +z
    }

    /// <summary>A box on z0 with its centre at (x, y).</summary>
    public void Block(Material material, double x, double y, double z0, double width, double depth, double height) =>
        Box(material, x - (width / 2), y - (depth / 2), z0, x + (width / 2), y + (depth / 2), z0 + height);

    /// <summary>A box with rounded edges whose faces swell by <paramref name="bulge"/> [m] in the middle: cushions, mattresses, pillows.</summary>
    public void Cushion(Material material, double x0, double y0, double z0, double x1, double y1, double z1, double radius, double bulge = 0)
    {
        var center = new Vector3d((x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2);
        double[] half = [(x1 - x0) / 2, (y1 - y0) / 2, (z1 - z0) / 2];
        radius = Math.Min(radius, 0.98 * Math.Min(half[0], Math.Min(half[1], half[2])));
        for (var axis = 0; axis < 3; axis++)
        {
            for (var side = -1; side <= 1; side += 2) CushionFace(axis, side);
        }

        void CushionFace(int axis, int side)
        {
            int a = (axis + 1) % 3, b = (axis + 2) % 3;
            var sa = Steps(half[a]);
            var sb = Steps(half[b]);
            for (var i = 0; i < 4; i++)
            {
                for (var j = 0; j < 4; j++)
                {
                    Corner p00 = Point(sa[i], sb[j]), p10 = Point(sa[i + 1], sb[j]), p11 = Point(sa[i + 1], sb[j + 1]), p01 = Point(sa[i], sb[j + 1]);
                    Triangle(material, p00, p10, p11);
                    Triangle(material, p00, p11, p01);
                }
            }

            Corner Point(double ca, double cb)
            {
                double[] p = [0, 0, 0], q = [0, 0, 0];
                p[axis] = side * half[axis];
                p[a] = ca;
                p[b] = cb;
                for (var k = 0; k < 3; k++) q[k] = Math.Clamp(p[k], radius - half[k], half[k] - radius);
                var n = new Vector3d(p[0] - q[0], p[1] - q[1], p[2] - q[2]).Normalized();
                double fa = ca / half[a], fb = cb / half[b];
                var swell = bulge * (1 - (fa * fa)) * (1 - (fb * fb));
                var position = new Vector3d(q[0], q[1], q[2]) + (n * (radius + swell));
                return new Corner(center + position, n, p[a] + (1.7 * x0), p[b] + (1.3 * y0));
            }
        }

        double[] Steps(double h) => [-h, radius - h, 0, h - radius, h];
    }

    /// <summary>A round bar or cone between two points, closed at both ends.</summary>
    public void Bar(Material material, Vector3d from, Vector3d to, double radiusFrom, double radiusTo, int sides = 10)
    {
        var axis = to - from;
        var length = axis.Length;
        if (length < 1e-9) return;
        axis /= length;
        var side = Vector3d.Cross(axis, Math.Abs(axis.Z) < 0.9 ? new Vector3d(0, 0, 1) : new Vector3d(1, 0, 0)).Normalized();
        var up = Vector3d.Cross(axis, side);
        var slope = (radiusFrom - radiusTo) / length;
        for (var i = 0; i < sides; i++)
        {
            var d0 = Direction(i);
            var d1 = Direction(i + 1);
            double v0 = i * 2 * Math.PI * radiusFrom / sides, v1 = (i + 1) * 2 * Math.PI * radiusFrom / sides;
            var a = new Corner(from + (d0 * radiusFrom), d0 + (axis * slope), 0, v0);
            var b = new Corner(from + (d1 * radiusFrom), d1 + (axis * slope), 0, v1);
            var c = new Corner(to + (d1 * radiusTo), d1 + (axis * slope), length, v1);
            var d = new Corner(to + (d0 * radiusTo), d0 + (axis * slope), length, v0);
            Triangle(material, a, b, c);
            Triangle(material, a, c, d);
            Triangle(material, new(from, -axis, 0, 0), a with { Normal = -axis }, b with { Normal = -axis });
            Triangle(material, new(to, axis, 0, 0), c with { Normal = axis }, d with { Normal = axis });
        }

        Vector3d Direction(int i)
        {
            var angle = 2 * Math.PI * i / sides;
            return (side * Math.Cos(angle)) + (up * Math.Sin(angle));
        }
    }

    /// <summary>An upright round bar or cone.</summary>
    public void Post(Material material, double x, double y, double z0, double z1, double radiusBottom, double radiusTop, int sides = 12) =>
        Bar(material, new(x, y, z0), new(x, y, z1), radiusBottom, radiusTop, sides);

    /// <summary>
    /// A profile of (radius, z) turned about the z axis through (x, y), scaled by <paramref name="sx"/> and <paramref name="sy"/>: bowls,
    /// bins, shades, pots. <paramref name="smooth"/> rounds the profile's corners in the shading.
    /// </summary>
    public void Turned(Material material, double x, double y, ReadOnlySpan<(double Radius, double Z)> profile, int sides = 20, bool smooth = true,
        double sx = 1, double sy = 1)
    {
        var normals = new (double R, double Z)[profile.Length];
        for (var k = 0; k < profile.Length; k++)
        {
            var (r0, z0) = profile[Math.Max(k - 1, 0)];
            var (r1, z1) = profile[Math.Min(k + 1, profile.Length - 1)];
            normals[k] = (z1 - z0, r0 - r1);
        }
        for (var k = 0; k + 1 < profile.Length; k++)
        {
            var (r0, z0) = profile[k];
            var (r1, z1) = profile[k + 1];
            var flat = (R: z1 - z0, Z: r0 - r1);
            var (n0, n1) = smooth ? (normals[k], normals[k + 1]) : (flat, flat);
            for (var i = 0; i < sides; i++)
            {
                Corner a = Point(i, r0, z0, n0), b = Point(i + 1, r0, z0, n0), c = Point(i + 1, r1, z1, n1), d = Point(i, r1, z1, n1);
                Triangle(material, a, b, c);
                Triangle(material, a, c, d);
            }
        }

        Corner Point(int i, double r, double z, (double R, double Z) n)
        {
            var angle = 2 * Math.PI * i / sides;
            double cos = Math.Cos(angle), sin = Math.Sin(angle);
            var normal = new Vector3d(n.R * cos / sx, n.R * sin / sy, n.Z);
            if (normal.Length < 1e-9) normal = new Vector3d(0, 0, 1);
            return new Corner(new(x + (sx * r * cos), y + (sy * r * sin), z), normal, angle * Math.Max(r, 0.02), z);
        }
    }

    /// <summary>An ellipsoid.</summary>
    public void Ball(Material material, double x, double y, double z, double rx, double ry, double rz, int sides = 14)
    {
        var profile = new (double, double)[8];
        for (var k = 0; k < 8; k++)
        {
            var angle = Math.PI * ((k / 7.0) - 0.5);
            profile[k] = (Math.Cos(angle), z + (rz * Math.Sin(angle)));
        }
        Turned(material, x, y, profile, sides, true, rx, ry);
    }

    /// <summary>A board with any outline: a simple polygon seen from above (counter-clockwise, star-shaped about its mean) from z0 to z1.</summary>
    public void Board(Material material, ReadOnlySpan<(double X, double Y)> outline, double z0, double z1, bool smooth = false)
    {
        double cx = 0, cy = 0;
        foreach (var (x, y) in outline) (cx, cy) = (cx + (x / outline.Length), cy + (y / outline.Length));
        var along = 0.0;
        for (var i = 0; i < outline.Length; i++)
        {
            var p = outline[i];
            var q = outline[(i + 1) % outline.Length];
            double dx = q.X - p.X, dy = q.Y - p.Y;
            var length = Math.Sqrt((dx * dx) + (dy * dy));
            Vector3d up = new(0, 0, 1), down = new(0, 0, -1), n = new(dy, -dx, 0);
            Vector3d np = smooth ? new(p.X - cx, p.Y - cy, 0) : n, nq = smooth ? new(q.X - cx, q.Y - cy, 0) : n;
            Triangle(material, new(new(cx, cy, z1), up, cx, cy), new(new(p.X, p.Y, z1), up, p.X, p.Y), new(new(q.X, q.Y, z1), up, q.X, q.Y));
            Triangle(material, new(new(cx, cy, z0), down, cx, cy), new(new(q.X, q.Y, z0), down, q.X, q.Y), new(new(p.X, p.Y, z0), down, p.X, p.Y));
            Corner a = new(new(p.X, p.Y, z0), np, along, z0), b = new(new(q.X, q.Y, z0), nq, along + length, z0);
            Corner c = new(new(q.X, q.Y, z1), nq, along + length, z1), d = new(new(p.X, p.Y, z1), np, along, z1);
            Triangle(material, a, b, c);
            Triangle(material, a, c, d);
            along += length;
        }
    }

    /// <summary>A surface over a grid of (i / columns, j / rows) in [0, 1]; seen from both sides. Normals follow the surface.</summary>
    public void Sheet(Material material, int columns, int rows, Func<double, double, Vector3d> surface, double width, double height)
    {
        Corner Point(int i, int j)
        {
            double s = (double)i / columns, t = (double)j / rows;
            const double Step = 1e-3;
            var n = Vector3d.Cross(surface(s + Step, t) - surface(s - Step, t), surface(s, t + Step) - surface(s, t - Step));
            return new Corner(surface(s, t), n.Length > 1e-12 ? n : new Vector3d(0, 0, 1), s * width, t * height);
        }

        for (var i = 0; i < columns; i++)
        {
            for (var j = 0; j < rows; j++)
            {
                Corner a = Point(i, j), b = Point(i + 1, j), c = Point(i + 1, j + 1), d = Point(i, j + 1);
                Triangle(material, a, b, c);
                Triangle(material, a, c, d);
            }
        }
    }
}
