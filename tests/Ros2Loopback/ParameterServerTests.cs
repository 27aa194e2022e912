using System.Collections.Concurrent;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.RclInterfaces;
using AlsterNode.Ros2.Parameters;

namespace AlsterNode.Tests.Ros2Loopback;

public sealed class ParameterServerTests : IDisposable
{
    private readonly Loopback _loopback = new();
    private readonly ParameterSet _parameters;
    private readonly ParameterServer _server;
    private readonly RosNode _other;
    private readonly ConcurrentQueue<ParameterEvent> _events = new();

    public ParameterServerTests()
    {
        var node = _loopback.Node("alster", arguments: ["--ros-args", "-p", "voxel_size:=0.02"]);
        _parameters = new ParameterSet(node.Arguments.ParametersFor(node.NodeNamespace, node.Name));
        _parameters.Declare<double>(new("voxel_size", 0.04, "Edge of a voxel [m].") { Range = new(0.005, 1) });
        _parameters.Declare<long>(new("sync.max_interval_ms", 20L, "Longest time between colour and depth [ms].") { Range = new(0, 1000, 5) });
        _parameters.Declare<string>(new("frames.map", "map", "The map's frame.") { IsReadOnly = true });
        _parameters.Declare<string[]>(new("classes", Array.Empty<string>(), "Classes to keep."));
        _other = _loopback.Node("other");
        var heard = _other.Subscribe<ParameterEvent>("/parameter_events", QosProfile.Parameters, (in ReceivedSample<ParameterEvent> s) => _events.Enqueue(s.Read()));
        _server = new ParameterServer(node, _parameters, new RosClock(node));
        Assert.True(Loopback.Wait(() => heard.PublisherCount == 1));
    }

    public void Dispose()
    {
        _server.Dispose();
        _loopback.Dispose();
    }

    [Fact]
    public async Task OthersListReadAndDescribeParameters()
    {
        var all = await Call<ListParameters, ListParametersRequest, ListParametersResponse>("list_parameters", new());
        var synced = await Call<ListParameters, ListParametersRequest, ListParametersResponse>("list_parameters", new() { Prefixes = ["sync"], Depth = 1 });
        var values = await Call<GetParameters, GetParametersRequest, GetParametersResponse>("get_parameters", new() { Names = ["voxel_size", "sync.max_interval_ms", "none"] });
        var types = await Call<GetParameterTypes, GetParameterTypesRequest, GetParameterTypesResponse>("get_parameter_types", new() { Names = ["classes", "frames.map", "none"] });
        var described = await Call<DescribeParameters, DescribeParametersRequest, DescribeParametersResponse>("describe_parameters", new() { Names = ["voxel_size", "sync.max_interval_ms", "frames.map"] });

        Assert.Equal(["classes", "frames.map", "sync.max_interval_ms", "voxel_size"], all.Result.Names);
        Assert.Equal(["frames", "sync"], all.Result.Prefixes);
        Assert.Equal(["sync.max_interval_ms"], synced.Result.Names);
        Assert.Equal((0.02, 20L, 0), (values.Values[0].DoubleValue, values.Values[1].IntegerValue, values.Values[2].Type));
        Assert.Equal([ParameterType.PARAMETER_STRING_ARRAY, ParameterType.PARAMETER_STRING, ParameterType.PARAMETER_NOT_SET], types.Types);
        Assert.Equal(("Edge of a voxel [m].", 0.005, 1.0), (described.Descriptors[0].Description, described.Descriptors[0].FloatingPointRange[0].FromValue, described.Descriptors[0].FloatingPointRange[0].ToValue));
        Assert.Equal((1000L, 5UL), (described.Descriptors[1].IntegerRange[0].ToValue, described.Descriptors[1].IntegerRange[0].Step));
        Assert.True(described.Descriptors[2].ReadOnly);
    }

