using AlsterNode.Core;
using AlsterNode.SceneStore;

namespace AlsterNode.Node.Live;

/// <summary>
/// What the services ask of a scene. Input that makes no sense is an <see cref="InputException"/> with one sentence. Safe while mapping goes on.
/// </summary>
internal static class SceneQueries
{
    /// <summary>What a query found.</summary>
    /// <param name="Voxels">The voxels.</param>
    /// <param name="IsTruncated">There are more.</param>
    /// <param name="Stamp">Stamp of the newest frame in the map [ns].</param>
    public readonly record struct Found(IReadOnlyList<StoredVoxel> Voxels, bool IsTruncated, long Stamp);

    /// <summary>What a ray met.</summary>
    /// <param name="Voxel">The first voxel that was asked for; null for none.</param>
    /// <param name="Distance">From the origin to where the ray enters it [m].</param>
    /// <param name="Stamp">Stamp of the newest frame in the map [ns].</param>
    public readonly record struct Met(StoredVoxel? Voxel, double Distance, long Stamp);

    /// <summary>The voxels whose centres lie in a box, borders included, in the scene's order.</summary>
    public static Found Box(SemanticScene scene, Vector3d min, Vector3d max, QueryFilter filter)
    {
        if (!(min.X <= max.X && min.Y <= max.Y && min.Z <= max.Z))
            throw new InputException($"The box reaches from {Text(min)} to {Text(max)} m, expected numbers and min not above max.");
        var (size, newest, stamp) = (scene.VoxelSize, scene.LastSeen, scene.LastStamp);
        var voxels = new List<StoredVoxel>();
        foreach (var voxel in scene.Query(VoxelIndex.FromPoint(min, size), VoxelIndex.FromPoint(max, size)))
        {
            var center = voxel.Index.Center(size);
            if (center.X < min.X || center.Y < min.Y || center.Z < min.Z || center.X > max.X || center.Y > max.Y || center.Z > max.Z) continue;
            if (!filter.Passes(voxel, newest)) continue;
            if (voxels.Count == filter.MaxVoxels) return new Found(voxels, true, stamp);
            voxels.Add(voxel);
        }
        return new Found(voxels, false, stamp);
    }

    /// <summary>The voxels whose centres are no farther than <paramref name="radius"/> [m] from a point, nearest first.</summary>
    public static Found Radius(SemanticScene scene, Vector3d center, double radius, QueryFilter filter)
    {
        if (!center.IsFinite) throw new InputException($"The centre is {Text(center)} m, expected numbers.");
        if (!(radius >= 0)) throw new InputException($"The radius is {radius} m, expected 0 or more.");
        var (newest, stamp) = (scene.LastSeen, scene.LastStamp);
        var found = new List<(double Distance, StoredVoxel Voxel)>();
        foreach (var voxel in scene.Query(center, radius))
        {
            if (filter.Passes(voxel, newest)) found.Add(((voxel.Index.Center(scene.VoxelSize) - center).Length, voxel));
        }
        found.Sort((a, b) => a.Distance != b.Distance ? a.Distance.CompareTo(b.Distance) : a.Voxel.Index.CompareTo(b.Voxel.Index));
        var count = Math.Min(found.Count, filter.MaxVoxels);
        return new Found(found.GetRange(0, count).ConvertAll(pair => pair.Voxel), count < found.Count, stamp);
    }

    /// <summary>The first voxel on a ray that passes the filter. A voxel that the ray touches at an edge only is not on it.</summary>
    /// <param name="scene">Where to look.</param>
    /// <param name="origin">Where the ray begins [m].</param>
    /// <param name="direction">Of any length but zero.</param>
    /// <param name="maxRange">Voxels entered farther away are not looked at [m].</param>
    /// <param name="filter">What to look for.</param>
    public static Met Ray(SemanticScene scene, Vector3d origin, Vector3d direction, double maxRange, QueryFilter filter)
    {
        if (!origin.IsFinite) throw new InputException($"The ray's origin is {Text(origin)} m, expected numbers.");
        if (!direction.IsFinite || direction == Vector3d.Zero) throw new InputException($"The ray's direction is {Text(direction)}, expected a vector that is not zero.");
        if (!(maxRange > 0)) throw new InputException($"max_range is {maxRange} m, expected more than 0.");
        var (newest, stamp) = (scene.LastSeen, scene.LastStamp);
        var nothing = new Met(null, 0, stamp);
        if (scene.Bounds is not var (first, last)) return nothing;
        var ray = new VoxelTraversal(origin, direction, scene.VoxelSize, first.Voxel(0), last.Voxel(BlockIndex.Edge * BlockIndex.Edge * BlockIndex.Edge - 1));
        var block = new StoredBlock();
        for (var isRead = false; ray.IsInside && ray.Distance <= maxRange; ray.Step())
        {
            var index = BlockIndex.Of(ray.Voxel);
            if (!isRead || index != block.Index) scene.TryRead(index, block);
            isRead = true;
            var place = block.IndexOf(BlockIndex.Cell(ray.Voxel));
            if (place >= 0 && filter.Passes(block[place], newest)) return new Met(block[place], ray.Distance, stamp);
        }
        return nothing;
    }

    private static string Text(Vector3d v) => $"({v.X}, {v.Y}, {v.Z})";
}
