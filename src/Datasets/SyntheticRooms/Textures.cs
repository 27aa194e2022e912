using System.Numerics;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>Procedural patterns on surface coordinates [m]. A detail smaller than a pixel fades to the mean, so that nothing flickers.</summary>
internal static class Textures
{
    /// <summary>Linear albedo at surface coordinates.</summary>
    /// <param name="material">The surface.</param>
    /// <param name="u">Along the grain [m], or [0, 1] across a painting, screen or window.</param>
    /// <param name="v">Across the grain [m], or [0, 1] upwards.</param>
    /// <param name="footprint">Width of a pixel on the surface [m].</param>
    public static Vector3 Color(Material material, float u, float v, float footprint)
    {
        var s = 1 / material.Scale;
        var detail = Math.Clamp(2 - (4 * footprint * s), 0, 1); // 0 when a repeat is under 2 pixels
        switch (material.Pattern)
        {
            case Pattern.Wood:
                return Wood(material, u * s, v * s, detail);
            case Pattern.Planks:
                return Planks(material, u * s, v * s, detail);
            case Pattern.Tiles:
                return Tiles(material, u * s, v * s, 1, 0.035f, detail);
            case Pattern.Brick:
                return Tiles(material, u * s, v * s, 2.8f, 0.06f, detail);
            case Pattern.Stripes:
                return Mix(material, (Fraction(u * s) < 0.5f ? 0f : 1f) + (0.08f * (Noise(u * 90, v * 90, material.Seed) - 0.5f)), detail);
            case Pattern.Checks:
                return Mix(material, ((Fraction(u * s) < 0.5f ? 0.5f : 0) + (Fraction(v * s) < 0.5f ? 0.5f : 0)), detail);
            case Pattern.Weave:
                return Weave(material, u, v, footprint);
            case Pattern.Speckle:
                return Mix(material, Noise(u * s * 8, v * s * 8, material.Seed) * Noise(u * s * 17, v * s * 17, material.Seed + 1) * 2, Math.Clamp(2 - (32 * footprint * s), 0, 1));
            case Pattern.Marble:
                return Marble(material, u * s, v * s);
            case Pattern.Dots:
                return Dots(material, u * s, v * s, detail);
            case Pattern.Painting:
                return Pictures.Painting(material, u, v);
            case Pattern.Outdoors:
                return Pictures.Outdoors(material, u, v);
            case Pattern.Screen:
                return Pictures.Screen(material, u, v);
            case Pattern.Leaves:
                return Mix(material, Noise(u * s * 3, v * s * 3, material.Seed), 1);
            case Pattern.Brushed:
                return material.Color * (0.93f + (0.14f * Noise(u * 3, v * 260, material.Seed)));
            default:
                return material.Color * (0.97f + (0.06f * Noise(u * 6, v * 6, material.Seed))); // nothing real is perfectly even
        }
    }

    /// <summary>Value noise in [0, 1], smooth over a unit lattice.</summary>
    public static float Noise(float x, float y, uint seed)
    {
        float fx = MathF.Floor(x), fy = MathF.Floor(y);
        float tx = x - fx, ty = y - fy;
        tx = tx * tx * (3 - (2 * tx));
        ty = ty * ty * (3 - (2 * ty));
        uint ix = (uint)(int)fx, iy = (uint)(int)fy;
        var row0 = Prng.Hash(iy, seed);
        var row1 = Prng.Hash(iy + 1, seed);
        float a = Prng.Hash01(ix, row0), b = Prng.Hash01(ix + 1, row0), c = Prng.Hash01(ix, row1), d = Prng.Hash01(ix + 1, row1);
        return ((a + ((b - a) * tx)) * (1 - ty)) + ((c + ((d - c) * tx)) * ty);
    }

    public static float Fraction(float x) => x - MathF.Floor(x);

    private static Vector3 Mix(Material m, float t, float detail) => Vector3.Lerp(m.Color, m.Color2, 0.5f + ((t - 0.5f) * detail));

