using System.Numerics.Tensors;
using AlsterNode.Core;

namespace AlsterNode.SceneStore;

public sealed partial class SemanticScene
{
    // The smallest magnitude that rounds to infinity in half precision.
    private const float HalfOverflow = 65520;

    private const double NanosecondsPerMillisecond = 1e6;

    /// <summary>Writes a frame's result into the map: fGlobal(t), label and confidence replace what was there, the observation count goes up by one.</summary>
    /// <param name="crop">The crop of this scene the result was computed from: says which voxels.</param>
    /// <param name="features">fGlobal(t), row-major [N, D]; stored in half precision.</param>
    /// <param name="labels">Class ids, [N].</param>
    /// <param name="confidences">Probabilities of the labels in [0, 1], [N].</param>
    /// <param name="stamp">The frame's stamp [ns].</param>
    public SceneUpdate WriteBack(SceneCrop crop, ReadOnlySpan<float> features, ReadOnlySpan<byte> labels, ReadOnlySpan<float> confidences, long stamp)
    {
        if (crop.Scene != this) throw new ArgumentException("The crop is of another scene.", nameof(crop));
        var update = new SceneUpdate();
        WriteBack(crop.Voxels, features, labels, confidences, stamp, update);
        return update;
    }

    /// <summary>The same for voxels and an update of the caller; allocates nothing unless the map or the update grows.</summary>
    /// <param name="voxels">Unique voxels in canonical order, [N].</param>
    /// <param name="features">fGlobal(t), row-major [N, D]; stored in half precision.</param>
    /// <param name="labels">Class ids, [N].</param>
    /// <param name="confidences">Probabilities of the labels in [0, 1], [N].</param>
    /// <param name="stamp">The frame's stamp [ns].</param>
    /// <param name="update">Receives what changed; what it said before is gone.</param>
    public void WriteBack(ReadOnlySpan<VoxelIndex> voxels, ReadOnlySpan<float> features, ReadOnlySpan<byte> labels, ReadOnlySpan<float> confidences,
        long stamp, SceneUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        CheckLength(labels.Length, voxels.Length, "labels");
        var (kept, observations) = update.Begin(voxels, labels);
        WriteBack(voxels, features, labels, confidences, stamp, observations.Span);
        for (var i = 0; i < confidences.Length; i++) kept.Span[i] = VoxelRecord.Probability(VoxelRecord.Steps(confidences[i]));
        (update.Sequence, update.Stamp, update.LastSeen) = (LastFrame, stamp, Kept(stamp));
    }

    /// <summary>The same for voxels and buffers of the caller; allocates nothing unless the map grows.</summary>
    /// <param name="voxels">Unique voxels in canonical order, [N].</param>
    /// <param name="features">fGlobal(t), row-major [N, D]; stored in half precision.</param>
    /// <param name="labels">Class ids, [N].</param>
    /// <param name="confidences">Probabilities of the labels in [0, 1], [N].</param>
    /// <param name="stamp">The frame's stamp [ns].</param>
    /// <param name="observations">Receives the observation counts, this frame included, [N].</param>
    public void WriteBack(ReadOnlySpan<VoxelIndex> voxels, ReadOnlySpan<float> features, ReadOnlySpan<byte> labels, ReadOnlySpan<float> confidences,
        long stamp, Span<int> observations)
    {
        CheckLength(features.Length, voxels.Length * _dimension, "features");
        CheckLength(labels.Length, voxels.Length, "labels");
        CheckLength(confidences.Length, voxels.Length, "confidences");
        CheckLength(observations.Length, voxels.Length, "observations");
        CheckValues(features, confidences);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (IsReadOnly) throw new InvalidOperationException($"Scene {_options.Path} was opened to look only.");
        WaitForWriter();
        lock (_gate)
        {
            _frame.Group(voxels);
            _firstStamp ??= stamp;
            var time = Milliseconds(stamp);
            for (var block = 0; block < _frame.Count; block++)
                WriteBlock(block, voxels, features, labels, confidences, time, observations);
            _lastFrame++;
            _lastStamp = stamp;
            _storedPosition = InputPosition;
            TrimMemory();
        }
        _writer?.Notify();
    }

    private void WriteBlock(int frameBlock, ReadOnlySpan<VoxelIndex> voxels, ReadOnlySpan<float> features, ReadOnlySpan<byte> labels,
        ReadOnlySpan<float> confidences, int time, Span<int> observations)
    {
        var slot = LoadOrAdd(_frame.Key(frameBlock));
        ref var block = ref _cache.Block(slot);
        var occupancy = block.Occupancy;
        for (var row = _frame.First(frameBlock); row >= 0; row = _frame.Next(row)) occupancy.Set(BlockKey.Cell(voxels[row]));
        _voxelCount -= block.Count;
        _cache.Occupy(ref block, occupancy);
        _voxelCount += block.Count;
        _cache.MarkDirty(slot);

        var records = new BlockRecords(_cache, slot, stackalloc int[RecordPool.MaxChunks], stackalloc int[Occupancy.Words]);
        for (var row = _frame.First(frameBlock); row >= 0; row = _frame.Next(row))
        {
            var record = records[BlockKey.Cell(voxels[row])];
            var seen = record.Observations;
            if (seen == 0) record.FirstSeen = time;
            record.LastSeen = time;
            observations[row] = Math.Min(seen + 1, VoxelRecord.MaxObservations);
            record.SetObservationsAndLabel(observations[row], labels[row]);
            record.Confidence = VoxelRecord.Steps(confidences[row]);
            TensorPrimitives.ConvertToHalf(features.Slice(row * _dimension, _dimension), record.Features);
        }
    }

    /// <summary>Time from the scene's first stamp [ms], what records keep; 24 days either way.</summary>
    private int Milliseconds(long stamp) =>
        (int)Math.Clamp(Math.Floor((stamp - _firstStamp!.Value) / NanosecondsPerMillisecond), int.MinValue, int.MaxValue);

    /// <summary>A stamp as voxels keep it [ns]: to the millisecond, counted from the scene's first.</summary>
    private long Kept(long stamp) => Stamp(_firstStamp!.Value, Milliseconds(stamp));

    // Looks before anything is written: one bad value would stay in the map for good.
    private static void CheckValues(ReadOnlySpan<float> features, ReadOnlySpan<float> confidences)
    {
        if (features.IsEmpty) return;
        var largest = TensorPrimitives.MaxMagnitude(features);
        if (!(MathF.Abs(largest) < HalfOverflow))
            throw new ArgumentException($"A feature is {largest}, expected a finite number that half precision can hold (below {HalfOverflow}).", nameof(features));
        var (least, most) = (TensorPrimitives.Min(confidences), TensorPrimitives.Max(confidences));
        if (!(least >= -1e-3f && most <= 1.001f)) // a softmax may miss 0 and 1 by rounding
            throw new ArgumentException($"Confidences lie in [{least}, {most}], expected [0, 1].", nameof(confidences));
    }
}
