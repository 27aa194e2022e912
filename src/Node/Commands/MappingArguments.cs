using System.CommandLine;
using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Pipeline;
using AlsterNode.Ros2;

namespace AlsterNode.Node.Commands;

/// <summary>The options that every command shares which maps a recording, and how they become a <see cref="MappingJob"/>.</summary>
internal sealed class MappingArguments(RosArguments ros)
{
    private readonly Option<DirectoryInfo> _out = new("--out") { Description = "Folder for scene.alster, map.ply, pictures and metrics.json", Required = true };
    private readonly Option<string?> _model = new("--model") { Description = "Weights (.safetensors), or 'random' to time a preset; default: the shipped model of the preset" };
    private readonly Option<string> _preset = new("--preset") { Description = "mobile, wide or paper", DefaultValueFactory = _ => "mobile" };
    private readonly Option<string> _device = new("--device") { Description = "cpu or cuda", DefaultValueFactory = _ => "cpu" };
    private readonly Option<int> _threads = new("--threads") { Description = "CPU threads", DefaultValueFactory = _ => Environment.ProcessorCount };
    private readonly Option<string> _encoderPrecision = new("--encoder-precision") { Description = "float32, or bfloat16 on a CPU with AVX512_BF16: the 2D encoder takes little more than half the time", DefaultValueFactory = _ => MapperOptions.EncoderPrecisions[0] };
    private readonly Option<bool> _overlap = new("--overlap") { Description = "Encode the next frame while one is fused into the map; the map is the same" };
    private readonly Option<int?> _maxFrames = new("--max-frames") { Description = "Stop after this many frames" };
    private readonly Option<int> _stride = new("--stride") { Description = "Use every n-th frame", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _holdOut = new("--hold-out") { Description = "Keep this many evenly spaced frames out of the map and check its geometry against their depth" };
    private readonly Option<int> _repeat = new("--repeat") { Description = "Map the recording so many times, round after round into one map", DefaultValueFactory = _ => 1 };
    private readonly Option<double?> _rate = new("--rate") { Description = "Play in real time at so many times the recording's speed, every frame; default: as fast as it goes" };
    private readonly Option<bool> _dropLate = new("--drop-late") { Description = "With --rate: drop frames that come while the mapper is busy, as the node does" };
    private readonly Option<bool> _publish = new("--publish") { Description = "Publish over ROS 2 what the node would; --ros-args as for the node" };
    private readonly Option<string> _depth = new("--depth") { Description = "Depth folder of a ScanNet folder (depth, depth_noisy)", DefaultValueFactory = _ => "depth" };
    private readonly Option<string> _pose = new("--pose") { Description = "Pose folder of a ScanNet folder (pose, pose_noisy)", DefaultValueFactory = _ => "pose" };
    private readonly Option<string?> _colorTopic = new("--color-topic") { Description = "Colour images of a bag; default: chosen by name" };
    private readonly Option<string?> _depthTopic = new("--depth-topic") { Description = "Depth images of a bag; default: chosen by name" };
    private readonly Option<string?> _poseTopic = new("--pose-topic") { Description = "Odometry or PoseStamped topic of a bag; default: /tf" };
    private readonly Option<string?> _worldFrame = new("--world-frame") { Description = "Coordinate frame of a bag that the map is in; default: map, or the tree's root" };
    private readonly Option<double> _sync = new("--sync-ms") { Description = "Colour and depth of a bag may be this far apart [ms]", DefaultValueFactory = _ => new SourceOptions().SyncMaxIntervalMs };
    private readonly Option<string?> _labelIds = new("--label-ids") { Description = "What the numbers in label images are: nyu40, or the path of ScanNet's scannetv2-labels.combined.tsv; default: that table's where it lies beside the scans, otherwise nyu40" };
    private readonly Option<string?> _labelSpace = new("--label-space") { Description = "Label space of the ground truth: scannet20, nyu40 or a YAML file; default: the model's" };
    private readonly Option<string?> _worldUp = new("--world-up") { Description = "Up direction x,y,z of the recording's world, where it is not +Z" };
    private readonly Option<double> _voxelSize = new("--voxel-size") { Description = "Edge of a voxel [m]", DefaultValueFactory = _ => 0.04 };
    private readonly Option<double> _maxDepth = new("--max-depth") { Description = "Use depth up to this distance [m]", DefaultValueFactory = _ => 3.0 };
    private readonly Option<int> _memory = new("--memory-mb") { Description = "Memory for map blocks; blocks beyond it wait in scene.alster", DefaultValueFactory = _ => 1024 };
    private readonly Option<string?> _resume = new("--resume") { Description = "Go on with this scene (.alster), in place" };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace the scene that --out already holds" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _out, _model, _preset, _device, _threads, _encoderPrecision, _overlap, _maxFrames, _stride, _holdOut, _repeat, _rate, _dropLate, _publish, _depth, _pose, _colorTopic, _depthTopic, _poseTopic, _worldFrame, _sync, _labelIds, _labelSpace, _worldUp, _voxelSize, _maxDepth, _memory, _resume, _overwrite })
            command.Options.Add(option);
    }

    /// <summary>The job that the user's words describe.</summary>
    public MappingJob Read(ParseResult words, string input) => new()
    {
        Input = input,
        Out = words.GetValue(_out)!.FullName,
        Model = words.GetValue(_model),
        Preset = words.GetValue(_preset)!,
        Device = words.GetValue(_device)!,
        Threads = Positive(words, _threads),
        Overlap = words.GetValue(_overlap),
        MaxFrames = words.GetValue(_maxFrames),
        Stride = Positive(words, _stride),
        HoldOut = words.GetValue(_holdOut),
        Repeat = Positive(words, _repeat),
        Rate = words.GetValue(_rate) is not { } rate ? null : rate > 0 && double.IsFinite(rate) ? rate : throw new InputException($"--rate is {rate}; expected a positive number."),
        DropLate = !words.GetValue(_dropLate) || words.GetValue(_rate) is not null ? words.GetValue(_dropLate) : throw new InputException("--drop-late needs --rate: without it no frame is late."),
        Publish = words.GetValue(_publish) ? ros : null,
        Depth = words.GetValue(_depth)!,
        Pose = words.GetValue(_pose)!,
        ColorTopic = words.GetValue(_colorTopic),
        DepthTopic = words.GetValue(_depthTopic),
        PoseTopic = words.GetValue(_poseTopic),
        WorldFrame = words.GetValue(_worldFrame),
        SyncMaxIntervalMs = words.GetValue(_sync),
        LabelIds = words.GetValue(_labelIds),
        LabelSpace = words.GetValue(_labelSpace),
        WorldUp = words.GetValue(_worldUp) is { } up ? Up(up) : null,
        Mapper = new MapperOptions
        {
            VoxelSize = words.GetValue(_voxelSize),
            MaxDepth = words.GetValue(_maxDepth),
            EncoderPrecision = MapperOptions.PrecisionOf(words.GetValue(_encoderPrecision)!, _encoderPrecision.Name),
            MemoryBudget = (long)words.GetValue(_memory) << 20,
        }.Validated(),
        Resume = words.GetValue(_resume),
        Overwrite = words.GetValue(_overwrite),
    };

    private static int Positive(ParseResult words, Option<int> option) => words.GetValue(option) is > 0 and var value ? value
        : throw new InputException($"{option.Name} is {words.GetValue(option)}; expected 1 or more.");

    private static Vector3d Up(string text) => Directions.Parse("--world-up", text) is { Length: > 1e-6 } up ? up
        : throw new InputException("--world-up is the zero vector; expected a direction x,y,z such as 0,-0.9,-0.45.");
}
