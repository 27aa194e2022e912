
namespace AlsterNode.Ros2.Dds;

/// <summary>What a publisher does with a message when its queue is full.</summary>
public enum QueuePolicy
{
    /// <summary>The oldest waiting message makes room: the newest counts.</summary>
    DropOldest,

    /// <summary>The new message is dropped: what was begun is finished.</summary>
    DropNewest,

    /// <summary>The caller waits.</summary>
    Wait,
}

/// <summary>Whether a sample may be sent.</summary>
internal enum Permission
{
    /// <summary>Now.</summary>
    Granted,

    /// <summary>Ask again.</summary>
    Later,

    /// <summary>Never: nobody waits for it any more.</summary>
    Refused,
}

/// <summary>The samples of one writer that wait to be published, in order. Owns them.</summary>
internal sealed class PublishQueue : IDisposable
{
    private const int NotSent = int.MinValue;

    private readonly DdsEntity _writer;
    private readonly PublishingThread _thread;
    private readonly QueuePolicy _policy;
    private readonly int _capacity;
    private readonly Action<string> _report;
    private readonly Throttle _reports = new();
    private readonly LinkedList<Waiting> _samples = new();
    private readonly object _gate = new(); // a Monitor: callers wait for room on it
    private bool _sending;
    private bool _disposed;

    /// <param name="Sample">The shim's sample.</param>
    /// <param name="MayGo">Asked before it is sent; null: at once.</param>
    private sealed record Waiting(nint Sample, Func<Permission>? MayGo);

    public PublishQueue(DdsEntity writer, PublishingThread thread, QueuePolicy policy, int capacity, Action<string> report)
    {
        _writer = writer;
        _thread = thread;
        _policy = policy;
        _capacity = capacity;
        _report = report;
        thread.Add(this);
    }

    /// <summary>Samples handed to DDS so far.</summary>
    public long Published { get; private set; }

    /// <summary>Samples dropped by policy so far.</summary>
    public long Dropped { get; private set; }

    /// <summary>Takes the sample over. False when it was dropped.</summary>
    public bool Add(nint sample, Func<Permission>? mayGo = null)
    {
        lock (_gate)
        {
            while (!_disposed && _policy == QueuePolicy.Wait && _samples.Count >= _capacity) Monitor.Wait(_gate);
            if (_disposed || (_policy == QueuePolicy.DropNewest && _samples.Count >= _capacity))
            {
                Native.Return(sample);
                Dropped++;
                return false;
            }
            if (_samples.Count >= _capacity)
            {
                var oldest = _sending ? _samples.First!.Next : _samples.First; // the one being sent cannot be taken back
                if (oldest is not null)
                {
                    Native.Return(oldest.Value.Sample);
                    _samples.Remove(oldest);
                    Dropped++;
                }
            }
            _samples.AddLast(new Waiting(sample, mayGo));
        }
        _thread.Wake();
        return true;
    }

    /// <summary>Hands the first sample to DDS. Called by the publishing thread alone.</summary>
    public SendResult SendOne()
    {
        Waiting first;
        lock (_gate)
        {
            if (_disposed || _samples.First is null) return SendResult.Empty;
            first = _samples.First.Value;
            _sending = true;
        }
        var status = Send(first);
        lock (_gate)
        {
            _sending = false;
            if (status != Native.Timeout)
            {
                _samples.RemoveFirst();
                if (status >= 0) Published++;
            }
            Monitor.PulseAll(_gate);
            return status == Native.Timeout ? SendResult.NotYet : SendResult.Sent;
        }
    }

    /// <summary>Waits until all is handed to DDS. False when that takes longer than <paramref name="limit"/>.</summary>
    public bool Flush(TimeSpan limit)
    {
        var end = DateTime.UtcNow + limit;
        lock (_gate)
        {
            while (_samples.Count > 0 && !_disposed)
            {
                var left = end - DateTime.UtcNow;
                if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left)) return _samples.Count == 0;
            }
            return _samples.Count == 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            while (_sending) Monitor.Wait(_gate);
            foreach (var waiting in _samples) Native.Return(waiting.Sample);
            _samples.Clear();
            Monitor.PulseAll(_gate);
        }
        _thread.Remove(this);
    }

    private int Send(Waiting waiting)
    {
        switch (waiting.MayGo?.Invoke())
        {
            case Permission.Later: return Native.Timeout;
            case Permission.Refused:
                Native.Return(waiting.Sample);
                return NotSent;
        }
        var status = Native.Write(_writer, waiting.Sample);
        if (status >= 0 || status == Native.Timeout) return status;
        Report(Native.Error()); // the sample is gone all the same
        return NotSent;
    }

    // The report may itself be published (/rosout), and fail again.
    private void Report(string problem)
    {
        if (_reports.TryPass()) _report(problem);
    }
}
