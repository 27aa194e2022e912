using System.Diagnostics;

namespace AlsterNode.Pipeline;

/// <summary>What a stage of a frame took: wall time [ms] and managed memory allocated on its thread [bytes].</summary>
internal readonly record struct StageCost(double Milliseconds, long AllocatedBytes)
{
    public static StageCost operator +(StageCost a, StageCost b) => new(a.Milliseconds + b.Milliseconds, a.AllocatedBytes + b.AllocatedBytes);
}

/// <summary>Runs from the start of a stage.</summary>
internal readonly struct StageClock
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly long _allocated = GC.GetAllocatedBytesForCurrentThread();

    public StageClock() { }

    public StageCost Elapsed => new(Stopwatch.GetElapsedTime(_start).TotalMilliseconds, GC.GetAllocatedBytesForCurrentThread() - _allocated);
}

/// <summary>Wall time of every stage of every frame [ms], under the names that metrics.json uses.</summary>
/// <param name="keep">Frames that are kept at least, the newest; null keeps all (recordings).</param>
public sealed class StageTimings(int? keep = null)
{
    /// <summary>The stages in the order of the frame's way through them, the whole frame last.</summary>
    public static IReadOnlyList<string> Stages { get; } =
        ["normals", "encode2d", "lift", "unet3d", "crop", "expert", "heads", "write_back", "total"];

    private const int Room = 4096; // frames before the lists grow

    private readonly Dictionary<string, List<double>> _samples = Stages.ToDictionary(stage => stage, _ => new List<double>(Room));
    private readonly Dictionary<string, List<double>> _allocations = Stages.ToDictionary(stage => stage, _ => new List<double>(Room));
    private readonly List<int> _voxelCounts = new(Room);

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

    /// <summary>Times a stage until the result is disposed.</summary>
    internal Measurement Measure(string stage) => new(this, stage);

    internal void Add(string stage, StageCost cost)
    {
        lock (_gate)
        {
            Add(_samples[stage], cost.Milliseconds);
            Add(_allocations[stage], cost.AllocatedBytes);
        }
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

    /// <summary>One stage of one frame.</summary>
    internal readonly struct Measurement(StageTimings timings, string stage) : IDisposable
    {
        private readonly StageClock _clock = new();

        public void Dispose() => timings.Add(stage, _clock.Elapsed);
    }
}
