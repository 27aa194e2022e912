using System.Diagnostics;
using System.Runtime.InteropServices;
using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Datasets.Rosbag2;
using AlsterNode.Evaluation;
using AlsterNode.Kernels;
using AlsterNode.Node.Live;
using AlsterNode.Pipeline;
using AlsterNode.Ros2;
using AlsterNode.SceneStore;
using TorchSharp;

namespace AlsterNode.Node;

/// <summary>Carries out a <see cref="MappingJob"/>: source -> mapper -> scene -> files.</summary>
internal sealed class MappingRun : IDisposable
{
    private readonly MappingJob _job;
    private readonly Prefetch _source;
    private readonly RosbagSource? _bag; // the recording, where it is one
    private readonly AlsterModel _model;
    private readonly SemanticScene _scene;
    private readonly SemanticMapper _mapper;
    private readonly ReplayPublisher? _publisher;
    private readonly Scoring? _scoring;
    private readonly HashSet<int> _heldOut;
    private readonly FrameTally _frames = new();
    private readonly StartUp _startUp = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private (int Number, EncodedFrame Frame)? _encoded; // waits to be fused while the next one is encoded

    private MappingRun(MappingJob job)
    {
        _job = job;
        _startUp.Did("program");
        torch.set_num_threads(job.Threads);
        WorkerPool.Shared.Threads = job.Threads;
        _model = job.LoadModel();
        _startUp.Did("model");
        var labelSpace = job.LabelSpace is null ? _model.Options.LabelSpace : LabelSpaceFile.Resolve(job.LabelSpace);
        var recording = FrameSources.Open(job.Input, job.Source(labelSpace));
        _bag = recording as RosbagSource;
        _source = new Prefetch(job.Repeat == 1 ? recording : new RepeatedSource(recording, job.Repeat)); // the next frame is decoded while this one is mapped
        _startUp.Did("recording");
        _model.MoveTo(job.Device);
        _heldOut = [.. HeldOut(job.HoldOut, _source.FrameCount)];
        _scoring = Scoring.Open(job, _source, _model.Options.LabelSpace, labelSpace, ExpectedFrames());
        Directory.CreateDirectory(job.Out);
        _scene = OpenScene();
        SemanticMapper.WarmUp(_model, job.Mapper);
        _mapper = new SemanticMapper(_model, _scene, job.Mapper);
        _startUp.Did("mapper");
        if (job.Publish is { } arguments)
        {
            _publisher = new ReplayPublisher(arguments, RosEnvironment.FromProcess(), _scene, _model.Options.LabelSpace, _bag?.MapFrame, _bag?.CameraFrame ?? "camera_optical_frame");
            _mapper.Observe(_publisher.Images);
        }
        if (_scoring is null) return;
        _scoring.Continue(_scene);
        _mapper.Observe(_scoring.Observer);
    }

    /// <summary>Maps the input, writes every result into the job's folder and prints a table.</summary>
    public static MappingResult Execute(MappingJob job)
    {
        using var run = new MappingRun(job);
        run.Map();
        var geometry = run.CheckGeometry();
        var result = run.WriteResults(geometry);
        result.Print();
        return result;
    }

    public void Dispose()
    {
        _publisher?.Dispose();
        _mapper.Dispose();
        _scene.Dispose();
        _source.Dispose();
        _model.Dispose();
    }