    private static Vector3 Wood(Material m, float u, float v, float detail)
    {
        var warp = v + (0.35f * Noise(u * 0.6f, v * 1.3f, m.Seed));
        var rings = Noise(u * 0.25f, warp * 9, m.Seed + 1);
        var pores = Noise(u * 1.5f, v * 60, m.Seed + 2);
        return Mix(m, 0.2f + (0.6f * rings) + (0.25f * (pores - 0.5f) * detail), 0.35f + (0.65f * detail));
    }

    private static Vector3 Planks(Material m, float u, float v, float detail)
    {
        var row = MathF.Floor(v);
        var shift = Prng.Hash01((uint)(int)row, m.Seed) * 7;
        var column = MathF.Floor((u / 7) + shift);
        var tone = Prng.Hash01((uint)(int)column, Prng.Hash((uint)(int)row, m.Seed + 3));
        float edgeV = v - row, edgeU = Fraction((u / 7) + shift) * 7;
        var joint = edgeV < 0.03f || edgeV > 0.97f || edgeU < 0.03f ? 0.55f : 1;
        var grain = Noise(u * 0.5f, (v * 14) + (tone * 50), m.Seed + 1);
        var color = Vector3.Lerp(m.Color, m.Color2, (0.55f * tone) + (0.45f * ((grain - 0.5f) * detail)) + 0.22f);
        return color * (1 + ((joint - 1) * detail));
    }

    private static Vector3 Tiles(Material m, float u, float v, float aspect, float joint, float detail)
    {
        var row = MathF.Floor(v);
        var shifted = aspect > 1 ? (u / aspect) + (0.5f * (((int)row) & 1)) : u;
        var column = MathF.Floor(shifted);
        float fu = (shifted - column) * aspect, fv = v - row;
        var onJoint = fu < joint || fv < joint;
        var tone = 0.9f + (0.2f * Prng.Hash01((uint)(int)column, Prng.Hash((uint)(int)row, m.Seed)));
        var tile = m.Color * (aspect > 1 ? tone : 0.95f + (0.5f * (tone - 0.9f)));
        var area = joint * 2;
        return onJoint ? Vector3.Lerp(Vector3.Lerp(tile, m.Color2, area), m.Color2, detail) : Vector3.Lerp(Vector3.Lerp(tile, m.Color2, area), tile, detail);
    }

    private static Vector3 Weave(Material m, float u, float v, float footprint)
    {
        var fine = Math.Clamp(1.5f - (footprint * 300), 0, 1);
        var threads = Noise(u * 500, v * 90, m.Seed) + Noise(u * 90, v * 500, m.Seed + 1) - 1;
        var folds = Noise(u * 7, v * 7, m.Seed + 2) - 0.5f;
        return m.Color * (1 + (0.35f * threads * fine) + (0.16f * folds));
    }

    private static Vector3 Marble(Material m, float u, float v)
    {
        var turbulence = Noise(u * 2, v * 2, m.Seed) + (0.5f * Noise(u * 4, v * 4, m.Seed + 1)) + (0.25f * Noise(u * 8, v * 8, m.Seed + 2));
        var vein = MathF.Abs(Fraction((u * 0.7f) + (turbulence * 1.6f)) - 0.5f) * 2;
        return Vector3.Lerp(m.Color2, m.Color, Math.Clamp(vein * 4, 0, 1) * (0.7f + (0.3f * turbulence / 1.75f)));
    }

    private static Vector3 Dots(Material m, float u, float v, float detail)
    {
        var row = MathF.Floor(v);
        var cu = Fraction(u + (0.5f * ((int)row & 1))) - 0.5f;
        var cv = v - row - 0.5f;
        var radius = MathF.Sqrt((cu * cu) + (cv * cv));
        return Vector3.Lerp(Vector3.Lerp(m.Color, m.Color2, 0.2f), radius < 0.26f ? m.Color2 : m.Color, detail);
    }
}
