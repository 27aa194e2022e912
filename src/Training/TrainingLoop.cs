using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.Pipeline;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AlsterNode.Training;

/// <summary>
/// Runs the phases of a <see cref="TrainingConfig"/>: the encoder on frames, then the pipeline on sequences, each with Adam and OneCycle
/// ([ALSTER] 4.1). Writes checkpoints into the run's folder and goes on from the last one with the very step that would have followed.
/// </summary>
public sealed class TrainingLoop : IDisposable
{
    private const double GradientNorm = 5; // sequences now and then hold a frame of a few voxels, whose gradient must not decide

    private const double Beta2 = 0.99; // trainings of a few hundred steps want a short memory of the gradients' scale

    private readonly TrainingConfig _config;
    private readonly string _folder;
    private readonly Action<string> _print;
    private readonly Device _device;
    private readonly AlsterModel _model;
    private readonly MapperOptions _mapper = new();
    private double _bestScore = double.NegativeInfinity;
    private float[] _classWeights = [];

    /// <summary>Prepares a run in <paramref name="folder"/>; the model starts from seeded random weights or from the config's model.</summary>
    public TrainingLoop(TrainingConfig config, string folder, Action<string> print)
    {
        ArgumentNullException.ThrowIfNull(config);
        (_config, _folder, _print) = (config, folder, print);
        _device = config.Device switch
        {
            "cpu" => CPU,
            "cuda" when cuda.is_available() => CUDA,
            "cuda" => throw new InputException("Device cuda is not available: this libtorch has no CUDA or the machine has no GPU; use device: cpu."),
            _ => throw new InputException($"Device '{config.Device}' is unknown; expected cpu or cuda."),
        };
        random.manual_seed(config.Seed);
        _model = StartOf(config);
        if (config.MixedPrecision) _model.Encoder.Precision = ScalarType.BFloat16;
        _model.to(_device);
    }

    /// <summary>Told after each step how many of <see cref="TrainingConfig.TotalSteps"/> are done.</summary>
    public IProgress<int>? StepsDone { get; set; }

    /// <summary>The network in training.</summary>
    internal AlsterModel Model => _model;

    /// <summary>Called after each step and its checkpoint with the phase and the steps done.</summary>
    internal Action<string, int>? AfterStep { get; set; }

    private string CheckpointFile => Path.Combine(_folder, "checkpoint.json");

    /// <summary>Trains to the end and writes model.safetensors; returns its path.</summary>
    public string Run(bool resume)
    {
        Directory.CreateDirectory(_folder);
        if (!resume && File.Exists(CheckpointFile))
            throw new InputException($"'{_folder}' already holds a training; go on with --resume, or choose another --out.");
        var start = resume ? ReadCheckpoint() : null;
        var set = Open(_config.Data, start is null ? 0 : FirstBatch(start.Phase) + (start.Step * _config.Phases[start.Phase].Accumulate));
        var validation = _config.Validation.Count == 0 ? null : Open(_config.Validation, 0);
        _classWeights = start is not null ? start.ClassWeights : set.ClassWeights(_model.Options.LabelSpace.Count, _config.ClassBalance);
        using var log = new TrainingLog(_folder, _print);
        if (start is null) WriteProvenance();
        for (var phase = start?.Phase ?? 0; phase < _config.Phases.Length; phase++)
        {
            log.NewPhase();
            RunPhase(phase, phase == start?.Phase ? start : null, set, validation, log);
        }
        var path = Path.Combine(_folder, "model.safetensors");
        SaveModel(path, []);
        return path;
    }

    /// <summary>Maps and scores the config's validation scenes with the weights as they are: voxel mIoU [%] by stage.</summary>
    public Dictionary<string, double> Validate() => Validation.Score(_model, Open(_config.Validation, 0), _mapper);

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private AlsterModel StartOf(TrainingConfig config)
    {
        if (config.StartFrom.Length > 0 && config.StartFresh.Count == 0)
        {
            var stored = ModelFile.Load(config.StartFrom);
            CheckKind($"start_from '{config.StartFrom}'", stored.Options.Kind);
            return stored;
        }
        var model = new AlsterModel(config.ModelOptions());
        if (config.StartFrom.Length > 0) ModelFile.Fill(model, config.StartFrom, config.StartFresh);
        return model;
    }

    private TrainingSet Open(List<TrainingData> data, int batch)
    {
        var set = new TrainingSet(data, _config, _model.Options, _mapper.VoxelSize);
        var reported = Stopwatch.StartNew();
        set.Fill(batch, (done, total) =>
        {
            lock (reported)
            {
                if (done != total && reported.Elapsed.TotalSeconds < 5) return;
                reported.Restart();
            }
            _print($"read {done} of {total} scenes");
        });
        return set;
    }

