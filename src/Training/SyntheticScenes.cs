using AlsterNode.Core;
using AlsterNode.Datasets.SyntheticRooms;
using AlsterNode.Evaluation;

namespace AlsterNode.Training;

/// <summary>The rooms of <c>./alster synth</c>, rendered in memory.</summary>
internal sealed class SyntheticScenes(TrainingData data, TrainingConfig config, LabelSpace labelSpace, double voxelSize, int width, int height) : ISceneReader
{
    public int? Count => data.Rooms == 0 ? null : data.Rooms;

    public TrainingScene Load(int index)
    {
        var scene = SyntheticWriter.SceneOf(data.Synthetic!.Value, index, data.FixedLook);
        var camera = SyntheticScene.Camera(width, height);
        var isNoisy = config.HasNoisyDepth((int)data.Synthetic.Value, index);
        var frames = new RgbdFrame[config.FramesPerScene];
        for (var i = 0; i < frames.Length; i++)
        {
            var view = scene.RenderView(i, frames.Length, camera);
            frames[i] = view.Frame with { Depth = new DepthImage(width, height, isNoisy ? view.NoisyDepth : view.CleanDepth) };
        }
        return new TrainingScene($"room {index} of seed {data.Synthetic}", frames, HasExactDepth: !isNoisy, VoxelGroundTruth.FromMesh(scene.GroundTruth(), labelSpace, voxelSize));
    }
}
