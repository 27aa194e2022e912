using AlsterNode.Core;

namespace AlsterNode.Evaluation;

/// <summary>
/// Scores one scene's maps against its ground-truth mesh in two domains. <see cref="Voxel"/>: every voxel of the map against the label of the vertex
/// nearest to it; voxels farther than the ground truth's limit from the mesh are ignored. <see cref="Vertex"/>, ScanNet's 3D metric: every
/// vertex of the mesh against the label of the voxel nearest to it; where no voxel is within 2 voxels nothing is predicted, which is a miss.
/// </summary>
public sealed class SequenceEvaluator
{
    /// <summary>The domain in which the map's voxels are counted.</summary>
    public const string Voxel = "voxel";

    /// <summary>The domain in which the ground truth's vertices are counted.</summary>
    public const string Vertex = "vertex";

    /// <summary>The domain in which the pixels of label images are counted.</summary>
    public const string Image = "image";

    /// <summary>The method that the map holds.</summary>
    public const string Expert = "expert";

    private readonly VoxelIndex[] _voxels;
    private readonly byte[] _voxelTruth; // [N]
    private readonly byte[] _vertexTruth; // [V]
    private readonly int[] _voxelOfVertex; // [V] row in _voxels, -1 where unseen
    private readonly LabelTranslation? _translation;

    /// <summary>An evaluator of the maps that cover <paramref name="voxels"/> [N].</summary>
    /// <param name="voxels">The maps' voxels.</param>
    /// <param name="truth">The ground truth, in the label space of <paramref name="scores"/>.</param>
    /// <param name="scores">Where the counts go.</param>
    /// <param name="translation">From the labels' space into that of the ground truth; null where they are the same.</param>
    public SequenceEvaluator(VoxelIndex[] voxels, VoxelGroundTruth truth, ScoreBoard scores, LabelTranslation? translation = null)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        ArgumentNullException.ThrowIfNull(truth);
        (_voxels, Scores, _translation) = (voxels, scores, translation);
        _vertexTruth = truth.VertexLabels;
        _voxelTruth = new byte[voxels.Length];
        truth.LabelsOf(voxels, _voxelTruth);
        _voxelOfVertex = new NearestVoxel(voxels, truth.VoxelSize).RowsOf(truth.Vertices);
    }

    /// <summary>The scores of the methods added so far.</summary>
    public ScoreBoard Scores { get; }

    /// <summary>Scores one method's labels and, where it has some, how far its confidences can be believed.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="labels">[N] in the order of the voxels.</param>
    /// <param name="confidences">Probability of each label, [N], or empty.</param>
    public void Add(string method, ReadOnlySpan<byte> labels, ReadOnlySpan<float> confidences = default)
    {
        if (labels.Length != _voxels.Length) throw new ArgumentException($"{labels.Length} labels for {_voxels.Length} voxels.");
        if (!confidences.IsEmpty && confidences.Length != labels.Length) throw new ArgumentException($"{confidences.Length} confidences for {labels.Length} labels.");
        var translated = labels.ToArray();
        _translation?.Apply(translated);
        Count(Voxel, method, _voxelTruth, rows: null, translated, confidences);
        Count(Vertex, method, _vertexTruth, _voxelOfVertex, translated, confidences);
    }

    /// <summary>Scores the three baselines.</summary>
    public void Add(Baselines baselines)
    {
        ArgumentNullException.ThrowIfNull(baselines);
        var labels = new byte[_voxels.Length];
        foreach (var baseline in Baselines.All)
        {
            baselines.LabelsOf(baseline, _voxels, labels);
            Add(Baselines.NameOf(baseline), labels);
        }
    }

    // rows: the voxel of each element of the truth, -1 = none; null = the voxels themselves.
    private void Count(string domain, string method, byte[] truth, int[]? rows, byte[] labels, ReadOnlySpan<float> confidences)
    {
        var matrix = Scores[domain, method];
        for (var i = 0; i < truth.Length; i++)
        {
            var row = rows is null ? i : rows[i];
            matrix.Add(truth[i], row >= 0 ? labels[row] : LabelSpace.Unlabelled);
            if (row >= 0 && !confidences.IsEmpty) Scores.AddConfidence(domain, method, truth[i], labels[row], confidences[row]);
        }
    }
}
