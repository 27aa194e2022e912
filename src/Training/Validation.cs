using AlsterNode.Evaluation;
using AlsterNode.Pipeline;
using AlsterNode.SceneStore;

namespace AlsterNode.Training;

/// <summary>Maps the validation scenes as the node would, frame after frame, and scores the maps: what a model is chosen by.</summary>
internal static class Validation
{
    /// <summary>Voxel mIoU [%] of each stage over all scenes together: <c>miou_expert</c>, <c>miou_vote3d</c>, <c>miou_vote2d</c>, <c>miou_bayes2d</c>.</summary>
    public static Dictionary<string, double> Score(AlsterModel model, TrainingSet set, MapperOptions mapper)
    {
        ScoreBoard? all = null;
        foreach (var scene in set.Scenes())
        {
            var scores = Score(model, scene, mapper);
            all ??= new ScoreBoard(scores.LabelSpace);
            all.Add(scores);
        }
        return all!.MethodsOf(SequenceEvaluator.Voxel)
            .ToDictionary(method => $"miou_{method}", method => 100 * (all.Scores(SequenceEvaluator.Voxel, method).MeanIou ?? 0));
    }

    private static ScoreBoard Score(AlsterModel model, TrainingScene scene, MapperOptions options)
    {
        using var map = SemanticScene.Create(new SceneOptions
        {
            VoxelSize = options.VoxelSize,
            FeatureDimension = model.Options.FeatureDimension,
            LabelSpace = model.Options.LabelSpace.Name,
            ModelId = "validation",
        });
        using var mapper = new SemanticMapper(model, map, options);
        var baselines = new Baselines(model.Options.LabelSpace.Count);
        mapper.Observe(baselines);
        foreach (var frame in scene.Frames) mapper.Integrate(frame);
        var stored = map.Voxels().OrderBy(voxel => voxel.Index).ToArray();
        var evaluator = new SequenceEvaluator(Array.ConvertAll(stored, voxel => voxel.Index), scene.GroundTruth, new ScoreBoard(model.Options.LabelSpace));
        evaluator.Add(SequenceEvaluator.Expert, Array.ConvertAll(stored, voxel => voxel.Label));
        evaluator.Add(baselines);
        return evaluator.Scores;
    }
}