    [Fact]
    public async Task AChangeTakesEffectOrIsRefusedWithTheReason()
    {
        var changes = new ConcurrentQueue<ParameterChange>();
        _parameters.Changed += changed => { foreach (var change in changed) changes.Enqueue(change); };

        var answer = await Call<SetParameters, SetParametersRequest, SetParametersResponse>("set_parameters", new()
        {
            Parameters =
            [
                Of("voxel_size", new() { Type = ParameterType.PARAMETER_DOUBLE, DoubleValue = 0.1 }),
                Of("voxel_size", new() { Type = ParameterType.PARAMETER_DOUBLE, DoubleValue = 7 }),
                Of("voxel_size", new() { Type = ParameterType.PARAMETER_INTEGER, IntegerValue = 1 }),
                Of("sync.max_interval_ms", new() { Type = ParameterType.PARAMETER_INTEGER, IntegerValue = 7 }),
                Of("frames.map", new() { Type = ParameterType.PARAMETER_STRING, StringValue = "odom" }),
                Of("none", new() { Type = ParameterType.PARAMETER_BOOL }),
                Of("voxel_size", new()),
            ],
        });

        Assert.Equal(
            [
                "",
                "Parameter 'voxel_size' is given 7, expected 0.005 to 1.",
                "Parameter 'voxel_size' is given an integer (1), expected a double.",
                "Parameter 'sync.max_interval_ms' is given 7, expected 0 to 1000 in steps of 5.",
                "Parameter 'frames.map' can be set at start only.",
                "There is no parameter 'none'.",
                "Parameter 'voxel_size' cannot be removed.",
            ],
            answer.Results.Select(result => result.Reason));
        Assert.Equal([true, false, false, false, false, false, false], answer.Results.Select(result => result.Successful));
        Assert.Equal([new ParameterChange("voxel_size", 0.1)], changes);
        Assert.Equal(0.1, _parameters.Get<double>("voxel_size"));
        Assert.True(Loopback.Wait(() => _events.Any(e => e.ChangedParameters.Length == 1)));
        var heard = _events.Single(e => e.ChangedParameters.Length == 1);
        Assert.Equal(("/alster", "voxel_size", 0.1), (heard.Node, heard.ChangedParameters[0].Name, heard.ChangedParameters[0].Value.DoubleValue));
    }

    [Fact]
    public async Task AnAtomicChangeIsAllOrNothingAndSeesTheValuesTogether()
    {
        _parameters.CheckTogether = all => (double)all["voxel_size"] * 1000 > (long)all["sync.max_interval_ms"] ? "voxels are larger than intervals" : null;

        var refused = await SetBoth(voxelSize: 0.05, interval: 10);
        var untouched = (_parameters.Get<double>("voxel_size"), _parameters.Get<long>("sync.max_interval_ms"));
        var accepted = await SetBoth(voxelSize: 0.05, interval: 100);

        Assert.Equal((false, "voxels are larger than intervals"), (refused.Successful, refused.Reason));
        Assert.Equal((0.02, 20L), untouched);
        Assert.True(accepted.Successful);
        Assert.Equal((0.05, 100L), (_parameters.Get<double>("voxel_size"), _parameters.Get<long>("sync.max_interval_ms")));
    }

    private async Task<SetParametersResult> SetBoth(double voxelSize, long interval)
    {
        var answer = await Call<SetParametersAtomically, SetParametersAtomicallyRequest, SetParametersAtomicallyResponse>("set_parameters_atomically", new()
        {
            Parameters =
            [
                Of("voxel_size", new() { Type = ParameterType.PARAMETER_DOUBLE, DoubleValue = voxelSize }),
                Of("sync.max_interval_ms", new() { Type = ParameterType.PARAMETER_INTEGER, IntegerValue = interval }),
            ],
        });
        return answer.Result;
    }

    private static Parameter Of(string name, ParameterValue value) => new() { Name = name, Value = value };

    private async Task<TResponse> Call<TService, TRequest, TResponse>(string name, TRequest request)
        where TService : IService<TRequest, TResponse>
        where TRequest : IMessage<TRequest>, new()
        where TResponse : IMessage<TResponse>, new()
    {
        using var client = _other.CreateClient<TService, TRequest, TResponse>("/alster/" + name);
        Assert.True(await client.WaitForServiceAsync(TimeSpan.FromSeconds(20)));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await client.CallAsync(request, limit.Token);
    }
}