    private void Map()
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var resumeAt = _scene.InputPosition; // 0 for a new scene
        Progress.Run("frames", _source.FrameCount, report =>
        {
            foreach (var reading in Play(number => number >= resumeAt && Wanted(number), stop.Token))
            {
                if (_job.MaxFrames is { } most && _frames.Read >= most) break;
                _frames.Count(reading);
                if (reading.Frame is not null) Integrate(reading);
                report(reading.Number + 1);
            }
            FuseEncoded();
        });
        _scene.Flush();
        if (_scene.IsOverBudget)
            Console.Error.WriteLine($"alster: the map takes {_scene.Bytes >> 20} MB of memory, more than --memory-mb {_job.Mapper.MemoryBudget >> 20}: '{_job.ScenePath}' is written more slowly than the map grows.");
        stop.Token.ThrowIfCancellationRequested();
        if (_frames.Integrated == 0 && resumeAt == 0)
        {
            var why = _bag?.TransformProblem is { } problem ? $"{_frames.Reasons}; {problem}" : _frames.Reasons;
            throw new InputException($"'{_job.Input}': none of {_frames.Read} frames could be integrated ({why}); see docs/conventions.md for what a frame needs.");
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    // As fast as it goes or in real time, always the same; or as live, where the mapper's speed decides.
    private IEnumerable<FrameReading> Play(Predicate<int> wanted, CancellationToken stop) =>
        _job.Rate is { } rate ? _source.ReadPaced(rate, _job.DropLate, wanted, stop) : _source.Read(wanted, stop);

    private void Integrate(FrameReading reading)
    {
        if (!reading.Frame!.Depth.HasWithin(_job.Mapper.MaxDepth))
        {
            _frames.Drop(DropReason.DepthEmpty);
            return;
        }
        if (!_job.Overlap)
        {
            Fuse(reading.Number, _mapper.Encode(reading.Frame));
            return;
        }
        var encoding = Task.Run(() => _mapper.Encode(reading.Frame));
        try
        {
            FuseEncoded();
        }
        finally
        {
            _encoded = (reading.Number, encoding.GetAwaiter().GetResult());
        }
    }

    private void FuseEncoded()
    {
        if (_encoded is not { } waiting) return;
        _encoded = null;
        Fuse(waiting.Number, waiting.Frame);
    }

    private void Fuse(int number, EncodedFrame frame)
    {
        _scene.InputPosition = number + 1;
        var update = _mapper.Integrate(frame);
        _publisher?.Scene.OnUpdate(update);
        _frames.Integrate();
        _startUp.DidFrame();
    }

    private bool Wanted(int number) => number % _job.Stride == 0 && !_heldOut.Contains(number);

    // As many as can come; a resumed run has fewer.
    private int? ExpectedFrames()
    {
        var frames = (_source.FrameCount + _job.Stride - 1) / _job.Stride;
        return frames is null ? _job.MaxFrames : Math.Min(frames.Value, _job.MaxFrames ?? int.MaxValue);
    }

    private static IEnumerable<int> HeldOut(int count, int? total)
    {
        if (count <= 0) yield break;
        if (total is null) throw new InputException("--hold-out needs a recording whose number of frames is known.");
        for (var i = 0; i < count; i++) yield return (int)((i + 0.5) * total.Value / count);
    }

    private SemanticScene OpenScene()
    {
        var options = new SceneOptions
        {
            VoxelSize = _job.Mapper.VoxelSize,
            FeatureDimension = _model.Options.FeatureDimension,
            LabelSpace = _model.Options.LabelSpace.Name,
            ModelId = _model.Id,
            MemoryBudgetBytes = _job.Mapper.MemoryBudget,
            Path = _job.ScenePath,
        };
        if (_job.Resume is not null) return SemanticScene.Open(_job.ScenePath, options);
        if (File.Exists(_job.ScenePath) && !_job.Overwrite)
            throw new InputException($"'{_job.Out}' already holds a scene; go on with --resume {_job.ScenePath}, replace it with --overwrite, or choose another --out.");
        return SemanticScene.Create(options);
    }

    private GeometryCheck? CheckGeometry()
    {
        if (_heldOut.Count == 0) return null;
        var check = new GeometryCheck(_scene, _job.Mapper.VoxelSize, _job.Mapper.MaxDepth);
        foreach (var reading in _source.Read(_heldOut.Contains))
        {
            if (reading.Frame is not null) check.Add(reading.Frame);
        }
        return check;
    }

    private MappingResult WriteResults(GeometryCheck? geometry)
    {
        var labelSpace = _model.Options.LabelSpace;
        var voxelSize = _job.Mapper.VoxelSize;
        MapPly.Write(Path.Combine(_job.Out, "map.ply"), _scene.Voxels(), labelSpace, voxelSize);
        MapPicture.Write(_job.Out, _scene.Voxels(), labelSpace, voxelSize);
        FrameTable.Write(Path.Combine(_job.Out, "frames.csv"), _mapper.Timings);
        var scores = _scoring?.Finish(_job, _scene);
        if (scores is not null) ScoreFiles.Write(Path.Combine(_job.Out, "scores"), scores.Scores, scores.Curve);
        if (_job.Benchmark is not null) BenchmarkFiles.Write(_job, _source, _scene, labelSpace);
        var metrics = new RunMetrics
        {
            Input = _job.Input,
            Frames = new FrameCounts(_frames.Read, _frames.Integrated, _frames.Dropped) { Findings = _source.Findings.Count > 0 ? _source.Findings : null },
            StagesMs = LatencyReport.Summarize(_mapper.Timings.Samples),
            Scene = new SceneFigures(_scene.VoxelCount, _scene.BlockCount, _scene.FileBytes, _scene.Hash()),
            Process = ProcessFigures.Now(_clock.Elapsed, _startUp.FirstFrame),
            Device = _job.Device,
            Threads = _job.Threads,
            EncoderPrecision = (_job.Device == "cpu" ? _job.Mapper.EncoderPrecision : torch.ScalarType.Float16).ToString().ToLowerInvariant(),
            Preset = _model.Options.Preset,
            Model = new ModelFigures(_model.Id, _model.ParameterCount),
            GroundTruth = scores?.GroundTruth,
            Scores = scores?.Scores,
            HeldOut = geometry is null ? null : new HeldOutFigures(geometry.Frames, geometry.Share),
        };
        MetricsFile.Write(Path.Combine(_job.Out, "metrics.json"), metrics);
        return new MappingResult(_job, metrics, _startUp, scores?.Curve);
    }
}
