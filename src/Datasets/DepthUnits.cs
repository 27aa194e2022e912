using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>Depth images as the 16-bit integers of files.</summary>
public static class DepthUnits
{
    /// <summary>Rounds to whole units, [H, W]; no measurement becomes 0, and so does what 16 bits cannot hold.</summary>
    public static ushort[] ToUnits(this DepthImage depth, float unitsPerMetre)
    {
        ArgumentNullException.ThrowIfNull(depth);
        var units = new ushort[depth.Metres.Length];
        for (var i = 0; i < units.Length; i++)
        {
            var value = MathF.Round(depth.Metres[i] * unitsPerMetre);
            units[i] = value is > 0f and < 65535f ? (ushort)value : (ushort)0; // NaN fails both comparisons
        }
        return units;
    }
}
