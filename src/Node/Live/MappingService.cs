using System.Globalization;
using System.Runtime.ExceptionServices;
using AlsterNode.Core;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Lifecycle;
using AlsterNode.Ros2.Parameters;
using Microsoft.Extensions.Hosting;

namespace AlsterNode.Node.Live;

/// <summary>The ROS 2 node as a hosted service: joins the graph at start; at the end it saves the map and leaves.</summary>
internal sealed class MappingService(RosArguments arguments, RosEnvironment environment, IHostApplicationLifetime application) : IHostedService, IDisposable
{
    /// <summary>The node's name unless the command line gives another.</summary>
    public const string NodeName = "alster";

    private readonly Stack<IDisposable> _parts = new(); // the last is given back first
    private LifecycleMachine? _machine;
    private LiveNode? _live;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            Start();
        }
        catch
        {
            Dispose();
            throw;
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Saves the map and leaves the graph.</summary>
    public void Dispose()
    {
        _machine?.Request("shutdown");
        while (_parts.TryPop(out var part)) part.Dispose();
        _machine = null;
    }

    private void Start()
    {
        var node = Own(new RosNode(NodeName, "/", arguments, environment, arguments.LogsToConsole ? Print : null));
        if (arguments.LogsToRosout) Own(new RosoutLog(node));
        var set = new ParameterSet(arguments.ParametersFor(node.NodeNamespace, node.Name));
        var parameters = new NodeParameters(set);
        var clock = Own(new RosClock(node));
        clock.Follow(set);
        foreach (var name in set.Unknown) node.Log(RosLogLevel.Warn, $"There is no parameter '{name}'; it has no effect.");
        Own(new ParameterServer(node, set, clock));
        _live = Own(new LiveNode(node, parameters, clock));
        _machine = new LifecycleMachine(_live);
        _machine.Moved += (_, _, _, to) => Moved(node, to);
        Own(new LifecycleServer(node, _machine));
        Own(new NodeDiagnostics(node, clock, _machine, _live));
        if (!parameters.Autostart) return;
        if (_machine.Request("configure") && _machine.Request("activate")) return;
        if (_live.Failure is { } failure) ExceptionDispatchInfo.Throw(failure);
        throw new InputException("The node could not be started.");
    }

    private void Moved(RosNode node, LifecycleState to)
    {
        node.Log(RosLogLevel.Info, $"Now {to.ToString().ToLowerInvariant()}.");
        if (to == LifecycleState.Finalized) application.StopApplication();
    }

    private T Own<T>(T part) where T : IDisposable
    {
        _parts.Push(part);
        return part;
    }

    /// <summary>A line as ROS 2 programs print it.</summary>
    private void Print(RosLogRecord record)
    {
        var seconds = RosTime.FromUtc(record.Time) / 1e9;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{record.Level.ToString().ToUpperInvariant()}] [{seconds:F9}] [{arguments.NodeName(NodeName)}]: {record.Message}"));
    }
}
