using AlsterNode.Core;
using AlsterNode.Pipeline;
using AlsterNode.SceneStore;

namespace AlsterNode.Evaluation;

public sealed partial class OnlineScores
{
    /// <summary>Scores the finished map and the baselines on the pixels of all label images, and the heads in their own frames.</summary>
    /// <param name="scores">Where the counts go.</param>
    /// <param name="map">The map's voxels.</param>
    public void AddImageScores(ScoreBoard scores, IReadOnlyList<StoredVoxel> map)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(map);
        if (LabelledFrames == 0) return;
        var voxels = map.Select(voxel => voxel.Index).ToArray();
        AddPixels(scores[SequenceEvaluator.Image, SequenceEvaluator.Expert], voxels, [.. map.Select(voxel => voxel.Label)]);
        foreach (var voxel in map) AddConfidence(scores, voxel);
        foreach (var baseline in Baselines.All)
        {
            var labels = new byte[voxels.Length];
            Baselines.LabelsOf(baseline, voxels, labels);
            AddPixels(scores[SequenceEvaluator.Image, Baselines.NameOf(baseline)], voxels, labels);
        }

        for (var i = 0; i < FrameMethods.Length; i++)
        {
            scores[SequenceEvaluator.Image, FrameMethods[i]].Add(_frameMatrices[i]);
            AddUnseen(scores[SequenceEvaluator.Image, FrameMethods[i]]);
        }
    }

    private void CountPixels(FramePrediction prediction, byte[] expert)
    {
        LabelledFrames++;
        var (labels3D, labels2D) = (new byte[expert.Length], new byte[expert.Length]);
        LabelsOf(prediction.Probabilities3D, labels3D);
        LabelsOf(prediction.Probabilities2D, labels2D);
        var counts = PixelsPerVoxel(prediction); // [N, C]
        for (var i = 0; i < expert.Length; i++)
        {
            var row = -1;
            for (var truth = 0; truth < _labelSpace.Count; truth++)
            {
                var count = counts[(i * _labelSpace.Count) + truth];
                if (count == 0) continue;
                if (row < 0) row = _pixels.Add(prediction.Voxels[i]);
                _pixels.AddTruth(row, (byte)truth, count);
                _frameMatrices[0].Add((byte)truth, expert[i], count);
                _frameMatrices[1].Add((byte)truth, labels3D[i], count);
                _frameMatrices[2].Add((byte)truth, labels2D[i], count);
            }
        }
    }

    // How many pixels of each class fall in each voxel, [N, C]; those without a voxel are counted at once.
    private ReadOnlySpan<int> PixelsPerVoxel(FramePrediction prediction)
    {
        var length = prediction.Voxels.Length * _labelSpace.Count;
        if (_counts.Length < length) _counts = new int[length];
        var counts = _counts.AsSpan(0, length);
        counts.Clear();
        var unseen = (Span<int>)stackalloc int[_labelSpace.Count];
        for (var pixel = 0; pixel < prediction.PixelVoxel.Length; pixel++)
        {
            var truth = prediction.Labels![pixel];
            if (truth >= _labelSpace.Count) continue;
            var voxel = prediction.PixelVoxel[pixel];
            if (voxel >= 0) counts[(voxel * _labelSpace.Count) + truth]++;
            else unseen[truth]++;
        }

        for (var truth = 0; truth < unseen.Length; truth++)
        {
            _unseen[truth] += unseen[truth];
            _pixels.AddUnseen((byte)truth, unseen[truth]);
        }

        return counts;
    }

    private void AddPixels(ConfusionMatrix matrix, VoxelIndex[] voxels, byte[] labels)
    {
        for (var i = 0; i < voxels.Length; i++)
        {
            var truths = _pixels.TruthsOf(voxels[i]);
            for (var truth = 0; truth < truths.Length; truth++) matrix.Add((byte)truth, _translation[labels[i]], truths[truth]);
        }

        AddUnseen(matrix);
    }

    private void AddConfidence(ScoreBoard scores, StoredVoxel voxel)
    {
        var truths = _pixels.TruthsOf(voxel.Index);
        for (var truth = 0; truth < truths.Length; truth++)
        {
            if (truths[truth] > 0)
                scores.AddConfidence(SequenceEvaluator.Image, SequenceEvaluator.Expert, (byte)truth, _translation[voxel.Label], voxel.Confidence, truths[truth]);
        }
    }

    private void AddUnseen(ConfusionMatrix matrix)
    {
        for (var truth = 0; truth < _unseen.Length; truth++) matrix.Add((byte)truth, LabelSpace.Unlabelled, _unseen[truth]);
    }
}
