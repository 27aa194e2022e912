using AlsterNode.Core;
using AlsterNode.SceneStore;

namespace AlsterNode.Tests.Unit.SceneStore;

/// <summary>Seeded frames for a scene: voxels in canonical order, features, labels and confidences.</summary>
internal sealed class Frames(int seed, int dimension = 40)
{
    private readonly Random _random = new(seed);

    public int Dimension { get; } = dimension;

    /// <summary>Up to <paramref name="count"/> voxels scattered in a cube around a voxel.</summary>
    public VoxelIndex[] Voxels(int count, int extent, VoxelIndex around = default)
    {
        var voxels = new SortedSet<VoxelIndex>();
        for (var i = 0; i < count; i++)
        {
            voxels.Add(new VoxelIndex(around.X + _random.Next(-extent, extent), around.Y + _random.Next(-extent, extent),
                around.Z + _random.Next(-extent, extent)));
        }
        return [.. voxels];
    }

    public float[] Features(int voxels) => Floats(voxels * Dimension, 8);

    public float[] Confidences(int voxels) => [.. Floats(voxels, 1).Select(Math.Abs)];

    public byte[] Labels(int voxels)
    {
        var labels = new byte[voxels];
        _random.NextBytes(labels);
        return labels;
    }

    /// <summary>Crops and writes back a frame of random content.</summary>
    public SceneUpdate Integrate(SemanticScene scene, VoxelIndex[] voxels, long stamp)
    {
        var n = voxels.Length;
        return scene.WriteBack(scene.Crop(voxels), Features(n), Labels(n), Confidences(n), stamp);
    }

    /// <summary>A wall seen from 3 m, about 10,000 voxels: two voxels thick, 100 x 50, shifted along Y.</summary>
    public static VoxelIndex[] Wall(int shift = 0, int x = 0)
    {
        var voxels = new List<VoxelIndex>();
        for (var dx = 0; dx < 2; dx++)
            for (var y = shift; y < shift + 100; y++)
                for (var z = 0; z < 50; z++) voxels.Add(new VoxelIndex(x + dx, y, z));
        return [.. voxels];
    }

    private float[] Floats(int count, float scale)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = scale * ((2 * _random.NextSingle()) - 1);
        return values;
    }
}
