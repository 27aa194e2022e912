using AlsterNode.Core;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.AlsterMsgs;
using AlsterNode.Ros2.Messages.StdSrvs;
using AlsterNode.SceneStore;

namespace AlsterNode.Node.Live;

/// <summary>The services about the map. What cannot be done is answered with a sentence, never with silence.</summary>
internal sealed class MapServices : IDisposable
{
    private readonly INode _node;
    private readonly IMapAccess _map;
    private readonly Func<ulong> _sequence;
    private readonly VoxelMapBuilder _blocks;
    private readonly List<IServiceServer> _servers = [];

    /// <param name="node">Serves.</param>
    /// <param name="map">What is asked and changed.</param>
    /// <param name="sequence">Changes of the map so far (<see cref="ScenePublisher.Sequence"/>).</param>
    public MapServices(INode node, IMapAccess map, Func<ulong> sequence)
    {
        (_node, _map, _sequence) = (node, map, sequence);
        _blocks = new VoxelMapBuilder(map.MapFrame, map.VoxelSize, map.LabelSpace.Name);
        Serve<FilePath, FilePathRequest, FilePathResponse>("~/save_map", Save, message => new() { Message = message });
        Serve<FilePath, FilePathRequest, FilePathResponse>("~/load_map", Load, message => new() { Message = message });
        Serve<Trigger, TriggerRequest, TriggerResponse>("~/clear_map", Clear, message => new() { Message = message });
        Serve<Trigger, TriggerRequest, TriggerResponse>("~/pause", (_, _) => Pause(true), message => new() { Message = message });
        Serve<Trigger, TriggerRequest, TriggerResponse>("~/resume", (_, _) => Pause(false), message => new() { Message = message });
        Serve<QueryBox, QueryBoxRequest, QueryBoxResponse>("~/query_box", AtOnce<QueryBoxRequest, QueryBoxResponse>(Box), message => new() { Message = message });
        Serve<QueryRadius, QueryRadiusRequest, QueryRadiusResponse>("~/query_radius", AtOnce<QueryRadiusRequest, QueryRadiusResponse>(Radius), message => new() { Message = message });
        Serve<QueryRay, QueryRayRequest, QueryRayResponse>("~/query_ray", AtOnce<QueryRayRequest, QueryRayResponse>(Ray), message => new() { Message = message });
        Serve<GetBlock, GetBlockRequest, GetBlockResponse>("~/get_block", AtOnce<GetBlockRequest, GetBlockResponse>(Block), message => new() { Message = message });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var server in _servers) server.Dispose();
    }

    private async Task<FilePathResponse> Save(FilePathRequest request, CancellationToken stop)
    {
        await _map.SaveAsync(Checked(request.Path), stop).ConfigureAwait(false);
        return new() { Success = true };
    }

    private async Task<FilePathResponse> Load(FilePathRequest request, CancellationToken stop)
    {
        await _map.LoadAsync(Checked(request.Path), stop).ConfigureAwait(false);
        return new() { Success = true };
    }

    private async Task<TriggerResponse> Clear(TriggerRequest request, CancellationToken stop)
    {
        await _map.ClearAsync(stop).ConfigureAwait(false);
        return new() { Success = true, Message = "The map is empty." };
    }

    private Task<TriggerResponse> Pause(bool isPaused)
    {
        _map.IsPaused = isPaused;
        return Task.FromResult(new TriggerResponse { Success = true, Message = isPaused ? "Frames are no longer mapped." : "Frames are mapped." });
    }

    private QueryBoxResponse Box(QueryBoxRequest request)
    {
        var found = _map.Read(scene => SceneQueries.Box(scene, MapMessages.Vector(request.Min), MapMessages.Vector(request.Max), Filter(request.Filter)));
        return new() { Success = true, Header = MapMessages.Header(found.Stamp, _map.MapFrame), Voxels = Voxels(found.Voxels), Truncated = found.IsTruncated };
    }

    private QueryRadiusResponse Radius(QueryRadiusRequest request)
    {
        var found = _map.Read(scene => SceneQueries.Radius(scene, MapMessages.Vector(request.Center), request.Radius, Filter(request.Filter)));
        return new() { Success = true, Header = MapMessages.Header(found.Stamp, _map.MapFrame), Voxels = Voxels(found.Voxels), Truncated = found.IsTruncated };
    }

    private QueryRayResponse Ray(QueryRayRequest request)
    {
        var met = _map.Read(scene => SceneQueries.Ray(
            scene, MapMessages.Vector(request.Origin), MapMessages.Vector(request.Direction), request.MaxRange, Filter(request.Filter)));
        return new()
        {
            Success = true,
            Header = MapMessages.Header(met.Stamp, _map.MapFrame),
            Hit = met.Voxel is not null,
            Voxel = met.Voxel is { } voxel ? MapMessages.Voxel(voxel, _map.VoxelSize) : new(),
            Distance = met.Distance,
        };
    }

    private GetBlockResponse Block(GetBlockRequest request)
    {
        var index = new BlockIndex(request.Block.X, request.Block.Y, request.Block.Z);
        var sequence = _sequence(); // before the block is read: it may be newer, never older
        return new() { Success = true, Map = _map.Read(scene => _blocks.Block(scene, index, sequence)) };
    }

    private Voxel[] Voxels(IReadOnlyList<StoredVoxel> voxels)
    {
        var messages = new Voxel[voxels.Count];
        for (var i = 0; i < messages.Length; i++) messages[i] = MapMessages.Voxel(voxels[i], _map.VoxelSize);
        return messages;
    }

    private QueryFilter Filter(VoxelFilter filter) => new(_map.LabelSpace, filter.Labels, filter.MinConfidence, filter.MaxAge, filter.MaxVoxels);

    private static string Checked(string path) => string.IsNullOrWhiteSpace(path) ? throw new InputException("The path is empty, expected a file on the node's machine.") : path;

    private static Func<TRequest, CancellationToken, Task<TResponse>> AtOnce<TRequest, TResponse>(Func<TRequest, TResponse> answer) =>
        (request, _) => Task.FromResult(answer(request));

    private void Serve<TService, TRequest, TResponse>(string name, Func<TRequest, CancellationToken, Task<TResponse>> answer, Func<string, TResponse> refuse)
        where TService : IService<TRequest, TResponse>
        where TRequest : IMessage<TRequest>, new()
        where TResponse : IMessage<TResponse>, new()
    {
        _servers.Add(_node.Serve<TService, TRequest, TResponse>(name, async (request, stop) =>
        {
            try
            {
                return await answer(request, stop).ConfigureAwait(false);
            }
            catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                return refuse(e.Message);
            }
#pragma warning disable CA1031 // the caller is told, and the node goes on
            catch (Exception e) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                _node.Log(RosLogLevel.Error, $"Service '{name}' failed: {e}");
                return refuse($"The node failed to answer: {e.Message}");
            }
        }));
    }
}
