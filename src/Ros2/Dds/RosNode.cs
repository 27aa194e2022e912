using AlsterNode.Ros2.Cdr;

namespace AlsterNode.Ros2.Dds;

/// <inheritdoc cref="INode"/>
public sealed class RosNode : INode
{
    private readonly RosEnvironment _environment;
    private readonly DdsParticipant _participant;
    private readonly DdsPublisher _announcements;
    private readonly DdsSubscription _otherAnnouncements;
    private readonly Lock _gate = new();
    private readonly List<Endpoint> _endpoints = [];
    private uint _serviceIds;
    private bool _disposed;

    /// <param name="Key">What tells it from the others.</param>
    /// <param name="Owner">What was given to the caller.</param>
    /// <param name="Reader">Announced, when there is one.</param>
    /// <param name="Writer">Announced, when there is one.</param>
    private sealed record Endpoint(object Key, IDisposable Owner, EntityId? Reader, EntityId? Writer);

    /// <summary>Joins the domain and announces the node.</summary>
    /// <param name="name">The node's name, unless the arguments rename it.</param>
    /// <param name="ns">Its namespace, unless the arguments give another.</param>
    /// <param name="arguments">The command line's.</param>
    /// <param name="environment">The process's, usually.</param>
    /// <param name="logged">Hears the log from the first line on.</param>
    public RosNode(string name, string ns, RosArguments arguments, RosEnvironment environment, Action<RosLogRecord>? logged = null)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(environment);
        _environment = environment;
        Arguments = arguments;
        Name = arguments.NodeName(name);
        NodeNamespace = arguments.Namespace(ns, name);
        Logged = logged;

