namespace AlsterNode.SceneStore;

/// <summary>What a scene counts, as of one frame.</summary>
/// <param name="Frames">Frames integrated.</param>
/// <param name="Voxels">Voxels of the scene.</param>
/// <param name="FirstStamp">Stamp of the first frame [ns]; null before it.</param>
/// <param name="LastStamp">Stamp of the last frame [ns].</param>
/// <param name="InputPosition">Where the input goes on after the last frame.</param>
internal readonly record struct SceneState(long Frames, long Voxels, long? FirstStamp, long LastStamp, long InputPosition);
