using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.AlsterMsgs;
using AlsterNode.Tests.EndToEnd.Live;

namespace AlsterNode.Tests.Ros2Loopback.Live;

/// <summary>Follows a map as others would: the full map first, then update after update; a full map again when one was missed.</summary>
internal sealed class MapFollower : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<SemanticVoxelMap> _updates = [];
    private readonly ISubscription[] _subscriptions;
    private MapCopy? _copy;

    public MapFollower(INode node) => _subscriptions =
    [
        node.Subscribe<SemanticVoxelMap>("/alster/semantic_map_updates", QosProfile.Default with { Depth = 100 }, (in ReceivedSample<SemanticVoxelMap> s) => Update(s.Read())),
        node.Subscribe<SemanticVoxelMap>("/alster/semantic_map", QosProfile.Latched, (in ReceivedSample<SemanticVoxelMap> s) => Full(s.Read())),
    ];

    public bool HearsUpdates => _subscriptions[0].PublisherCount > 0;

    public int FullMaps { get; private set; }

    public int AppliedUpdates { get; private set; }

    /// <summary>The numbers of all updates that came, in their order.</summary>
    public ulong[] UpdateNumbers
    {
        get
        {
            lock (_gate) return [.. _updates.Select(update => update.Sequence)];
        }
    }

    public ulong? Sequence
    {
        get
        {
            lock (_gate) return _copy?.Sequence;
        }
    }

    public SortedDictionary<Core.VoxelIndex, MapCopy.Known> Voxels
    {
        get
        {
            lock (_gate) return new(_copy!.Voxels);
        }
    }

    public void Dispose()
    {
        foreach (var subscription in _subscriptions) subscription.Dispose();
    }

    private void Full(SemanticVoxelMap map)
    {
        lock (_gate)
        {
            FullMaps++;
            if (map.Sequence <= _copy?.Sequence) return; // every change until then is known
            _copy = new MapCopy(map);
            foreach (var update in _updates) Apply(update); // those that were faster than the map
        }
    }

    private void Update(SemanticVoxelMap map)
    {
        lock (_gate)
        {
            _updates.Add(map);
            Apply(map);
        }
    }

    private void Apply(SemanticVoxelMap update)
    {
        if (_copy is null || update.Sequence != _copy.Sequence + 1) return; // older, or one was missed: the next full map helps
        _copy.Apply(update);
        AppliedUpdates++;
    }
}
