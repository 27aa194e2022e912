using AlsterNode.Core;
using AlsterNode.Datasets.SyntheticRooms;
using AlsterNode.Evaluation;
using AlsterNode.Pipeline;
using AlsterNode.SceneStore;

namespace AlsterNode.Node;

/// <summary>What a stage costs.</summary>
/// <param name="Stage">As in metrics.json.</param>
/// <param name="Milliseconds">Wall time.</param>
/// <param name="Gigaflop">Multiplications and additions; 0 where there are next to none.</param>
/// <param name="Gigabyte">Input, output and weights, each once: what cannot be spared.</param>
/// <param name="AllocatedBytes">Managed memory, median frame.</param>
internal sealed record StageCost(string Stage, LatencySummary Milliseconds, double Gigaflop, double Gigabyte, double AllocatedBytes);

/// <summary>The stages of a frame on one frozen view of a synthetic room, against what the machine can do in the same minute.</summary>
internal sealed class StageBenchmark
{
    private const int WarmUpFrames = 30;
    private const ulong Room = 77; // as in benchmarks/: figures of different versions stay comparable

    private readonly AlsterModel _model;
    private readonly MapperOptions _options;

    public StageBenchmark(AlsterModel model, MapperOptions options)
    {
        (_model, _options) = (model, options);
        View = new SyntheticScene(Room).RenderView(5, 20, SyntheticScene.Camera(model.Options.Width, model.Options.Height)).Frame;
    }

    /// <summary>The view.</summary>
    public RgbdFrame View { get; }

    /// <summary>Voxels of the view.</summary>
    public int Voxels { get; private set; }

    /// <summary>Maps the view again and again for so many frames.</summary>
    public IReadOnlyList<StageCost> Run(int frames)
    {
        using var scene = SemanticScene.Create(new SceneOptions { VoxelSize = _options.VoxelSize, FeatureDimension = _model.Options.FeatureDimension, ModelId = _model.Id });
        using (var warmUp = new SemanticMapper(_model, scene, _options))
        {
            for (var i = 0; i < WarmUpFrames; i++) warmUp.Integrate(View);
        }
        using var mapper = new SemanticMapper(_model, scene, _options);
        SceneUpdate? update = null;
        for (var i = 0; i < frames; i++) update = mapper.Integrate(View);
        Voxels = update!.Voxels.Length;
        var work = Work(update.Voxels.ToArray());
        var allocations = mapper.Timings.Allocations;
        return [.. LatencyReport.Summarize(mapper.Timings.Samples).Select(pair => new StageCost(pair.Key, pair.Value, work[pair.Key].Gigaflop, work[pair.Key].Gigabyte, LatencyReport.Summarize(allocations[pair.Key]).P50))];
    }

    /// <summary>What each stage has to compute and to move for these voxels.</summary>
    private Dictionary<string, (double Gigaflop, double Gigabyte)> Work(VoxelIndex[] voxels)
    {
        const int Float = sizeof(float), Half = 2;
        var options = _model.Options;
        double pixels = (double)options.Width * options.Height, features = pixels / 16 * options.FeatureDimension, rows = (double)voxels.Length * options.FeatureDimension;
        double classes = (double)voxels.Length * options.LabelSpace.Count;
        var work = new Dictionary<string, (double Flop, double Bytes)>
        {
            ["normals"] = (0, pixels * (3 + Float + (7 * Float))),
            ["encode2d"] = (_model.Encoder.CountOperations(options.Width, options.Height), Float * ((7 * pixels) + features + Weights(_model.Encoder))),
            ["lift"] = (0, Float * (pixels + features + rows)),
            ["unet3d"] = (_model.UNet.CountOperations(voxels), Float * ((2 * rows) + Weights(_model.UNet))),
            ["crop"] = (0, rows * (Half + Float)),
            ["expert"] = (_model.Expert.CountOperations(voxels.Length), Float * ((4 * rows) + Weights(_model.Expert))),
            ["heads"] = (2 * rows * options.LabelSpace.Count, Float * (rows + classes)),
            ["write_back"] = (0, rows * (Half + Float)),
        };
        work["total"] = (work.Values.Sum(part => part.Flop), work.Values.Sum(part => part.Bytes));
        return work.ToDictionary(pair => pair.Key, pair => (pair.Value.Flop / 1e9, pair.Value.Bytes / 1e9));
    }

    private static double Weights(TorchSharp.torch.nn.Module module) => module.parameters().Sum(parameter => (double)parameter.numel());
}
