namespace AlsterNode.Ros2.Dds;

/// <summary>
/// The thread that hands samples to DDS, so that no caller waits for a slow subscriber: a reliable writer whose subscribers do not keep up
/// refuses for a while, and is asked again after the others.
/// </summary>
internal sealed class PublishingThread : IDisposable
{
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _work = new(false);
    private readonly Thread _thread;
    private volatile PublishQueue[] _queues = [];
    private volatile bool _stopping;

    public PublishingThread(string name)
    {
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    public void Add(PublishQueue queue)
    {
        lock (_gate) _queues = [.. _queues, queue];
    }

    public void Remove(PublishQueue queue)
    {
        lock (_gate) _queues = [.. _queues.Where(other => other != queue)];
    }

    /// <summary>There is something in a queue.</summary>
    public void Wake() => _work.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stopping) return;
        _stopping = true;
        _work.Set();
        _thread.Join();
        _work.Dispose();
    }

    private void Run()
    {
        while (!_stopping)
        {
            var sent = false;
            var waiting = false;
            foreach (var queue in _queues)
            {
                switch (queue.SendOne())
                {
                    case SendResult.Sent: sent = true; break;
                    case SendResult.NotYet: waiting = true; break;
                }
            }
            if (!sent) _work.WaitOne(waiting ? 1 : Timeout.Infinite); // [ms]
        }
    }
}

/// <summary>What came of the first sample of a queue.</summary>
internal enum SendResult
{
    /// <summary>There was none.</summary>
    Empty,

    /// <summary>It is on its way, or was given up.</summary>
    Sent,

    /// <summary>It has to wait.</summary>
    NotYet,
}
