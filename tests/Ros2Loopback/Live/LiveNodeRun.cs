using AlsterNode.Node.Live;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Lifecycle;
using AlsterNode.Ros2.Parameters;

namespace AlsterNode.Tests.Ros2Loopback.Live;

/// <summary>The node as the service makes it, in this process and active.</summary>
internal sealed class LiveNodeRun : IDisposable
{
    private readonly NodeDiagnostics _diagnostics;

    public LiveNodeRun(Loopback loopback, params string[] arguments)
    {
        var node = loopback.Node("alster", arguments: ["--ros-args", .. arguments]);
        Parameters = new ParameterSet(node.Arguments.ParametersFor("/", "alster"));
        var parameters = new NodeParameters(Parameters);
        Clock = new RosClock(node);
        Clock.Follow(Parameters);
        Live = new LiveNode(node, parameters, Clock);
        Machine = new LifecycleMachine(Live);
        _diagnostics = new NodeDiagnostics(node, Clock, Machine, Live);
        if (Machine.Request("configure") && Machine.Request("activate")) return;
        Dispose();
        Assert.Fail(Live.Failure?.Message);
    }

    public ParameterSet Parameters { get; }

    public RosClock Clock { get; }

    public LiveNode Live { get; }

    public LifecycleMachine Machine { get; }

    /// <summary>Pairs and images that became map, or were counted under their reason.</summary>
    public long Accounted => Live.Tally.Integrated + Live.Tally.Dropped.Values.Sum();

    public void Dispose()
    {
        _diagnostics.Dispose();
        Machine.Request("shutdown");
        Clock.Dispose();
    }
}
