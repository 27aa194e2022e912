using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.RosgraphMsgs;
using AlsterNode.Ros2.Parameters;

namespace AlsterNode.Ros2;

/// <summary>A node's time: the machine's clock, or with <c>use_sim_time</c> what <c>/clock</c> says.</summary>
public sealed class RosClock(INode node) : IDisposable
{
    private readonly Lock _gate = new();
    private ISubscription<Clock>? _subscription;
    private long _simulated;

    /// <summary>The clock went back by this many nanoseconds: what was buffered is of another time. Raised on the receiving thread.</summary>
    public event Action<long>? JumpedBack;

    /// <summary>Whether <c>/clock</c> is the time; then <see cref="Now"/> is 0 until it is heard.</summary>
    public bool UseSimTime
    {
        get
        {
            lock (_gate) return _subscription is not null;
        }
        set
        {
            ISubscription<Clock>? old = null;
            lock (_gate)
            {
                if (value == (_subscription is not null)) return;
                if (value)
                {
                    Interlocked.Exchange(ref _simulated, 0);
                    _subscription = node.Subscribe<Clock>("/clock", QosProfile.Clock, Tick);
                }
                else
                {
                    (old, _subscription) = (_subscription, null);
                }
            }
            old?.Dispose(); // outside the lock: it waits for a running handler
        }
    }

    /// <summary>The node's time [ns since 1970].</summary>
    public long Now => UseSimTime ? Interlocked.Read(ref _simulated) : RosTime.SystemNow;

    /// <summary>Declares <c>use_sim_time</c>, and from now on does what it says.</summary>
    public void Follow(ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        const string Name = "use_sim_time";
        UseSimTime = parameters.Declare<bool>(new(Name, false, "Take the time from /clock."));
        parameters.Changed += changes =>
        {
            foreach (var change in changes)
            {
                if (change.Name == Name) UseSimTime = (bool)change.Value;
            }
        };
    }

    /// <inheritdoc/>
    public void Dispose() => UseSimTime = false;

    private void Tick(in ReceivedSample<Clock> sample)
    {
        var now = sample.Read().ClockValue.ToNanoseconds();
        var before = Interlocked.Exchange(ref _simulated, now);
        if (now < before) JumpedBack?.Invoke(before - now);
    }
}
