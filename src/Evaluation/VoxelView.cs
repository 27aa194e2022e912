using AlsterNode.Core;

namespace AlsterNode.Evaluation;

/// <summary>An orthographic camera that looks at the map from far away: directions in the world frame, unit length.</summary>
internal readonly record struct VoxelView(Vector3d Right, Vector3d Up, Vector3d TowardViewer)
{
    /// <summary>From above, x to the right and y up, as maps are drawn.</summary>
    public static VoxelView Top => new(new(1, 0, 0), new(0, 1, 0), new(0, 0, 1));

    /// <summary>The viewer stands at <paramref name="azimuth"/> (from x toward y) and <paramref name="elevation"/> above the horizon [rad].</summary>
    public static VoxelView Oblique(double azimuth, double elevation)
    {
        var (sa, ca) = Math.SinCos(azimuth);
        var (se, ce) = Math.SinCos(elevation);
        var toward = new Vector3d(ca * ce, sa * ce, se);
        var right = new Vector3d(-sa, ca, 0);
        return new VoxelView(right, Vector3d.Cross(toward, right), toward);
    }
}
