using System.Globalization;
using AlsterNode.Datasets;
using AlsterNode.Datasets.SyntheticRooms;
using AlsterNode.Tests.Models.SparseVoxel3D;
using AlsterNode.Training;

namespace AlsterNode.Tests.Models.Training;

/// <summary>That training learns what the data says, and nothing where the data says nothing.</summary>
[Collection(nameof(SharedWorkerPool))] // alone: all of libtorch shares one random state
public sealed class LearningTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("alster-learning-").FullName;

    [Fact]
    public void OneRoomIsLearntByHeart()
    {
        var scores = Train("""
            data: [{ synthetic: 41, rooms: 1 }]
            validation: [{ synthetic: 41, rooms: 1 }]
            frames_per_scene: 3
            noisy_depth: 0
            augment: false
            encoder: [{ steps: 100, batch: 3, width: 160, max_learning_rate: 4.0e-3 }]
            pipeline: [{ steps: 240, scenes: 2, max_sequence: 6, max_learning_rate: 4.0e-3, max_learning_rate_encoder: 3.0e-3 }]
            """);

        Assert.True(scores["miou_expert"] >= 95, string.Create(CultureInfo.InvariantCulture, $"expert {scores["miou_expert"]:F1}, 2D {scores["miou_vote2d"]:F1}, 3D {scores["miou_vote3d"]:F1}"));
    }

    [Fact]
    public void NothingIsLearntFromLabelsThatMeanNothing()
    {
        SyntheticWriter.Write(Path.Combine(_folder, "true"), scenes: 2, seed: 42, frames: 4, width: 160, height: 120);
        SyntheticWriter.Write(Path.Combine(_folder, "shuffled"), scenes: 2, seed: 42, frames: 4, width: 160, height: 120);
        foreach (var scene in Directory.GetDirectories(Path.Combine(_folder, "shuffled"))) ShuffleLabels(scene);

        var (learnt, shuffled) = (Train(Lesson("true"), "run-true"), Train(Lesson("shuffled"), "run-shuffled"));

        foreach (var stage in new[] { "miou_expert", "miou_vote3d", "miou_vote2d" })
        {
            Assert.InRange(shuffled[stage], 0, 8);
            Assert.True(learnt[stage] > 2 * shuffled[stage], $"{stage} is {learnt[stage]}, with shuffled labels {shuffled[stage]}");
        }

        string Lesson(string data) => $$"""
            data: [{ folder: {{Path.Combine(_folder, data)}} }]
            validation: [{ folder: {{Path.Combine(_folder, "true")}} }]
            frames_per_scene: 4
            encoder: [{ steps: 200, batch: 4, width: 96, max_learning_rate: 4.0e-3 }]
            pipeline: [{ steps: 40, scenes: 2, max_sequence: 6, max_learning_rate: 4.0e-3 }]
            """;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Every pixel and every vertex gets the label of a random other one.</summary>
    private static void ShuffleLabels(string scene)
    {
        var random = new Random(1);
        foreach (var file in Directory.GetFiles(Path.Combine(scene, "label-filt")))
        {
            var image = ImageCodec.DecodeIds(File.ReadAllBytes(file))!.Value;
            random.Shuffle(image.Pixels);
            File.WriteAllBytes(file, ImageCodec.EncodePng16(image.Width, image.Height, image.Pixels));
        }
        var path = FrameSources.FindLabelMesh(scene)!;
        var mesh = LabelMesh.Read(path);
        random.Shuffle(mesh.LabelsNyu40);
        mesh.Write(path);
    }

    private Dictionary<string, double> Train(string config, string run = "run")
    {
        var path = Path.Combine(_folder, "config.yaml");
        File.WriteAllText(path, config);
        using var loop = new TrainingLoop(TrainingConfig.Load(path), Path.Combine(_folder, run), _ => { });
        loop.Run(resume: false);
        return loop.Validate();
    }
}
