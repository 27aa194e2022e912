using System.Diagnostics;
using AlsterNode.Core;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Messages.AlsterMsgs;
using AlsterNode.Ros2.Messages.SensorMsgs;
using AlsterNode.Ros2.Messages.VisionMsgs;
using AlsterNode.Ros2.Messages.VisualizationMsgs;

namespace AlsterNode.Node.Live;

/// <summary>
/// Publishes the map: each frame's changes and points on the mapping thread, which never waits, and the whole map, its points and its markers
/// on a thread of its own.
/// </summary>
internal sealed class ScenePublisher : ISceneSink, IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100); // how soon a new listener or a period's end is noticed
    private static readonly QosProfile UpdatesQos = QosProfile.Default with { Depth = 100 }; // a lost update costs its listener the next full map

    private readonly INode _node;
    private readonly IMapAccess _map;
    private readonly IPublisher<SemanticVoxelMap> _full, _updates;
    private readonly IPublisher<PointCloud2> _points;
    private readonly IPublisher<LabelInfo> _labels;
    private readonly IPublisher<MarkerArray> _markers;
    private readonly VoxelMapBuilder _updateBuilder, _fullBuilder;
    private readonly PointCloudBuilder _framePointsBuilder, _mapPointsBuilder;
    private readonly MarkerBuilder _markerBuilder;
    private readonly Schedule _fullDue = new(), _pointsDue = new(), _markersDue = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private readonly Throttle _reports = new();
    private volatile PublishOptions _options;
    private volatile bool _stopping;
    private bool _areMarkersOmitted;
    private ulong _sequence; // changes of the map so far, replacements included
    private ulong _replaced; // the sequence number of the last replacement

    public ScenePublisher(INode node, IMapAccess map, PublishOptions options)
    {
        (_node, _map, _options) = (node, map, options);
        _full = node.Advertise<SemanticVoxelMap>("~/semantic_map", QosProfile.Latched);
        _updates = node.Advertise<SemanticVoxelMap>("~/semantic_map_updates", UpdatesQos);
        _points = node.Advertise<PointCloud2>("~/points", QosProfile.Default);
        _labels = node.Advertise<LabelInfo>("~/labels", QosProfile.Latched);
        _markers = node.Advertise<MarkerArray>("~/markers", QosProfile.Latched);
        (_updateBuilder, _fullBuilder) = (VoxelMaps(), VoxelMaps());
        (_framePointsBuilder, _mapPointsBuilder) = (Points(), Points());
        _markerBuilder = new MarkerBuilder(map.MapFrame, map.VoxelSize, map.LabelSpace);
        PublishLabels();
        _thread = new Thread(Run) { IsBackground = true, Name = "scene publisher" };
        _thread.Start();

        VoxelMapBuilder VoxelMaps() => new(map.MapFrame, map.VoxelSize, map.LabelSpace.Name);
        PointCloudBuilder Points() => new(map.MapFrame, map.VoxelSize, map.LabelSpace);
    }

    /// <summary>What is published; can be changed at any time.</summary>
    public PublishOptions Options
    {
        get => _options;
        set
        {
            var isOther = value.MinConfidence != _options.MinConfidence;
            _options = value;
            if (isOther) PublishLabels();
            _wake.Set();
        }
    }

    /// <summary>Changes of the map so far: the number that the last update or replacement carries.</summary>
    public ulong Sequence => Volatile.Read(ref _sequence);

    /// <summary>Messages handed to DDS, and dropped because subscribers were too slow, by topic.</summary>
    public IReadOnlyList<(string Topic, long Published, long Dropped)> Counts =>
    [
        (_full.Topic, _full.Published, _full.Dropped),
        (_updates.Topic, _updates.Published, _updates.Dropped),
        (_points.Topic, _points.Published, _points.Dropped),
        (_labels.Topic, _labels.Published, _labels.Dropped),
        (_markers.Topic, _markers.Published, _markers.Dropped),
    ];

    /// <inheritdoc/>
    public void OnUpdate(SceneUpdate update)
    {
        var sequence = Interlocked.Increment(ref _sequence);
        var options = _options;
        Try(() =>
        {
            if (options.Updates && _updates.SubscriberCount > 0) _updates.Publish(_updateBuilder.Delta(update, sequence));
            if (options.Points == PublishedPoints.Frame && _points.SubscriberCount > 0) _points.Publish(_framePointsBuilder.Frame(update, options));
        });
        if (_fullDue.IsFirst) _wake.Set();
    }

    /// <summary>The map is another one, loaded or empty: all of it is published at once.</summary>
    public void Replaced()
    {
        Volatile.Write(ref _replaced, Interlocked.Increment(ref _sequence));
        _wake.Set();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stopping) return;
        _stopping = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
        foreach (var publisher in (IDisposable[])[_full, _updates, _points, _labels, _markers]) publisher.Dispose();
    }

    private void Run()
    {
        var shown = _options;
        while (!_stopping)
        {
            _wake.WaitOne(Tick);
            if (shown != _options)
            {
                shown = _options;
                _pointsDue.Restart();
                _markersDue.Restart();
            }
            Try(PublishFullMap);
            Try(PublishMapPoints);
            Try(PublishMarkers);
        }
    }

    // The number is read before the map: what is read may be newer, never older, and the updates that follow bring it again.
    private void PublishFullMap()
    {
        var sequence = Sequence;
        if (sequence == 0 || !_fullDue.IsDue(sequence, Volatile.Read(ref _replaced), _options.FullMapPeriod)) return;
        _full.Publish(_map.Read(scene => _fullBuilder.Full(scene, sequence)));
        _fullDue.Done(sequence, 0);
    }

    private void PublishMapPoints()
    {
        var (sequence, listeners, options) = (Sequence, _points.SubscriberCount, _options);
        if (options.Points != PublishedPoints.Map || !_pointsDue.IsDue(sequence, Volatile.Read(ref _replaced), options.FullMapPeriod, listeners)) return;
        _points.Publish(_map.Read(scene => _mapPointsBuilder.Map(scene, options)));
        _pointsDue.Done(sequence, listeners);
    }

    private void PublishMarkers()
    {
        var (sequence, replaced, listeners, options) = (Sequence, Volatile.Read(ref _replaced), _markers.SubscriberCount, _options);
        if (options.MarkersPeriod <= 0 || !_markersDue.IsDue(sequence, replaced, options.MarkersPeriod, listeners)) return;
        _markers.Publish(_map.Read(scene => _markerBuilder.Build(scene, options, _markersDue.Sequence < replaced)));
        _markersDue.Done(sequence, listeners);
        var areOmitted = _markerBuilder.Omitted > 0;
        if (areOmitted && !_areMarkersOmitted)
            _node.Log(RosLogLevel.Warn, $"{_markerBuilder.Omitted} voxels have no marker: publish.max_markers is {options.MaxMarkers}.");
        _areMarkersOmitted = areOmitted;
    }

    private void PublishLabels() =>
        _labels.Publish(MapMessages.Labels(_map.LabelSpace, (float)_options.MinConfidence, RosTime.SystemNow, _map.MapFrame));

    private void Try(Action publish)
    {
        try
        {
            publish();
        }
#pragma warning disable CA1031 // what cannot be published must not stop the mapping
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!_stopping && _reports.TryPass()) _node.Log(RosLogLevel.Error, $"The map could not be published: {e.Message}");
        }
    }

    /// <summary>When a message about the whole map was last published, of what, and to how many.</summary>
    private sealed class Schedule
    {
        private long _time;
        private int _listeners;
        private volatile bool _isDone;

        /// <summary>The changes that the last message had.</summary>
        public ulong Sequence { get; private set; }

        /// <summary>Nothing was published yet.</summary>
        public bool IsFirst => !_isDone;

        /// <summary>A latched message is due when the map changed and the period [s] has passed, or at once when the map was replaced.</summary>
        public bool IsDue(ulong sequence, ulong replaced, double period) => replaced > Sequence || (sequence > Sequence && HasPassed(period));

        /// <summary>As above, for messages that only listeners are worth; who is new gets one, too.</summary>
        public bool IsDue(ulong sequence, ulong replaced, double period, int listeners)
        {
            var isNew = listeners > _listeners;
            _listeners = Math.Min(_listeners, listeners);
            return listeners > 0 && (IsDue(sequence, replaced, period) || (isNew && sequence > 0 && (period <= 0 || HasPassed(period))));
        }

        /// <summary>What was published is no longer as it should be.</summary>
        public void Restart() => Sequence = 0;

        public void Done(ulong sequence, int listeners)
        {
            (Sequence, _listeners, _time, _isDone) = (sequence, listeners, Stopwatch.GetTimestamp(), true);
        }

        private bool HasPassed(double period) => period > 0 && (!_isDone || Stopwatch.GetElapsedTime(_time).TotalSeconds >= period);
    }
}
