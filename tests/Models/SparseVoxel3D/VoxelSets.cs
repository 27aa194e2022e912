using AlsterNode.Core;

namespace AlsterNode.Tests.Models.SparseVoxel3D;

/// <summary>Seeded sets of voxels in canonical order.</summary>
internal static class VoxelSets
{
    /// <summary>Voxels thrown into a box around the origin: negative and positive coordinates, all densities.</summary>
    public static VoxelIndex[] Random(int seed, int count, int extent)
    {
        var random = new Random(seed);
        var voxels = new HashSet<VoxelIndex>();
        for (var i = 0; i < count; i++) voxels.Add(new(random.Next(-extent, extent), random.Next(-extent, extent), random.Next(-extent, extent)));
        return [.. voxels.Order()];
    }

    /// <summary>What a camera sees of a room's corner: floor, two walls, noise; about <paramref name="size"/>^2 x 3 voxels.</summary>
    public static VoxelIndex[] Corner(int size)
    {
        var random = new Random(1);
        var voxels = new HashSet<VoxelIndex>();
        for (var a = 0; a < size; a++)
        {
            for (var b = 0; b < size; b++)
            {
                voxels.Add(new(a - 7, b - 7, -3));
                voxels.Add(new(a - 7, -7 - random.Next(2), b - 3));
                voxels.Add(new(-7, a - 7, b - 3));
            }
        }
        return [.. voxels.Order()];
    }

    /// <summary>A square of columns, <paramref name="height"/> cells with gaps: words of the grid with 0 to 64 voxels.</summary>
    public static VoxelIndex[] Columns(int size, int height)
    {
        var random = new Random(size);
        var voxels = new List<VoxelIndex>();
        for (var column = 0; column < size * size; column++)
        {
            var share = random.NextDouble() < 0.3 ? 1 : random.NextDouble();
            for (var z = -70; z < height - 70; z++)
            {
                if (random.NextDouble() <= share) voxels.Add(new((column / size) - 1, (column % size) - 1, z));
            }
        }
        return [.. voxels.Order()];
    }

    public static float[] Floats(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
