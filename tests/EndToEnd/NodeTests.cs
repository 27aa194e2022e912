using System.Diagnostics;
using System.Runtime.InteropServices;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.EndToEnd;

/// <summary><c>node</c> as a user starts it: a process of its own.</summary>
public sealed class NodeTests : IDisposable
{
    private const int Terminate = 15; // SIGTERM

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SigtermSavesTheMapAndEndsWithinFiveSeconds()
    {
        var map = _folder["map.alster"];
        using var process = AlsterProgram.Start("node", "--ros-args", "-r", "__ns:=/robot1", "-p", $"map_file:={map}");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await process.StandardError.ReadLineAsync(limit.Token) is { } line && !line.EndsWith("Now active.", StringComparison.Ordinal)) { }

        var start = Stopwatch.GetTimestamp();
        Assert.Equal(0, Kill(process.Id, Terminate));
        await process.WaitForExitAsync(limit.Token);

        Assert.Equal(0, process.ExitCode);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 5);
        AlsterProgram.Run("scene", "info", map).ShouldSucceed();
    }

    [Fact]
    public void AModelThatIsNotThereIsOneSentence() =>
        Assert.Contains("nowhere.safetensors", Failing("-p", "model:=nowhere.safetensors"), StringComparison.Ordinal);

    [Fact]
    public void AParameterOutOfRangeIsOneSentence() =>
        Assert.Contains("'voxel_size' is given 50, expected 0.005 to 1", Failing("-p", "voxel_size:=50.0"), StringComparison.Ordinal);

    private static string Failing(params string[] arguments)
    {
        var result = AlsterProgram.Run(["node", "--ros-args", "--disable-stdout-logs", .. arguments]);
        result.ShouldFail(2);
        return result.Error;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
