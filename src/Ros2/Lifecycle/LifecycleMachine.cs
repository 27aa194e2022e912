using AlsterNode.Ros2.Messages.LifecycleMsgs;

namespace AlsterNode.Ros2.Lifecycle;

/// <summary>The state machine of managed nodes: which transitions exist, and what becomes of a callback's success, failure and error.</summary>
public sealed class LifecycleMachine(ILifecycleCallbacks callbacks)
{
    private readonly Lock _gate = new();

    /// <summary>The transitions a user can ask for, as rcl_lifecycle names and numbers them.</summary>
    internal static IReadOnlyList<Step> Steps { get; } =
    [
        new(Transition.TRANSITION_CONFIGURE, "configure", LifecycleState.Unconfigured, LifecycleState.Configuring, LifecycleState.Inactive, Transition.TRANSITION_ON_CONFIGURE_SUCCESS),
        new(Transition.TRANSITION_CLEANUP, "cleanup", LifecycleState.Inactive, LifecycleState.CleaningUp, LifecycleState.Unconfigured, Transition.TRANSITION_ON_CLEANUP_SUCCESS),
        new(Transition.TRANSITION_ACTIVATE, "activate", LifecycleState.Inactive, LifecycleState.Activating, LifecycleState.Active, Transition.TRANSITION_ON_ACTIVATE_SUCCESS),
        new(Transition.TRANSITION_DEACTIVATE, "deactivate", LifecycleState.Active, LifecycleState.Deactivating, LifecycleState.Inactive, Transition.TRANSITION_ON_DEACTIVATE_SUCCESS),
        new(Transition.TRANSITION_UNCONFIGURED_SHUTDOWN, "shutdown", LifecycleState.Unconfigured, LifecycleState.ShuttingDown, LifecycleState.Finalized, Transition.TRANSITION_ON_SHUTDOWN_SUCCESS),
        new(Transition.TRANSITION_INACTIVE_SHUTDOWN, "shutdown", LifecycleState.Inactive, LifecycleState.ShuttingDown, LifecycleState.Finalized, Transition.TRANSITION_ON_SHUTDOWN_SUCCESS),
        new(Transition.TRANSITION_ACTIVE_SHUTDOWN, "shutdown", LifecycleState.Active, LifecycleState.ShuttingDown, LifecycleState.Finalized, Transition.TRANSITION_ON_SHUTDOWN_SUCCESS),
    ];

    /// <summary>A step of the machine was made: its number and label, from, to.</summary>
    public event Action<byte, string, LifecycleState, LifecycleState>? Moved;

    /// <summary>Where the node is.</summary>
    public LifecycleState State { get; private set; } = LifecycleState.Unconfigured;

    /// <summary>What can be asked for now.</summary>
    internal IEnumerable<Step> Available => Steps.Where(step => step.From == State);

    /// <summary>A transition a user can ask for.</summary>
    /// <param name="Id">lifecycle_msgs/Transition's number.</param>
    /// <param name="Label">Its name; the three ways to shut down share one.</param>
    /// <param name="From">Where it begins.</param>
    /// <param name="Through">Where the node is meanwhile.</param>
    /// <param name="To">Where it ends when all goes well.</param>
    /// <param name="SuccessId">The number of the inner transition on success; failure and error follow it.</param>
    internal sealed record Step(byte Id, string Label, LifecycleState From, LifecycleState Through, LifecycleState To, byte SuccessId);

    /// <summary>Makes a transition by its label. False when there is none from here, or its callback did not succeed.</summary>
    public bool Request(string label) => Make(Available.FirstOrDefault(step => step.Label == label));

    /// <summary>Makes a transition by its number. False when there is none from here, or its callback did not succeed.</summary>
    public bool Request(byte id) => Make(Available.FirstOrDefault(step => step.Id == id));

    private bool Make(Step? step)
    {
        lock (_gate)
        {
            if (step is null || step.From != State) return false;
            Move(step.Id, step.Label, step.Through);
            try
            {
                var succeeded = Call(step);
                if (step.To == LifecycleState.Finalized) succeeded = true; // whoever shuts down is shut down
                if (succeeded) Move(step.SuccessId, "transition_success", step.To);
                else Move((byte)(step.SuccessId + 1), "transition_failure", step.From);
                return succeeded;
            }
#pragma warning disable CA1031 // whatever a callback throws is the machine's "error"
            catch (Exception e)
#pragma warning restore CA1031
            {
                Move((byte)(step.SuccessId + 2), "transition_error", LifecycleState.ErrorProcessing);
                Recover(step, e);
                return false;
            }
        }
    }

    private void Recover(Step step, Exception error)
    {
        var recovered = false;
        try
        {
            recovered = callbacks.OnError(step.From, error);
        }
#pragma warning disable CA1031 // an error in the error handler ends the node
        catch (Exception)
#pragma warning restore CA1031
        {
            // finalized below
        }
        if (recovered) Move(Transition.TRANSITION_ON_ERROR_SUCCESS, "transition_success", LifecycleState.Unconfigured);
        else Move(Transition.TRANSITION_ON_ERROR_FAILURE, "transition_failure", LifecycleState.Finalized);
    }

    private bool Call(Step step) => step.Through switch
    {
        LifecycleState.Configuring => callbacks.OnConfigure(),
        LifecycleState.Activating => callbacks.OnActivate(),
        LifecycleState.Deactivating => callbacks.OnDeactivate(),
        LifecycleState.CleaningUp => callbacks.OnCleanUp(),
        _ => callbacks.OnShutDown(step.From),
    };

    private void Move(byte id, string label, LifecycleState to)
    {
        var from = State;
        State = to;
        Moved?.Invoke(id, label, from, to);
    }
}