        _participant = new DdsParticipant(environment, arguments.Enclave, Name, Report, text => Log(RosLogLevel.Warn, "DDS: " + text));
        try
        {
            var userData = UserData.Of(Hash(NodeAnnouncement.Type.Hash));
            _announcements = new DdsPublisher(
                _participant, NodeAnnouncement.DdsTopic, NodeAnnouncement.Type.DdsName, QosProfile.Discovery, userData, QueuePolicy.DropOldest, Report);
            Graph = new RosGraph(_participant, environment.IsBeforeIron);
            _otherAnnouncements = new DdsSubscription(
                _participant, NodeAnnouncement.DdsTopic, NodeAnnouncement.Type.DdsName, QosProfile.DiscoveryReader, userData,
                (in Native.Sample sample, ref bool _) => Graph.Announced(sample.Payload), Report);
            Announce();
        }
        catch
        {
            _participant.Dispose();
            throw;
        }
        if (RosEnvironment.ReceiveBufferWarning() is { } warning) Log(RosLogLevel.Warn, warning);
    }

    /// <inheritdoc/>
    public event Action<RosLogRecord>? Logged;

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string NodeNamespace { get; }

    /// <inheritdoc/>
    public string FullName => RosNames.Join(NodeNamespace, Name);

    /// <inheritdoc/>
    public RosArguments Arguments { get; }

    /// <inheritdoc/>
    public RosGraph Graph { get; }

    /// <inheritdoc/>
    public IPublisher<T> Advertise<T>(string topic, QosProfile qos, QueuePolicy policy = QueuePolicy.DropOldest)
        where T : IMessage<T>, new() => Advertise<T>(topic, T.Type, qos, policy);

    /// <inheritdoc/>
    public IPublisher<IMessage> Advertise(string topic, MessageType type, QosProfile qos, QueuePolicy policy = QueuePolicy.DropOldest) =>
        Advertise<IMessage>(topic, type, qos, policy);

    /// <inheritdoc/>
    public ISubscription<T> Subscribe<T>(string topic, QosProfile qos, SampleHandler<T> handler)
        where T : IMessage<T>, new()
    {
        var name = Arguments.Topic(topic, NodeNamespace, Name);
        var subscription = Reader(
            RosNames.OfTopic(name), T.Type, qos, UserData.Of(Hash(T.Type.Hash)),
            (in Native.Sample sample, ref bool kept) => handler(new ReceivedSample<T>(sample, ref kept)));
        return Owned(new Subscription<T>(name, subscription, Forget(subscription)), subscription, subscription.Reader, null);
    }

    /// <inheritdoc/>
    public IServiceServer Serve<TService, TRequest, TResponse>(string name, Func<TRequest, CancellationToken, Task<TResponse>> handler)
        where TService : IService<TRequest, TResponse>
        where TRequest : IMessage<TRequest>, new()
        where TResponse : IMessage<TResponse>, new()
    {
        var full = Arguments.Service(name, NodeNamespace, Name);
        var (replies, requests) = ServiceSide(RosNames.OfReplies(full), TService.Type.Response, RosNames.OfRequests(full), TService.Type.Request, UserData.OfService, QueuePolicy.Wait);
        var server = new ServiceServer<TRequest, TResponse>(full, replies, requests, handler, Report, Forget(replies));
        return Owned(server, replies, server.Endpoints.Reader, server.Endpoints.Writer);
    }

    /// <inheritdoc/>
    public IClient<TRequest, TResponse> CreateClient<TService, TRequest, TResponse>(string name)
        where TService : IService<TRequest, TResponse>
        where TRequest : IMessage<TRequest>, new()
        where TResponse : IMessage<TResponse>, new()
    {
        var full = Arguments.Service(name, NodeNamespace, Name);
        var (requests, replies) = ServiceSide(RosNames.OfRequests(full), TService.Type.Request, RosNames.OfReplies(full), TService.Type.Response, UserData.OfClient, QueuePolicy.DropNewest);
        var client = new ServiceClient<TRequest, TResponse>(full, requests, replies, Forget(requests));
        return Owned(client, requests, client.Endpoints.Reader, client.Endpoints.Writer);
    }

    /// <inheritdoc/>
    public void Log(RosLogLevel level, string message)
    {
        if (level >= (Arguments.LogLevel ?? RosLogLevel.Info)) Logged?.Invoke(new RosLogRecord(DateTime.UtcNow, level, message));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Endpoint[] endpoints;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            endpoints = [.. _endpoints];
        }
        foreach (var endpoint in endpoints) endpoint.Owner.Dispose();
        _otherAnnouncements.Dispose();
        Graph.Dispose();
        _announcements.Dispose();
        _participant.Dispose();
    }

    private Publisher<T> Advertise<T>(string topic, MessageType type, QosProfile qos, QueuePolicy policy)
        where T : IMessage
    {
        var name = Arguments.Topic(topic, NodeNamespace, Name);
        var publisher = Writer(RosNames.OfTopic(name), type, qos, UserData.Of(Hash(type.Hash)), policy);
        return Owned(new Publisher<T>(name, publisher, Forget(publisher)), publisher, null, publisher.Writer);
    }

    private DdsPublisher Writer(string ddsTopic, MessageType type, QosProfile qos, string userData, QueuePolicy policy)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new DdsPublisher(_participant, ddsTopic, type.DdsName, qos, userData, policy, Report);
    }

    private DdsSubscription Reader(string ddsTopic, MessageType type, QosProfile qos, string userData, RawHandler handler)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new DdsSubscription(_participant, ddsTopic, type.DdsName, qos, userData, handler, Report);
    }

    // A server's or a client's two endpoints, which bear one id. What it hears is subscribed to when it can handle it.
    private (DdsPublisher Writer, Func<RawHandler, DdsSubscription> Subscribe) ServiceSide(
        string sentTopic, MessageType sent, string heardTopic, MessageType heard, Func<EntityId, string?, string> userData, QueuePolicy policy)
    {
        var id = _participant.Id.WithEntity(Interlocked.Increment(ref _serviceIds));
        var writer = Writer(sentTopic, sent, QosProfile.ServiceEndpoints, userData(id, Hash(sent.Hash)), policy);
        return (writer, handler => Reader(heardTopic, heard, QosProfile.ServiceEndpoints, userData(id, Hash(heard.Hash)), handler));
    }

    private T Owned<T>(T owner, object key, DdsEntity? reader, DdsEntity? writer)
        where T : IDisposable
    {
        lock (_gate) _endpoints.Add(new Endpoint(key, owner, reader?.Id, writer?.Id));
        Announce();
        return owner;
    }

    private Action Forget(object key) => () =>
    {
        lock (_gate)
        {
            if (_endpoints.RemoveAll(endpoint => endpoint.Key == key) == 0 || _disposed) return;
        }
        Announce();
    };

    // Others learn which endpoints are this node's; said again whenever they change.
    private void Announce()
    {
        lock (_gate)
        {
            EntityId[] readers = [.. _endpoints.Where(endpoint => endpoint.Reader is not null).Select(endpoint => endpoint.Reader!.Value)];
            EntityId[] writers = [.. _endpoints.Where(endpoint => endpoint.Writer is not null).Select(endpoint => endpoint.Writer!.Value)];
            var announcement = new NodeAnnouncement(_participant.Id, [new NodeAnnouncement.NodeEntities(NodeNamespace, Name, readers, writers)]);
            var gidBytes = NodeAnnouncement.GidBytes(_environment.IsBeforeIron);
            _announcements.Publish(announcement.PayloadBytes(gidBytes), payload => announcement.WriteTo(payload, gidBytes));
        }
    }

    // Humble has no type hashes.
    private string? Hash(string hash) => _environment.IsBeforeIron ? null : hash;

    private void Report(string problem) => Log(RosLogLevel.Error, problem);
}
