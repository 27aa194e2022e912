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
    private readonly Dictionary<string, List<double>> _allocations = Stages.ToDictionary(stage => stage, _ => new List<double>());
    private readonly List<int> _voxelCounts = [];

    private readonly Lock _gate = new();

    /// <summary>Samples by stage, one a frame [ms]: as of now, and not changed by later frames.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Samples => Copy(_samples);

    /// <summary>Managed memory that each stage allocated on its thread, one entry a frame [bytes].</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Allocations => Copy(_allocations);

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
        var (start, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        var result = work();
        var (elapsed, allocated) = (Stopwatch.GetElapsedTime(start).TotalMilliseconds, GC.GetAllocatedBytesForCurrentThread() - before);
        lock (_gate)
        {
            Add(_samples[stage], elapsed);
            Add(_allocations[stage], allocated);
        }
        return result;
    }

    internal void CountVoxels(int count)
    {
        lock (_gate) Add(_voxelCounts, count);
    }

    private Dictionary<string, IReadOnlyList<double>> Copy(Dictionary<string, List<double>> samples)
    {
        lock (_gate) return samples.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<double>)[.. pair.Value]);
    }

    private void Add<T>(List<T> samples, T sample)
    {
        samples.Add(sample);
        if (keep is { } most && samples.Count >= 2 * most) samples.RemoveRange(0, samples.Count - most);
    }
}
