using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using AlsterNode.Core;
using AlsterNode.Encoder2D;
using AlsterNode.Pipeline;
using AlsterNode.TemporalExpert;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace AlsterNode.Training;

/// <summary>Everything that decides a training, read from YAML; keys are the properties in snake_case.</summary>
public sealed class TrainingConfig
{
    /// <summary>Network preset: <c>mobile</c> or <c>paper</c>.</summary>
    public string Preset { get; set; } = "mobile";

    /// <summary>The 2D encoder's backbone; null takes the preset's.</summary>
    public Backbone? Backbone { get; set; }

    /// <summary>Dimension of the features in the map; null takes the preset's, [ALSTER] Table 2.</summary>
    [Range(4, 1024)]
    public int? FeatureDimension { get; set; }

    /// <summary>The expert's attention; null takes the preset's.</summary>
    public AttentionKind? Attention { get; set; }

    /// <summary>A model file whose weights training starts from; its preset and label space must be the config's. Empty: random weights.</summary>
    public string StartFrom { get; set; } = "";

    /// <summary>Parts of the network that start from random weights all the same, and may differ from <see cref="StartFrom"/>'s: expert, head_expert, ...</summary>
    public List<string> StartFresh { get; set; } = [];

    /// <summary>What is trained on: folders of scenes and synthetic rooms, mixed by weight.</summary>
    public List<TrainingData> Data { get; set; } = [];

    /// <summary>
    /// Scenes like <see cref="Data"/>'s that are mapped and scored while training; the weights with the best map so far are kept as
    /// best.safetensors. None: no validation.
    /// </summary>
    public List<TrainingData> Validation { get; set; } = [];

    /// <summary>Scenes kept in memory; where the data has more, a window of this many slides over them.</summary>
    [Range(1, 1_000_000)]
    public int ScenesInMemory { get; set; } = 160;

    /// <summary>Batches from one new scene in the window to the next.</summary>
    [Range(1, 1_000_000)]
    public int StepsPerScene { get; set; } = 4;

    /// <summary>Steps of the pipeline stage from one validation to the next.</summary>
    [Range(1, 100_000_000)]
    public int ValidationSteps { get; set; } = 500;

    /// <summary>Frames taken of each scene, evenly spaced.</summary>
    [Range(1, 100_000)]
    public int FramesPerScene { get; set; } = 24;

    /// <summary>Share of the scenes that are trained on sensor-like depth (folder depth_noisy) where they have it.</summary>
    [Range(0.0, 1.0)]
    public double NoisyDepth { get; set; } = 0.7;

    /// <summary>Whether colours, depth, pose and field of view vary from step to step (<see cref="Augmentation"/>); off for comparisons only.</summary>
    public bool Augment { get; set; } = true;

    /// <summary>
    /// Weight of a class in every loss: (median frequency / frequency)^this. 0 is the paper's loss; 0.5 helps classes of few pixels in a
    /// short training.
    /// </summary>
    [Range(0.0, 1.0)]
    public double ClassBalance { get; set; }

    /// <summary>Order of a scene's views in a sequence; permuted in the paper, against forgetting.</summary>
    public FrameOrder FrameOrder { get; set; }

    /// <summary>Share of the voxels whose past the expert does not get to see in a batch, so that it learns to do without; 0 in the paper.</summary>
    [Range(0.0, 1.0)]
    public double ObservationDropout { get; set; }

    /// <summary>Share of the batches of stage 2 in which the U-Net gets the scenes' frames two by two in one place (<see cref="SparseVoxel3D.SparseBatch.Mix"/>).</summary>
    [Range(0.0, 1.0)]
    public double MixRooms { get; set; }

    /// <summary>Seed of weights, frame order and augmentation.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>Computing device: <c>cpu</c> or <c>cuda</c>.</summary>
    public string Device { get; set; } = "cpu";

