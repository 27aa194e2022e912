namespace AlsterNode.Ros2.Dds;

/// <summary>
/// The quality of service of an endpoint. A subscription hears a publisher only when it asks for no more than is offered: reliable from
/// reliable, latched from latched. Transient-local subscriptions must be reliable, else they never get the history.
/// </summary>
/// <param name="Reliable">Lost samples are sent again; otherwise best effort.</param>
/// <param name="TransientLocal">Late joiners get the last <paramref name="Depth"/> samples ("latched").</param>
/// <param name="Depth">Samples kept; 0 keeps all.</param>
public sealed record QosProfile(bool Reliable, bool TransientLocal, int Depth)
{
    /// <summary>How long a sample is worth sending; null for ever.</summary>
    public TimeSpan? Lifespan { get; init; }

    /// <summary>Longest time between samples that the endpoint promises or expects; null for none.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>rmw_qos_profile_default.</summary>
    public static QosProfile Default { get; } = new(Reliable: true, TransientLocal: false, Depth: 10);

    /// <summary>rmw_qos_profile_sensor_data: the newest counts, losses are not repaired.</summary>
    public static QosProfile SensorData { get; } = new(Reliable: false, TransientLocal: false, Depth: 5);

    /// <summary>/clock.</summary>
    public static QosProfile Clock { get; } = new(Reliable: false, TransientLocal: false, Depth: 1);

    /// <summary>/tf.</summary>
    public static QosProfile Tf { get; } = new(Reliable: true, TransientLocal: false, Depth: 100);

    /// <summary>/tf_static for a broadcaster.</summary>
    public static QosProfile TfStaticBroadcaster { get; } = new(Reliable: true, TransientLocal: true, Depth: 1);

    /// <summary>/tf_static for a listener: deep enough for the history of 100 broadcasters.</summary>
    public static QosProfile TfStatic { get; } = new(Reliable: true, TransientLocal: true, Depth: 100);

    /// <summary>rmw_qos_profile_services_default.</summary>
    public static QosProfile Services { get; } = new(Reliable: true, TransientLocal: false, Depth: 10);

    /// <summary>
    /// What service endpoints are made with. Every client hears the replies to all clients, so ten are overwritten before a busy one has looked;
    /// the depth is no part of the contract between the two ends and is not announced.
    /// </summary>
    internal static QosProfile ServiceEndpoints { get; } = Services with { Depth = 1000 };

    /// <summary>rmw_qos_profile_parameters and parameter events.</summary>
    public static QosProfile Parameters { get; } = new(Reliable: true, TransientLocal: false, Depth: 1000);

    /// <summary>/rosout.</summary>
    public static QosProfile Rosout { get; } = new(Reliable: true, TransientLocal: true, Depth: 1000) { Lifespan = TimeSpan.FromSeconds(10) };

    /// <summary>The last message is there for everyone who comes later: maps, label spaces.</summary>
    public static QosProfile Latched { get; } = new(Reliable: true, TransientLocal: true, Depth: 1);

    /// <summary>ros_discovery_info for the announcing node.</summary>
    internal static QosProfile Discovery { get; } = Latched;

    /// <summary>ros_discovery_info for those who read it: every participant's last word.</summary>
    internal static QosProfile DiscoveryReader { get; } = Latched with { Depth = 0 };

    /// <summary>The profiles by the names that settings use.</summary>
    public static IReadOnlyDictionary<string, QosProfile> ByName { get; } = new Dictionary<string, QosProfile>(StringComparer.Ordinal)
    {
        ["default"] = Default,
        ["sensor_data"] = SensorData,
        ["clock"] = Clock,
        ["tf"] = Tf,
        ["tf_static"] = TfStatic,
        ["services"] = Services,
        ["parameters"] = Parameters,
        ["rosout"] = Rosout,
        ["latched"] = Latched,
    };

    /// <summary>Why a subscription with this profile hears nothing from a publisher with <paramref name="offered"/>; null when it hears it.</summary>
    public string? RefusalOf(QosProfile offered)
    {
        ArgumentNullException.ThrowIfNull(offered);
        if (Reliable && !offered.Reliable) return "the subscription asks for reliable, the publisher offers best effort";
        if (TransientLocal && !offered.TransientLocal) return "the subscription asks for transient local, the publisher offers volatile";
        if (Deadline is { } deadline && (offered.Deadline is not { } promised || promised > deadline))
            return $"the subscription asks for a deadline of {deadline.TotalMilliseconds} ms, the publisher offers {(offered.Deadline is { } p ? $"{p.TotalMilliseconds} ms" : "none")}";
        return null;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{(Reliable ? "reliable" : "best effort")}, {(TransientLocal ? "transient local" : "volatile")}, {(Depth == 0 ? "keep all" : $"depth {Depth}")}";

    /// <summary>This profile for the shim; the user data must stay where it is.</summary>
    internal unsafe Native.Qos ToNative(byte* userData, int userDataSize) => new()
    {
        Reliable = Reliable ? 1 : 0,
        TransientLocal = TransientLocal ? 1 : 0,
        Depth = Depth,
        MaxBlocking = 5_000_000, // the publishing thread comes back to a writer that is full (PublishingThread)
        Deadline = ToNanoseconds(Deadline),
        Lifespan = ToNanoseconds(Lifespan),
        UserData = userData,
        UserDataSize = (ulong)userDataSize,
    };

    internal static QosProfile FromNative(in Native.Endpoint endpoint) => new(endpoint.Reliable != 0, endpoint.TransientLocal != 0, endpoint.Depth)
    {
        Deadline = FromNanoseconds(endpoint.Deadline),
        Lifespan = FromNanoseconds(endpoint.Lifespan),
    };

    private static long ToNanoseconds(TimeSpan? span) => span is { } value ? value.Ticks * TimeSpan.NanosecondsPerTick : 0;

    private static TimeSpan? FromNanoseconds(long value) => value is 0 or long.MaxValue ? null : TimeSpan.FromTicks(value / TimeSpan.NanosecondsPerTick);
}
