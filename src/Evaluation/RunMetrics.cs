using System.Text.Json.Serialization;

namespace AlsterNode.Evaluation;

/// <summary>What metrics.json says about a run; the order of the properties is the order in the file.</summary>
public sealed record RunMetrics
{
    /// <summary>Version of the file's layout; grows when a reader has to change.</summary>
    public int Schema { get; } = 1;

    /// <summary>What was read, as the user named it.</summary>
    public required string Input { get; init; }

    /// <summary>What became of the frames.</summary>
    public required FrameCounts Frames { get; init; }

    /// <summary>Latency per stage [ms].</summary>
    public IReadOnlyList<KeyValuePair<string, LatencySummary>> StagesMs { get; init; } = [];

    /// <summary>The map.</summary>
    public required SceneFigures Scene { get; init; }

    /// <summary>The process.</summary>
    public required ProcessFigures Process { get; init; }

    /// <summary>"cpu" or "cuda".</summary>
    public required string Device { get; init; }

    /// <summary>Threads of the tensor library.</summary>
    public required int Threads { get; init; }

    /// <summary>What the 2D encoder's products multiplied: "float32", "bfloat16" or, on a GPU, "float16".</summary>
    public required string EncoderPrecision { get; init; }

    /// <summary>"mobile" or "paper".</summary>
    public required string Preset { get; init; }

    /// <summary>The weights.</summary>
    public required ModelFigures Model { get; init; }

    /// <summary>What the scores were computed against; left out where there is no ground truth.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GroundTruthFigures? GroundTruth { get; init; }

    /// <summary>Scores against ground truth; left out where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ScoreBoard? Scores { get; init; }

    /// <summary>The map's geometry against frames that were kept out of it; left out where none were.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HeldOutFigures? HeldOut { get; init; }
}

/// <summary>The ground truth of a run.</summary>
/// <param name="LabelSpace">The classes scored.</param>
/// <param name="Mesh">File name of the labelled mesh; null without one.</param>
/// <param name="Vertices">Vertices of the mesh.</param>
/// <param name="LabelledVertices">Those with a class of the label space; the others are ignored.</param>
/// <param name="LabelledFrames">Integrated frames with a label image.</param>
/// <param name="Unpredictable">Classes of the label space that the model cannot say.</param>
public sealed record GroundTruthFigures(
    string LabelSpace, string? Mesh, int Vertices, int LabelledVertices, int LabelledFrames, IReadOnlyList<string> Unpredictable);

/// <summary>Frames kept out of the map, and the share of their depth pixels that lie in or next to an occupied voxel.</summary>
public sealed record HeldOutFigures(int Frames, double Explained);

/// <summary>Frames read from the input, those integrated, and the dropped ones by <see cref="Core.DropReason"/>.</summary>
public sealed record FrameCounts(long Read, long Integrated, IReadOnlyDictionary<string, long> Dropped)
{
    /// <summary>What is odd in the recording but cost no frame (<see cref="Core.IFrameSource.Findings"/>); left out where there is nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, long>? Findings { get; init; }
}

/// <summary>Size of the scene [voxels, blocks, bytes], and the hash of its canonical content.</summary>
public sealed record SceneFigures(long Voxels, long Blocks, long Bytes, string Hash);

/// <summary>The model's id and number of parameters.</summary>
public sealed record ModelFigures(string Id, long Parameters);

/// <summary>Peak resident memory [MiB] and wall-clock time [s].</summary>
public sealed record ProcessFigures(
    double PeakRssMb,
    [property: JsonPropertyName("wall_s")] double WallSeconds,
    [property: JsonPropertyName("first_frame_s"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? FirstFrameSeconds = null)
{
    /// <summary>The figures of this process now, for a run that took <paramref name="wall"/>, its first frame so many seconds after the process began.</summary>
    public static ProcessFigures Now(TimeSpan wall, double? firstFrame = null) => new(PeakRss(), wall.TotalSeconds, firstFrame);

    // VmHWM is the high-water mark of the resident set; .NET's PeakWorkingSet64 reads the same number where /proc is missing.
    private static double PeakRss()
    {
        const string Status = "/proc/self/status";
        var line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
        return line is null ? Environment.WorkingSet / 1048576.0 : double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;
    }
}
