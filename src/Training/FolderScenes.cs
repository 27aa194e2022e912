using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Evaluation;

namespace AlsterNode.Training;

/// <summary>The labelled scenes below a folder.</summary>
internal sealed class FolderScenes : ISceneReader
{
    private readonly string[] _folders;
    private readonly TrainingConfig _config;
    private readonly LabelSpace _labelSpace;
    private readonly string? _labelIds;
    private readonly double _voxelSize;

    public FolderScenes(TrainingData data, TrainingConfig config, LabelSpace labelSpace, double voxelSize)
    {
        (_config, _labelSpace, _voxelSize) = (config, labelSpace, voxelSize);
        _labelIds = data.LabelIds.Length > 0 ? data.LabelIds : null;
        _folders = Directory.Exists(data.Folder) ? Directory.GetDirectories(data.Folder).Order(StringComparer.Ordinal).ToArray() : [];
        if (_folders.Length == 0)
            throw new InputException($"Training data folder '{data.Folder}' holds no scene folders; make some with: ./alster synth --out {data.Folder} --scenes 100 --seed 1");
        if (data.Split.Length > 0) _folders = InSplit(data);
    }

    public int? Count => _folders.Length;

    public TrainingScene Load(int index)
    {
        var folder = _folders[index];
        var name = Path.GetFileName(folder);
        var mesh = FrameSources.FindLabelMesh(folder)
            ?? throw new InputException($"Scene '{folder}' has no labelled mesh; expected {name}_vh_clean_2.labels.ply.");
        var isRendered = Directory.Exists(Path.Combine(folder, "depth_noisy")); // a recording has the depth it has
        var isNoisy = _config.HasNoisyDepth([.. name.Select(letter => (int)letter)]);
        var frames = Read(folder, isRendered && isNoisy ? "depth_noisy" : "depth");
        if (frames.Count == 0) throw new InputException($"Scene '{folder}' has no frame that can be used; its poses or images are damaged.");
        if (frames.Any(frame => frame.Labels is null))
            throw new InputException($"Scene '{folder}' has frames without label images; expected label-filt/N.png beside color/N.jpg.");
        return new TrainingScene(name, frames, HasExactDepth: isRendered && !isNoisy, VoxelGroundTruth.FromMesh(LabelMesh.Read(mesh), _labelSpace, _voxelSize));
    }

    private string[] InSplit(TrainingData data)
    {
        if (!File.Exists(data.Split)) throw new InputException($"Split file '{data.Split}' does not exist; expected a text file with a scene's name on each line.");
        var names = File.ReadLines(data.Split).Select(line => line.Trim()).Where(line => line.Length > 0).ToHashSet(StringComparer.Ordinal);
        var chosen = _folders.Where(folder => names.Contains(Path.GetFileName(folder))).ToArray();
        return chosen.Length > 0 ? chosen : throw new InputException($"None of the {names.Count} scenes that '{data.Split}' names is in '{data.Folder}'.");
    }

    private List<RgbdFrame> Read(string folder, string depth)
    {
        using var source = FrameSources.Open(folder, new SourceOptions { DepthFolder = depth, LabelIds = _labelIds, LabelSpace = _labelSpace });
        var wanted = _config.FramesPerScene;
        var stride = Math.Max(1, (source.FrameCount ?? wanted) / wanted);
        return [.. source.Read(number => number % stride == 0 && number / stride < wanted).Select(reading => reading.Frame).OfType<RgbdFrame>()];
    }
}
