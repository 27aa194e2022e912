using AlsterNode.Core.Sqlite;

namespace AlsterNode.SceneStore;

/// <summary>
/// Commits a scene's changes to its file from a thread of its own. The mapping thread only says that something changed; at the next commit
/// the writer holds the scene for as long as copying the changed blocks takes, and writes the copy while mapping goes on.
/// </summary>
internal sealed class SceneWriter : IDisposable
{
    private readonly SceneFile _file;
    private readonly SceneSnapshot _snapshot;
    private readonly Action<SceneSnapshot> _take;
    private readonly TimeSpan _interval;
    private readonly Thread _thread;
    private readonly object _sync = new();
    private bool _changed;
    private bool _urgent; // commit now, not at the interval's end
    private bool _stop;
    private long _requested; // changes announced
    private long _written; // changes in the file
    private IOException? _failure;
    private bool _failureTold;
    private long _committed;

    /// <summary>Starts the thread.</summary>
    /// <param name="file">Where to commit; used by the writer's thread from now on.</param>
    /// <param name="recordSize">Bytes of a voxel's record.</param>
    /// <param name="interval">From the start of one commit to the start of the next.</param>
    /// <param name="take">Fills a snapshot while holding the scene.</param>
    public SceneWriter(SceneFile file, int recordSize, TimeSpan interval, Action<SceneSnapshot> take)
    {
        _file = file;
        _snapshot = new SceneSnapshot(recordSize);
        _interval = interval;
        _take = take;
        _thread = new Thread(Run) { IsBackground = true, Name = "scene writer" };
        _thread.Start();
    }

    /// <summary>Number of the last commit that is in the file.</summary>
    public long Committed => Volatile.Read(ref _committed);

    /// <summary>Throws if a commit failed; the file then keeps the commit before.</summary>
    public void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is not { } failure) return;
        _failureTold = true;
        throw new IOException(failure.Message, failure);
    }

    /// <summary>Says that the scene changed; returns at once.</summary>
    public void Notify()
    {
        lock (_sync)
        {
            _requested++;
            if (_changed) return;
            _changed = true;
            Monitor.PulseAll(_sync);
        }
    }

    /// <summary>Returns when every change announced so far is in the file; throws if that failed.</summary>
    public void Flush()
    {
        lock (_sync)
        {
            var target = _requested;
            _urgent = true;
            Monitor.PulseAll(_sync);
            while (_written < target && _failure is null) Monitor.Wait(_sync);
        }
        ThrowIfFailed();
    }

    /// <summary>Commits what is left and stops; throws if a commit failed and nobody was told yet.</summary>
    public void Dispose()
    {
        lock (_sync)
        {
            _stop = true;
            Monitor.PulseAll(_sync);
        }
        _thread.Join();
        if (!_failureTold) ThrowIfFailed();
    }

    private void Run()
    {
        var due = DateTime.UtcNow;
        var last = default(SceneState);
        try
        {
            while (WaitForWork(due, out var target))
            {
                due = DateTime.UtcNow + _interval;
                _take(_snapshot);
                _file.Commit(_snapshot);
                last = _snapshot.State;
                Volatile.Write(ref _committed, _snapshot.Commit);
                lock (_sync)
                {
                    _written = target;
                    Monitor.PulseAll(_sync);
                }
            }
        }
        catch (Exception e)
        {
            var reason = e is SqliteException { Code: SqliteNative.Full } ? "the disk is full" : e.Message;
            lock (_sync)
            {
                _failure = new IOException($"Scene {_file.Path} can no longer be written ({reason}); it keeps the map as of its last commit"
                    + $"{(last.Frames > 0 ? $", frame {last.Frames}" : "")}: make room or choose another place, and resume from it.", e);
                Monitor.PulseAll(_sync);
            }
        }
    }

    /// <summary>Waits until there are changes and the time has come; false when all is written and the writer is to stop.</summary>
    private bool WaitForWork(DateTime due, out long target)
    {
        lock (_sync)
        {
            while (true)
            {
                var wait = due - DateTime.UtcNow;
                if (_changed && (_urgent || _stop || wait <= TimeSpan.Zero)) break;
                if (_stop)
                {
                    target = 0;
                    return false;
                }
                if (!_changed) Monitor.Wait(_sync);
                else Monitor.Wait(_sync, wait);
            }
            _changed = false;
            _urgent = false;
            target = _requested;
            return true;
        }
    }
}
