using System.ComponentModel.DataAnnotations;
using AlsterNode.Core;
using AlsterNode.Pipeline;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Parameters;

namespace AlsterNode.Node.Live;

/// <summary>The node's ROS parameters. Those of inputs and model are fixed at start; the others can be changed while it runs.</summary>
internal sealed class NodeParameters
{
    private readonly ParameterSet _set;

    /// <summary>Declares all; throws <see cref="InputException"/> for a value of the command line that is none.</summary>
    public NodeParameters(ParameterSet set)
    {
        _set = set;
        set.Changed += _ => Changed?.Invoke();
        ColorTopic = Fixed("topics.color", "color/image_raw", "Colour images (sensor_msgs/Image or CompressedImage).", NotEmpty);
        DepthTopic = Fixed("topics.depth", "depth/image_rect_raw", "Depth images: 16UC1 in mm or 32FC1 in m.", NotEmpty);
        ColorInfoTopic = Fixed("topics.color_info", "", "Camera of the colour images; empty: camera_info beside them.");
        DepthInfoTopic = Fixed("topics.depth_info", "", "Camera of the depth images; empty: camera_info beside them.");
        ColorTransport = Choice("transport.color", ["raw", "compressed"], "How colour images come (image_transport).");
        DepthTransport = Choice("transport.depth", ["raw", "compressedDepth"], "How depth images come (image_transport).");
        PoseTopic = Fixed("topics.pose", "", "Poses in place of /tf; empty: /tf.");
        PoseType = Choice("pose.type", ["odometry", "pose_stamped"], "Type of topics.pose: nav_msgs/Odometry, or geometry_msgs/PoseStamped of the depth camera.");
        MapFrame = Fixed("frames.map", "map", "Coordinate frame of the map: fixed, Z up.", NotEmpty).TrimStart('/');
        ImageQos = Choice("qos.images", ["sensor_data", "default"], "QoS of images and camera_info: sensor_data (best effort, hears everyone) or default (reliable).");
        SyncQueueSize = (int)Fixed("sync.queue_size", 10L, "Images of each kind that wait for their partner.", 1, 1000);
        TfBufferSeconds = Fixed("tf.buffer_s", 10.0, "How long transforms are kept [s].", 1, 3600);
        Preset = Choice("preset", ["mobile", "paper"], "Network preset whose shipped weights are used.");
        Model = Fixed("model", "", "Weights (.safetensors) in place of the shipped ones.");
        Device = Choice("device", ["cpu", "cuda"], "Computing device.");
        Threads = Fixed("threads", 0L, "CPU threads; 0: all.", 0, 1024) is > 0 and var threads ? (int)threads : Environment.ProcessorCount;
        Overlap = Fixed("overlap", false, "Encode the next frame while this one is fused into the map; gains nothing on two cores.");
        Mapper = new MapperOptions
        {
            VoxelSize = Fixed("voxel_size", 0.04, "Edge of a voxel [m].", RangeOf(nameof(MapperOptions.VoxelSize))),
            MaxDepth = Fixed("max_depth", 3.0, "Depth beyond this is not used [m].", RangeOf(nameof(MapperOptions.MaxDepth))),
            EncoderPrecision = MapperOptions.PrecisionOf(Choice("encoder_precision", [.. MapperOptions.EncoderPrecisions], "Products of the 2D encoder; bfloat16 needs a CPU with AVX512_BF16."), "encoder_precision"),
            MemoryBudget = Fixed("memory_mb", 1024L, "Memory for the map [MB]; what is beyond it waits in map_file.", 1, 1 << 24) << 20,
        };
        MapFile = Fixed("map_file", "", "The map's file (.alster), written while mapping and continued at the next start; empty: in memory only.");
        Autostart = Fixed("autostart", true, "Configure and activate at start; otherwise wait for a lifecycle manager.");
        Live("sync.max_interval_ms", 20.0, "Colour and depth images may be this far apart [ms].", 0, 1000);
        Live("tf.wait_ms", 300.0, "How long images wait for their transform [ms].", 0, 10_000);
        Live("publish.updates", true, "Publish every change of the map.");
        Live("publish.full_map_period_s", 5.0, "Time between two full maps [s]; 0: only after the map was replaced.", 0, 3600);
        LiveChoice("publish.points", ["frame", "map", "off"], "What the point cloud shows: the voxels of the last frame, the whole map, or nothing.");
        Live("publish.markers_period_s", 2.0, "Time between two sets of markers [s]; 0: none.", 0, 3600);
        Live("publish.max_markers", 200_000L, "Voxels that markers show, at most.", 1, 10_000_000);
        Live("publish.semantic_image", true, "Publish the labels of every frame as images.");
        Live("publish.min_confidence", 0.0, "Points and markers show voxels from this confidence on.", 0, 1);
        Live("publish.min_observations", 1L, "Points and markers show voxels observed at least so often.", 1, 1_000_000);
    }

