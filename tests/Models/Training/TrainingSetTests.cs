using AlsterNode.Core;
using AlsterNode.Datasets.SyntheticRooms;
using AlsterNode.Pipeline;
using AlsterNode.Training;

namespace AlsterNode.Tests.Models.Training;

public sealed class TrainingSetTests : IDisposable
{
    private static readonly ModelOptions Tiny = ModelOptions.Mobile with { Width = 64, Height = 48 };

    private readonly string _folder = Directory.CreateTempSubdirectory("alster-set-").FullName;

    [Fact]
    public void AWindowSlidesOverRoomsThatNeverEnd()
    {
        var set = Set(new TrainingConfig { ScenesInMemory = 3, StepsPerScene = 2, FramesPerScene = 1 }, new TrainingData { Synthetic = 5 });
        set.Fill(0);
        Assert.Equal(["room 0 of seed 5", "room 1 of seed 5", "room 2 of seed 5"], set.Scenes().Select(scene => scene.Name));

        set.Advance(5);

        Assert.Equal(["room 2 of seed 5", "room 3 of seed 5", "room 4 of seed 5"], set.Scenes().Select(scene => scene.Name));
        Assert.Equal("room 0 of seed 5", set.At(0).Name); // a sequence that began before a resume
        var drawn = Enumerable.Range(0, 200).Select(seed => set.Draw(5, new Random(seed))).ToHashSet();
        Assert.Equal([2, 3, 4], drawn.Order());
    }

    [Fact]
    public void PartsAreMixedByWeight()
    {
        var set = Set(new TrainingConfig { ScenesInMemory = 8, FramesPerScene = 1 }, new TrainingData { Synthetic = 1, Weight = 3 }, new TrainingData { Synthetic = 2, Weight = 1 });

        set.Fill(0);

        Assert.Equal(6, set.Scenes().Count(scene => scene.Name.EndsWith("seed 1", StringComparison.Ordinal)));
        Assert.Equal(2, set.Scenes().Count(scene => scene.Name.EndsWith("seed 2", StringComparison.Ordinal)));
    }

    [Fact]
    public void ARoomInMemoryIsTheRoomThatSynthWrites()
    {
        SyntheticWriter.Write(_folder, scenes: 1, seed: 7, frames: 2, width: 64, height: 48);
        var config = new TrainingConfig { FramesPerScene = 2, NoisyDepth = 0 };
        var (written, made) = (Set(config, new TrainingData { Folder = _folder }), Set(config, new TrainingData { Synthetic = 7, Rooms = 1 }));
        written.Fill(0);
        made.Fill(0);

        var (expected, actual) = (written.At(0).Frames[1], made.At(0).Frames[1]);

        Assert.Equal(expected.Labels!.Labels, actual.Labels!.Labels);
        Assert.Equal(expected.Depth.Metres.Select(z => Math.Round(z, 3)), actual.Depth.Metres.Select(z => Math.Round(z, 3))); // files hold millimetres
        var voxels = Enumerable.Range(0, 40).Select(i => new VoxelIndex(i, i, 0)).ToArray();
        Assert.Equal(voxels.Select(written.At(0).GroundTruth.LabelOf), voxels.Select(made.At(0).GroundTruth.LabelOf));
    }

    [Fact]
    public void AScenesDepthIsTheSameInEveryTraining()
    {
        SyntheticWriter.Write(_folder, scenes: 5, seed: 7, frames: 1, width: 64, height: 48);
        foreach (var data in new[] { new TrainingData { Folder = _folder }, new TrainingData { Synthetic = 301, Rooms = 5 } })
        {
            var depth = Exact(data, seed: 1);
            Assert.InRange(depth.Values.Count(isExact => isExact), 1, 4);
            Assert.Equal(depth, Exact(data, seed: 2)); // so that validations of two trainings compare
        }

        static SortedDictionary<string, bool> Exact(TrainingData data, int seed)
        {
            var set = Set(new TrainingConfig { FramesPerScene = 1, NoisyDepth = 0.5, Seed = seed }, data);
            set.Fill(0);
            return new(set.Scenes().ToDictionary(scene => scene.Name, scene => scene.HasExactDepth), StringComparer.Ordinal);
        }
    }

    [Fact]
    public void ASplitNamesTheScenesToTake()
    {
        SyntheticWriter.Write(_folder, scenes: 3, seed: 8, frames: 1, width: 64, height: 48);
        var split = Path.Combine(_folder, "split.txt");
        File.WriteAllText(split, "scene0002_00\nscene0700_00\n");
        var set = Set(new TrainingConfig(), new TrainingData { Folder = _folder, Split = split });

        set.Fill(0);

        Assert.Equal("scene0002_00", Assert.Single(set.Scenes()).Name);
        File.WriteAllText(split, "scene0700_00\n");
        var error = Assert.Throws<InputException>(() => Set(new TrainingConfig(), new TrainingData { Folder = _folder, Split = split }));
        Assert.Contains("None of the 1 scenes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASceneWithoutLabelImagesIsNamed()
    {
        SyntheticWriter.Write(_folder, scenes: 1, seed: 9, frames: 1, width: 64, height: 48);
        Directory.Delete(Path.Combine(_folder, "scene0000_00", "label-filt"), recursive: true);
        var set = Set(new TrainingConfig(), new TrainingData { Folder = _folder });

        var error = Assert.Throws<AggregateException>(() => set.Fill(0)).InnerException;

        Assert.Contains("has frames without label images", Assert.IsType<InputException>(error).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static TrainingSet Set(TrainingConfig config, params TrainingData[] data) => new(data, config, Tiny, voxelSize: 0.04);
}
