namespace AlsterNode.Core;

/// <summary>An RGB image: 3 bytes a pixel (red, green, blue), rows from top to bottom, [H, W, 3].</summary>
public sealed class ColorImage
{
    /// <summary>Wraps <paramref name="pixels"/> without a copy.</summary>
    public ColorImage(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.Length != width * height * 3) throw new ArgumentException($"Colour has {pixels.Length} bytes, expected {width} x {height} x 3.");
        (Width, Height, Pixels) = (width, height, pixels);
    }

    public int Width { get; }

    public int Height { get; }

    public byte[] Pixels { get; }
}

/// <summary>A depth image: metres along the optical axis, [H, W]; 0 or NaN where there is no measurement.</summary>
public sealed class DepthImage
{
    /// <summary>Wraps <paramref name="metres"/> without a copy.</summary>
    public DepthImage(int width, int height, float[] metres)
    {
        ArgumentNullException.ThrowIfNull(metres);
        if (metres.Length != width * height) throw new ArgumentException($"Depth has {metres.Length} pixels, expected {width} x {height}.");
        (Width, Height, Metres) = (width, height, metres);
    }

    public int Width { get; }

    public int Height { get; }

    public float[] Metres { get; }

    /// <summary>Whether any pixel has a depth of at most <paramref name="maxDepth"/> [m].</summary>
    public bool HasWithin(double maxDepth)
    {
        foreach (var depth in Metres)
        {
            if (depth > 0 && depth <= maxDepth) return true;
        }
        return false;
    }
}

/// <summary>Ground-truth ids of a label space, [H, W]; <see cref="LabelSpace.Unlabelled"/> where nothing is known.</summary>
public sealed class LabelImage
{
    /// <summary>Wraps <paramref name="labels"/> without a copy.</summary>
    public LabelImage(int width, int height, byte[] labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Length != width * height) throw new ArgumentException($"Labels have {labels.Length} pixels, expected {width} x {height}.");
        (Width, Height, Labels) = (width, height, labels);
    }

    public int Width { get; }

    public int Height { get; }

    public byte[] Labels { get; }
}
