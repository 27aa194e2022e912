using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.RclInterfaces;

namespace AlsterNode.Ros2.Parameters;

/// <summary>Makes a node's parameters known: the six parameter services below its name, and <c>/parameter_events</c>.</summary>
public sealed class ParameterServer : IDisposable
{
    private readonly INode _node;
    private readonly ParameterSet _parameters;
    private readonly RosClock _clock;
    private readonly IPublisher<ParameterEvent> _events;
    private readonly IServiceServer[] _services;

    /// <param name="node">Whose parameters they are.</param>
    /// <param name="parameters">Declared already; they are announced as new.</param>
    /// <param name="clock">Stamps the events.</param>
    public ParameterServer(INode node, ParameterSet parameters, RosClock clock)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(parameters);
        _node = node;
        _parameters = parameters;
        _clock = clock;
        _events = node.Advertise<ParameterEvent>("/parameter_events", QosProfile.Parameters);
        _services =
        [
            node.Serve<ListParameters, ListParametersRequest, ListParametersResponse>("~/list_parameters", List),
            node.Serve<GetParameters, GetParametersRequest, GetParametersResponse>("~/get_parameters", Get),
            node.Serve<GetParameterTypes, GetParameterTypesRequest, GetParameterTypesResponse>("~/get_parameter_types", GetTypes),
            node.Serve<DescribeParameters, DescribeParametersRequest, DescribeParametersResponse>("~/describe_parameters", Describe),
            node.Serve<SetParameters, SetParametersRequest, SetParametersResponse>("~/set_parameters", Set),
            node.Serve<SetParametersAtomically, SetParametersAtomicallyRequest, SetParametersAtomicallyResponse>("~/set_parameters_atomically", SetAtomically),
        ];
        parameters.Changed += PublishChanges;
        PublishEvent(announcement => announcement.NewParameters = [.. parameters.Names.Select(name => ToMessage(name, parameters.Find(name)))]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _parameters.Changed -= PublishChanges;
        foreach (var service in _services) service.Dispose();
        _events.Dispose();
    }

    private ListParametersResponse List(ListParametersRequest request)
    {
        var names = _parameters.List(request.Prefixes, request.Depth);
        var prefixes = names.Where(name => name.Contains('.', StringComparison.Ordinal)).Select(name => name[..name.LastIndexOf('.')]).Distinct();
        return new() { Result = new() { Names = [.. names], Prefixes = [.. prefixes] } };
    }

    private GetParametersResponse Get(GetParametersRequest request) =>
        new() { Values = Array.ConvertAll(request.Names, name => ParameterValues.ToMessage(_parameters.Find(name))) };

    private GetParameterTypesResponse GetTypes(GetParameterTypesRequest request) =>
        new() { Types = Array.ConvertAll(request.Names, name => ParameterValues.TypeOf(_parameters.Find(name))) };

    private DescribeParametersResponse Describe(DescribeParametersRequest request) => new() { Descriptors = Array.ConvertAll(request.Names, Descriptor) };

    private SetParametersResponse Set(SetParametersRequest request) => new() { Results = Array.ConvertAll(request.Parameters, parameter => Set([parameter])) };

    private SetParametersAtomicallyResponse SetAtomically(SetParametersAtomicallyRequest request) => new() { Result = Set(request.Parameters) };

    private SetParametersResult Set(Parameter[] parameters)
    {
        var reason = _parameters.Set([.. parameters.Select(parameter => (parameter.Name, ParameterValues.FromMessage(parameter.Value)))]);
        return new() { Successful = reason is null, Reason = reason ?? "" };
    }

    private ParameterDescriptor Descriptor(string name)
    {
        if (_parameters.Describe(name) is not { } declaration) return new() { Name = name };
        var descriptor = new ParameterDescriptor
        {
            Name = name,
            Type = ParameterValues.TypeOf(declaration.Default),
            Description = declaration.Description,
            AdditionalConstraints = declaration.Constraints,
            ReadOnly = declaration.IsReadOnly,
        };
        if (declaration.Range is not { } range) return descriptor;
        if (declaration.Default is long)
            descriptor.IntegerRange = [new() { FromValue = (long)range.From, ToValue = (long)range.To, Step = (ulong)range.Step }];
        else
            descriptor.FloatingPointRange = [new() { FromValue = range.From, ToValue = range.To, Step = range.Step }];
        return descriptor;
    }

    private void PublishChanges(IReadOnlyList<ParameterChange> changes) =>
        PublishEvent(announcement => announcement.ChangedParameters = [.. changes.Select(change => ToMessage(change.Name, change.Value))]);

    private void PublishEvent(Action<ParameterEvent> fill)
    {
        var announcement = new ParameterEvent { Stamp = RosTime.ToStamp(_clock.Now), Node = _node.FullName };
        fill(announcement);
        _events.Publish(announcement);
    }

    private static Parameter ToMessage(string name, object? value) => new() { Name = name, Value = ParameterValues.ToMessage(value) };
}
