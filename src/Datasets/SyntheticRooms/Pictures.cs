using System.Numerics;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>What hangs on walls, shines from screens and lies behind windows; coordinates in [0, 1], v upwards.</summary>
internal static class Pictures
{
    public static Vector3 Painting(Material m, float u, float v)
    {
        var seed = m.Seed;
        return (seed % 4) switch
        {
            0 => Landscape(seed, u, v),
            1 => Blocks(seed, u, v),
            2 => Portrait(m, u, v),
            _ => Strokes(m, u, v),
        };
    }

    /// <summary>Sky over trees or houses, brighter towards the horizon; before them a lawn, where the material has a second colour.</summary>
    public static Vector3 Outdoors(Material m, float u, float v)
    {
        var skyline = 0.25f + (0.3f * Textures.Noise(u * 5, 0.5f, m.Seed)) + (0.07f * Textures.Noise(u * 23, 0.5f, m.Seed + 1)) + (0.03f * Textures.Noise(u * 71, 0.5f, m.Seed + 3));
        var houses = m.Seed % 3 == 0;
        if (m.Color2 != Vector3.Zero)
        {
            var lawn = 0.15f + (0.3f * Prng.Hash01(7, m.Seed));
            if (v < lawn) return m.Color2 * (0.75f + (0.35f * Textures.Noise(u * 9, v * 60, m.Seed + 10)));
            v = (v - lawn) / (1 - lawn);
        }
        if (houses) skyline = 0.2f + (0.35f * Prng.Hash01((uint)(int)(u * 5), m.Seed));
        if (v > skyline)
        {
            var clouds = Textures.Noise(u * 2, v * 5, m.Seed + 4) * Textures.Noise(u * 5, v * 11, m.Seed + 5);
            var sky = Vector3.Lerp(new Vector3(0.95f, 0.97f, 1f), new Vector3(0.45f, 0.66f, 1f), (v - skyline) / (1.01f - skyline));
            return Vector3.Lerp(sky, new Vector3(0.97f), clouds);
        }
        if (houses)
        {
            var window = Textures.Fraction(u * 25) > 0.55f && Textures.Fraction(v * 17) > 0.5f;
            var wall = Material.Hsv(0.02 + (0.1 * Prng.Hash01((uint)(int)(u * 5), m.Seed + 6)), 0.35, 0.3 + (0.5 * Prng.Hash01((uint)(int)(u * 5), m.Seed + 7)));
            return window ? new Vector3(0.05f, 0.06f, 0.08f) : wall * 0.7f;
        }
        var leaves = (0.5f * Textures.Noise(u * 24, v * 20, m.Seed + 2)) + (0.3f * Textures.Noise(u * 55, v * 47, m.Seed + 8)) + (0.2f * Textures.Noise(u * 120, v * 101, m.Seed + 9));
        leaves = Math.Clamp((leaves - 0.25f) * 2, 0, 1);
        return Vector3.Lerp(new Vector3(0.03f, 0.05f, 0.02f), new Vector3(0.2f, 0.27f, 0.09f), leaves);
    }

    /// <summary>Windows with lines of text, as on an office monitor.</summary>
    public static Vector3 Screen(Material m, float u, float v)
    {
        var inWindow = u > 0.06f && u < 0.72f && v > 0.1f && v < 0.92f;
        if (!inWindow) return Vector3.Lerp(m.Color, m.Color2, v);
        if (v > 0.86f) return new Vector3(0.25f, 0.3f, 0.4f);
        var line = (int)(v * 40);
        var word = Prng.Hash01((uint)(int)(u * 60), (uint)line + m.Seed) > 0.45f && u < 0.1f + (0.6f * Prng.Hash01((uint)line, m.Seed));
        return (line & 1) == 0 && word ? new Vector3(0.15f) : new Vector3(0.85f);
    }

    private static Vector3 Landscape(uint seed, float u, float v)
    {
        var hue = Prng.Hash01(seed, 1);
        var sky = Vector3.Lerp(Material.Hsv(hue, 0.15, 0.95), Material.Hsv(0.55 + (0.1 * hue), 0.6, 0.8), v);
        for (uint layer = 3; layer > 0; layer--)
        {
            var ridge = (0.18f * layer) + (0.25f * Textures.Noise(u * (2 + layer), layer, seed + layer));
            if (v < ridge) sky = Material.Hsv(0.2 + (0.25 * Prng.Hash01(seed, layer)), 0.5, 0.2 + (0.14 * layer)) * (0.8f + (0.4f * Textures.Noise(u * 25, v * 25, seed)));
        }
        return sky;
    }

    private static Vector3 Blocks(uint seed, float u, float v)
    {
        float x0 = 0, x1 = 1, y0 = 0, y1 = 1;
        var key = seed;
        for (var split = 0; split < 5; split++)
        {
            var at = 0.3f + (0.4f * Prng.Hash01(key, 5));
            if (x1 - x0 > y1 - y0)
            {
                var x = x0 + ((x1 - x0) * at);
                if (u < x) (x1, key) = (x, Prng.Hash(key, 1));
                else (x0, key) = (x, Prng.Hash(key, 2));
            }
            else
            {
                var y = y0 + ((y1 - y0) * at);
                if (v < y) (y1, key) = (y, Prng.Hash(key, 3));
                else (y0, key) = (y, Prng.Hash(key, 4));
            }
        }
        return Material.Hsv(Prng.Hash01(key, 6), 0.8 * Prng.Hash01(key, 7), 0.25 + (0.75 * Prng.Hash01(key, 8)));
    }

    private static Vector3 Portrait(Material m, float u, float v)
    {
        float x = (u - 0.5f) / 0.17f, y = (v - 0.62f) / 0.2f;
        if ((x * x) + (y * y) < 1) return y > 0.35f ? new Vector3(0.08f, 0.05f, 0.03f) : new Vector3(0.6f, 0.4f, 0.28f);
        float bx = (u - 0.5f) / 0.36f, by = v / 0.45f;
        return (bx * bx) + (by * by) < 1 ? m.Color2 : m.Color * (0.6f + (0.6f * Textures.Noise(u * 4, v * 4, m.Seed)));
    }

    private static Vector3 Strokes(Material m, float u, float v)
    {
        var a = Textures.Noise((u * 3) + (2 * Textures.Noise(u * 2, v * 5, m.Seed)), v * 4, m.Seed + 1);
        var b = Textures.Noise(u * 6, (v * 2) + (3 * a), m.Seed + 2);
        var color = Vector3.Lerp(m.Color, m.Color2, a);
        return b > 0.65f ? Material.Hsv(Prng.Hash01(m.Seed, 9), 0.7, 0.8) : color;
    }
}
