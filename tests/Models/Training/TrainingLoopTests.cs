using AlsterNode.Core;
using AlsterNode.Datasets.SyntheticRooms;
using AlsterNode.Pipeline;
using AlsterNode.TemporalExpert;
using AlsterNode.Tests.Models.SparseVoxel3D;
using AlsterNode.Training;

namespace AlsterNode.Tests.Models.Training;

[Collection(nameof(SharedWorkerPool))] // alone: all of libtorch shares one random state
public sealed class TrainingLoopTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("alster-training-").FullName;

    [Fact]
    public void BothStagesLearnARoom()
    {
        SyntheticWriter.Write(Path.Combine(_folder, "data"), scenes: 1, seed: 31, frames: 4, width: 160, height: 120);
        var config = Config("""
            frames_per_scene: 4
            encoder:
              - { steps: 50, batch: 4, width: 64, max_learning_rate: 4.0e-3 }
            pipeline:
              - { steps: 4, scenes: 2, max_sequence: 4, max_learning_rate: 3.0e-3 }
            """);
        var lines = new List<string>();

        using var loop = new TrainingLoop(config, Path.Combine(_folder, "run"), lines.Add);
        using var model = ModelFile.Load(loop.Run(resume: false));

        var losses = Logged("encoder 64 px", "loss_2d");
        Assert.True(losses[^1] < 0.75 * losses[0], $"loss went from {losses[0]} to {losses[^1]}");
        Assert.All(new[] { "loss_2d", "loss_3d", "loss_expert" }, name => Assert.InRange(Logged("pipeline", name)[0], 0.01, 10));
        Assert.Equal(20, model.Options.LabelSpace.Count);
        Assert.True(new FileInfo(Path.Combine(_folder, "run", "losses.png")).Length > 1000);
        Assert.True(new FileInfo(Path.Combine(_folder, "run", "accuracy.png")).Length > 1000);
    }

    [Fact]
    public void AFinishedRunIsNotOverwritten()
    {
        SyntheticWriter.Write(Path.Combine(_folder, "data"), scenes: 1, seed: 31, frames: 2, width: 96, height: 72);
        var config = Config("encoder: [{ steps: 1, batch: 2, width: 64 }]");
        using (var first = new TrainingLoop(config, Path.Combine(_folder, "run"), _ => { })) first.Run(resume: false);

        using var second = new TrainingLoop(config, Path.Combine(_folder, "run"), _ => { });

        Assert.Contains("--resume", Assert.Throws<InputException>(() => second.Run(resume: false)).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(second.Run(resume: true)));
    }

    [Fact]
    public void AResumedRunTakesTheStepsOfAnUnbrokenOne()
    {
        SyntheticWriter.Write(Path.Combine(_folder, "data"), scenes: 2, seed: 32, frames: 3, width: 128, height: 96);
        var config = Config("""
            frames_per_scene: 3
            mix_rooms: 0.4
            encoder: [{ steps: 4, batch: 2, accumulate: 2, width: 64, max_scale: 1.5 }]
            pipeline:
              - { steps: 9, scenes: 3, max_sequence: 14, max_learning_rate_encoder: 1.0e-3 } # views return: the maps matter
              - { steps: 5, scenes: 2, views: 3, accumulate: 2, max_sequence: 7, expert_only: true }
            """);
        using (var unbroken = new TrainingLoop(config, Path.Combine(_folder, "run"), _ => { })) unbroken.Run(resume: false);
        var expected = Steps("run");

        foreach (var (phase, step) in new[] { ("encoder 64 px", 2), ("pipeline", 2), ("pipeline", 6), ("expert", 3) })
        {
            config.CheckpointMinutes = 1e-6; // after every step
            var folder = Path.Combine(_folder, $"broken-{phase}-{step}");
            using (var broken = new TrainingLoop(config, folder, _ => { }))
            {
                broken.AfterStep = (name, done) => { if (name == phase && done == step) throw new OperationCanceledException(); };
                Assert.Throws<OperationCanceledException>(() => broken.Run(resume: false));
            }
            using (var resumed = new TrainingLoop(config, folder, _ => { })) resumed.Run(resume: true);

            Assert.Equal(expected, Steps(Path.GetFileName(folder)));
        }
    }

    [Fact]
    public void ALossThatIsNoNumberStopsTheRunAndKeepsTheBatch()
    {
        SyntheticWriter.Write(Path.Combine(_folder, "data"), scenes: 1, seed: 33, frames: 2, width: 96, height: 72);
        var config = Config("""
            frames_per_scene: 2
            encoder: [{ steps: 1, batch: 2, width: 64 }]
            pipeline: [{ steps: 30, scenes: 2, max_sequence: 2, max_learning_rate: 1.0 }]
            """);
        using var loop = new TrainingLoop(config, Path.Combine(_folder, "run"), _ => { });
        loop.AfterStep = (name, step) => { if (name == "pipeline" && step == 2) Break(loop); };

        var error = Assert.Throws<InvalidOperationException>(() => loop.Run(resume: false));

        Assert.Contains("loss_3d is NaN at step 2 of pipeline", error.Message, StringComparison.Ordinal);
        var (tensors, metadata) = SafeTensors.Read(Path.Combine(_folder, "run", "failed-step-2", "batch.safetensors"));
        Assert.Equal([7, 240, 320], tensors.Single(tensor => tensor.Name == "planes.0").Shape);
        Assert.Equal("scene0000_00", metadata["scene.1"]);

        static void Break(TrainingLoop loop)
        {
            using var frozen = TorchSharp.torch.no_grad();
            loop.Model.Head3D.bias!.fill_(float.NaN);
        }
    }

    [Fact]
    public void TrainingGoesOnFromAModelFile()
    {
        SyntheticWriter.Write(Path.Combine(_folder, "data"), scenes: 1, seed: 34, frames: 2, width: 96, height: 72);
        var first = Path.Combine(_folder, "first.safetensors");
        using (var model = new AlsterModel(ModelOptions.Mobile)) ModelFile.Save(model, first);

        using var loop = new TrainingLoop(Config($"start_from: {first}"), Path.Combine(_folder, "run"), _ => { });
        using var second = ModelFile.Load(loop.Run(resume: false));

        using var expected = ModelFile.Load(first);
        Assert.Equal(expected.Id, second.Id);
        var error = Assert.Throws<InputException>(() => new TrainingLoop(Config($"start_from: {first}\npreset: paper"), Path.Combine(_folder, "other"), _ => { }));
        Assert.Contains("is a model of kind mobile (MobileNetV2, 40 features, Softmax), expected paper (Xception65", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OnlyTheExpertLearnsWhereTheRestIsFrozen()
    {
        SyntheticWriter.Write(Path.Combine(_folder, "data"), scenes: 1, seed: 34, frames: 2, width: 96, height: 72);
        var first = Path.Combine(_folder, "first.safetensors");
        using (var model = new AlsterModel(ModelOptions.Mobile)) ModelFile.Save(model, first);

        using var loop = new TrainingLoop(Config($"start_from: {first}\npipeline: [{{ steps: 2, scenes: 2, views: 2, max_sequence: 3, expert_only: true }}]"), Path.Combine(_folder, "run"), _ => { });
        using var learnt = ModelFile.Load(loop.Run(resume: false));

        using var start = ModelFile.Load(first);
        var before = start.state_dict();
        var changed = learnt.state_dict().Where(item => item.Value.ne(before[item.Key]).any().item<bool>()).Select(item => item.Key.Split('.')[0]).Distinct().ToList();
        Assert.Equal(["expert", "head_expert"], changed.Order());
    }

    [Fact]
    public void MixedPrecisionLearnsAboutTheSame()
    {
        SyntheticWriter.Write(Path.Combine(_folder, "data"), scenes: 1, seed: 34, frames: 2, width: 96, height: 72);
        const string Lines = "encoder: [{ steps: 3, batch: 2, width: 64 }]\npipeline: [{ steps: 3, scenes: 2, max_sequence: 3, max_learning_rate_encoder: 1.0e-3 }]";

        using (var full = new TrainingLoop(Config(Lines), Path.Combine(_folder, "run"), _ => { })) full.Run(resume: false);
        var expected = Logged("pipeline", "loss_2d");
        Directory.Delete(Path.Combine(_folder, "run"), recursive: true);
        using (var mixed = new TrainingLoop(Config(Lines + "\nmixed_precision: true"), Path.Combine(_folder, "run"), _ => { })) mixed.Run(resume: false);

        Assert.NotEqual(expected, Logged("pipeline", "loss_2d"));
        Assert.All(expected.Zip(Logged("pipeline", "loss_2d")), pair => Assert.InRange(pair.Second / pair.First, 0.95, 1.05));
    }

    [Fact]
    public void APartOfTheNetworkMayStartFresh()
    {
        SyntheticWriter.Write(Path.Combine(_folder, "data"), scenes: 1, seed: 34, frames: 2, width: 96, height: 72);
        var first = Path.Combine(_folder, "first.safetensors");
        using (var model = new AlsterModel(ModelOptions.Mobile)) ModelFile.Save(model, first);
        var other = $"start_from: {first}\nfeature_dimension: 16\nstart_fresh: [encoder.decoder.project, head_2d, unet, head_3d, expert";

        using var loop = new TrainingLoop(Config(other + ", head_expert]"), Path.Combine(_folder, "run"), _ => { });
        using var second = ModelFile.Load(loop.Run(resume: false));

        using var start = ModelFile.Load(first);
        Assert.Equal(16, second.Options.FeatureDimension);
        Assert.All(second.Encoder.named_parameters().Where(item => !item.name.StartsWith("decoder.project", StringComparison.Ordinal)),
            item => Assert.Equal(0, item.parameter.sub(start.Encoder.named_parameters().Single(same => same.name == item.name).parameter).abs().max().item<float>()));
        var shape = Assert.Throws<InputException>(() => new TrainingLoop(Config(other + "]"), Path.Combine(_folder, "other"), _ => { }));
        Assert.Contains("tensor head_expert.weight is [20, 40], expected [20, 16]", shape.Message, StringComparison.Ordinal);
        var part = Assert.Throws<InputException>(() => new TrainingLoop(Config(other + ", hed_expert]"), Path.Combine(_folder, "other"), _ => { }));
        Assert.Contains("has no part 'hed_expert'", part.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACheckpointOfAnotherPresetIsRefused()
    {
        SyntheticWriter.Write(Path.Combine(_folder, "data"), scenes: 1, seed: 34, frames: 2, width: 96, height: 72);
        var lines = "encoder: [{ steps: 1, batch: 2, width: 64 }]";
        using (var mobile = new TrainingLoop(Config(lines), Path.Combine(_folder, "run"), _ => { })) mobile.Run(resume: false);

        using var paper = new TrainingLoop(Config(lines + "\npreset: paper"), Path.Combine(_folder, "run"), _ => { });

        Assert.Contains("is a model of kind mobile (MobileNetV2, 40 features, Softmax), expected paper (Xception65", Assert.Throws<InputException>(() => paper.Run(resume: true)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frames_per_scen: 3", "frames_per_scen")]
    [InlineData("noisy_depth: 1.5", "NoisyDepth")]
    [InlineData("encoder: [{ steps: 0 }]", "Steps")]
    [InlineData("start_fresh: [expert]", "start_from")]
    [InlineData("pipeline: [{ expert_only: true, max_learning_rate_encoder: 1.0e-3 }]", "expert_only")]
    public void AWrongConfigIsNamed(string line, string expected)
    {
        var error = Assert.Throws<InputException>(() => Config(line));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASettingCanBeVariedFromOutside()
    {
        Config("attention: softmax\nencoder:\n  - { steps: 3 }");

        var changed = TrainingConfig.Load(Path.Combine(_folder, "config.yaml"), ("attention", "linear"), ("feature_dimension", "16"));

        Assert.Equal((AttentionKind.Linear, 16, 3), (changed.Attention, changed.FeatureDimension, changed.Encoder[0].Steps));
        var error = Assert.Throws<InputException>(() => TrainingConfig.Load(Path.Combine(_folder, "config.yaml"), ("atention", "linear")));
        Assert.Contains("atention", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("encoder:\n  - { steps: 3 }\n# twice\n  - { steps: 2 }\nattention: linear")]
    [InlineData("encoder:\n- { steps: 3 }\n- steps: 2\n\nattention: linear")]
    [InlineData("encoder: [\n  { steps: 3 },\n]\nattention: linear")]
    [InlineData("attention: linear\nencoder: [{ steps: 3 },\n  { steps: 2 }]\n\n")]
    public void ASettingOfSeveralLinesIsReplacedWhole(string lines)
    {
        Assert.Equal(3, Config(lines).Encoder[0].Steps);

        var changed = TrainingConfig.Load(Path.Combine(_folder, "config.yaml"), ("encoder", "[{ steps: 1 }]"));

        Assert.Equal((AttentionKind.Linear, 1), (changed.Attention, Assert.Single(changed.Encoder).Steps));
    }

    [Fact]
    public void AnEmptyDataFolderSaysHowToFillIt()
    {
        var config = Config("");
        using var loop = new TrainingLoop(config, Path.Combine(_folder, "run"), _ => { });

        Assert.Contains("./alster synth", Assert.Throws<InputException>(() => loop.Run(resume: false)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private TrainingConfig Config(string lines)
    {
        var path = Path.Combine(_folder, "config.yaml");
        File.WriteAllText(path, $"data: [{{ folder: {Path.Combine(_folder, "data")} }}]\n{lines}\n");
        return TrainingConfig.Load(path);
    }

    /// <summary>Every figure of every step, as written; a step that was repeated after a resume counts once.</summary>
    private Dictionary<string, string> Steps(string run)
    {
        var steps = new Dictionary<string, string>();
        foreach (var row in File.ReadLines(Path.Combine(_folder, run, "log.csv")).Skip(1).Select(line => line.Split(','))) steps[$"{row[0]} {row[1]} {row[3]}"] = row[4];
        return steps;
    }

    private double[] Logged(string phase, string name) =>
    [
        .. File.ReadLines(Path.Combine(_folder, "run", "log.csv")).Select(line => line.Split(','))
            .Where(row => row[0] == phase && row[3] == name).Select(row => double.Parse(row[4])),
    ];
}
