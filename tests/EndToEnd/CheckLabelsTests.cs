using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.EndToEnd;

public sealed class CheckLabelsTests
{
    private static readonly string Navigation = Path.Combine(Repository.Root, "launch", "label_spaces", "navigation.yaml");

    [Fact]
    public void TheModelsClassesAreShownWithWhatTheyBecome()
    {
        var result = AlsterProgram.Run("check-labels", Navigation);

        result.ShouldSucceed();
        Assert.Contains("label space 'navigation', 5 classes, 21 remaps", result.Output);
        Assert.Contains("   4  seat                 #bcbd22      5  chair, sofa", result.Output);
        Assert.Contains("   1  wall                 #aec7e8      1  wall, window, picture, curtain, shower curtain", result.Output);
        Assert.DoesNotContain("unknown here", result.Output);
    }

    [Fact]
    public void ClassesWithoutACounterpartAreCountedAndNamed()
    {
        var result = AlsterProgram.Run("check-labels", Navigation, "--against", "nyu40");

        result.ShouldSucceed();
        Assert.Contains(" 255  (unlabelled)", result.Output);
        Assert.Contains("unknown here 14 of 40 classes of 'nyu40' have no counterpart in 'navigation': blinds, pillow, mirror, clothes, books, television", result.Output);
        Assert.DoesNotContain("ceiling,", result.Output.Split("unknown here")[1]); // left out on purpose
    }

    [Fact]
    public void WhatLooksLikeASlipIsNamed()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["mine.yaml"], "name: mine\nclasses:\n  - { name: floor, color: [1, 2, 3], nyu40: 2 }\n  - { name: robot, color: [1, 2, 3] }\nremap: { tabel: robot }\n");

        var result = AlsterProgram.Run("check-labels", folder["mine.yaml"]);

        result.ShouldSucceed();
        Assert.Contains("odd remaps   1 of 1 remaps name a class that neither 'scannet20' nor NYU40 has: tabel", result.Output);
        Assert.Contains("never said   1 of 2 classes of 'mine' have no counterpart in 'scannet20': robot", result.Output);
        Assert.Contains("same colour  floor, robot are all #010203", result.Output);
    }

    [Fact]
    public void AWrongFileIsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["mine.yaml"], "name: mine\nclasses:\n  - { name: floor, color: [1, 2], nyu40: 2 }\n");

        AlsterProgram.Run("check-labels", folder["mine.yaml"]).ShouldFail(2, "'floor' needs 'color: [red, green, blue]'", folder["mine.yaml"]);
        AlsterProgram.Run("check-labels", "--against", "no.safetensors").ShouldFail(2, "no.safetensors");
    }
}
