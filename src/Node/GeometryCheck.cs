using AlsterNode.Core;
using AlsterNode.SceneStore;

namespace AlsterNode.Node;

/// <summary>
/// Is the map where the surfaces are? Of the depth pixels of frames that were not integrated, the share that falls into an occupied voxel
/// or next to one (26 neighbours).
/// </summary>
internal sealed class GeometryCheck(SemanticScene scene, double voxelSize, double maxDepth)
{
    private long _pixels;
    private long _explained;

    /// <summary>Share of the pixels within range that the map explains, in [0, 1].</summary>
    public double Share => _pixels == 0 ? 0 : (double)_explained / _pixels;

    /// <summary>Frames checked.</summary>
    public int Frames { get; private set; }

    public void Add(RgbdFrame frame)
    {
        var pixels = new Dictionary<VoxelIndex, int>();
        for (var row = 0; row < frame.Depth.Height; row++)
        {
            for (var column = 0; column < frame.Depth.Width; column++)
            {
                var depth = frame.Depth.Metres[(row * frame.Depth.Width) + column];
                if (!(depth > 0) || depth > maxDepth) continue;
                var point = frame.CameraToWorld.Apply(frame.DepthIntrinsics.Unproject(column, row, depth));
                var voxel = VoxelIndex.FromPoint(point, voxelSize);
                pixels[voxel] = pixels.GetValueOrDefault(voxel) + 1;
            }
        }
        var occupied = Occupied(pixels.Keys);
        var open = pixels.Keys.Where(voxel => !occupied.Contains(voxel)).ToList();
        var around = Occupied(open.SelectMany(Neighbours));
        _pixels += pixels.Values.Sum();
        _explained += pixels.Where(pair => occupied.Contains(pair.Key) || Neighbours(pair.Key).Any(around.Contains)).Sum(pair => pair.Value);
        Frames++;
    }

    private HashSet<VoxelIndex> Occupied(IEnumerable<VoxelIndex> voxels)
    {
        var asked = voxels.Distinct().Order().ToArray();
        var crop = scene.Crop(asked);
        return [.. asked.Where((_, row) => crop.Observations[row] > 0)];
    }

    private static IEnumerable<VoxelIndex> Neighbours(VoxelIndex voxel)
    {
        for (var x = -1; x <= 1; x++)
        {
            for (var y = -1; y <= 1; y++)
            {
                for (var z = -1; z <= 1; z++)
                {
                    if (x != 0 || y != 0 || z != 0) yield return new VoxelIndex(voxel.X + x, voxel.Y + y, voxel.Z + z);
                }
            }
        }
    }
}