    /// <summary>Batches of all phases before this one.</summary>
    private int FirstBatch(int phase) => _config.Phases.Take(phase).Sum(item => item.Batches);

    /// <summary>The config, the seed and the program's commit, so that a run can be repeated.</summary>
    private void WriteProvenance()
    {
        var program = typeof(TrainingLoop).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        AtomicFile.Write(Path.Combine(_folder, "run.json"), stream => JsonSerializer.Serialize(stream, new { program, config = _config }, JsonSerializerOptions.Web));
    }

    private void SaveModel(string path, Dictionary<string, double> scores)
    {
        var recipe = JsonSerializer.SerializeToNode(_config)!;
        foreach (var part in recipe[nameof(_config.Data)]!.AsArray().Concat(recipe[nameof(_config.Validation)]!.AsArray()))
        {
            Shorten(part!, nameof(TrainingData.Folder));
            Shorten(part!, nameof(TrainingData.Split));
            Shorten(part!, nameof(TrainingData.LabelIds));
        }
        Shorten(recipe, nameof(_config.StartFrom));
        var notes = new Dictionary<string, string>
        {
            ["training_config"] = recipe.ToJsonString(),
        };
        foreach (var (name, score) in scores) notes[$"validation_{name}"] = score.ToString("F1", CultureInfo.InvariantCulture);
        ModelFile.Save(_model, path, notes);

        static void Shorten(JsonNode node, string key) => // whose machine it was is nobody's business
            node[key] = Path.GetFileName(Path.TrimEndingDirectorySeparator((string)node[key]!));
    }

    private void RunPhase(int phase, Checkpoint? start, TrainingSet set, TrainingSet? validation, TrainingLog log)
    {
        using var weights = _config.ClassBalance == 0 ? null : tensor(_classWeights).to(_device);
        if (phase < _config.Encoder.Count)
        {
            var settings = _config.Encoder[phase];
            using var trainer = new EncoderTrainer(_model, set, settings, _config.Augment, FirstBatch(phase), weights, _config.Seed + phase, _device);
            using var optimizer = optim.Adam(_model.Encoder.parameters().Concat(_model.Head2D.parameters()), settings.MaxLearningRate, beta2: Beta2);
            Steps($"encoder {settings.Width} px", phase, settings, optimizer, [settings.MaxLearningRate], trainer, () => _model.train(), null, start, log);
        }
        else
        {
            var settings = _config.Pipeline[phase - _config.Encoder.Count];
            using var trainer = new PipelineTrainer(_model, set, settings, _config, FirstBatch(phase), _mapper, weights, _config.Seed + phase, _device);
            var encoderRate = settings.MaxLearningRateEncoder;
            var ownParameters = _model.named_parameters().Where(item => !item.name.StartsWith("encoder.", StringComparison.Ordinal)).Select(item => item.parameter);
            var groups = new List<Adam.ParamGroup> { new(ownParameters, new Adam.Options { LearningRate = settings.MaxLearningRate, InitialLearningRate = settings.MaxLearningRate }) };
            if (encoderRate > 0) groups.Add(new(_model.Encoder.parameters(), new Adam.Options { LearningRate = encoderRate, InitialLearningRate = encoderRate }));
            using var optimizer = optim.Adam(groups, beta2: Beta2);
            double[] rates = encoderRate > 0 ? [settings.MaxLearningRate, encoderRate] : [settings.MaxLearningRate];
            var name = settings.ExpertOnly ? "expert" : "pipeline";
            Steps(name, phase, settings, optimizer, rates, trainer, SwitchToTraining, step => Validate(name, step, validation, log), start, log);

            void SwitchToTraining()
            {
                _model.train();
                if (encoderRate > 0) return;
                _model.Encoder.eval(); // frozen: its batch norm keeps its statistics, and can be folded away
                _model.Encoder.FoldBatchNorm(_model.Encoder.Precision);
                if (settings.ExpertOnly) _model.UNet.eval();
            }
        }
    }

