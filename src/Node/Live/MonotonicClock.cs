using System.Diagnostics;

namespace AlsterNode.Node.Live;

/// <summary>Time that never jumps, whatever ROS and the wall clock do.</summary>
internal static class MonotonicClock
{
    /// <summary>Since some moment in the past [ns].</summary>
    public static long Now => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));
}
