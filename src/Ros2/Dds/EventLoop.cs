using System.Collections.Concurrent;
using System.Text;

namespace AlsterNode.Ros2.Dds;

/// <summary>
/// The one thread that waits for everything a node receives, and runs the callbacks. A callback must be short: hand over or copy, then return.
/// An exception in a callback goes to <c>report</c>; the loop goes on.
/// </summary>
internal sealed unsafe class EventLoop : IDisposable
{
    private const long StopId = 0;
    private const int MostConditions = 64;

    private readonly DdsEntity _waitset;
    private readonly DdsEntity _stop;
    private readonly Action<string> _report;
    private readonly Action<string> _reportDds;
    private readonly ConcurrentDictionary<long, Registration> _registrations = new();
    private readonly Thread _thread;
    private long _lastId = StopId;
    private volatile bool _stopping;

    /// <param name="participant">Everything attached here belongs to it.</param>
    /// <param name="name">The thread's name.</param>
    /// <param name="report">Told of exceptions that callbacks threw.</param>
    /// <param name="reportDds">Told of warnings that Cyclone logs in the background.</param>
    public EventLoop(DdsEntity participant, string name, Action<string> report, Action<string> reportDds)
    {
        _report = report;
        _reportDds = reportDds;
        _waitset = Native.Created(Native.CreateWaitset(participant));
        _stop = Native.Created(Native.AttachGuard(_waitset, participant, StopId));
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Runs <paramref name="callback"/> whenever <paramref name="reader"/> has samples, until the result is disposed; it is not running any more then.</summary>
    public IDisposable Attach(DdsEntity reader, Action callback)
    {
        var registration = new Registration(this, Interlocked.Increment(ref _lastId), callback);
        _registrations[registration.Id] = registration;
        registration.Condition = Native.Created(Native.AttachReader(_waitset, reader, registration.Id));
        return registration;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stopping) return;
        _stopping = true;
        _ = Native.SetGuard(_stop, 1);
        if (Thread.CurrentThread != _thread) _thread.Join();
        foreach (var registration in _registrations.Values) registration.Dispose();
        _stop.Dispose();
        _waitset.Dispose();
    }

    private void Run()
    {
        var ids = stackalloc long[MostConditions];
        while (!_stopping)
        {
            var count = Native.Wait(_waitset, ids, MostConditions, timeout: 500_000_000);
            if (count < 0)
            {
                if (!_stopping) _report("Receiving has stopped: the DDS domain is gone.");
                return;
            }
            for (var i = 0; i < Math.Min(count, MostConditions) && !_stopping; i++)
            {
                if (_registrations.TryGetValue(ids[i], out var registration)) registration.Run();
            }
            ForwardLog();
        }
    }

    private void ForwardLog()
    {
        const int Capacity = 320;
        var text = stackalloc byte[Capacity];
        for (int length; (length = Native.TakeLog(text, Capacity)) > 0;) _reportDds(Encoding.UTF8.GetString(text, length));
    }

    private sealed class Registration(EventLoop loop, long id, Action callback) : IDisposable
    {
        private readonly Lock _running = new();
        private bool _disposed;

        public long Id => id;

        public DdsEntity? Condition { get; set; }

        public void Run()
        {
            lock (_running)
            {
                if (_disposed) return;
                try
                {
                    callback();
                }
#pragma warning disable CA1031 // whatever a callback throws must not end the thread that serves all the others
                catch (Exception e)
#pragma warning restore CA1031
                {
                    loop._report($"{e.GetType().Name}: {e.Message}");
                }
            }
        }

        public void Dispose()
        {
            lock (_running)
            {
                if (_disposed) return;
                _disposed = true;
            }
            loop._registrations.TryRemove(id, out _);
            if (Condition is { } condition)
            {
                _ = Native.Detach(loop._waitset, condition);
                condition.Dispose();
            }
        }
    }
}
