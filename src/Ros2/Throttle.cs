namespace AlsterNode.Ros2;

/// <summary>Lets one report a second through, so that what goes wrong with every message does not fill the log. The first one always passes.</summary>
public sealed class Throttle(TimeProvider? clock = null)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private long? _last;

    /// <summary>Whether a report may go now; if so, it counts as gone.</summary>
    public bool TryPass()
    {
        lock (_gate)
        {
            if (_last is { } last && _clock.GetElapsedTime(last) < Period) return false;
            _last = _clock.GetTimestamp();
            return true;
        }
    }
}
