using AlsterNode.Core;

namespace AlsterNode.SceneStore;

/// <summary>What the map knows of one voxel.</summary>
/// <param name="Index">Where it is.</param>
/// <param name="Label">Class id; 255 is unlabelled.</param>
/// <param name="Confidence">Probability of the label, in steps of 1/65535.</param>
/// <param name="Observations">In how many frames it was seen; stops at 16,777,215.</param>
/// <param name="FirstSeen">Stamp of the frame that saw it first [ns], kept to the millisecond.</param>
/// <param name="LastSeen">Stamp of the frame that saw it last [ns], kept to the millisecond.</param>
public readonly record struct StoredVoxel(VoxelIndex Index, byte Label, float Confidence, int Observations, long FirstSeen, long LastSeen);
