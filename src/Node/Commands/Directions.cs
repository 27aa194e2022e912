using System.Globalization;
using AlsterNode.Core;

namespace AlsterNode.Node.Commands;

/// <summary>Points and directions on the command line: x,y,z.</summary>
internal static class Directions
{
    public static Vector3d Parse(string option, string text)
    {
        var values = text.Split(',').Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN).ToArray();
        if (values.Length == 3 && new Vector3d(values[0], values[1], values[2]) is { IsFinite: true } point) return point;
        throw new InputException($"{option} is '{text}'; expected three numbers x,y,z such as 0,-0.9,-0.45.");
    }
}
