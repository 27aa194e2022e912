using AlsterNode.Core;

namespace AlsterNode.Node;

/// <summary>What became of the frames: every one that is not integrated is counted under its reason. Safe to read while another thread counts.</summary>
internal sealed class FrameTally
{
    private readonly SortedDictionary<string, long> _dropped = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Frames the source delivered or could not deliver.</summary>
    public int Read { get; private set; }

    /// <summary>Frames that became map.</summary>
    public int Integrated { get; private set; }

    /// <summary>Dropped frames by <see cref="DropReason"/>.</summary>
    public IReadOnlyDictionary<string, long> Dropped
    {
        get
        {
            lock (_gate) return new SortedDictionary<string, long>(_dropped, StringComparer.Ordinal);
        }
    }

    /// <summary>The reasons for a message: "tracking_lost: 3, depth_unreadable: 1".</summary>
    public string Reasons => Dropped is { Count: > 0 } dropped ? string.Join(", ", dropped.Select(pair => $"{pair.Key}: {pair.Value}")) : "no frames found";

    public void Count(FrameReading reading)
    {
        Read++;
        if (reading.Reason is { } reason) Drop(reason);
    }

    public void Drop(string reason)
    {
        lock (_gate) _dropped[reason] = _dropped.GetValueOrDefault(reason) + 1;
    }

    public void Integrate() => Integrated++;
}
