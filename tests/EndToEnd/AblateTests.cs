using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.EndToEnd;

/// <summary><c>ablate</c> and <c>train</c> on a room the program makes, with trainings of two steps.</summary>
public sealed class AblateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void EveryValueIsTrainedOnceAndScored()
    {
        var config = Config();
        var folder = _folder["out"];

        var first = AlsterProgram.Run("ablate", config, "--vary", "augment+noisy_depth", "--values", "true+0.7,false+0", "--out", folder);
        var trained = File.GetLastWriteTimeUtc(Path.Combine(folder, "augment+noisy_depth-false+0", "checkpoint.json"));
        var again = AlsterProgram.Run("ablate", config, "--vary", "augment+noisy_depth", "--values", "true+0.7,false+0", "--out", folder);

        first.ShouldSucceed();
        again.ShouldSucceed();
        var table = File.ReadAllLines(Path.Combine(folder, "ablation.md"));
        Assert.Equal("| augment+noisy_depth | mIoU expert | mIoU vote3d | mIoU vote2d | mIoU bayes2d |", table[0]);
        Assert.StartsWith("| true+0.7 | ", table[2], StringComparison.Ordinal);
        Assert.StartsWith("| false+0 | ", table[3], StringComparison.Ordinal);
        Assert.EndsWith(string.Join('\n', table) + "\n", first.Output, StringComparison.Ordinal);
        Assert.EndsWith(string.Join('\n', table) + "\n", again.Output, StringComparison.Ordinal);
        Assert.Equal(trained, File.GetLastWriteTimeUtc(Path.Combine(folder, "augment+noisy_depth-false+0", "checkpoint.json")));
        Assert.Contains("\"noisyDepth\":0,", File.ReadAllText(Path.Combine(folder, "augment+noisy_depth-false+0", "run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void ValuesThatDoNotMatchTheKeysAreNamed()
    {
        var run = AlsterProgram.Run("ablate", Config(), "--vary", "augment+noisy_depth", "--values", "true", "--out", _folder["out"]);

        run.ShouldFail(2, "--values has 'true' for --vary augment+noisy_depth", "2 values");
    }

    [Fact]
    public void ATrainingTakesOtherValuesOnTheCommandLine()
    {
        var run = AlsterProgram.Run("train", Config(), "--set", "noisy_depth=0.25", "--set", "seed=9", "--out", _folder["out"]);

        run.ShouldSucceed();
        var settings = File.ReadAllText(Path.Combine(_folder["out"], "run.json"));
        Assert.Contains("\"noisyDepth\":0.25,", settings, StringComparison.Ordinal);
        Assert.Contains("\"seed\":9,", settings, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("noisy_depth", "--set has 'noisy_depth'", "seed=7")]
    [InlineData("noisy_dept=1", "noisy_dept", "config.yaml")]
    public void ASettingThatIsNoneIsNamed(string setting, string found, string expected)
    {
        var run = AlsterProgram.Run("train", Config(), "--set", setting, "--out", _folder["out"]);

        run.ShouldFail(2, found, expected);
    }

    public void Dispose() => _folder.Dispose();

    private string Config()
    {
        var path = _folder["config.yaml"];
        File.WriteAllText(path, """
            data: [{ synthetic: 51, rooms: 1 }]
            validation: [{ synthetic: 52, rooms: 1 }]
            frames_per_scene: 2
            encoder: [{ steps: 2, batch: 2, width: 64 }]
            pipeline: [{ steps: 2, scenes: 2, max_sequence: 2 }]
            """);
        return path;
    }
}
