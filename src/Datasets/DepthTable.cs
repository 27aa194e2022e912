using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>What each value of a 16-bit depth image means [m]; 0 is "no measurement" in all of them.</summary>
internal sealed class DepthTable
{
    private readonly float[] _metres = new float[65536];

    private DepthTable(Func<int, double> metresOf)
    {
        for (var value = 1; value < _metres.Length; value++) _metres[value] = (float)metresOf(value);
    }

    /// <summary>A fixed number of units per metre; 65535 is "no measurement" too (7-Scenes; far beyond any of these sensors).</summary>
    public static DepthTable Linear(double unitsPerMetre)
    {
        if (!(unitsPerMetre > 0 && double.IsFinite(unitsPerMetre)))
            throw new InputException($"The depth images have {unitsPerMetre} units per metre, expected a positive number.");
        return new DepthTable(value => value == 65535 ? 0 : value / unitsPerMetre);
    }

    /// <summary>The Princeton vision toolkit's: the bits rotated left by 3, units of 0.1 mm.</summary>
    public static DepthTable RotatedBits() => new(value => (((value >> 3) | (value << 13)) & 0xFFFF) / 10000.0);

    public DepthImage ToMetres(Image16 image)
    {
        var metres = new float[image.Pixels.Length];
        for (var i = 0; i < metres.Length; i++) metres[i] = _metres[image.Pixels[i]];
        return new DepthImage(image.Width, image.Height, metres);
    }
}
