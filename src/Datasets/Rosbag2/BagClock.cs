namespace AlsterNode.Datasets.Rosbag2;

/// <summary>
/// Finds where the clock that stamps the messages jumped back, as /clock does when a simulation or a replay begins anew. A stretch is what lies
/// between two jumps; stamps of different stretches must not be mixed. Every stream (topic, or edge of the tf tree) shows the jump by itself,
/// at its first message after it.
/// </summary>
internal sealed class BagClock
{
    private const long SmallestJump = 500_000_000; // ns; messages that are merely late overtake each other by less

    private readonly Dictionary<string, (int Stretch, long Newest)> _streams = new(StringComparer.Ordinal);

    /// <summary>Stretches so far, less one.</summary>
    public int Jumps { get; private set; }

    /// <summary>The stretch of a stream's next message.</summary>
    /// <param name="stream">Its name.</param>
    /// <param name="stamp">The message's stamp [ns].</param>
    /// <param name="isLate">The stream has had a newer message in this stretch.</param>
    public int StretchOf(string stream, long stamp, out bool isLate)
    {
        isLate = false;
        if (!_streams.TryGetValue(stream, out var last)) last = (Jumps, stamp);
        if (stamp < last.Newest - SmallestJump)
        {
            if (last.Stretch == Jumps) Jumps++;
            last = (Jumps, stamp);
        }
        else
        {
            isLate = stamp < last.Newest;
            last.Newest = Math.Max(last.Newest, stamp);
        }
        _streams[stream] = last;
        return last.Stretch;
    }
}
