using AlsterNode.Ros2.Messages.LifecycleMsgs;

namespace AlsterNode.Ros2.Lifecycle;

/// <summary>Where a managed node is, with lifecycle_msgs/State's numbers.</summary>
/// <remarks>https://design.ros2.org/articles/node_lifecycle.html</remarks>
public enum LifecycleState
{
    /// <summary>Just made, or cleaned up.</summary>
    Unconfigured = State.PRIMARY_STATE_UNCONFIGURED,

    /// <summary>Has what it needs, and does nothing with it.</summary>
    Inactive = State.PRIMARY_STATE_INACTIVE,

    /// <summary>Working.</summary>
    Active = State.PRIMARY_STATE_ACTIVE,

    /// <summary>Shut down; only destruction is left.</summary>
    Finalized = State.PRIMARY_STATE_FINALIZED,

    /// <summary>Between unconfigured and inactive.</summary>
    Configuring = State.TRANSITION_STATE_CONFIGURING,

    /// <summary>Between inactive and unconfigured.</summary>
    CleaningUp = State.TRANSITION_STATE_CLEANINGUP,

    /// <summary>On the way to finalized.</summary>
    ShuttingDown = State.TRANSITION_STATE_SHUTTINGDOWN,

    /// <summary>Between inactive and active.</summary>
    Activating = State.TRANSITION_STATE_ACTIVATING,

    /// <summary>Between active and inactive.</summary>
    Deactivating = State.TRANSITION_STATE_DEACTIVATING,

    /// <summary>After a callback that threw.</summary>
    ErrorProcessing = State.TRANSITION_STATE_ERRORPROCESSING,
}

/// <summary>What a managed node does on its way from state to state. An exception is an error: the node goes through <see cref="OnError"/>.</summary>
public interface ILifecycleCallbacks
{
    /// <summary>Allocates and subscribes. False: stays unconfigured.</summary>
    bool OnConfigure();

    /// <summary>Begins to work. False: stays inactive.</summary>
    bool OnActivate();

    /// <summary>Ceases to work. False: stays active.</summary>
    bool OnDeactivate();

    /// <summary>Gives back what configuring took. False: stays inactive.</summary>
    bool OnCleanUp();

    /// <summary>Ends, from any state. What it returns changes nothing: the node is finalized.</summary>
    bool OnShutDown(LifecycleState from);

    /// <summary>Cleans up after a callback that threw. True: the node is unconfigured again; false: finalized.</summary>
    bool OnError(LifecycleState during, Exception exception);
}
