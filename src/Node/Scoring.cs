using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Evaluation;
using AlsterNode.Pipeline;
using AlsterNode.SceneStore;

namespace AlsterNode.Node;

/// <summary>Scores a run against the recording's ground truth: a labelled mesh, label images, or both.</summary>
internal sealed class Scoring
{
    private readonly LabelTranslation _translation;
    private readonly VoxelGroundTruth? _mesh;
    private readonly string? _meshPath;
    private readonly OnlineScores _online;

    private Scoring(MappingJob job, LabelSpace model, LabelSpace truth, int? expectedFrames)
    {
        _translation = new LabelTranslation(model, truth);
        _meshPath = FrameSources.FindLabelMesh(job.Input);
        if (_meshPath is not null) _mesh = VoxelGroundTruth.Read(_meshPath, truth, job.Mapper.VoxelSize, job.WorldUp);
        _online = new OnlineScores(_translation, _mesh, expectedFrames);
    }

    /// <summary>Finds and reads the ground truth, before anything is mapped; null where there is none and the job can do without.</summary>
    /// <param name="job">The job.</param>
    /// <param name="source">The recording, its labels read in the label space of the ground truth.</param>
    /// <param name="model">The model's label space.</param>
    /// <param name="truth">The label space of the ground truth.</param>
    /// <param name="expectedFrames">Frames to come; null when nobody knows.</param>
    public static Scoring? Open(MappingJob job, IFrameSource source, LabelSpace model, LabelSpace truth, int? expectedFrames)
    {
        if (!job.Evaluate) return null;
        if (FrameSources.FindLabelMesh(job.Input) is not null || source.HasLabels) return new Scoring(job, model, truth, expectedFrames);
        if (job.Benchmark is not null) return null; // the benchmark's test scans have no ground truth
        throw new InputException($"'{job.Input}' has no ground truth; expected <scene>_vh_clean_2.labels.ply or label images (label-filt/N.png) in it. "
            + "Without ground truth use replay.");
    }

    /// <summary>Sees every frame's predictions.</summary>
    public IFrameObserver Observer => _online;

    /// <summary>Goes on with a scene that holds a map already.</summary>
    public void Continue(SemanticScene scene) => _online.Continue(scene.Voxels(), scene.LastFrame);

    /// <summary>The scores of the finished map.</summary>
    public SceneScores Finish(MappingJob job, SemanticScene scene)
    {
        if (_mesh is null && _online.LabelledFrames == 0)
            throw new InputException($"'{job.Input}': none of {_online.Frames} integrated frames has a label image that can be read, of the colour image's shape; expected label-filt/N.png with NYU40 ids.");
        var map = scene.Voxels().OrderBy(voxel => voxel.Index).ToArray();
        var scores = new ScoreBoard(_translation.Truth);
        if (_mesh is not null)
        {
            var evaluator = new SequenceEvaluator(Array.ConvertAll(map, voxel => voxel.Index), _mesh, scores, _translation);
            evaluator.Add(SequenceEvaluator.Expert, Array.ConvertAll(map, voxel => voxel.Label), Array.ConvertAll(map, voxel => voxel.Confidence));
            evaluator.Add(_online.Baselines);
        }

        _online.AddImageScores(scores, map);
        _online.EndCurve();
        return new SceneScores(scores, _online.Curve, new GroundTruthFigures(_translation.Truth.Name, Path.GetFileName(_meshPath), _mesh?.VertexLabels.Length ?? 0,
            _mesh?.LabelledVertices ?? 0, _online.LabelledFrames, _translation.Unpredictable));
    }
}

/// <summary>The scores of a map, how they came about over the frames, and what they were computed against.</summary>
internal sealed record SceneScores(ScoreBoard Scores, MiouCurve Curve, GroundTruthFigures GroundTruth);
