using AlsterNode.Core;
using AlsterNode.SceneStore;

namespace AlsterNode.Node.Live;

/// <summary>Which voxels a query asks for.</summary>
internal sealed class QueryFilter
{
    private readonly bool[]? _wanted; // [256]; null: any label
    private readonly float _minConfidence;
    private readonly double _maxAge; // [ns]; 0: any

    /// <param name="labelSpace">The map's.</param>
    /// <param name="labels">Any of these, as messages count them; empty: any label.</param>
    /// <param name="minConfidence">Least probability of the label.</param>
    /// <param name="maxAge">Longest time since a voxel was last seen [s]; 0: any.</param>
    /// <param name="maxVoxels">0: as many as there are.</param>
    public QueryFilter(LabelSpace labelSpace, IReadOnlyCollection<ushort> labels, float minConfidence, double maxAge, uint maxVoxels)
    {
        if (!(minConfidence is >= 0 and <= 1)) throw new InputException($"min_confidence is {minConfidence}, expected 0 to 1.");
        if (!(maxAge >= 0)) throw new InputException($"max_age is {maxAge} s, expected 0 (any age) or more.");
        _minConfidence = minConfidence;
        _maxAge = maxAge * 1e9;
        MaxVoxels = maxVoxels is 0 or > int.MaxValue ? int.MaxValue : (int)maxVoxels;
        if (labels.Count == 0) return;
        _wanted = new bool[256];
        foreach (var label in labels)
        {
            _wanted[MapMessages.TryLabel(label, labelSpace) ?? throw new InputException(
                $"Label {label} is unknown; label space '{labelSpace.Name}' has 0 to {labelSpace.Count - 1}, and {MapMessages.Unlabelled} is unlabelled.")] = true;
        }
    }

    /// <summary>Most voxels to return.</summary>
    public int MaxVoxels { get; }

    /// <summary>Whether a voxel is asked for.</summary>
    /// <param name="voxel">The voxel.</param>
    /// <param name="newest">The map's newest stamp as voxels keep it [ns]: ages are counted from it.</param>
    public bool Passes(in StoredVoxel voxel, long newest) =>
        voxel.Confidence >= _minConfidence
        && (_wanted is null || _wanted[voxel.Label])
        && (_maxAge == 0 || newest - voxel.LastSeen <= _maxAge);
}
