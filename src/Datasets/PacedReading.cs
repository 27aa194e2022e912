using System.Diagnostics;
using System.Runtime.ExceptionServices;
using AlsterNode.Core;

namespace AlsterNode.Datasets;

/// <summary>Reads a recording in real time, as a live camera would send it.</summary>
public static class PacedReading
{
    /// <summary>
    /// Frames at <paramref name="rate"/> times the speed they were recorded at, never before their time. A slow caller gets them later, every one;
    /// or with <paramref name="dropLate"/> only the newest waits for it, and those it takes the place of come as dropped,
    /// <see cref="DropReason.MapperBusy"/>. Which these are depends on the caller's speed.
    /// </summary>
    /// <param name="source">The recording.</param>
    /// <param name="rate">1 is as recorded, 2 twice as fast.</param>
    /// <param name="dropLate">Drop what the caller has no time for, as a live camera's frames are.</param>
    /// <param name="wanted">As for <see cref="IFrameSource.Read"/>.</param>
    /// <param name="cancellation">Ends the reading between two frames.</param>
    public static IEnumerable<FrameReading> ReadPaced(this IFrameSource source, double rate, bool dropLate = false, Predicate<int>? wanted = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!(rate > 0) || !double.IsFinite(rate)) throw new ArgumentOutOfRangeException(nameof(rate), rate, "Expected a positive number.");
        return Play(source, rate, dropLate, wanted, cancellation);
    }

    private static IEnumerable<FrameReading> Play(IFrameSource source, double rate, bool dropLate, Predicate<int>? wanted, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var player = new Player(source.Read(wanted, stop.Token), rate, dropLate, stop.Token);
        try
        {
            while (player.Take() is { } readings)
            {
                foreach (var reading in readings) yield return reading;
            }
        }
        finally
        {
            stop.Cancel();
            player.Join();
        }
    }

    /// <summary>Hands each reading over when its time has come.</summary>
    private sealed class Player
    {
        private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50); // how soon a caller that has left is noticed

        private readonly IEnumerable<FrameReading> _readings;
        private readonly double _rate;
        private readonly bool _dropLate;
        private readonly CancellationToken _stop;
        private readonly Thread _thread;
        private readonly object _gate = new();
        private List<FrameReading> _due = []; // with at most one frame
        private bool _isDone;
        private ExceptionDispatchInfo? _failure;

        public Player(IEnumerable<FrameReading> readings, double rate, bool dropLate, CancellationToken stop)
        {
            (_readings, _rate, _dropLate, _stop) = (readings, rate, dropLate, stop);
            _thread = new Thread(Run) { IsBackground = true, Name = "Player" };
            _thread.Start();
        }

        /// <summary>What has become due since the last call; waits for it. Null at the end.</summary>
        public List<FrameReading>? Take()
        {
            lock (_gate)
            {
                while (_due.Count == 0 && !_isDone) Monitor.Wait(_gate);
                if (_due.Count == 0)
                {
                    _failure?.Throw(); // where the recording itself is unreadable
                    return null;
                }
                var due = _due;
                _due = [];
                Monitor.PulseAll(_gate);
                return due;
            }
        }

        public void Join() => _thread.Join();

        private void Run()
        {
            try
            {
                var clock = Stopwatch.StartNew();
                (long Stamp, TimeSpan Time)? start = null;
                var last = long.MinValue;
                foreach (var reading in _readings)
                {
                    if (reading.Frame is { Stamp: var stamp })
                    {
                        if (start is null || stamp < last) start = (stamp, clock.Elapsed); // the recording's clock jumped back
                        last = stamp;
                        var due = start.Value.Time + TimeSpan.FromSeconds((stamp - start.Value.Stamp) / 1e9 / _rate);
                        if (due > clock.Elapsed && _stop.WaitHandle.WaitOne(due - clock.Elapsed)) return;
                    }
                    Offer(reading);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return; // the caller has what it wants
            }
            catch (Exception e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                lock (_gate)
                {
                    _isDone = true;
                    Monitor.PulseAll(_gate);
                }
            }
        }

        private void Offer(FrameReading reading)
        {
            lock (_gate)
            {
                while (!_dropLate && _due.Count > 0 && !_stop.IsCancellationRequested) Monitor.Wait(_gate, Patience);
                var waiting = reading.Frame is null ? -1 : _due.FindIndex(other => other.Frame is not null);
                if (waiting >= 0) _due[waiting] = FrameReading.Drop(_due[waiting].Number, DropReason.MapperBusy);
                _due.Add(reading);
                Monitor.PulseAll(_gate);
            }
        }
    }
}
