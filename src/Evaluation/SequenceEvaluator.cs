using AlsterNode.Core;

namespace AlsterNode.Evaluation;

/// <summary>
/// Scores one scene's maps against its ground truth in two domains. <see cref="Voxel"/>: every voxel of the map against the label of the vertex nearest to it;
/// voxels farther than the ground truth's limit from the mesh are ignored. <see cref="Vertex"/>: every vertex of the mesh against the
/// label of the voxel nearest to it; vertices with no voxel within 2 voxels were not seen and are left out, unless <c>countUnseen</c> makes them misses, as
/// ScanNet's benchmark does.
/// </summary>
public sealed class SequenceEvaluator
{
    /// <summary>The domain in which the map's voxels are counted.</summary>
    public const string Voxel = "voxel";

    /// <summary>The domain in which the ground truth's vertices are counted.</summary>
    public const string Vertex = "vertex";

    /// <summary>The method that the map holds.</summary>
    public const string Expert = "expert";

    private const double ReachVoxels = 2;

    private readonly VoxelIndex[] _voxels;
    private readonly byte[] _voxelTruth; // [N]
    private readonly byte[] _vertexTruth; // [V]
    private readonly int[] _voxelOfVertex; // [V] row in _voxels, -1 where unseen
    private readonly bool _countUnseen;

    /// <summary>An evaluator of the maps that cover <paramref name="voxels"/> [N].</summary>
    public SequenceEvaluator(VoxelIndex[] voxels, VoxelGroundTruth truth, LabelSpace labelSpace, bool countUnseen = false)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        ArgumentNullException.ThrowIfNull(truth);
        (_voxels, _countUnseen) = (voxels, countUnseen);
        _vertexTruth = truth.VertexLabels;
        _voxelTruth = new byte[voxels.Length];
        truth.LabelsOf(voxels, _voxelTruth);
        _voxelOfVertex = NearestVoxels(voxels, truth);
        Scores = new ScoreBoard(labelSpace);
    }

    /// <summary>The scores of the methods added so far.</summary>
    public ScoreBoard Scores { get; }

    /// <summary>Scores one method's labels, [N] in the order of the voxels.</summary>
    public void Add(string method, ReadOnlySpan<byte> labels)
    {
        if (labels.Length != _voxels.Length) throw new ArgumentException($"{labels.Length} labels for {_voxels.Length} voxels.");
        Scores[Voxel, method].Add(_voxelTruth, labels);
        var vertices = Scores[Vertex, method];
        for (var v = 0; v < _voxelOfVertex.Length; v++)
        {
            var row = _voxelOfVertex[v];
            if (row >= 0) vertices.Add(_vertexTruth[v], labels[row]);
            else if (_countUnseen) vertices.Add(_vertexTruth[v], LabelSpace.Unlabelled);
        }
    }

    /// <summary>Scores the three baselines.</summary>
    public void Add(Baselines baselines)
    {
        ArgumentNullException.ThrowIfNull(baselines);
        var labels = new byte[_voxels.Length];
        foreach (var baseline in (ReadOnlySpan<Baseline>)[Baseline.Vote3D, Baseline.Vote2D, Baseline.Bayes2D])
        {
            baselines.LabelsOf(baseline, _voxels, labels);
            Add(Baselines.NameOf(baseline), labels);
        }
    }

    private static int[] NearestVoxels(VoxelIndex[] voxels, VoxelGroundTruth truth)
    {
        var centers = new float[3 * voxels.Length];
        for (var i = 0; i < voxels.Length; i++)
        {
            var center = voxels[i].Center(truth.VoxelSize);
            (centers[3 * i], centers[(3 * i) + 1], centers[(3 * i) + 2]) = ((float)center.X, (float)center.Y, (float)center.Z);
        }

        var tree = new KdTree(centers);
        var reach = (float)(ReachVoxels * truth.VoxelSize);
        var nearest = new int[truth.VertexLabels.Length];
        for (var v = 0; v < nearest.Length; v++)
        {
            nearest[v] = tree.Nearest(truth.Vertices[3 * v], truth.Vertices[(3 * v) + 1], truth.Vertices[(3 * v) + 2], reach);
        }

        return nearest;
    }
}
