using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AlsterNode.Core;
using AlsterNode.Pipeline;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AlsterNode.Training;

/// <summary>
/// Runs the phases of a <see cref="TrainingConfig"/>: the encoder on frames, then the pipeline on sequences, each with Adam and OneCycle
/// ([ALSTER] 4.1). Writes checkpoints into the run's folder and goes on from the last one.
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

    /// <summary>Prepares a run in <paramref name="folder"/>; the model starts from seeded random weights.</summary>
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
        _model = new AlsterModel(ModelOptions.Named(config.Preset));
        _model.to(_device);
    }

    private string CheckpointFile => Path.Combine(_folder, "checkpoint.json");

    /// <summary>Trains to the end and writes model.safetensors; returns its path.</summary>
    public string Run(bool resume)
    {
        Directory.CreateDirectory(_folder);
        if (!resume && File.Exists(CheckpointFile))
            throw new InputException($"'{_folder}' already holds a training; go on with --resume, or choose another --out.");
        var mapper = new MapperOptions();
        var reported = Stopwatch.StartNew();
        var set = TrainingSet.Load(_config, _model.Options.LabelSpace, mapper.VoxelSize, (done, total) =>
        {
            lock (reported)
            {
                if (done != total && reported.Elapsed.TotalSeconds < 5) return;
                reported.Restart();
            }
            _print($"read {done} of {total} scenes");
        });
        using var log = new TrainingLog(_folder, _print);
        var start = resume && File.Exists(CheckpointFile) ? JsonSerializer.Deserialize<Checkpoint>(File.ReadAllText(CheckpointFile)) : null;
        if (start is not null) _model.load(Path.Combine(_folder, start.Weights));
        for (var phase = start?.Phase ?? 0; phase < _config.Encoder.Count + _config.Pipeline.Count; phase++)
        {
            log.NewPhase();
            RunPhase(phase, phase == start?.Phase ? start : null, set, mapper, log);
        }
        var recipe = JsonSerializer.SerializeToNode(_config)!;
        recipe["Data"] = Path.GetFileName(Path.TrimEndingDirectorySeparator(_config.Data)); // whose machine it was is nobody's business
        var path = Path.Combine(_folder, "model.safetensors");
        ModelFile.Save(_model, path, new Dictionary<string, string>
        {
            ["training_config"] = recipe.ToJsonString(),
            ["training_scenes"] = set.Scenes.Count.ToString(CultureInfo.InvariantCulture),
            ["training_frames"] = set.Scenes.Sum(scene => scene.Frames.Count).ToString(CultureInfo.InvariantCulture),
        });
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private void RunPhase(int phase, Checkpoint? start, TrainingSet set, MapperOptions mapper, TrainingLog log)
    {
        using var weights = _config.ClassBalance == 0 ? null : tensor(set.ClassWeights(_model.Options.LabelSpace.Count, _config.ClassBalance)).to(_device);
        if (phase < _config.Encoder.Count)
        {
            var settings = _config.Encoder[phase];
            var trainer = new EncoderTrainer(_model, set, settings, weights, _config.Seed + phase, _device);
            _model.train();
            var parameters = _model.Encoder.parameters().Concat(_model.Head2D.parameters());
            using var optimizer = optim.Adam(parameters, settings.MaxLearningRate, beta2: Beta2);
            Steps($"encoder {settings.Width} px", phase, settings.Steps, optimizer, [settings.MaxLearningRate], trainer.Backward, start, log);
        }
        else
        {
            var settings = _config.Pipeline[phase - _config.Encoder.Count];
            using var trainer = new PipelineTrainer(_model, set, settings, mapper, weights, _config.Seed + phase, _device);
            _model.train();
            var encoderRate = settings.MaxLearningRateEncoder;
            if (encoderRate == 0) // frozen: its batch norm keeps its statistics, and can be folded away
            {
                _model.Encoder.eval();
                _model.Encoder.FoldBatchNorm();
            }
            var ownParameters = _model.named_parameters().Where(item => !item.name.StartsWith("encoder.", StringComparison.Ordinal)).Select(item => item.parameter);
            var groups = new List<Adam.ParamGroup> { new(ownParameters, new Adam.Options { LearningRate = settings.MaxLearningRate, InitialLearningRate = settings.MaxLearningRate }) };
            if (encoderRate > 0) groups.Add(new(_model.Encoder.parameters(), new Adam.Options { LearningRate = encoderRate, InitialLearningRate = encoderRate }));
            using var optimizer = optim.Adam(groups, beta2: Beta2);
            double[] rates = encoderRate > 0 ? [settings.MaxLearningRate, encoderRate] : [settings.MaxLearningRate];
            Steps("pipeline", phase, settings.Steps, optimizer, rates, trainer.Backward, start, log);
        }
    }

    private void Steps(string name, int phase, int total, OptimizerHelper optimizer, double[] maxRates, Func<int, Dictionary<string, double>> backward,
        Checkpoint? start, TrainingLog log)
    {
        var scheduler = new optim.lr_scheduler.impl.OneCycleLR(optimizer, maxRates, total);
        if (start is not null) optimizer.load_state_dict(Path.Combine(_folder, start.Optimizer));
        for (var done = 0; done < (start?.Step ?? 0); done++) scheduler.step();
        var sinceCheckpoint = Stopwatch.StartNew();
        for (var step = start?.Step ?? 0; step < total; step++)
        {
            optimizer.zero_grad();
            var figures = backward(step);
            nn.utils.clip_grad_norm_(_model.parameters().Where(parameter => parameter.grad is not null), GradientNorm);
            optimizer.step();
            log.Step(name, step, total, optimizer.ParamGroups.First().LearningRate, figures);
            scheduler.step();
            if (sinceCheckpoint.Elapsed.TotalMinutes < _config.CheckpointMinutes && step + 1 < total) continue;
            Save(new Checkpoint(phase, step + 1, $"weights-{phase}-{step + 1}.dat", $"optimizer-{phase}-{step + 1}.dat"), optimizer);
            sinceCheckpoint.Restart();
        }
    }

    /// <summary>New files first, then the small file that names them: whenever the run is killed, a whole checkpoint is there.</summary>
    private void Save(Checkpoint checkpoint, OptimizerHelper optimizer)
    {
        var old = Directory.GetFiles(_folder, "*.dat");
        _model.save(Path.Combine(_folder, checkpoint.Weights));
        optimizer.save_state_dict(Path.Combine(_folder, checkpoint.Optimizer));
        var next = CheckpointFile + ".tmp";
        File.WriteAllText(next, JsonSerializer.Serialize(checkpoint));
        File.Move(next, CheckpointFile, overwrite: true);
        foreach (var file in old)
        {
            if (Path.GetFileName(file) != checkpoint.Weights && Path.GetFileName(file) != checkpoint.Optimizer) File.Delete(file);
        }
    }

    private sealed record Checkpoint(int Phase, int Step, string Weights, string Optimizer);
}
