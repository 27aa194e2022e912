using AlsterNode.Ros2.Messages.BuiltinInterfaces;

namespace AlsterNode.Ros2.Messages;

/// <summary>ROS's two-part times from and to nanoseconds.</summary>
public static class Stamps
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Nanoseconds since the clock's epoch.</summary>
    public static long ToNanoseconds(this Time time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return (time.Sec * NanosecondsPerSecond) + time.Nanosec;
    }

    /// <summary>The time of nanoseconds since the clock's epoch; seconds that 32 bits cannot hold are an <see cref="OverflowException"/>.</summary>
    public static Time ToTime(long nanoseconds)
    {
        var seconds = Math.DivRem(nanoseconds, NanosecondsPerSecond, out var rest);
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + NanosecondsPerSecond);
        return new Time { Sec = checked((int)seconds), Nanosec = (uint)rest };
    }
}
