using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.LifecycleMsgs;

namespace AlsterNode.Ros2.Lifecycle;

/// <summary>Lets others manage a node (<c>ros2 lifecycle</c>, Nav2's lifecycle manager): five services and a topic below its name.</summary>
public sealed class LifecycleServer : IDisposable
{
    private readonly LifecycleMachine _machine;
    private readonly IPublisher<TransitionEvent> _events;
    private readonly IServiceServer[] _services;

    /// <summary>Offers the services; requests are carried out one after the other.</summary>
    public LifecycleServer(INode node, LifecycleMachine machine)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(machine);
        _machine = machine;
        _events = node.Advertise<TransitionEvent>("~/transition_event", QosProfile.Default);
        _services =
        [
            node.Serve<ChangeState, ChangeStateRequest, ChangeStateResponse>("~/change_state", Change),
            node.Serve<GetState, GetStateRequest, GetStateResponse>("~/get_state", _ => new GetStateResponse { CurrentState = ToMessage(machine.State) }),
            node.Serve<GetAvailableStates, GetAvailableStatesRequest, GetAvailableStatesResponse>("~/get_available_states", _ => States()),
            node.Serve<GetAvailableTransitions, GetAvailableTransitionsRequest, GetAvailableTransitionsResponse>("~/get_available_transitions", _ => Described(machine.Available.Select(Begin))),
            node.Serve<GetAvailableTransitions, GetAvailableTransitionsRequest, GetAvailableTransitionsResponse>("~/get_transition_graph", _ => Described(Graph())),
        ];
        machine.Moved += Publish;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _machine.Moved -= Publish;
        foreach (var service in _services) service.Dispose();
        _events.Dispose();
    }

    // A label goes before a number: the three shutdowns share one, and clients send it with the number 0.
    private ChangeStateResponse Change(ChangeStateRequest request) => new()
    {
        Success = request.Transition.Label.Length > 0 ? _machine.Request(request.Transition.Label) : _machine.Request(request.Transition.Id),
    };

    private static GetAvailableStatesResponse States() => new()
    {
        AvailableStates = [new() { Id = State.PRIMARY_STATE_UNKNOWN, Label = "unknown" }, .. Enum.GetValues<LifecycleState>().Select(ToMessage)],
    };

    private static GetAvailableTransitionsResponse Described(IEnumerable<TransitionDescription> transitions) => new() { AvailableTransitions = [.. transitions] };

    // What can be asked for, and what then happens by itself.
    private static IEnumerable<TransitionDescription> Graph() =>
    [
        .. LifecycleMachine.Steps.Select(Begin),
        .. LifecycleMachine.Steps.DistinctBy(step => step.SuccessId).SelectMany(Ends),
        Description(Transition.TRANSITION_ON_ERROR_SUCCESS, "transition_success", LifecycleState.ErrorProcessing, LifecycleState.Unconfigured),
        Description(Transition.TRANSITION_ON_ERROR_FAILURE, "transition_failure", LifecycleState.ErrorProcessing, LifecycleState.Finalized),
    ];

    private static TransitionDescription Begin(LifecycleMachine.Step step) => Description(step.Id, step.Label, step.From, step.Through);

    private static TransitionDescription[] Ends(LifecycleMachine.Step step) =>
    [
        Description(step.SuccessId, "transition_success", step.Through, step.To),
        Description((byte)(step.SuccessId + 1), "transition_failure", step.Through, step.To == LifecycleState.Finalized ? step.To : step.From),
        Description((byte)(step.SuccessId + 2), "transition_error", step.Through, LifecycleState.ErrorProcessing),
    ];

    private static TransitionDescription Description(byte id, string label, LifecycleState from, LifecycleState to) => new()
    {
        Transition = new() { Id = id, Label = label },
        StartState = ToMessage(from),
        GoalState = ToMessage(to),
    };

    private static State ToMessage(LifecycleState state) => new() { Id = (byte)state, Label = state.ToString().ToLowerInvariant() };

    private void Publish(byte id, string label, LifecycleState from, LifecycleState to) => _events.Publish(new TransitionEvent
    {
        Timestamp = (ulong)RosTime.SystemNow,
        Transition = new() { Id = id, Label = label },
        StartState = ToMessage(from),
        GoalState = ToMessage(to),
    });
}
