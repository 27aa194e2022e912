using AlsterNode.Core;
using AlsterNode.Datasets.SyntheticRooms;
using AlsterNode.Pipeline;
using AlsterNode.SceneStore;
using AlsterNode.Tests.Models.Encoder2D;
using AlsterNode.Tests.Models.SparseVoxel3D;
using TorchSharp;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Pipeline;

[Collection(nameof(SharedWorkerPool))] // alone: all of libtorch shares one random state
public sealed class SemanticMapperTests
{
    private static readonly RgbdFrame[] Frames = [.. new SyntheticScene(12).Render(4)];

    [Fact]
    public void TheSameFramesGiveTheSameMap()
    {
        using var model = Model();

        Assert.Equal(MapOf(model, Frames), MapOf(model, Frames));
    }

    [Fact]
    public void TheOrderOfTheFramesMatters()
    {
        using var model = Model();

        // The same voxels, but the expert remembers another history.
        Assert.NotEqual(MapOf(model, Frames), MapOf(model, [.. Frames.Reverse()]));
    }

    [Fact]
    public void WarmingUpChangesNothingOfWhatFollows()
    {
        using var cold = Model();
        using var warm = Model();
        SemanticMapper.WarmUp(warm, new MapperOptions());

        Assert.Equal(MapOf(cold, Frames), MapOf(warm, Frames));
    }

    [Bfloat16Fact]
    public void InBfloat16TheMapHasTheSameVoxelsAndAboutTheSameLabels()
    {
        using var model = Model();
        var precise = Updates(ScalarType.Float32);
        var rounded = Updates(ScalarType.BFloat16);

        Assert.Equal(precise.Keys, rounded.Keys);
        Assert.NotEqual(precise.Values.Select(voxel => voxel.Confidence), rounded.Values.Select(voxel => voxel.Confidence));
        var same = precise.Count(pair => rounded[pair.Key].Label == pair.Value.Label);
        Assert.True(same > 0.9 * precise.Count, $"{same} of {precise.Count} labels are the same.");

        Dictionary<VoxelIndex, (byte Label, float Confidence)> Updates(ScalarType precision)
        {
            using var scene = Scene(model);
            var mapper = new SemanticMapper(model, scene, new MapperOptions { EncoderPrecision = precision });
            var voxels = new Dictionary<VoxelIndex, (byte, float)>();
            foreach (var frame in Frames)
            {
                var update = mapper.Integrate(frame);
                for (var i = 0; i < update.Voxels.Length; i++) voxels[update.Voxels[i]] = (update.Labels[i], update.Confidences[i]);
            }
            return voxels;
        }
    }

    [Fact]
    public void APrecisionHasAName()
    {
        var unknown = Assert.Throws<InputException>(() => MapperOptions.PrecisionOf("half", "--encoder-precision"));

        Assert.Equal("--encoder-precision is half; expected float32 or bfloat16.", unknown.Message);
        Assert.Equal([ScalarType.Float32, ScalarType.BFloat16], MapperOptions.EncoderPrecisions.Select(name => MapperOptions.PrecisionOf(name, "")));
    }

    [Fact]
    public void TimingsOfALiveNodeKeepTheLastFramesOnly()
    {
        using var model = Model();
        using var scene = Scene(model);
        var mapper = new SemanticMapper(model, scene, new MapperOptions(), new StageTimings(keep: 3));

        for (var i = 0; i < 20; i++) mapper.Integrate(Frames[0]);

        Assert.InRange(mapper.Timings.VoxelCounts.Count, 3, 6);
        Assert.All(StageTimings.Stages, stage => Assert.Equal(mapper.Timings.VoxelCounts.Count, mapper.Timings.Samples[stage].Count));
    }

