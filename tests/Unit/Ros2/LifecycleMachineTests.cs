using AlsterNode.Ros2.Lifecycle;

namespace AlsterNode.Tests.Unit.Ros2;

public sealed class LifecycleMachineTests
{
    [Fact]
    public void ANodeGoesThroughItsLifeAndBack()
    {
        var (machine, moves) = Machine(new Callbacks());

        foreach (var label in (string[])["configure", "activate", "deactivate", "cleanup", "configure", "shutdown"]) Assert.True(machine.Request(label), label);

        Assert.Equal(LifecycleState.Finalized, machine.State);
        Assert.Equal("1 10 3 30 4 40 2 20 1 10 6 50", moves());
    }

    [Theory]
    [InlineData("activate")]
    [InlineData("cleanup")]
    [InlineData("deactivate")]
    [InlineData("no such thing")]
    public void WhatIsNotPossibleFromHereChangesNothing(string label)
    {
        var (machine, moves) = Machine(new Callbacks());

        Assert.False(machine.Request(label));

        Assert.Equal((LifecycleState.Unconfigured, ""), (machine.State, moves()));
    }

    [Fact]
    public void ACallbackThatFailsLeavesTheNodeWhereItWas()
    {
        var (machine, moves) = Machine(new Callbacks { Activate = () => false });
        machine.Request("configure");

        Assert.False(machine.Request("activate"));

        Assert.Equal((LifecycleState.Inactive, "1 10 3 31"), (machine.State, moves()));
    }

    [Theory]
    [InlineData(true, LifecycleState.Unconfigured, "1 10 3 32 60")]
    [InlineData(false, LifecycleState.Finalized, "1 10 3 32 61")]
    public void ACallbackThatThrowsIsAnErrorThatTheNodeSurvivesOrNot(bool recovers, LifecycleState end, string expected)
    {
        Exception? seen = null;
        var (machine, moves) = Machine(new Callbacks { Activate = () => throw new IOException("no camera"), Error = e => { seen = e; return recovers; } });
        machine.Request("configure");

        Assert.False(machine.Request("activate"));

        Assert.Equal((end, expected, "no camera"), (machine.State, moves(), seen?.Message));
    }

    [Fact]
    public void AnErrorHandlerThatThrowsFinalizes()
    {
        var (machine, _) = Machine(new Callbacks { Activate = () => throw new IOException(), Error = _ => throw new IOException() });
        machine.Request("configure");

        Assert.False(machine.Request("activate"));

        Assert.Equal(LifecycleState.Finalized, machine.State);
    }

    [Fact]
    public void WhoeverShutsDownIsShutDownWhateverTheCallbackSays()
    {
        var (machine, moves) = Machine(new Callbacks { ShutDown = () => false });

        Assert.True(machine.Request("shutdown"));

        Assert.Equal((LifecycleState.Finalized, "5 50"), (machine.State, moves()));
    }

    private static (LifecycleMachine Machine, Func<string> Moves) Machine(Callbacks callbacks)
    {
        var machine = new LifecycleMachine(callbacks);
        var moves = new List<byte>();
        machine.Moved += (id, _, _, _) => moves.Add(id);
        return (machine, () => string.Join(' ', moves));
    }

    private sealed class Callbacks : ILifecycleCallbacks
    {
        public Func<bool> Activate { get; init; } = () => true;

        public Func<bool> ShutDown { get; init; } = () => true;

        public Func<Exception, bool> Error { get; init; } = _ => true;

        public bool OnConfigure() => true;

        public bool OnActivate() => Activate();

        public bool OnDeactivate() => true;

        public bool OnCleanUp() => true;

        public bool OnShutDown(LifecycleState from) => ShutDown();

        public bool OnError(LifecycleState during, Exception exception) => Error(exception);
    }
}