    /// <summary>Convolutions of the 2D encoder in bfloat16, for GPUs: weights, norms, losses and everything behind the encoder stay in 32 bits.</summary>
    public bool MixedPrecision { get; set; }

    /// <summary>Minutes between checkpoints.</summary>
    [Range(0.01, 1000)]
    public double CheckpointMinutes { get; set; } = 3;

    /// <summary>Stage 1, one entry after the other: the encoder on single frames.</summary>
    public List<EncoderPhase> Encoder { get; set; } = [];

    /// <summary>Stage 2, one entry after the other: U-Net, expert and heads on sequences.</summary>
    public List<PipelinePhase> Pipeline { get; set; } = [];

    /// <summary>Optimizer steps of all phases.</summary>
    [YamlIgnore, JsonIgnore]
    public int TotalSteps => Phases.Sum(phase => phase.Steps);

    /// <summary>Both stages' phases, in their order.</summary>
    internal TrainingPhase[] Phases => [.. Encoder, .. Pipeline];

    /// <summary>Reads a config; a misspelt key or a value out of range gives one sentence.</summary>
    /// <param name="path">The YAML file.</param>
    /// <param name="changes">Top-level keys that get another value than the file's.</param>
    public static TrainingConfig Load(string path, params ReadOnlySpan<(string Key, string Value)> changes)
    {
        if (!File.Exists(path)) throw new InputException($"Training config '{path}' does not exist.");
        var yaml = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).Build();
        try
        {
            var text = File.ReadAllText(path);
            foreach (var (key, value) in changes) text = Changed(text, key, value);
            var config = yaml.Deserialize<TrainingConfig>(text) ?? throw new InputException($"Training config '{path}' is empty.");
            config.Validate(path);
            return config;
        }
        catch (YamlException problem)
        {
            throw new InputException($"Training config '{path}', line {problem.Start.Line}: {problem.InnerException?.Message ?? problem.Message}", problem);
        }
        catch (InvalidOperationException problem) // YamlDotNet's scanner on some damaged values
        {
            throw new InputException($"Training config '{path}' is damaged: {problem.Message}", problem);
        }
    }

    /// <summary>The YAML text with a top-level key set to another value, every other line where it was.</summary>
    private static string Changed(string text, string key, string value)
    {
        var lines = text.Split('\n');
        var (first, end) = LinesOf(text, key);
        if (first < 0) return $"{text}\n{key}: {value}";
        Array.Fill(lines, "", first, Math.Min(end, lines.Length) - first);
        lines[first] = $"{key}: {value}";
        return string.Join('\n', lines);
    }

    /// <summary>The lines of a top-level key and its value, counted from 0, the end exclusive: the next key's; -1 where there is no such key.</summary>
    private static (int First, int End) LinesOf(string text, string key)
    {
        var parser = new Parser(new StringReader(text));
        if (!parser.TryConsume<StreamStart>(out _) || !parser.TryConsume<DocumentStart>(out _) || !parser.TryConsume<MappingStart>(out _)) return (-1, -1);
        while (parser.TryConsume<Scalar>(out var name))
        {
            parser.SkipThisAndNestedEvents();
            if (name.Value == key) return ((int)name.Start.Line - 1, parser.Accept<Scalar>(out var next) ? (int)next.Start.Line - 1 : int.MaxValue);
        }
        return (-1, -1);
    }

    /// <summary>Whether a scene is seen with sensor-like depth. What names it decides, so it is the same in every training.</summary>
    internal bool HasNoisyDepth(params ReadOnlySpan<int> scene) => new Random(TrainingSequence.HashCode(scene)).NextDouble() < NoisyDepth;

    /// <summary>The shape of the network to train.</summary>
    internal ModelOptions ModelOptions()
    {
        var options = AlsterNode.Pipeline.ModelOptions.Named(Preset);
        return options with
        {
            Backbone = Backbone ?? options.Backbone,
            FeatureDimension = FeatureDimension ?? options.FeatureDimension,
            Attention = Attention ?? options.Attention,
        };
    }

    private void Validate(string path)
    {
        foreach (var part in Data.Concat(Validation).Cast<object>().Prepend(this).Concat(Encoder).Concat(Pipeline))
        {
            var problems = new List<ValidationResult>();
            if (!Validator.TryValidateObject(part, new ValidationContext(part), problems, validateAllProperties: true))
                throw new InputException($"Training config '{path}': {problems[0].ErrorMessage}");
        }
        if (StartFresh.Count > 0 && StartFrom.Length == 0)
            throw new InputException($"Training config '{path}': start_fresh needs start_from; without it all weights start random.");
        if (Pipeline.Exists(phase => phase is { ExpertOnly: true, MaxLearningRateEncoder: > 0 }))
            throw new InputException($"Training config '{path}': a phase has expert_only and max_learning_rate_encoder; leave one of them out.");
    }
}

