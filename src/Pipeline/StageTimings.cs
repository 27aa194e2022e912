using System.Diagnostics;

namespace AlsterNode.Pipeline;

/// <summary>Wall time of every stage of every frame [ms], under the names that metrics.json uses.</summary>
/// <param name="keep">Frames that are kept at least, the newest; null keeps all (recordings).</param>
public sealed class StageTimings(int? keep = null)
{
    /// <summary>The stages in the order of the frame's way through them, the whole frame last.</summary>
    public static IReadOnlyList<string> Stages { get; } =
        ["normals", "encode2d", "lift", "unet3d", "crop", "expert", "heads", "write_back", "total"];

    private readonly Dictionary<string, List<double>> _samples = Stages.ToDictionary(stage => stage, _ => new List<double>());
    private readonly List<int> _voxelCounts = [];

    private readonly Lock _gate = new();

    /// <summary>Samples by stage, one a frame [ms]: as of now, and not changed by later frames.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Samples
    {
        get
        {
            lock (_gate) return _samples.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<double>)[.. pair.Value]);
        }
    }

    /// <summary>Voxels the frame touched, one entry a frame.</summary>
    public IReadOnlyList<int> VoxelCounts
    {
        get
        {
            lock (_gate) return [.. _voxelCounts];
        }
    }

    internal T Time<T>(string stage, Func<T> work)
    {
        var start = Stopwatch.GetTimestamp();
        var result = work();
        lock (_gate) Add(_samples[stage], Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        return result;
    }

    internal void CountVoxels(int count)
    {
        lock (_gate) Add(_voxelCounts, count);
    }

    private void Add<T>(List<T> samples, T sample)
    {
        samples.Add(sample);
        if (keep is { } most && samples.Count >= 2 * most) samples.RemoveRange(0, samples.Count - most);
    }
}
