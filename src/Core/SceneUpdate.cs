namespace AlsterNode.Core;

/// <summary>What one frame changed in the map: the touched voxels, in canonical order.</summary>
public sealed record SceneUpdate
{
    /// <summary>Counts the updates of a scene, from 1.</summary>
    public required long Sequence { get; init; }

    /// <summary>The frame's stamp [ns].</summary>
    public required long Stamp { get; init; }

    /// <summary>The stamp that the voxels now carry [ns]: <see cref="Stamp"/> as the map keeps it, to the millisecond.</summary>
    public required long LastSeen { get; init; }

    /// <summary>The voxels written, [N].</summary>
    public required VoxelIndex[] Voxels { get; init; }

    /// <summary>Class ids, [N].</summary>
    public required byte[] Labels { get; init; }

    /// <summary>Probability of the label in [0, 1], in the map's steps of 1/65535, [N].</summary>
    public required float[] Confidences { get; init; }

    /// <summary>How often each voxel has been observed, this frame included, [N].</summary>
    public required int[] Observations { get; init; }
}