/// <summary>Order of a scene's views in a training sequence.</summary>
public enum FrameOrder
{
    /// <summary>A new random order each time.</summary>
    Permuted,

    /// <summary>As recorded, from a random view on.</summary>
    Sequential,
}

/// <summary>What the phases of both stages have in common.</summary>
public abstract class TrainingPhase
{
    /// <summary>Optimizer steps.</summary>
    [Range(1, 100_000_000)]
    public int Steps { get; set; } = 1000;

    /// <summary>Batches whose gradients add up to a step ([ALSTER] 4.1: 2): a step of many frames in the memory of a few.</summary>
    [Range(1, 1024)]
    public int Accumulate { get; set; } = 1;

    /// <summary>Batches of all steps.</summary>
    internal int Batches => checked(Steps * Accumulate);
}

/// <summary>A stretch of encoder training at one resolution.</summary>
public sealed class EncoderPhase : TrainingPhase
{
    /// <summary>Frames a batch.</summary>
    [Range(2, 1024)]
    public int Batch { get; set; } = 8;

    /// <summary>Input width [px]; the height keeps the preset's ratio.</summary>
    [Range(32, 4096)]
    public int Width { get; set; } = 320;

    /// <summary>Frames are resampled to between 1 and this many times the input's size, and the input is cropped from them.</summary>
    [Range(1.0, 8.0)]
    public double MaxScale { get; set; } = 1;

    /// <summary>Peak of the OneCycle schedule.</summary>
    [Range(1e-8, 1.0)]
    public double MaxLearningRate { get; set; } = 1e-3;
}

/// <summary>Training of the whole pipeline on sequences, [ALSTER] 3.1 "Sequential Training".</summary>
public sealed class PipelinePhase : TrainingPhase
{
    /// <summary>Scenes that are mapped side by side; each adds one frame to a batch ([ALSTER] 4.1: 4).</summary>
    [Range(1, 1024)]
    public int Scenes { get; set; } = 8;

    /// <summary>Views of each scene in a batch; the expert learns to remember for the later ones what the earlier ones show.</summary>
    [Range(1, 64)]
    public int Views { get; set; } = 1;

    /// <summary>Longest stay in one scene before it is reset [frames]; the actual length is drawn anew each time.</summary>
    [Range(1, 100_000)]
    public int MaxSequence { get; set; } = 16;

    /// <summary>Peak learning rate of U-Net, expert and heads, [ALSTER] 4.1.</summary>
    [Range(1e-8, 1.0)]
    public double MaxLearningRate { get; set; } = 1e-3;

    /// <summary>Peak learning rate of the 2D encoder, [ALSTER] 4.1; 0 freezes it, which saves its backward pass.</summary>
    [Range(0.0, 1.0)]
    public double MaxLearningRateEncoder { get; set; }

    /// <summary>Freezes the encoder and the U-Net as they are; only the expert and its head learn, several times as fast.</summary>
    public bool ExpertOnly { get; set; }
}
