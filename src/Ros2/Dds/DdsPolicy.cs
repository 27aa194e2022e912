namespace AlsterNode.Ros2.Dds;

/// <summary>Names of DDS's quality-of-service policies.</summary>
internal static class DdsPolicy
{
    /// <summary>Why an endpoint could not be connected to others; null when none was refused.</summary>
    public static string? Incompatibility(DdsEntity endpoint, bool isWriter)
    {
        Native.Checked(Native.Matched(endpoint, isWriter ? 1 : 0, out var refused, out var policy));
        return refused == 0 ? null : $"{refused} {(isWriter ? "subscription" : "publisher")}{(refused == 1 ? "" : "s")} of other {Name(policy)}";
    }

    private static string Name(int policy) => policy switch // DDS 1.4, annex 2.3.3: QosPolicyId_t
    {
        2 => "durability (volatile or transient local)",
        4 => "deadline",
        5 => "latency budget",
        6 => "ownership",
        8 => "liveliness",
        11 => "reliability (best effort or reliable)",
        12 => "destination order",
        _ => $"quality of service (policy {policy})",
    };
}
