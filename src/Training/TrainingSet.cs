using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Evaluation;

namespace AlsterNode.Training;

/// <summary>The frames of one scene in memory, and the label of every voxel of it.</summary>
public sealed record TrainingScene(string Name, IReadOnlyList<RgbdFrame> Frames, VoxelGroundTruth GroundTruth);

/// <summary>The scenes of a training, read once into memory (about 0.6 MB a frame of 320 x 240).</summary>
public sealed class TrainingSet
{
    private TrainingSet(IReadOnlyList<TrainingScene> scenes) => Scenes = scenes;

    /// <summary>The scenes, in the order of their names.</summary>
    public IReadOnlyList<TrainingScene> Scenes { get; }

    /// <summary>Reads every scene folder below <paramref name="folder"/>, which is one of <paramref name="config"/>'s.</summary>
    public static TrainingSet Load(string folder, TrainingConfig config, LabelSpace labelSpace, double voxelSize, Action<int, int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        var folders = Directory.Exists(folder) ? Directory.GetDirectories(folder).Order(StringComparer.Ordinal).ToArray() : [];
        if (folders.Length == 0)
            throw new InputException($"Training data folder '{folder}' holds no scene folders; make some with: ./alster synth --out {folder} --scenes 100 --seed 1");
        var scenes = new TrainingScene[folders.Length];
        var done = 0;
        Parallel.For(0, folders.Length, i =>
        {
            scenes[i] = LoadScene(folders[i], config, labelSpace, voxelSize, i);
            progress?.Invoke(Interlocked.Increment(ref done), folders.Length);
        });
        return new TrainingSet(scenes);
    }

    /// <summary>(median frequency / frequency)^exponent of each class over the frames' pixels, [C]; 0 for a class that never occurs.</summary>
    public float[] ClassWeights(int classes, double exponent)
    {
        var counts = new long[256];
        foreach (var frame in Scenes.SelectMany(scene => scene.Frames))
        {
            foreach (var label in frame.Labels!.Labels) counts[label]++;
        }
        var present = counts.Take(classes).Where(count => count > 0).Order().ToArray();
        if (present.Length == 0) throw new InputException("The training frames have no labelled pixel; expected label images with NYU40 ids.");
        var median = (double)present[present.Length / 2];
        return [.. counts.Take(classes).Select(count => count == 0 ? 0f : (float)Math.Pow(median / count, exponent))];
    }

    private static TrainingScene LoadScene(string folder, TrainingConfig config, LabelSpace labelSpace, double voxelSize, int number)
    {
        var name = Path.GetFileName(folder);
        var mesh = FrameSources.FindLabelMesh(folder)
            ?? throw new InputException($"Scene '{folder}' has no labelled mesh; expected {name}_vh_clean_2.labels.ply.");
        var random = new Random(unchecked((config.Seed * 1_000_003) + number)); // the same frames whatever the threads do
        var clean = Read(folder, "depth", config.FramesPerScene, labelSpace);
        var noisy = Directory.Exists(Path.Combine(folder, "depth_noisy")) ? Read(folder, "depth_noisy", config.FramesPerScene, labelSpace) : clean;
        var frames = new List<RgbdFrame>();
        foreach (var index in clean.Keys.Intersect(noisy.Keys).Order())
            frames.Add(random.NextDouble() < config.NoisyDepth ? noisy[index] : clean[index]);
        if (frames.Count == 0) throw new InputException($"Scene '{folder}' has no frame that can be used; its poses or images are damaged.");
        if (frames.Any(frame => frame.Labels is null))
            throw new InputException($"Scene '{folder}' has frames without label images; expected label-filt/N.png beside color/N.jpg.");
        return new TrainingScene(name, frames, VoxelGroundTruth.FromMesh(LabelMesh.Read(mesh), labelSpace, voxelSize));
    }

    private static Dictionary<int, RgbdFrame> Read(string folder, string depth, int frames, LabelSpace labelSpace)
    {
        using var source = FrameSources.Open(folder, new SourceOptions { DepthFolder = depth, LabelSpace = labelSpace });
        var stride = Math.Max(1, (source.FrameCount ?? frames) / frames);
        return source.Read(number => number % stride == 0 && number / stride < frames)
            .Where(reading => reading.Frame is not null)
            .ToDictionary(reading => reading.Number, reading => reading.Frame!);
    }
}
