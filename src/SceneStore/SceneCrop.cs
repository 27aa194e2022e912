using AlsterNode.Core;

namespace AlsterNode.SceneStore;

/// <summary>What the map knew of the voxels of one frame before that frame was fused.</summary>
public sealed class SceneCrop
{
    internal SceneCrop(SemanticScene scene, VoxelIndex[] voxels, float[] features, int[] observations)
    {
        Scene = scene;
        Voxels = voxels;
        Features = features;
        Observations = observations;
    }

    /// <summary>The voxels asked for, in canonical order, [N].</summary>
    public VoxelIndex[] Voxels { get; }

    /// <summary>Global features, row-major [N, D]; zeros where unseen.</summary>
    public float[] Features { get; }

    /// <summary>How often each voxel was observed, [N]; 0 where unseen.</summary>
    public int[] Observations { get; }

    internal SemanticScene Scene { get; }
}
