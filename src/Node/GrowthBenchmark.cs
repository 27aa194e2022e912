using AlsterNode.Core;
using AlsterNode.Evaluation;
using AlsterNode.Pipeline;
using AlsterNode.SceneStore;

namespace AlsterNode.Node;

/// <summary>
/// Does a frame's cost depend on the map's size? Every frame of a recording is integrated into several scenes in turn, which hold so many voxels
/// elsewhere: the ratios of the times of one frame are free of the machine's mood.
/// </summary>
internal sealed class GrowthBenchmark(AlsterModel model, MapperOptions options)
{
    private const int Edge = 64;              // a filling cube is 8 x 8 x 8 blocks
    private const int WallDistance = 8;       // voxels from wall to wall: one wall in each block
    private const int WallThickness = 2;      // voxels
    private const int FirstCube = 1_000_000;  // voxels from the origin: 40 km away from any frame

    /// <summary>Runs the recording and returns the comparison, a row for each scene.</summary>
    /// <param name="source">The recording.</param>
    /// <param name="most">Frames at most.</param>
    /// <param name="sizes">Voxels of the scenes before the first frame, ascending.</param>
    /// <param name="folder">Where the scenes' files go; null keeps them in memory.</param>
    /// <param name="report">Told the number of frames done.</param>
    public IReadOnlyList<GrowthRow> Run(IFrameSource source, int most, IReadOnlyList<long> sizes, string? folder, Action<int> report)
    {
        var (scenes, mappers) = (new List<SemanticScene>(), new List<SemanticMapper>());
        try
        {
            foreach (var size in sizes)
            {
                scenes.Add(NewScene(folder is null ? null : Path.Combine(folder, $"{size}.alster")));
                Fill(scenes[^1], size);
                scenes[^1].Flush();
            }
            mappers.AddRange(scenes.Select(scene => new SemanticMapper(model, scene, options)));
            var frames = 0;
            foreach (var reading in source.Read())
            {
                if (reading.Frame is null) continue;
                for (var i = 0; i < mappers.Count; i++) mappers[(frames + i) % mappers.Count].Integrate(reading.Frame); // whoever is later finds warm caches
                report(++frames);
                if (frames == most) break;
            }
            foreach (var scene in scenes) scene.Flush();
            return [.. scenes.Zip(mappers, (scene, mapper) => new GrowthRow(scene.VoxelCount, scene.Bytes, scene.FileBytes, mapper.Timings))];
        }
        finally
        {
            foreach (var mapper in mappers) mapper.Dispose();
            foreach (var scene in scenes) scene.Dispose();
        }
    }

    private SemanticScene NewScene(string? path) => SemanticScene.Create(new SceneOptions
    {
        VoxelSize = options.VoxelSize,
        FeatureDimension = model.Options.FeatureDimension,
        LabelSpace = model.Options.LabelSpace.Name,
        ModelId = model.Id,
        MemoryBudgetBytes = options.MemoryBudget,
        Path = path,
    });

    /// <summary>Walls, two voxels thick: as sparse in their blocks as the surfaces of rooms.</summary>
    private void Fill(SemanticScene scene, long voxels)
    {
        var cube = (from x in Enumerable.Range(0, Edge) where x % WallDistance < WallThickness from y in Enumerable.Range(0, Edge) from z in Enumerable.Range(0, Edge) select new VoxelIndex(x, y, z)).ToArray();
        var random = new Random(0);
        var features = new float[cube.Length * model.Options.FeatureDimension];
        for (var i = 0; i < features.Length; i++) features[i] = random.NextSingle() - 0.5f;
        var confidences = new float[cube.Length];
        for (var i = 0; i < cube.Length; i++) confidences[i] = random.NextSingle();
        var labels = new byte[cube.Length];
        random.NextBytes(labels);
        var (moved, observations) = (new VoxelIndex[cube.Length], new int[cube.Length]);
        for (var number = 0L; number * cube.Length < voxels; number++)
        {
            var count = (int)Math.Min(cube.Length, voxels - (number * cube.Length));
            for (var i = 0; i < count; i++) moved[i] = new VoxelIndex((int)(FirstCube + (number * Edge) + cube[i].X), cube[i].Y, cube[i].Z);
            scene.WriteBack(moved.AsSpan(0, count), features.AsSpan(0, count * model.Options.FeatureDimension), labels.AsSpan(0, count), confidences.AsSpan(0, count), stamp: 0, observations.AsSpan(0, count));
        }
    }
}

/// <summary>Frames in a scene of one size.</summary>
/// <param name="Voxels">Voxels of the scene in the end.</param>
/// <param name="Bytes">Memory that the scene takes in the end.</param>
/// <param name="FileBytes">Its file with the log; 0 without one.</param>
/// <param name="Timings">Of its frames.</param>
internal sealed record GrowthRow(long Voxels, long Bytes, long FileBytes, StageTimings Timings)
{
    /// <summary>Wall time of the frames.</summary>
    public LatencySummary Total => LatencyReport.Summarize(Timings.Samples["total"]);

    /// <summary>Median over the frames of time(this scene) / time(another).</summary>
    public double RatioTo(GrowthRow other) => Median(Timings.Samples["total"].Zip(other.Timings.Samples["total"], (own, theirs) => own / theirs));

    /// <summary>
    /// Median of late / early: each frame of the last fifth against the frame of the second to fourth tenth with the most similar number
    /// of voxels (within 10 %); NaN for recordings that are too short.
    /// </summary>
    public double LateToEarly()
    {
        var total = Timings.Samples["total"];
        var voxels = Timings.VoxelCounts;
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
