namespace AlsterNode.Core;

/// <summary>A cell of the world's voxel grid: floor(p / voxelSize) per axis.</summary>
public readonly record struct VoxelIndex(int X, int Y, int Z) : IComparable<VoxelIndex>
{
    /// <summary>The voxel that holds a point.</summary>
    public static VoxelIndex FromPoint(Vector3d pointInWorld, double voxelSize) => new(
        (int)Math.Floor(pointInWorld.X / voxelSize), (int)Math.Floor(pointInWorld.Y / voxelSize), (int)Math.Floor(pointInWorld.Z / voxelSize));

    /// <summary>The point in the middle of the voxel [m].</summary>
    public Vector3d Center(double voxelSize) => new((X + 0.5) * voxelSize, (Y + 0.5) * voxelSize, (Z + 0.5) * voxelSize);

    /// <summary>Orders by X, then Y, then Z: the canonical order of every list of voxels.</summary>
    public int CompareTo(VoxelIndex other) =>
        X != other.X ? X.CompareTo(other.X) : Y != other.Y ? Y.CompareTo(other.Y) : Z.CompareTo(other.Z);

    public static bool operator <(VoxelIndex a, VoxelIndex b) => a.CompareTo(b) < 0;

    public static bool operator >(VoxelIndex a, VoxelIndex b) => a.CompareTo(b) > 0;

    public static bool operator <=(VoxelIndex a, VoxelIndex b) => a.CompareTo(b) <= 0;

    public static bool operator >=(VoxelIndex a, VoxelIndex b) => a.CompareTo(b) >= 0;
}
