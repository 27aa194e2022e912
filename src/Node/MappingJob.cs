using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Pipeline;
using AlsterNode.Ros2;

namespace AlsterNode.Node;

/// <summary>What to map, with what, and where the results go.</summary>
internal sealed record MappingJob
{
    /// <summary>Stands for random weights where a weights file is asked for.</summary>
    public const string RandomModel = "random";

    public required string Input { get; init; }

    public required string Out { get; init; }

    /// <summary>A weights file, or <see cref="RandomModel"/>; null for the shipped model of the preset.</summary>
    public string? Model { get; init; }

    public string Preset { get; init; } = "mobile";

    public string Device { get; init; } = "cpu";

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Encode the next frame while one is fused into the map.</summary>
    public bool Overlap { get; init; }

    public int? MaxFrames { get; init; }

    public int Stride { get; init; } = 1;

    public int HoldOut { get; init; }

    /// <summary>How often the recording is mapped, round after round into one map.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>Play in real time at so many times the recording's speed; null: every frame, as fast as it goes.</summary>
    public double? Rate { get; init; }

    /// <summary>With <see cref="Rate"/>: drop frames that come while the mapper is busy, as the node does.</summary>
    public bool DropLate { get; init; }

    /// <summary>The ROS arguments of a node that publishes the map as it grows; null for none.</summary>
    public RosArguments? Publish { get; init; }

    public string Depth { get; init; } = "depth";

    public string Pose { get; init; } = "pose";

    public string? ColorTopic { get; init; }

    public string? DepthTopic { get; init; }

    public string? PoseTopic { get; init; }

    public string? WorldFrame { get; init; }

    public double SyncMaxIntervalMs { get; init; } = new SourceOptions().SyncMaxIntervalMs;

    public string? LabelIds { get; init; }

    public string? LabelSpace { get; init; }

    public Vector3d? WorldUp { get; init; }

    public MapperOptions Mapper { get; init; } = new();

    public string? Resume { get; init; }

    public bool Overwrite { get; init; }

    /// <summary>How the input is read.</summary>
    public SourceOptions Source(LabelSpace labelSpace) => new()
    {
        DepthFolder = Depth,
        PoseFolder = Pose,
        LabelIds = LabelIds,
        LabelSpace = labelSpace,
        WorldUp = WorldUp,
        ColorTopic = ColorTopic,
        DepthTopic = DepthTopic,
        PoseTopic = PoseTopic,
        WorldFrame = WorldFrame,
        SyncMaxIntervalMs = SyncMaxIntervalMs,
    };

    /// <summary>Score the map against the recording's ground truth.</summary>
    public bool Evaluate { get; init; }

    /// <summary>Where ScanNet's submission files go; null for none.</summary>
    public string? Benchmark { get; init; }

    /// <summary>Every how many frames a label image is submitted.</summary>
    public int BenchmarkEvery { get; init; } = 100;

    /// <summary>The input's own name: scene0707_00 of scans/scene0707_00/ and of scene0707_00.sens.</summary>
    public string SceneName => Directory.Exists(Input) ? new DirectoryInfo(Input).Name : Path.GetFileNameWithoutExtension(Input);

    /// <summary>The model: the user's choice, or the shipped one of the preset.</summary>
    public AlsterModel LoadModel() => LoadModel(Model, Preset);

    /// <summary>The weights of a file, those of the preset that come with the program, or for <see cref="RandomModel"/> random ones.</summary>
    public static AlsterModel LoadModel(string? model, string preset) =>
        model == RandomModel ? AlsterModel.Random(ModelOptions.Named(preset)) : ModelFile.Load(model ?? ShippedModel(preset));

    /// <summary>The weights file of a preset that comes with the program.</summary>
    public static string ShippedModel(string preset) => Path.Combine(AppContext.BaseDirectory, "models", $"{preset}.safetensors");

    /// <summary>The scene file: the one to go on with, or a new one among the results.</summary>
    public string ScenePath => Resume ?? Path.Combine(Out, "scene.alster");
}
