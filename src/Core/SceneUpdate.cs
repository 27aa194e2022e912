namespace AlsterNode.Core;

/// <summary>
/// What one frame changed in the map: the touched voxels, in canonical order. A mapper fills one update frame after frame: what it hands out is
/// valid until its next frame.
/// </summary>
public sealed class SceneUpdate
{
    private VoxelIndex[] _voxels = [];
    private byte[] _labels = [];
    private float[] _confidences = [];
    private int[] _observations = [];

    /// <summary>Counts the updates of a scene, from 1.</summary>
    public long Sequence { get; internal set; }

    /// <summary>The frame's stamp [ns].</summary>
    public long Stamp { get; internal set; }

    /// <summary>The stamp that the voxels now carry [ns]: <see cref="Stamp"/> as the map keeps it, to the millisecond.</summary>
    public long LastSeen { get; internal set; }

    /// <summary>Number of voxels, N.</summary>
    public int Count { get; private set; }

    /// <summary>The voxels written, [N].</summary>
    public ReadOnlySpan<VoxelIndex> Voxels => _voxels.AsSpan(0, Count);

    /// <summary>Class ids, [N].</summary>
    public ReadOnlySpan<byte> Labels => _labels.AsSpan(0, Count);

    /// <summary>Probability of the label in [0, 1], in the map's steps of 1/65535, [N].</summary>
    public ReadOnlySpan<float> Confidences => _confidences.AsSpan(0, Count);

    /// <summary>How often each voxel has been observed, this frame included, [N].</summary>
    public ReadOnlySpan<int> Observations => _observations.AsSpan(0, Count);

    /// <summary>Begins another frame's update in the same memory; returns what is still to be filled.</summary>
    internal (Memory<float> Confidences, Memory<int> Observations) Begin(ReadOnlySpan<VoxelIndex> voxels, ReadOnlySpan<byte> labels)
    {
        Count = voxels.Length;
        if (_voxels.Length < Count)
        {
            var room = _voxels.Length == 0 ? Count : Count + (Count / 4);
            (_voxels, _labels, _confidences, _observations) = (new VoxelIndex[room], new byte[room], new float[room], new int[room]);
        }
        voxels.CopyTo(_voxels);
        labels.CopyTo(_labels);
        return (_confidences.AsMemory(0, Count), _observations.AsMemory(0, Count));
    }
}
