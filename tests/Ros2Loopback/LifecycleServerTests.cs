using System.Collections.Concurrent;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Lifecycle;
using AlsterNode.Ros2.Messages.LifecycleMsgs;

namespace AlsterNode.Tests.Ros2Loopback;

public sealed class LifecycleServerTests : IDisposable
{
    private readonly Loopback _loopback = new();

    public void Dispose() => _loopback.Dispose();

    [Fact]
    public async Task AnotherNodeConfiguresActivatesAndShutsDownAndHearsOfIt()
    {
        var machine = new LifecycleMachine(new Willing());
        using var server = new LifecycleServer(_loopback.Node("alster"), machine);
        var other = _loopback.Node("manager");
        var heard = new ConcurrentQueue<string>();
        using var events = other.Subscribe<TransitionEvent>(
            "/alster/transition_event", QosProfile.Default, (in ReceivedSample<TransitionEvent> s) => heard.Enqueue($"{s.Read().StartState.Label} > {s.Read().GoalState.Label}"));
        using var change = other.CreateClient<ChangeState, ChangeStateRequest, ChangeStateResponse>("/alster/change_state");
        using var state = other.CreateClient<GetState, GetStateRequest, GetStateResponse>("/alster/get_state");
        using var transitions = other.CreateClient<GetAvailableTransitions, GetAvailableTransitionsRequest, GetAvailableTransitionsResponse>("/alster/get_available_transitions");
        Assert.True(await change.WaitForServiceAsync(TimeSpan.FromSeconds(20)) && await state.WaitForServiceAsync(TimeSpan.FromSeconds(20)));
        Assert.True(await transitions.WaitForServiceAsync(TimeSpan.FromSeconds(20)) && Loopback.Wait(() => events.PublisherCount == 1));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        var configured = await change.CallAsync(new() { Transition = new() { Id = Transition.TRANSITION_CONFIGURE } }, limit.Token);
        var offered = await transitions.CallAsync(new(), limit.Token);
        var activated = await change.CallAsync(new() { Transition = new() { Label = "activate" } }, limit.Token);
        var twice = await change.CallAsync(new() { Transition = new() { Label = "activate" } }, limit.Token);
        var active = await state.CallAsync(new(), limit.Token);
        var ended = await change.CallAsync(new() { Transition = new() { Label = "shutdown" } }, limit.Token);

        Assert.Equal((true, true, false, true), (configured.Success, activated.Success, twice.Success, ended.Success));
        Assert.Equal(["cleanup", "activate", "shutdown"], offered.AvailableTransitions.Select(t => t.Transition.Label));
        Assert.Equal(((byte)3, "active"), (active.CurrentState.Id, active.CurrentState.Label));
        Assert.True(Loopback.Wait(() => heard.Count == 6), string.Join(", ", heard));
        Assert.Equal(
            ["unconfigured > configuring", "configuring > inactive", "inactive > activating", "activating > active", "active > shuttingdown", "shuttingdown > finalized"], heard);
    }

    [Fact]
    public async Task TheWholeGraphHasEveryTransitionOfRclLifecycle()
    {
        using var server = new LifecycleServer(_loopback.Node("alster"), new LifecycleMachine(new Willing()));
        using var graph = _loopback.Node("manager").CreateClient<GetAvailableTransitions, GetAvailableTransitionsRequest, GetAvailableTransitionsResponse>("/alster/get_transition_graph");
        Assert.True(await graph.WaitForServiceAsync(TimeSpan.FromSeconds(20)));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        var all = await graph.CallAsync(new(), limit.Token);

        Assert.Equal(
            [1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 20, 21, 22, 30, 31, 32, 40, 41, 42, 50, 51, 52, 60, 61],
            all.AvailableTransitions.Select(transition => (int)transition.Transition.Id).Order());
    }

    private sealed class Willing : ILifecycleCallbacks
    {
        public bool OnConfigure() => true;

        public bool OnActivate() => true;

        public bool OnDeactivate() => true;

        public bool OnCleanUp() => true;

        public bool OnShutDown(LifecycleState from) => true;

        public bool OnError(LifecycleState during, Exception exception) => true;
    }
}