    [Fact]
    public void EveryVoxelOfAFrameIsObservedOnceMore()
    {
        using var model = Model();
        using var scene = Scene(model);
        var mapper = new SemanticMapper(model, scene, new MapperOptions());
        var first = mapper.Integrate(Frames[0]);
        var voxels = first.Voxels.ToArray();
        Assert.All(first.Observations.ToArray(), count => Assert.Equal(1, count));

        var second = mapper.Integrate(Frames[0]);

        Assert.Equal(voxels, second.Voxels.ToArray());
        Assert.All(second.Observations.ToArray(), count => Assert.Equal(2, count));
        Assert.Equal(voxels.Length, scene.VoxelCount);
        Assert.All(second.Labels.ToArray(), label => Assert.InRange(label, 0, 19));
    }

    [Fact]
    public void VoxelsLieOnTheSurfacesTheCameraSaw()
    {
        using var model = Model();
        using var scene = Scene(model);
        var frame = Frames[1];
        var seen = new SemanticMapper(model, scene, new MapperOptions()).Integrate(frame).Voxels.ToArray().ToHashSet();

        // The pixel in the middle of the image, unprojected by hand.
        var (u, v) = (frame.Depth.Width / 2, frame.Depth.Height / 2);
        var depth = frame.Depth.Metres[(v * frame.Depth.Width) + u];
        Assert.InRange(depth, 0.1f, 3f);
        var point = frame.CameraToWorld.Apply(frame.DepthIntrinsics.Unproject(u, v, depth));

        Assert.Contains(VoxelIndex.FromPoint(point, 0.04), seen);
    }

    [Fact]
    public void AHundredFramesLeaveNoTensorBehind()
    {
        using var model = Model();
        using var scene = Scene(model);
        var mapper = new SemanticMapper(model, scene, new MapperOptions());
        mapper.Integrate(Frames[0]);
        var before = LiveTensors.Count;

        for (var i = 0; i < 100; i++) mapper.Integrate(Frames[i % 4]);

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void ObserversSeeProbabilitiesOfEveryStage()
    {
        using var model = Model();
        using var scene = Scene(model);
        var mapper = new SemanticMapper(model, scene, new MapperOptions());
        var observer = new Recorder();
        mapper.Observe(observer);

        var update = mapper.Integrate(Frames[2]);

        Assert.Equal(update.Voxels.Length, observer.Voxels);
        Assert.InRange(observer.LargestError, 0, 1e-4); // softmax sums to 1 in every row of every stage
    }

    [Fact]
    public void AnObserverIsShownFramesOnlyWhileItWatches()
    {
        using var model = Model();
        using var scene = Scene(model);
        var mapper = new SemanticMapper(model, scene, new MapperOptions());
        var (always, sometimes) = (new Recorder(), new Recorder { IsWatching = false });
        mapper.Observe(sometimes);
        mapper.Observe(always);

        mapper.Integrate(Frames[0]);
        sometimes.IsWatching = true;
        mapper.Integrate(Frames[1]);

        Assert.Equal((2, 1), (always.Frames, sometimes.Frames));
    }

    private static AlsterModel Model()
    {
        torch.random.manual_seed(5);
        return new AlsterModel(ModelOptions.Mobile);
    }

    private static SemanticScene Scene(AlsterModel model) => SemanticScene.Create(new SceneOptions { ModelId = model.Id });

    private static string MapOf(AlsterModel model, RgbdFrame[] frames)
    {
        using var scene = Scene(model);
        var mapper = new SemanticMapper(model, scene, new MapperOptions());
        foreach (var frame in frames) mapper.Integrate(frame);
        return scene.Hash();
    }

    private sealed class Recorder : IFrameObserver
    {
        public bool IsWatching { get; set; } = true;

        public int Frames { get; private set; }

        public int Voxels { get; private set; }

        public double LargestError { get; private set; }

        public void OnFrame(FramePrediction prediction)
        {
            Frames++;
            Voxels = prediction.Voxels.Length;
            foreach (var stage in new[] { prediction.Probabilities2D, prediction.Probabilities3D, prediction.ProbabilitiesExpert })
            {
                foreach (var row in stage.Chunk(prediction.Classes)) LargestError = Math.Max(LargestError, Math.Abs(1 - row.Sum()));
            }
        }
    }
}
