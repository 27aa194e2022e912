using System.Diagnostics;

namespace AlsterNode.Tests.EndToEnd;

/// <summary>Bad input gives one line that says what to do, the right exit code, and nothing half-written.</summary>
[Collection(RoomGroup.Name)]
public sealed class BadInputTests(RoomFixture room)
{
    [Fact]
    public void AMisspeltOptionIsNamed() => AlsterProgram.Run("replay", room.Room, "--owt", "x").ShouldFail(2, "--owt");

    [Theory]
    [InlineData("scenes", "'scenes'", "See: ./alster --help")]
    [InlineData("scene inof map.alster", "'inof'", "See: ./alster scene --help")]
    [InlineData("scene info map.alster --owt", "'--owt'", "See: ./alster scene info --help")]
    [InlineData("scene info", "argument missing", "See: ./alster scene info --help")]
    public void WrongUseIsNamedWithTheHelpThatExplainsIt(string line, string what, string help) => AlsterProgram.Run(line.Split(' ')).ShouldFail(2, what, help);

    [Fact]
    public void AMissingInputIsNamed() => Replay("/no/such/recording").ShouldFail(2, "/no/such/recording");

    [Fact]
    public void AnEmptyFolderIsNoRecording()
    {
        var folder = Directory.CreateDirectory(room.Fresh("empty")).FullName;

        Replay(folder).ShouldFail(2, folder);
    }

    [Fact]
    public void MissingIntrinsicsAreNamed()
    {
        var copy = room.CopyOfRoom();
        Directory.Delete(Path.Combine(copy, "intrinsic"), recursive: true);

        Replay(copy).ShouldFail(2, "intrinsic");
    }

    [Fact]
    public void LostFramesAreCountedUnderTheirReason()
    {
        var copy = room.CopyOfRoom();
        File.WriteAllText(Path.Combine(copy, "pose", "0.txt"), "-inf -inf -inf -inf\n-inf -inf -inf -inf\n-inf -inf -inf -inf\n-inf -inf -inf -inf\n");
        File.WriteAllText(Path.Combine(copy, "pose", "1.txt"), "nan 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n");
        File.WriteAllText(Path.Combine(copy, "pose", "2.txt"), "2 0 0 0\n0 2 0 0\n0 0 2 0\n0 0 0 1\n");
        var folder = room.Fresh("out");

        AlsterProgram.Run("replay", copy, "--out", folder, "--max-frames", "6").ShouldSucceed();

        var frames = RoomFixture.Metrics(folder).GetProperty("frames");
        Assert.Equal(3, frames.GetProperty("integrated").GetInt32());
        Assert.Equal(2, frames.GetProperty("dropped").GetProperty("tracking_lost").GetInt32());
        Assert.Equal(1, frames.GetProperty("dropped").GetProperty("pose_not_rigid").GetInt32());
    }

    [Fact]
    public void ADamagedDepthImageIsDroppedAndTheRestIsMapped()
    {
        var copy = room.CopyOfRoom();
        var depth = Path.Combine(copy, "depth", "3.png");
        File.WriteAllBytes(depth, File.ReadAllBytes(depth)[..200]);
        var folder = room.Fresh("out");

        AlsterProgram.Run("replay", copy, "--out", folder, "--max-frames", "6").ShouldSucceed();

        var frames = RoomFixture.Metrics(folder).GetProperty("frames");
        Assert.Equal(5, frames.GetProperty("integrated").GetInt32());
        Assert.Equal(1, frames.GetProperty("dropped").GetProperty("depth_unreadable").GetInt32());
    }

    [Fact]
    public void AFileThatIsNoSceneIsRefused()
    {
        var file = room.Fresh("scene");
        File.WriteAllText(file, "this is not a scene");

        AlsterProgram.Run("scene", "info", file).ShouldFail(2, file);
    }

    [Fact]
    public void ASceneIsNotReplacedByAccident()
    {
        var folder = room.Fresh("out");
        AlsterProgram.Run("replay", room.Room, "--out", folder, "--max-frames", "2").ShouldSucceed();
        var before = File.ReadAllBytes(Path.Combine(folder, "scene.alster"));

        AlsterProgram.Run("replay", room.Room, "--out", folder, "--max-frames", "2").ShouldFail(2, "--resume", "--overwrite");

        Assert.Equal(before, File.ReadAllBytes(Path.Combine(folder, "scene.alster")));
    }

    [Fact]
    public void ASceneOfOtherWeightsIsNotContinued()
    {
        var folder = room.Fresh("out");
        AlsterProgram.Run("replay", room.Room, "--out", folder, "--max-frames", "2").ShouldSucceed();
        var other = ModelVariants.WithOtherWeights(room.Fresh("model"));

        AlsterProgram.Run("replay", room.Room, "--out", folder, "--resume", Path.Combine(folder, "scene.alster"), "--model", other).ShouldFail(2, "model");
    }

    [Fact]
    public void AModelWithMissingTensorsIsNamed()
    {
        var model = ModelVariants.WithoutTensor(room.Fresh("model"), "head_expert.weight");

        AlsterProgram.Run("replay", room.Room, "--out", room.Fresh("out"), "--model", model).ShouldFail(2, "head_expert.weight", model);
    }

    [Fact]
    public void ATruncatedModelIsRefused()
    {
        var model = room.Fresh("model");
        File.WriteAllBytes(model, File.ReadAllBytes(ModelVariants.Shipped)[..100_000]);

        AlsterProgram.Run("replay", room.Room, "--out", room.Fresh("out"), "--model", model).ShouldFail(2, model);
    }

    [SkippableRootFact]
    public void AFullDiskStopsTheRunAndLeavesAValidScene()
    {
        var disk = Directory.CreateDirectory(room.Fresh("disk")).FullName;
        Shell("mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", disk);
        try
        {
            AlsterProgram.Run("replay", room.Room, "--out", Path.Combine(disk, "out")).ShouldFail(1, "full");
            AlsterProgram.Run("scene", "info", Path.Combine(disk, "out", "scene.alster")).ShouldSucceed();
            Assert.False(File.Exists(Path.Combine(disk, "out", "metrics.json")), "metrics.json of a failed run");
        }
        finally
        {
            Shell("umount", "-l", disk);
        }
    }

    private ProgramResult Replay(string input) => AlsterProgram.Run("replay", input, "--out", room.Fresh("out"));

    private static void Shell(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
