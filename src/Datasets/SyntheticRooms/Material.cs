using System.Numerics;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>The pattern of a surface; see <see cref="Textures"/>.</summary>
public enum Pattern
{
    Plain, Wood, Planks, Tiles, Brick, Stripes, Checks, Weave, Speckle, Marble, Dots, Painting, Outdoors, Screen, Leaves, Brushed,
}

/// <summary>How a surface looks and how a depth sensor sees it. Colours are linear albedo in [0, 1].</summary>
public sealed record Material
{
    public required Vector3 Color { get; init; }

    /// <summary>The pattern's second colour.</summary>
    public Vector3 Color2 { get; init; }

    public Pattern Pattern { get; init; }

    /// <summary>Size of one repeat of the pattern [m].</summary>
    public float Scale { get; init; } = 0.2f;

    /// <summary>Strength of the mirror-like reflection of lights in [0, 1].</summary>
    public float Gloss { get; init; }

    /// <summary>Light the surface gives off itself (lamps, the sky behind a window), relative to a white wall in room light.</summary>
    public float Emission { get; init; }

    /// <summary>Glass and mirrors: a depth camera measures nothing useful there.</summary>
    public bool DefeatsDepth { get; init; }

    /// <summary>Makes two surfaces of one pattern differ.</summary>
    public uint Seed { get; init; }

    /// <summary>Linear albedo of an sRGB colour given as 0xRRGGBB.</summary>
    public static Vector3 Rgb(int rgb) => new(Linear((rgb >> 16) & 255), Linear((rgb >> 8) & 255), Linear(rgb & 255));

    /// <summary>Linear albedo of hue [0, 1), saturation and value in [0, 1] (sRGB).</summary>
    public static Vector3 Hsv(double hue, double saturation, double value)
    {
        return new(Channel(5), Channel(3), Channel(1));

        float Channel(double n)
        {
            var k = (n + (hue * 6)) % 6;
            var v = value - (value * saturation * Math.Max(0, Math.Min(Math.Min(k, 4 - k), 1)));
            return Linear(v * 255);
        }
    }

    private static float Linear(double srgb)
    {
        var s = srgb / 255;
        return (float)(s <= 0.04045 ? s / 12.92 : Math.Pow((s + 0.055) / 1.055, 2.4)); // IEC 61966-2-1
    }
}
