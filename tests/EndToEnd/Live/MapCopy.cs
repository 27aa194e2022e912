using AlsterNode.Core;
using AlsterNode.Ros2.Messages.AlsterMsgs;
using AlsterNode.SceneStore;

namespace AlsterNode.Tests.EndToEnd.Live;

/// <summary>A map as one who hears the topics keeps it, by the message's own description and nothing else.</summary>
internal sealed class MapCopy
{
    public MapCopy(SemanticVoxelMap map) => Apply(map);

    /// <summary>What is known of a voxel.</summary>
    public readonly record struct Known(ushort Label, float Confidence, uint Observations, long LastSeen);

    public SortedDictionary<VoxelIndex, Known> Voxels { get; } = [];

    public ulong Sequence { get; private set; }

    /// <summary>The same of a scene.</summary>
    public static SortedDictionary<VoxelIndex, Known> Of(SemanticScene scene) => new(scene.Voxels().ToDictionary(
        voxel => voxel.Index, voxel => new Known(voxel.Label == 255 ? (ushort)65535 : voxel.Label, voxel.Confidence, (uint)voxel.Observations, voxel.LastSeen)));

    public void Apply(SemanticVoxelMap map)
    {
        if (map.Kind == SemanticVoxelMap.FULL) Voxels.Clear();
        else if (map.Sequence != Sequence + 1) throw new InvalidOperationException($"Update {map.Sequence} came after {Sequence}.");
        Sequence = map.Sequence;
        var place = 0;
        for (var block = 0; block < map.Blocks.Length; block++)
        {
            for (var end = place + map.VoxelCounts[block]; place < end; place++)
            {
                var (key, cell) = (map.Blocks[block], map.Cells[place]);
                Voxels[new((8 * key.X) + (cell / 64), (8 * key.Y) + (cell / 8 % 8), (8 * key.Z) + (cell % 8))] =
                    new(map.Labels[place], map.Confidences[place], map.Observations[place], map.LastSeen[place]);
            }
        }
        if (place != map.Cells.Length) throw new InvalidOperationException($"{map.Cells.Length} cells for {place} voxels.");
    }
}
