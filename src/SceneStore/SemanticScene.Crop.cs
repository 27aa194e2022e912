using System.Numerics.Tensors;
using AlsterNode.Core;

namespace AlsterNode.SceneStore;

public sealed partial class SemanticScene
{
    /// <summary>What the map knows of these voxels: fGlobal(t-1) of [ALSTER], zeros where unseen.</summary>
    /// <param name="voxels">Unique voxels in canonical order, [N].</param>
    public SceneCrop Crop(ReadOnlySpan<VoxelIndex> voxels)
    {
        var features = new float[voxels.Length * _dimension];
        var observations = new int[voxels.Length];
        Crop(voxels, features, observations);
        return new SceneCrop(this, voxels.ToArray(), features, observations);
    }

    /// <summary>The same into buffers of the caller; allocates nothing.</summary>
    /// <param name="voxels">Unique voxels in canonical order, [N].</param>
    /// <param name="features">Receives the features, row-major [N, D].</param>
    /// <param name="observations">Receives the observation counts, [N].</param>
    public void Crop(ReadOnlySpan<VoxelIndex> voxels, Span<float> features, Span<int> observations)
    {
        CheckLength(features.Length, voxels.Length * _dimension, "features");
        CheckLength(observations.Length, voxels.Length, "observations");
        ObjectDisposedException.ThrowIf(_disposed, this);
        lock (_gate)
        {
            _frame.Group(voxels);
            for (var block = 0; block < _frame.Count; block++) CropBlock(block, voxels, features, observations);
            TrimMemory();
        }
    }

    private void CropBlock(int frameBlock, ReadOnlySpan<VoxelIndex> voxels, Span<float> features, Span<int> observations)
    {
        var slot = Load(_frame.Key(frameBlock));
        if (slot == BlockMap.Absent)
        {
            for (var row = _frame.First(frameBlock); row >= 0; row = _frame.Next(row))
            {
                features.Slice(row * _dimension, _dimension).Clear();
                observations[row] = 0;
            }
            return;
        }
        var records = new BlockRecords(_cache, slot, stackalloc int[RecordPool.MaxChunks], stackalloc int[Occupancy.Words]);
        for (var row = _frame.First(frameBlock); row >= 0; row = _frame.Next(row))
        {
            var target = features.Slice(row * _dimension, _dimension);
            if (records.TryGet(BlockKey.Cell(voxels[row]), out var record))
            {
                TensorPrimitives.ConvertToSingle(record.Features, target);
                observations[row] = record.Observations;
            }
            else
            {
                target.Clear();
                observations[row] = 0;
            }
        }
    }

    private static void CheckLength(int found, int expected, string name)
    {
        if (found != expected) throw new ArgumentException($"{name} has {found} values, expected {expected}.", name);
    }
}
