using System.Runtime.InteropServices;
using System.Text;

namespace AlsterNode.Ros2.Dds;

/// <summary>A publisher, subscription, or one half of a service or client, anywhere in the domain.</summary>
/// <param name="Topic">ROS's full name of the topic; the DDS name when ROS has none for it.</param>
/// <param name="Type">ROS's name of the type.</param>
/// <param name="TypeHash">RIHS01_..., or null when not announced.</param>
/// <param name="IsPublisher">Otherwise a subscription.</param>
/// <param name="Qos">What it offers or asks for.</param>
/// <param name="Node">The full name of its node; null when no node announced it.</param>
/// <param name="Id">Its GUID.</param>
/// <param name="DdsTopic">The topic on the wire.</param>
public sealed record GraphEndpoint(string Topic, string Type, string? TypeHash, bool IsPublisher, QosProfile Qos, string? Node, EntityId Id, string DdsTopic);

/// <summary>Who is in the domain and what they publish, hear and serve, as discovery tells it; it changes while one looks.</summary>
public sealed class RosGraph : IDisposable
{
    private const int Participants = 0, Publications = 1, Subscriptions = 2; // as in native/graph.c

    private readonly Lock _gate = new();
    private readonly Dictionary<EntityId, Found> _endpoints = [];
    private readonly Dictionary<EntityId, NodeInfo[]> _announced = []; // by participant
    private readonly List<IDisposable> _attachments = [];
    private readonly int _gidBytes;

    private sealed record Found(GraphEndpoint Endpoint, EntityId Participant);

    private sealed record NodeInfo(string FullName, HashSet<EntityId> Entities);

    internal RosGraph(DdsParticipant participant, bool isBeforeIron)
    {
        _gidBytes = NodeAnnouncement.GidBytes(isBeforeIron);
        foreach (var kind in (ReadOnlySpan<int>)[Participants, Publications, Subscriptions])
        {
            var reader = Native.Created(Native.CreateGraphReader(participant.Entity, kind));
            _attachments.Add(participant.Loop.Attach(reader, () => TakeChanges(reader, kind)));
            _attachments.Add(reader);
        }
    }

    /// <summary>Something came, went, or changed. Raised on the receiving thread.</summary>
    public event Action? Changed;

    /// <summary>Every endpoint in the domain, ours included.</summary>
    public IReadOnlyList<GraphEndpoint> Endpoints
    {
        get
        {
            lock (_gate) return [.. _endpoints.Values.Select(WithNode)];
        }
    }

    /// <summary>Full names of the nodes that announced themselves, sorted.</summary>
    public IReadOnlyList<string> Nodes
    {
        get
        {
            lock (_gate) return [.. _announced.Values.SelectMany(nodes => nodes).Select(node => node.FullName).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>ROS topics and the types they are used with, sorted.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Topics => Grouped(endpoint => RosNames.Topic(endpoint.DdsTopic), endpoint => endpoint.Type);

    /// <summary>ROS services that have a server, and their types, sorted.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Services => Grouped(
        endpoint => endpoint.IsPublisher ? null : RosNames.Service(endpoint.DdsTopic),
        endpoint => endpoint.Type.EndsWith("_Request", StringComparison.Ordinal) ? endpoint.Type[..^"_Request".Length] : endpoint.Type);

    /// <summary>Publishers of a topic.</summary>
    public IReadOnlyList<GraphEndpoint> PublishersOf(string topic) => [.. Endpoints.Where(e => e.IsPublisher && RosNames.Topic(e.DdsTopic) == topic)];

    /// <summary>Subscriptions to a topic.</summary>
    public IReadOnlyList<GraphEndpoint> SubscriptionsTo(string topic) => [.. Endpoints.Where(e => !e.IsPublisher && RosNames.Topic(e.DdsTopic) == topic)];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var attachment in _attachments) attachment.Dispose();
        _attachments.Clear();
    }

    /// <summary>Takes in what a participant announced about its nodes (ros_discovery_info).</summary>
    internal void Announced(ReadOnlySpan<byte> payload)
    {
        var announcement = NodeAnnouncement.Read(payload, _gidBytes);
        lock (_gate)
        {
            _announced[announcement.Participant] =
                [.. announcement.Nodes.Select(node => new NodeInfo(RosNames.Join(node.Namespace, node.Name), [.. node.Readers, .. node.Writers]))];
        }
        Changed?.Invoke();
    }

    private unsafe void TakeChanges(DdsEntity reader, int kind)
    {
        Native.Endpoint change;
        var changed = false;
        while (Native.Checked(Native.TakeGraph(reader, kind, &change)) > 0)
        {
            try
            {
                lock (_gate) Apply(change, kind);
                changed = true;
            }
            finally
            {
                Native.Free(change.Memory);
            }
        }
        if (changed) Changed?.Invoke();
    }

    private unsafe void Apply(in Native.Endpoint change, int kind)
    {
        if (kind == Participants)
        {
            if (change.Alive == 0) _announced.Remove(change.Id);
            return;
        }
        if (change.Alive == 0)
        {
            _endpoints.Remove(change.Id);
            return;
        }
        var topic = Marshal.PtrToStringUTF8((nint)change.Topic) ?? "";
        var type = Marshal.PtrToStringUTF8((nint)change.Type) ?? "";
        var userData = Encoding.UTF8.GetString(change.UserData, checked((int)change.UserDataSize));
        var endpoint = new GraphEndpoint(
            RosNames.Topic(topic) ?? RosNames.Service(topic) ?? topic, RosNames.Type(type), UserData.Value(userData, "typehash"), kind == Publications,
            QosProfile.FromNative(change), Node: null, change.Id, topic);
        _endpoints[change.Id] = new Found(endpoint, change.Participant);
    }

    private GraphEndpoint WithNode(Found found)
    {
        if (!_announced.TryGetValue(found.Participant, out var nodes)) return found.Endpoint;
        var node = Array.Find(nodes, node => node.Entities.Contains(found.Endpoint.Id));
        return node is null ? found.Endpoint : found.Endpoint with { Node = node.FullName };
    }

    private SortedDictionary<string, IReadOnlyList<string>> Grouped(Func<GraphEndpoint, string?> nameOf, Func<GraphEndpoint, string> typeOf)
    {
        var result = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        lock (_gate)
        {
            foreach (var group in _endpoints.Values.Select(found => found.Endpoint).Where(e => nameOf(e) is not null).GroupBy(e => nameOf(e)!))
                result[group.Key] = [.. group.Select(typeOf).Distinct().Order(StringComparer.Ordinal)];
        }
        return result;
    }
}
