namespace AlsterNode.SceneStore;

/// <summary>What a scene consists of, as of one frame.</summary>
/// <param name="Blocks">Its blocks, in canonical order.</param>
/// <param name="VoxelCount">Voxels in all of them.</param>
/// <param name="LastFrame">Frames integrated.</param>
/// <param name="LastStamp">Stamp of the last of them [ns]; 0 before the first.</param>
public sealed record SceneOutline(BlockIndex[] Blocks, long VoxelCount, long LastFrame, long LastStamp);
