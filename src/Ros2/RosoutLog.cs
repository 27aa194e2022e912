using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.RclInterfaces;

namespace AlsterNode.Ros2;

/// <summary>A node's log on <c>/rosout</c>, where <c>rqt_console</c> and others look.</summary>
public sealed class RosoutLog : IDisposable
{
    private readonly INode _node;
    private readonly IPublisher<Log> _publisher;
    private readonly string _logger;

    /// <summary>Publishes from now on what the node logs.</summary>
    public RosoutLog(INode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        _node = node;
        _logger = node.FullName.TrimStart('/').Replace('/', '.'); // robot1.alster
        _publisher = node.Advertise<Log>("/rosout", QosProfile.Rosout);
        node.Logged += Publish;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _node.Logged -= Publish;
        _publisher.Dispose();
    }

    private void Publish(RosLogRecord record) => _publisher.Publish(new Log
    {
        Stamp = RosTime.ToStamp(RosTime.FromUtc(record.Time)),
        Level = (byte)record.Level,
        Name = _logger,
        Msg = record.Message,
    });
}
