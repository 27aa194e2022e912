using AlsterNode.Core;
using AlsterNode.Node.Live;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.AlsterMsgs;
using AlsterNode.Ros2.Messages.StdSrvs;
using AlsterNode.SceneStore;
using AlsterNode.Tests.EndToEnd.Live;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Ros2Loopback.Live;

public sealed class MapServicesTests : IDisposable
{
    private readonly Loopback _loopback = new();
    private readonly SimpleMap _map = new(new RandomScene(1, frames: 6));
    private readonly MapServices _services;
    private readonly RosNode _client;
    private ulong _sequence = 41;

    public MapServicesTests()
    {
        _services = new MapServices(_loopback.Node("alster"), _map, () => _sequence);
        _client = _loopback.Node("client");
    }

    public void Dispose()
    {
        _services.Dispose();
        _loopback.Dispose();
        _map.Dispose();
    }

    [Fact]
    public async Task ABoxIsAnsweredWithItsVoxels()
    {
        var reply = await Call<QueryBox, QueryBoxRequest, QueryBoxResponse>("query_box", new()
        {
            Min = new() { X = -0.5, Y = -0.5, Z = -1 },
            Max = new() { X = 0.7, Y = 0.3, Z = 1 },
            Filter = new() { Labels = [1, 2, 65535], MinConfidence = 0.25f, MaxAge = 0.45, MaxVoxels = 0 },
        });

        var expected = SceneQueries.Box(_map.Scene, new(-0.5, -0.5, -1), new(0.7, 0.3, 1), new QueryFilter(LabelSpace.ScanNet20, [1, 2, 65535], 0.25f, 0.45, 0)).Voxels;
        Assert.True(reply.Success, reply.Message);
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(Shown), reply.Voxels.Select(Shown));
        Assert.Equal(("map", _map.Scene.LastStamp, false, ""), (reply.Header.FrameId, reply.Header.Stamp.ToNanoseconds(), reply.Truncated, reply.Message));
    }

    [Fact]
    public async Task ABallIsAnsweredNearestFirstAndSaysWhenThereIsMore()
    {
        var reply = await Call<QueryRadius, QueryRadiusRequest, QueryRadiusResponse>(
            "query_radius", new() { Center = new() { X = 0.1, Y = 0.2, Z = 0.3 }, Radius = 0.8, Filter = new() { MaxVoxels = 7 } });

        Assert.True(reply.Success && reply.Truncated, reply.Message);
        var nearest = _map.Scene.Query(new Vector3d(0.1, 0.2, 0.3), 0.8).OrderBy(v => (v.Index.Center(_map.VoxelSize) - new Vector3d(0.1, 0.2, 0.3)).Length).Take(7);
        Assert.Equal(nearest.Select(Shown), reply.Voxels.Select(Shown));
    }

    [Fact]
    public async Task ARayIsAnsweredWithTheFirstVoxelAndItsDistanceOrWithNone()
    {
        var hit = await Call<QueryRay, QueryRayRequest, QueryRayResponse>(
            "query_ray", new() { Origin = new() { X = -5, Y = 0.03, Z = 0.02 }, Direction = new() { X = 3, Y = 0.01 }, MaxRange = 20 });
        var miss = await Call<QueryRay, QueryRayRequest, QueryRayResponse>("query_ray", new() { Origin = new() { X = -5 }, Direction = new() { X = -1 }, MaxRange = 20 });

        var expected = SceneQueries.Ray(_map.Scene, new(-5, 0.03, 0.02), new(3, 0.01, 0), 20, new QueryFilter(LabelSpace.ScanNet20, [], 0, 0, 0));
        Assert.True(hit.Success && hit.Hit, hit.Message);
        Assert.Equal((Shown(expected.Voxel!.Value), expected.Distance), (Shown(hit.Voxel), hit.Distance));
        Assert.Equal((true, false), (miss.Success, miss.Hit));
    }

    [Fact]
    public async Task ABlockIsAnsweredAsAMapOfItself()
    {
        var index = BlockIndex.Of(_map.Scene.Voxels().First().Index);

        var reply = await Call<GetBlock, GetBlockRequest, GetBlockResponse>("get_block", new() { Block = new() { X = index.X, Y = index.Y, Z = index.Z } });
        var absent = await Call<GetBlock, GetBlockRequest, GetBlockResponse>("get_block", new() { Block = new() { X = 1000, Y = int.MaxValue, Z = int.MinValue } });

        Assert.True(reply.Success && absent.Success);
        Assert.Equal(41ul, reply.Map.Sequence);
        Assert.Equal(MapCopy.Of(_map.Scene).Where(v => BlockIndex.Of(v.Key) == index), new MapCopy(reply.Map).Voxels);
        Assert.Empty(absent.Map.Blocks);
    }

    [Fact]
    public async Task AMapIsSavedClearedAndLoadedAndTheFileStaysAsItIs()
    {
        using var folder = new TemporaryFolder();
        var path = folder["map.alster"];
        var before = MapCopy.Of(_map.Scene);

        Assert.True((await Call<FilePath, FilePathRequest, FilePathResponse>("save_map", new() { Path = path })).Success);
        Assert.True((await Call<Trigger, TriggerRequest, TriggerResponse>("clear_map", new())).Success);
        Assert.Equal(0, _map.Scene.VoxelCount);
        var loaded = await Call<FilePath, FilePathRequest, FilePathResponse>("load_map", new() { Path = path });

        Assert.True(loaded.Success, loaded.Message);
        Assert.Equal(before, MapCopy.Of(_map.Scene));
    }

    [Fact]
    public async Task MappingIsPausedAndResumed()
    {
        var paused = await Call<Trigger, TriggerRequest, TriggerResponse>("pause", new());
        Assert.True(paused.Success && _map.IsPaused);

        var resumed = await Call<Trigger, TriggerRequest, TriggerResponse>("resume", new());
        Assert.True(resumed.Success);
        Assert.False(_map.IsPaused);
    }

    [Fact]
    public async Task WhatMakesNoSenseIsAnsweredWithOneSentence()
    {
        var box = await Call<QueryBox, QueryBoxRequest, QueryBoxResponse>("query_box", new() { Min = new() { X = 1 }, Max = new() { X = -1 } });
        var label = await Call<QueryBox, QueryBoxRequest, QueryBoxResponse>("query_box", new() { Filter = new() { Labels = [99] } });
        var radius = await Call<QueryRadius, QueryRadiusRequest, QueryRadiusResponse>("query_radius", new() { Radius = double.NaN });
        var ray = await Call<QueryRay, QueryRayRequest, QueryRayResponse>("query_ray", new() { MaxRange = 1 });
        var save = await Call<FilePath, FilePathRequest, FilePathResponse>("save_map", new());
        var load = await Call<FilePath, FilePathRequest, FilePathResponse>("load_map", new() { Path = "/nowhere/map.alster" });

        Assert.Equal((false, "The box reaches from (1, 0, 0) to (-1, 0, 0) m, expected numbers and min not above max."), (box.Success, box.Message));
        Assert.Equal((false, "Label 99 is unknown; label space 'scannet20' has 0 to 19, and 65535 is unlabelled."), (label.Success, label.Message));
        Assert.Equal((false, "The radius is NaN m, expected 0 or more."), (radius.Success, radius.Message));
        Assert.Equal((false, "The ray's direction is (0, 0, 0), expected a vector that is not zero."), (ray.Success, ray.Message));
        Assert.Equal((false, "The path is empty, expected a file on the node's machine."), (save.Success, save.Message));
        Assert.Equal((false, "Scene /nowhere/map.alster does not exist; expected an .alster file."), (load.Success, load.Message));
        Assert.DoesNotContain(_loopback.Log, line => line.Level >= RosLogLevel.Error);
    }

    [Fact]
    public async Task AnUnforeseenFailureIsAnsweredAndLoggedAndTheServiceGoesOn()
    {
        _map.Failure = new ArithmeticException("one and one is three");
        var failed = await Call<QueryRadius, QueryRadiusRequest, QueryRadiusResponse>("query_radius", new() { Radius = 1 });
        _map.Failure = new InvalidOperationException("There is no map yet.");
        var refused = await Call<QueryRadius, QueryRadiusRequest, QueryRadiusResponse>("query_radius", new() { Radius = 1 });
        _map.Failure = null;

        Assert.Equal((false, "The node failed to answer: one and one is three"), (failed.Success, failed.Message));
        Assert.Equal((false, "There is no map yet."), (refused.Success, refused.Message));
        Assert.Single(_loopback.Log, line => line.Level == RosLogLevel.Error && line.Message.Contains("one and one is three"));
        Assert.True((await Call<QueryRadius, QueryRadiusRequest, QueryRadiusResponse>("query_radius", new() { Radius = 1 })).Success);
    }

    private async Task<TResponse> Call<TService, TRequest, TResponse>(string name, TRequest request)
        where TService : IService<TRequest, TResponse>
        where TRequest : IMessage<TRequest>, new()
        where TResponse : IMessage<TResponse>, new()
    {
        using var client = _client.CreateClient<TService, TRequest, TResponse>("/alster/" + name);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.True(await client.WaitForServiceAsync(TimeSpan.FromSeconds(20)), $"There is no service {name}.");
        return await client.CallAsync(request, limit.Token);
    }

    private string Shown(StoredVoxel voxel) => Shown(MapMessages.Voxel(voxel, _map.VoxelSize));

    private static string Shown(Voxel voxel) =>
        $"{voxel.Label} at ({voxel.Center.X}, {voxel.Center.Y}, {voxel.Center.Z}) {voxel.Confidence} {voxel.Observations} {voxel.LastSeen.ToNanoseconds()}";
}
