using AlsterNode.Core;

namespace AlsterNode.Evaluation;

/// <summary>
/// Confusion counts that follow a map while it changes. A voxel has truths (one from a mesh, as many as pixels from label images) and a label
/// of each method; an update costs what it touches, however large the map is.
/// </summary>
internal sealed class RunningScores
{
    private readonly VoxelRows _rows = new();
    private readonly RowTable<int> _truths; // [N, C] how often each class is the voxel's truth
    private readonly RowTable<byte> _labels; // [N, M]
    private readonly ConfusionMatrix[] _matrices; // [M]

    public RunningScores(int classes, int methods)
    {
        _truths = new RowTable<int>(classes);
        _labels = new RowTable<byte>(methods, LabelSpace.Unlabelled);
        _matrices = [.. Enumerable.Range(0, methods).Select(_ => new ConfusionMatrix(classes))];
    }

    /// <summary>The counts of each method now, [M].</summary>
    public IReadOnlyList<ConfusionMatrix> Matrices => _matrices;

    /// <summary>Number of voxels.</summary>
    public int Count => _rows.Count;

    /// <summary>The voxel's row; a new voxel has no truth and no labels.</summary>
    public int Add(VoxelIndex voxel) => _rows.Add(voxel);

    /// <summary>How often each class is the voxel's truth, [C]; empty for a voxel that is not here.</summary>
    public ReadOnlySpan<int> TruthsOf(VoxelIndex voxel) => _rows.TryGet(voxel, out var row) ? _truths[row] : [];

    /// <summary>Adds <paramref name="count"/> truths of one class to a voxel.</summary>
    public void AddTruth(int row, byte truth, int count)
    {
        var truths = _truths[row];
        if (truth >= truths.Length) return;
        truths[truth] += count;
        var labels = _labels[row];
        for (var method = 0; method < labels.Length; method++) _matrices[method].Add(truth, labels[method], count);
    }

    /// <summary>Adds truths that no voxel holds: misses of every method.</summary>
    public void AddUnseen(byte truth, long count)
    {
        foreach (var matrix in _matrices) matrix.Add(truth, LabelSpace.Unlabelled, count);
    }

    /// <summary>Gives a voxel the label that a method has for it now.</summary>
    public void SetLabel(int row, int method, byte label)
    {
        ref var old = ref _labels[row][method];
        if (old == label) return;
        var truths = _truths[row];
        for (var truth = 0; truth < truths.Length; truth++)
        {
            if (truths[truth] == 0) continue;
            _matrices[method].Add((byte)truth, old, -truths[truth]);
            _matrices[method].Add((byte)truth, label, truths[truth]);
        }

        old = label;
    }
}
