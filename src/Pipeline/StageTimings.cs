using System.Diagnostics;

namespace AlsterNode.Pipeline;

/// <summary>Wall time of every stage of every frame [ms], under the names that metrics.json uses.</summary>
public sealed class StageTimings
{
    /// <summary>The stages in the order of the frame's way through them, the whole frame last.</summary>
    public static IReadOnlyList<string> Stages { get; } =
        ["normals", "encode2d", "lift", "unet3d", "crop", "expert", "heads", "write_back", "total"];

    private readonly Dictionary<string, List<double>> _samples = Stages.ToDictionary(stage => stage, _ => new List<double>());
    private readonly List<int> _voxelCounts = [];

    /// <summary>Creates an empty record.</summary>
    public StageTimings() => Samples = _samples.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<double>)pair.Value);

    /// <summary>Samples by stage, one a frame [ms].</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Samples { get; }

    /// <summary>Voxels the frame touched, one entry a frame.</summary>
    public IReadOnlyList<int> VoxelCounts => _voxelCounts;

    internal T Time<T>(string stage, Func<T> work)
    {
        var start = Stopwatch.GetTimestamp();
        var result = work();
        _samples[stage].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        return result;
    }

    internal void CountVoxels(int count) => _voxelCounts.Add(count);
}
