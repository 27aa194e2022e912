using System.Globalization;
using System.Security;
using System.Text;
using AlsterNode.Core;

namespace AlsterNode.Ros2;

/// <summary>How far a node looks for others by itself (ROS_AUTOMATIC_DISCOVERY_RANGE).</summary>
public enum DiscoveryRange
{
    /// <summary>The machine's subnets, by multicast.</summary>
    Subnet,

    /// <summary>This machine.</summary>
    Localhost,

    /// <summary>Not at all.</summary>
    Off,

    /// <summary>As DDS is configured.</summary>
    SystemDefault,
}

/// <summary>What ROS 2's environment variables say; the same ones as for any ROS 2 program.</summary>
public sealed record RosEnvironment
{
    /// <summary>Bytes of socket receive buffer that carry 640x480 at 30 Hz; asked for, and used as far as the kernel grants it.</summary>
    public const int ReceiveBufferBytes = 4 << 20;

    /// <summary>ROS_DOMAIN_ID: 0 to 232 (ports are 7400 + 250 d).</summary>
    public int DomainId { get; init; }

    /// <summary>ROS_DISTRO, default jazzy. Humble and older announce themselves otherwise.</summary>
    public string Distro { get; init; } = "jazzy";

    /// <summary>ROS_LOCALHOST_ONLY (Humble): the loopback interface alone.</summary>
    public bool LocalhostOnly { get; init; }

    /// <summary>ROS_AUTOMATIC_DISCOVERY_RANGE.</summary>
    public DiscoveryRange Range { get; init; }

    /// <summary>ROS_STATIC_PEERS: addresses to look at beyond the range.</summary>
    public IReadOnlyList<string> StaticPeers { get; init; } = [];

    /// <summary>CYCLONEDDS_URI: settings of Cyclone DDS that come after, and so override, ours.</summary>
    public string CycloneUri { get; init; } = "";

    /// <summary>ROS_SECURITY_*: the keys to use; null when security is off.</summary>
    public RosKeystore? Security { get; init; }

    /// <summary>Humble and older announce GUIDs of 24 bytes and know no type hashes.</summary>
    internal bool IsBeforeIron => Distro is "humble" or "galactic" or "foxy";

    /// <summary>Reads this process's environment; throws <see cref="InputException"/> when a variable cannot be understood.</summary>
    public static RosEnvironment FromProcess() => From(Environment.GetEnvironmentVariable);

    /// <summary>Reads the variables that <paramref name="variable"/> gives, null for those that are not set.</summary>
    public static RosEnvironment From(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        string Text(string name) => variable(name)?.Trim() ?? "";
        var localhostOnly = Flag("ROS_LOCALHOST_ONLY", Text("ROS_LOCALHOST_ONLY"));
        var distro = Text("ROS_DISTRO");
        var environment = new RosEnvironment
        {
            DomainId = ParseDomain(Text("ROS_DOMAIN_ID")),
            Distro = distro.Length == 0 ? "jazzy" : distro.ToLowerInvariant(),
            CycloneUri = Text("CYCLONEDDS_URI"),
            StaticPeers = Text("ROS_STATIC_PEERS").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Security = RosKeystore.From(Text),
        };
        if (environment.IsBeforeIron) return environment with { LocalhostOnly = localhostOnly };
        var range = Text("ROS_AUTOMATIC_DISCOVERY_RANGE");
        return environment with { Range = range.Length == 0 && localhostOnly ? DiscoveryRange.Localhost : ParseRange(range) }; // Iron and later keep the old variable alive
    }

    /// <summary>The sysctl line that lets sockets have <see cref="ReceiveBufferBytes"/>; null when they already can.</summary>
    public static string? ReceiveBufferWarning() => ReceiveBufferWarning("/proc/sys/net/core/rmem_max");

    internal static string? ReceiveBufferWarning(string limitFile)
    {
        if (!File.Exists(limitFile) || !long.TryParse(File.ReadAllText(limitFile).Trim(), out var granted) || granted >= ReceiveBufferBytes) return null;
        return $"The kernel grants sockets {granted} bytes of receive buffer; {ReceiveBufferBytes} carry 640x480 images at 30 Hz without loss. "
            + $"Run: sudo sysctl -w net.core.rmem_max={ReceiveBufferBytes}";
    }

    /// <summary>The configuration for Cyclone DDS: what the variables ask for, tuned for images, then the user's own.</summary>
    public string DdsConfiguration()
    {
        var xml = new StringBuilder("<CycloneDDS><Domain Id=\"any\"><General>");
        if (LocalhostOnly) xml.Append("<Interfaces><NetworkInterface address=\"127.0.0.1\"/></Interfaces>");
        if (Range is DiscoveryRange.Localhost or DiscoveryRange.Off) xml.Append("<AllowMulticast>false</AllowMulticast>");
        xml.Append("<MaxMessageSize>65500B</MaxMessageSize><FragmentSize>60000B</FragmentSize></General>"); // few large packets instead of many small
        AppendDiscovery(xml);
        xml.Append($"<Internal><SocketReceiveBufferSize max=\"{ReceiveBufferBytes}B\"/></Internal>"); // never min=: the domain would refuse to open
        xml.Append("</Domain></CycloneDDS>");
        if (CycloneUri.Length > 0) xml.Append(',').Append(CycloneUri);
        return xml.ToString();
    }

    // As rmw_cyclonedds of Iron and later: the range decides about multicast and peers, and unicast needs participant indices.
    private void AppendDiscovery(StringBuilder xml)
    {
        if (Range == DiscoveryRange.SystemDefault) return;
        if (Range == DiscoveryRange.Off)
        {
            xml.Append($"<Discovery><ParticipantIndex>none</ParticipantIndex><Tag>ros_discovery_off_{Environment.ProcessId}</Tag></Discovery>");
            return;
        }
        xml.Append("<Discovery><ParticipantIndex>auto</ParticipantIndex><MaxAutoParticipantIndex>32</MaxAutoParticipantIndex>");
        var peers = Range == DiscoveryRange.Localhost ? StaticPeers.Prepend("localhost") : StaticPeers;
        if (peers.Any())
        {
            xml.Append("<Peers>");
            foreach (var peer in peers) xml.Append($"<Peer address=\"{SecurityElement.Escape(peer)}\"/>");
            xml.Append("</Peers>");
        }
        xml.Append("</Discovery>");
    }

    private static int ParseDomain(string text)
    {
        if (text.Length == 0) return 0;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id <= 232
            ? id
            : throw new InputException($"ROS_DOMAIN_ID is '{text}', expected a number from 0 to 232.");
    }

    private static DiscoveryRange ParseRange(string text) => text.ToUpperInvariant() switch
    {
        "" or "SUBNET" => DiscoveryRange.Subnet,
        "LOCALHOST" => DiscoveryRange.Localhost,
        "OFF" => DiscoveryRange.Off,
        "SYSTEM_DEFAULT" => DiscoveryRange.SystemDefault,
        _ => throw new InputException($"ROS_AUTOMATIC_DISCOVERY_RANGE is '{text}', expected SUBNET, LOCALHOST, OFF or SYSTEM_DEFAULT."),
    };

    private static bool Flag(string name, string text) => text switch
    {
        "" or "0" => false,
        "1" => true,
        _ => throw new InputException($"{name} is '{text}', expected 0 or 1."),
    };
}
