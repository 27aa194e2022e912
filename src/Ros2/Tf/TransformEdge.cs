using AlsterNode.Core;

namespace AlsterNode.Ros2.Tf;

/// <summary>One edge of the tree over time.</summary>
internal sealed class TransformEdge(string parent, string child, bool isStatic)
{
    // Between two samples further apart the motion is a guess: 0.36 s without tf in a hand-held recording made errors of up to 8.6 mm and 0.5
    // degrees. Edges that always come slowly (map -> odom of some localisers) may have three of their usual intervals.
    private const long MaxGap = 250_000_000; // ns
    private const int UsualIntervals = 3;

    private readonly List<(long Stamp, RigidTransform ChildToParent)> _samples = []; // by stamp

    public string Parent { get; } = parent;

    public string Child { get; } = child;

    public bool IsStatic { get; } = isStatic;

    public void Add(long stamp, RigidTransform childToParent, TimeSpan? keep)
    {
        if (IsStatic)
        {
            _samples.Clear();
            _samples.Add((stamp, childToParent));
            return;
        }
        var at = FirstAtOrAfter(stamp);
        if (at < _samples.Count && _samples[at].Stamp == stamp) return;
        _samples.Insert(at, (stamp, childToParent));
        if (keep is not { } span) return;
        var oldest = _samples[^1].Stamp - (span.Ticks * TimeSpan.NanosecondsPerTick);
        if (_samples[0].Stamp < oldest) _samples.RemoveRange(0, FirstAtOrAfter(oldest));
    }

    /// <summary>The motion at a time, or the reason why there is none.</summary>
    public string? TryAt(long stamp, out RigidTransform childToParent)
    {
        childToParent = _samples[0].ChildToParent;
        if (IsStatic) return null;
        var after = FirstAtOrAfter(stamp);
        if (after < _samples.Count && _samples[after].Stamp == stamp)
        {
            childToParent = _samples[after].ChildToParent;
            return null;
        }
        if (after == 0) return $"'{Parent}' -> '{Child}' begins {Milliseconds(_samples[0].Stamp - stamp)} after the image";
        if (after == _samples.Count) return $"'{Parent}' -> '{Child}' ends {Milliseconds(stamp - _samples[^1].Stamp)} before the image";
        var (a, b) = (_samples[after - 1], _samples[after]);
        var usual = (_samples[^1].Stamp - _samples[0].Stamp) / (_samples.Count - 1);
        if (b.Stamp - a.Stamp > Math.Max(MaxGap, UsualIntervals * usual)) return $"'{Parent}' -> '{Child}' has a gap of {Milliseconds(b.Stamp - a.Stamp)} around the image";
        childToParent = RigidTransform.Between(a.ChildToParent, b.ChildToParent, (stamp - a.Stamp) / (double)(b.Stamp - a.Stamp));
        return null;
    }

    private static string Milliseconds(long nanoseconds) => FormattableString.Invariant($"{nanoseconds / 1e6:0.#} ms");

    private int FirstAtOrAfter(long stamp)
    {
        var (low, high) = (0, _samples.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_samples[middle].Stamp < stamp) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
