using AlsterNode.Core;
using AlsterNode.Datasets.SyntheticRooms;
using AlsterNode.Pipeline;
using AlsterNode.Training;

namespace AlsterNode.Tests.Models.Training;

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

    [Theory]
    [InlineData("frames_per_scen: 3", "frames_per_scen")]
    [InlineData("noisy_depth: 1.5", "NoisyDepth")]
    [InlineData("encoder: [{ steps: 0 }]", "Steps")]
    public void AWrongConfigIsNamed(string line, string expected)
    {
        var error = Assert.Throws<InputException>(() => Config(line));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
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
        File.WriteAllText(path, $"data: {Path.Combine(_folder, "data")}\n{lines}\n");
        return TrainingConfig.Load(path);
    }

    private double[] Logged(string phase, string name) =>
    [
        .. File.ReadLines(Path.Combine(_folder, "run", "log.csv")).Select(line => line.Split(','))
            .Where(row => row[0] == phase && row[3] == name).Select(row => double.Parse(row[4])),
    ];
}