    public string ColorTopic { get; }

    public string DepthTopic { get; }

    public string ColorInfoTopic { get; }

    public string DepthInfoTopic { get; }

    public string ColorTransport { get; }

    public string DepthTransport { get; }

    public string PoseTopic { get; }

    public string PoseType { get; }

    public string MapFrame { get; }

    /// <summary>A name of <see cref="QosProfile.ByName"/>.</summary>
    public string ImageQos { get; }

    public int SyncQueueSize { get; }

    public double TfBufferSeconds { get; }

    public string Preset { get; }

    public string Model { get; }

    public string Device { get; }

    public int Threads { get; }

    /// <summary>Whether the next frame is encoded while one is fused.</summary>
    public bool Overlap { get; }

    public MapperOptions Mapper { get; }

    public string MapFile { get; }

    public bool Autostart { get; }

    /// <summary>Some parameter has another value. Raised on the thread that set it.</summary>
    public event Action? Changed;

    /// <summary>What is published by now.</summary>
    public PublishOptions Publish => new()
    {
        Updates = _set.Get<bool>("publish.updates"),
        FullMapPeriod = _set.Get<double>("publish.full_map_period_s"),
        Points = Enum.Parse<PublishedPoints>(_set.Get<string>("publish.points"), ignoreCase: true),
        MarkersPeriod = _set.Get<double>("publish.markers_period_s"),
        MaxMarkers = (int)_set.Get<long>("publish.max_markers"),
        SemanticImage = _set.Get<bool>("publish.semantic_image"),
        MinConfidence = _set.Get<double>("publish.min_confidence"),
        MinObservations = (int)_set.Get<long>("publish.min_observations"),
    };

    public double SyncMaxIntervalMs => _set.Get<double>("sync.max_interval_ms");

    public double TfWaitMs => _set.Get<double>("tf.wait_ms");

    private static string? NotEmpty(object value) => value is "" ? "it is empty, expected a name" : null;

    private string Choice(string name, string[] values, string description) => _set.Declare<string>(OneOf(name, values, description) with { IsReadOnly = true });

    private void LiveChoice(string name, string[] values, string description) => _set.Declare<string>(OneOf(name, values, description));

    private static ParameterDeclaration OneOf(string name, string[] values, string description)
    {
        var expected = string.Join(", ", values);
        return new ParameterDeclaration(name, values[0], description)
        {
            Constraints = $"one of {expected}",
            Check = value => values.Contains((string)value) ? null : $"expected one of {expected}",
        };
    }

    private string Fixed(string name, string value, string description, Func<object, string?>? check = null) =>
        _set.Declare<string>(new ParameterDeclaration(name, value, description) { IsReadOnly = true, Check = check });

    private bool Fixed(string name, bool value, string description) => _set.Declare<bool>(new ParameterDeclaration(name, value, description) { IsReadOnly = true });

    private long Fixed(string name, long value, string description, double from, double to) =>
        _set.Declare<long>(new ParameterDeclaration(name, value, description) { IsReadOnly = true, Range = new ParameterRange(from, to) });

    private double Fixed(string name, double value, string description, double from, double to) => Fixed(name, value, description, new ParameterRange(from, to));

    private double Fixed(string name, double value, string description, ParameterRange range) =>
        _set.Declare<double>(new ParameterDeclaration(name, value, description) { IsReadOnly = true, Range = range });

    private void Live(string name, double value, string description, double from, double to) =>
        _set.Declare<double>(new ParameterDeclaration(name, value, description) { Range = new ParameterRange(from, to) });

    private void Live(string name, long value, string description, double from, double to) =>
        _set.Declare<long>(new ParameterDeclaration(name, value, description) { Range = new ParameterRange(from, to) });

    private void Live(string name, bool value, string description) => _set.Declare<bool>(new ParameterDeclaration(name, value, description));

    /// <summary>The range that the mapper's own options have.</summary>
    private static ParameterRange RangeOf(string option)
    {
        var range = (RangeAttribute)Attribute.GetCustomAttribute(typeof(MapperOptions).GetProperty(option)!, typeof(RangeAttribute))!;
        return new ParameterRange((double)range.Minimum, (double)range.Maximum);
    }
}