    private void Steps(string name, int phase, TrainingPhase settings, OptimizerHelper optimizer, double[] maxRates, IStageTrainer trainer, Action switchToTraining,
        Action<int>? validate, Checkpoint? start, TrainingLog log)
    {
        var total = settings.Steps;
        var scheduler = new optim.lr_scheduler.impl.OneCycleLR(optimizer, maxRates, total);
        if (start is not null)
        {
            optimizer.load_state_dict(Path.Combine(_folder, start.Folder, "optimizer.dat"));
            if (start.Step < total) trainer.RestoreState(start.Sequences, Path.Combine(_folder, start.Folder));
        }
        for (var done = 0; done < (start?.Step ?? 0); done++) scheduler.step();
        switchToTraining();
        var sinceCheckpoint = Stopwatch.StartNew();
        for (var step = start?.Step ?? 0; step < total; step++)
        {
            optimizer.zero_grad();
            var figures = Backward(name, phase, step, settings.Accumulate, trainer);
            nn.utils.clip_grad_norm_(_model.parameters().Where(parameter => parameter.grad is not null), GradientNorm);
            optimizer.step();
            log.Step(name, step, total, optimizer.ParamGroups.First().LearningRate, figures);
            scheduler.step();
            var isLast = step + 1 == total;
            if (validate is not null && (isLast || (step + 1) % _config.ValidationSteps == 0))
            {
                validate(step);
                switchToTraining();
            }
            if (sinceCheckpoint.Elapsed.TotalMinutes >= _config.CheckpointMinutes || isLast)
            {
                Save(phase, step + 1, optimizer, trainer);
                sinceCheckpoint.Restart();
            }
            AfterStep?.Invoke(name, step + 1);
            StepsDone?.Report(_config.Phases.Take(phase).Sum(item => item.Steps) + step + 1);
        }
    }

    /// <summary>The gradients of a step, and the means of its batches' figures.</summary>
    private Dictionary<string, double> Backward(string name, int phase, int step, int batches, IStageTrainer trainer)
    {
        var means = new Dictionary<string, double>();
        for (var batch = step * batches; batch < (step + 1) * batches; batch++)
        {
            random.manual_seed(TrainingSequence.HashCode(_config.Seed, phase, batch)); // dropout: the same after a resume
            var figures = trainer.Backward(batch);
            CheckFinite(figures, name, step, trainer);
            foreach (var (figure, value) in figures) means[figure] = means.GetValueOrDefault(figure) + (value / batches);
        }
        return means;
    }

    private void CheckFinite(Dictionary<string, double> figures, string name, int step, IStageTrainer trainer)
    {
        foreach (var (figure, value) in figures)
        {
            if (double.IsFinite(value)) continue;
            var folder = Path.Combine(_folder, $"failed-step-{step}");
            Directory.CreateDirectory(folder);
            trainer.SaveBatch(folder);
            throw new InvalidOperationException($"{figure} is {value} at step {step} of {name}; the batch is in {folder}. A smaller max_learning_rate usually cures that.");
        }
    }

    private void Validate(string phase, int step, TrainingSet? validation, TrainingLog log)
    {
        if (validation is null) return;
        var scores = Validation.Score(_model, validation, _mapper);
        log.Validation(phase, step, scores);
        if (scores["miou_expert"] <= _bestScore) return;
        _bestScore = scores["miou_expert"];
        SaveModel(Path.Combine(_folder, "best.safetensors"), scores);
    }

    private void CheckKind(string what, string found)
    {
        var expected = _config.ModelOptions().Kind;
        if (found != expected) throw new InputException($"{what} is a model of kind {found}, expected {expected} as the config says.");
    }

    private Checkpoint? ReadCheckpoint()
    {
        if (!File.Exists(CheckpointFile)) return null;
        var checkpoint = JsonSerializer.Deserialize<Checkpoint>(File.ReadAllText(CheckpointFile))!;
        CheckKind($"'{CheckpointFile}'", checkpoint.Model);
        _model.load(Path.Combine(_folder, checkpoint.Folder, "weights.dat"));
        _bestScore = checkpoint.BestScore ?? double.NegativeInfinity;
        return checkpoint;
    }

    /// <summary>A new folder first, then the small file that names it: whenever the run is killed, a whole checkpoint is there.</summary>
    private void Save(int phase, int step, OptimizerHelper optimizer, IStageTrainer trainer)
    {
        var old = Directory.GetDirectories(_folder, "checkpoint-*");
        var name = $"checkpoint-{phase}-{step}";
        var folder = Path.Combine(_folder, name);
        Directory.CreateDirectory(folder);
        _model.save(Path.Combine(folder, "weights.dat"));
        optimizer.save_state_dict(Path.Combine(folder, "optimizer.dat"));
        var checkpoint = new Checkpoint(phase, step, name, _model.Options.Kind, double.IsFinite(_bestScore) ? _bestScore : null, _classWeights, trainer.SaveState(folder));
        AtomicFile.Write(CheckpointFile, stream => JsonSerializer.Serialize(stream, checkpoint));
        TrainingCurves.Draw(_folder);
        foreach (var other in old)
        {
            if (Path.GetFileName(other) != name) Directory.Delete(other, recursive: true);
        }
    }

    private sealed record Checkpoint(int Phase, int Step, string Folder, string Model, double? BestScore, float[] ClassWeights, SequenceState[] Sequences);
}
