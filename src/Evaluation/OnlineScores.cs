using AlsterNode.Core;
using AlsterNode.Pipeline;
using AlsterNode.SceneStore;

namespace AlsterNode.Evaluation;

/// <summary>
/// Watches a map grow: keeps the baselines, counts what the pixels of label images say about each voxel and each head, and records the curve of
/// mIoU over frames (on the mesh's voxels where there is a mesh, else on the pixels). A frame costs what it touches.
/// </summary>
/// <remarks>
/// The image domain counts every labelled pixel at the network's resolution. A pixel's prediction is the label of the voxel that its depth
/// falls in; without depth in range it has none, a miss. Since a voxel's pixels share its label, the counts of truths per voxel suffice to
/// score any map of it exactly, at any time.
/// </remarks>
public sealed partial class OnlineScores : IFrameObserver
{
    /// <summary>The label of the 2D head in the frame itself: what is fused in <c>vote2d</c>.</summary>
    public const string Frame2D = "frame2d";

    /// <summary>The label of the 3D head in the frame itself: what is fused in <c>vote3d</c>.</summary>
    public const string Frame3D = "frame3d";

    /// <summary>The label that the map has when the frame has just been integrated.</summary>
    public const string FrameExpert = "frame_expert";

    private const int CurvePoints = 20;

    private static readonly string[] MapMethods = [SequenceEvaluator.Expert, .. Baselines.All.Select(Baselines.NameOf)];
    private static readonly string[] FrameMethods = [FrameExpert, Frame3D, Frame2D];

    private readonly LabelSpace _labelSpace;
    private readonly LabelTranslation _translation;
    private readonly VoxelGroundTruth? _mesh;
    private readonly RunningScores _voxels; // with the mesh's truths
    private readonly RunningScores _pixels; // with the label images' truths
    private readonly ConfusionMatrix[] _frameMatrices; // of FrameMethods
    private readonly long[] _unseen; // [C] labelled pixels without a voxel
    private readonly int _interval;
    private long _framesBefore;
    private int[] _counts = [];

    /// <summary>Starts with an empty map.</summary>
    /// <param name="translation">From the predictions' label space into that of the ground truth and of <see cref="FramePrediction.Labels"/>.</param>
    /// <param name="mesh">The ground-truth mesh; null where there are only label images.</param>
    /// <param name="expectedFrames">Frames to come, for the spacing of the curve's points; null when nobody knows.</param>
    public OnlineScores(LabelTranslation translation, VoxelGroundTruth? mesh, int? expectedFrames)
    {
        ArgumentNullException.ThrowIfNull(translation);
        var (model, truth) = (translation.Model, translation.Truth);
        (_labelSpace, _translation, _mesh) = (truth, translation, mesh);
        Baselines = new Baselines(model.Count);
        _voxels = new RunningScores(truth.Count, MapMethods.Length);
        _pixels = new RunningScores(truth.Count, MapMethods.Length);
        _frameMatrices = [.. FrameMethods.Select(_ => new ConfusionMatrix(truth.Count))];
        _unseen = new long[truth.Count];
        _interval = Math.Max(1, (expectedFrames ?? CurvePoints * CurvePoints) / CurvePoints);
        Curve = new MiouCurve(mesh is null ? SequenceEvaluator.Image : SequenceEvaluator.Voxel, MapMethods);
    }

    /// <summary>The baselines, of the frames seen here.</summary>
    public Baselines Baselines { get; }

    /// <summary>Frames seen here.</summary>
    public int Frames { get; private set; }

    /// <summary>Frames with a label image.</summary>
    public int LabelledFrames { get; private set; }

    /// <summary>mIoU over the frames seen.</summary>
    public MiouCurve Curve { get; }

    /// <summary>Goes on with a map that earlier frames made; the baselines and the pixels know nothing of those.</summary>
    public void Continue(IEnumerable<StoredVoxel> map, long framesBefore)
    {
        ArgumentNullException.ThrowIfNull(map);
        _framesBefore = framesBefore;
        foreach (var voxel in map) Follow(voxel.Index, method: 0, _translation[voxel.Label]);
    }

    /// <inheritdoc/>
    public void OnFrame(FramePrediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        Baselines.OnFrame(prediction);
        var maps = MapLabels(prediction);
        if (prediction.Labels is not null) CountPixels(prediction, maps[0]);
        for (var method = 0; method < maps.Length; method++)
        {
            for (var i = 0; i < prediction.Voxels.Length; i++) Follow(prediction.Voxels[i], method, maps[method][i]);
        }

        Frames++;
        if (Frames % _interval == 0) RecordPoint();
    }

    /// <summary>Ends the curve with the map as it is now.</summary>
    public void EndCurve()
    {
        if (Frames > 0 && Frames % _interval != 0) RecordPoint();
    }

    // The labels of the frame's voxels in the maps of all methods after the frame, [M][N].
    private byte[][] MapLabels(FramePrediction prediction)
    {
        var maps = MapMethods.Select(_ => new byte[prediction.Voxels.Length]).ToArray();
        LabelsOf(prediction.ProbabilitiesExpert, maps[0]);
        for (var b = 0; b < Baselines.All.Count; b++)
        {
            Baselines.LabelsOf(Baselines.All[b], prediction.Voxels, maps[b + 1]);
            _translation.Apply(maps[b + 1]);
        }

        return maps;
    }

    private void LabelsOf(float[] probabilities, byte[] labels)
    {
        var classes = Baselines.Classes;
        for (var i = 0; i < labels.Length; i++)
            labels[i] = _translation[(byte)Baselines.ArgMax<float>(probabilities.AsSpan(i * classes, classes))];
    }

    private void Follow(VoxelIndex voxel, int method, byte label)
    {
        if (_mesh is null)
        {
            _pixels.SetLabel(_pixels.Add(voxel), method, label);
            return;
        }

        var known = _voxels.Count;
        var row = _voxels.Add(voxel);
        if (row == known) _voxels.AddTruth(row, _mesh.LabelOf(voxel), 1);
        _voxels.SetLabel(row, method, label);
    }

    private void RecordPoint() => Curve.Add(_framesBefore + Frames, (_mesh is null ? _pixels : _voxels).Matrices);
}
