using AlsterNode.Core;
using AlsterNode.Pipeline;
using AlsterNode.SceneStore;

namespace AlsterNode.Node;

/// <summary>
/// Does a frame's cost depend on the map's size? Every frame of a recording is integrated into two scenes in turn, an empty one and one
/// that holds millions of voxels elsewhere: the ratio of each pair is free of the machine's mood.
/// </summary>
internal sealed class GrowthBenchmark
{
    private const int Edge = 32;              // a filling cube is 4 x 4 x 4 whole blocks
    private const int FirstCube = 1_000_000;  // voxels from the origin: 40 km away from any frame

    private readonly AlsterModel _model;
    private readonly MapperOptions _options;

    public GrowthBenchmark(AlsterModel model, MapperOptions options) => (_model, _options) = (model, options);

    /// <summary>Runs the recording and returns the comparison.</summary>
    /// <param name="source">The recording.</param>
    /// <param name="prefill">Voxels of the second scene before the first frame.</param>
    /// <param name="report">Told the number of frames done.</param>
    public GrowthReport Run(IFrameSource source, long prefill, Action<int> report)
    {
        using var empty = NewScene();
        using var full = NewScene();
        Fill(full, prefill);
        var inEmpty = new SemanticMapper(_model, empty, _options);
        var inFull = new SemanticMapper(_model, full, _options);
        foreach (var reading in source.Read())
        {
            if (reading.Frame is null) continue;
            var emptyFirst = reading.Number % 2 == 0; // whoever is second finds warm caches
            (emptyFirst ? inEmpty : inFull).Integrate(reading.Frame);
            (emptyFirst ? inFull : inEmpty).Integrate(reading.Frame);
            report(reading.Number + 1);
        }
        return new GrowthReport(inEmpty.Timings, inFull.Timings, empty.VoxelCount, full.VoxelCount, full.Bytes);
    }

    private SemanticScene NewScene() => SemanticScene.Create(new SceneOptions
    {
        VoxelSize = _options.VoxelSize,
        FeatureDimension = _model.Options.FeatureDimension,
        LabelSpace = _model.Options.LabelSpace.Name,
        ModelId = _model.Id,
    });

    private void Fill(SemanticScene scene, long voxels)
    {
        var cube = new VoxelIndex[Edge * Edge * Edge];
        var features = new float[cube.Length * _model.Options.FeatureDimension];
        var labels = new byte[cube.Length];
        var confidences = new float[cube.Length];
        var observations = new int[cube.Length];
        for (var number = 0; (long)number * cube.Length < voxels; number++)
        {
            for (var i = 0; i < cube.Length; i++)
                cube[i] = new VoxelIndex(FirstCube + (number * Edge) + (i / (Edge * Edge)), i / Edge % Edge, i % Edge);
            scene.WriteBack(cube, features, labels, confidences, stamp: 0, observations);
        }
    }
}

/// <summary>What a growing map costs.</summary>
internal sealed record GrowthReport(StageTimings Empty, StageTimings Full, long EmptyVoxels, long FullVoxels, long FullBytes)
{
    /// <summary>Median over the frames of time(full scene) / time(empty scene).</summary>
    public double FullToEmpty => Median(Empty.Samples["total"].Zip(Full.Samples["total"], (empty, full) => full / empty));

    /// <summary>
    /// Median of late / early: each frame of the last fifth against the frame of the second to fourth tenth with the most similar number
    /// of voxels (within 10 %); NaN for recordings that are too short.
    /// </summary>
    public double LateToEarly()
    {
        var total = Empty.Samples["total"];
        var voxels = Empty.VoxelCounts;
        var early = Enumerable.Range(voxels.Count / 10, voxels.Count / 5).ToArray();
        var ratios = new List<double>();
        for (var late = voxels.Count * 4 / 5; late < voxels.Count && early.Length > 0; late++)
        {
            var match = early.MinBy(frame => Math.Abs(voxels[frame] - voxels[late]));
            if (Math.Abs(voxels[match] - voxels[late]) <= voxels[late] / 10) ratios.Add(total[late] / total[match]);
        }
        return Median(ratios);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }
}
