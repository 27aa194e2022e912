using AlsterNode.Core;
using AlsterNode.Datasets.SyntheticRooms;
using AlsterNode.Pipeline;
using AlsterNode.Pipeline.OnDevice;
using AlsterNode.SceneStore;
using AlsterNode.SparseVoxel3D.OnDevice;
using AlsterNode.Tests.Models.SparseVoxel3D;
using AlsterNode.Tests.TestSupport;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Pipeline;

/// <summary>The mapper as a GPU runs it, here on the CPU, against the mapper of the CPU.</summary>
[Collection(nameof(SharedWorkerPool))]
public sealed class OnDeviceTests
{
    private static readonly RgbdFrame[] Frames = [.. new SyntheticScene(12).Render(6)];

    [Fact]
    public void TheMapIsTheSame()
    {
        using var model = ModelFile.Load(Path.Combine(Repository.Root, "models", "mobile.safetensors"));

        var (expected, seen) = Map(model, new MapperOptions());
        var (actual, seenByTensors) = Map(model, new MapperOptions { ByTensors = true });

        Assert.Equal(expected.Select(voxel => (voxel.Index, voxel.Observations)), actual.Select(voxel => (voxel.Index, voxel.Observations)));
        var differing = expected.Zip(actual).Count(pair => pair.First.Label != pair.Second.Label);
        Assert.True(differing <= expected.Length / 1000, $"{differing} of {expected.Length} labels differ");
        foreach (var (one, other) in seen.Zip(seenByTensors))
        {
            Assert.Equal(one.Voxels, other.Voxels);
            Assert.Equal(one.PixelVoxel, other.PixelVoxel);
            AssertClose(one.Probabilities2D, other.Probabilities2D, 1e-4);
            AssertClose(one.Probabilities3D, other.Probabilities3D, 1e-3);
            AssertClose(one.ProbabilitiesExpert, other.ProbabilitiesExpert, 0.02); // over views: what is remembered is stored in half precision
        }
    }

    [Fact]
    public void WhatTheDeviceForgetsIsStillInTheScene()
    {
        using var scope = NewDisposeScope();
        using var scene = SemanticScene.Create(new SceneOptions());
        using var memory = new DeviceScene(scene, CPU, capacity: 100);
        var places = Enumerable.Range(0, 8).Select(place => Enumerable.Range(0, 60).Select(i => new VoxelIndex(place, i, -3)).ToArray()).ToArray();
        for (var place = 0; place < places.Length; place++)
        {
            Assert.Equal(0, memory.Crop(Keys(places[place])).abs().sum().item<float>());
            var state = full(60, 40, place + 0.5f, dtype: ScalarType.Float32);
            memory.WriteBack(state);
            scene.WriteBack(places[place], state.data<float>().ToArray(), new byte[60], new float[60], place, new SceneUpdate());
            Assert.InRange(memory.Count, 60, 160);
        }

        for (var place = 0; place < places.Length; place++)
            Assert.All(memory.Crop(Keys(places[place])).data<float>().ToArray(), value => Assert.Equal(place + 0.5f, value));

    }

    [Fact]
    public void WhatAFrameSeesStaysWhileRoomIsMadeForWhatIsNewInIt()
    {
        using var scope = NewDisposeScope();
        using var scene = SemanticScene.Create(new SceneOptions());
        using var memory = new DeviceScene(scene, CPU, capacity: 100);
        VoxelIndex[] Place(int x) => [.. Enumerable.Range(0, 60).Select(y => new VoxelIndex(x, y, 0))];
        for (var place = 0; place < 2; place++) // 120 voxels: too many
        {
            memory.Crop(Keys(Place(place)));
            memory.WriteBack(full(60, 40, place + 1f, dtype: ScalarType.Float32));
        }

        var past = memory.Crop(Keys([.. Place(0), .. Place(7)])); // the older place again, and a new one

        Assert.Equal([1f, 0f], new[] { past[0, 0].item<float>(), past[119, 0].item<float>() });
        Assert.Equal(60 * 40, past.sum().item<float>());
    }

    private static Tensor Keys(VoxelIndex[] voxels) => tensor(Array.ConvertAll(voxels, VoxelKeys.Of));

    private static (StoredVoxel[] Voxels, List<FramePrediction> Predictions) Map(AlsterModel model, MapperOptions options)
    {
        using var scene = SemanticScene.Create(new SceneOptions { ModelId = model.Id });
        using var mapper = new SemanticMapper(model, scene, options);
        var seen = new Recorder();
        mapper.Observe(seen);
        foreach (var frame in Frames.Concat(Frames)) mapper.Integrate(frame);
        Assert.All(StageTimings.Stages, stage => Assert.Equal(2 * Frames.Length, mapper.Timings.Samples[stage].Count));
        return ([.. scene.Voxels().OrderBy(voxel => voxel.Index)], seen.Predictions);
    }

    private static void AssertClose(float[] expected, float[] actual, double tolerance)
    {
        var worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(expected.Length == actual.Length && worst <= tolerance, $"probabilities differ by {worst}");
    }

    private sealed class Recorder : IFrameObserver
    {
        public List<FramePrediction> Predictions { get; } = [];

        public bool IsWatching => true;

        public void OnFrame(FramePrediction prediction) => Predictions.Add(prediction);
    }
}
