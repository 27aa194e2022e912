using AlsterNode.Ros2.Messages.BuiltinInterfaces;

namespace AlsterNode.Ros2;

/// <summary>ROS's time stamps as nanoseconds since 1970.</summary>
public static class RosTime
{
    private const long PerSecond = 1_000_000_000;

    /// <summary>The machine's clock [ns since 1970].</summary>
    public static long SystemNow => FromUtc(DateTime.UtcNow);

    /// <summary>A point in time [ns since 1970].</summary>
    public static long FromUtc(DateTime time) => (time - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>A stamp [ns since 1970].</summary>
    public static long ToNanoseconds(this Time stamp)
    {
        ArgumentNullException.ThrowIfNull(stamp);
        return (stamp.Sec * PerSecond) + stamp.Nanosec;
    }

    /// <summary>A stamp of a time [ns since 1970]; before 1970 the seconds are negative, the nanoseconds never.</summary>
    public static Time ToStamp(long nanoseconds)
    {
        var (seconds, rest) = Math.DivRem(nanoseconds, PerSecond);
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + PerSecond);
        return new Time { Sec = checked((int)seconds), Nanosec = (uint)rest };
    }
}
