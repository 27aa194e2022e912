using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using AlsterNode.SceneStore;

namespace AlsterNode.Tests.Unit.SceneStore;

/// <summary>Kills a process that maps into a file, and looks at what is left. The process is this test assembly, started with a variable set.</summary>
public sealed class KilledWriterTests : IDisposable
{
    private const string Variable = "ALSTER_TEST_SCENE_WRITER";

    private readonly string _folder = Directory.CreateTempSubdirectory("scene").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task KillingTheProcessLosesAtMostTheLastSecondAndNeverTheFile()
    {
        var path = Path.Combine(_folder, "map.alster");
        var before = 0L;
        for (var round = 0; round < 2; round++)
        {
            var (frames, times) = await MapUntilKilled(path, TimeSpan.FromMilliseconds(1600 + (round * 170)));
            var bound = Math.Max(1000, 40 * (times[^1] - times[0]) / times.Count); // a frame takes 10 ms, unless the machine is overloaded
            var kept = frames.Where((_, i) => times[^1] - times[i] > bound).LastOrDefault(before);

            using var scene = SemanticScene.Open(path, readOnly: true);

            Assert.InRange(scene.LastFrame, kept, frames[^1] + 1);
            Assert.InRange(scene.LastFrame, before + 1, long.MaxValue);
            // Every frame writes its number to every voxel of the wall: a mixture of frames would show.
            Assert.Equal(scene.VoxelCount, scene.Voxels().Count(voxel => voxel.Observations == scene.LastFrame && voxel.Label == (byte)scene.LastFrame));
            Assert.Equal(Frames.Wall().Length, scene.VoxelCount);
            Assert.Equal(64, scene.Hash().Length); // every block is whole
            before = scene.LastFrame;
        }
    }

    // Runs before anything else of this assembly. No other thread may use the assembly meanwhile; the scene's writer has no need to.
    [ModuleInitializer]
    internal static void MapForeverIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } path) return;
        using var scene = File.Exists(path) ? SemanticScene.Open(path) : SemanticScene.Create(new SceneOptions { Path = path });
        scene.Flush(); // the code of a commit is compiled before the clock starts
        var voxels = Frames.Wall();
        var (features, labels, confidences) = (new float[voxels.Length * 40], new byte[voxels.Length], new float[voxels.Length]);
        while (true)
        {
            Array.Fill(labels, (byte)(scene.LastFrame + 1));
            scene.WriteBack(scene.Crop(voxels), features, labels, confidences, scene.LastFrame);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{scene.LastFrame} {Environment.TickCount64}"));
            Thread.Sleep(5);
        }
    }

    private static async Task<(List<long> Frames, List<long> Times)> MapUntilKilled(string path, TimeSpan duration)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            ArgumentList = { typeof(KilledWriterTests).Assembly.Location },
            Environment = { [Variable] = path },
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var (frames, times) = (new List<long>(), new List<long>());
        var killed = false;
        while (await process.StandardOutput.ReadLineAsync() is { } line && line.Split(' ') is [var frame, var time])
        {
            frames.Add(long.Parse(frame, CultureInfo.InvariantCulture));
            times.Add(long.Parse(time, CultureInfo.InvariantCulture));
            if (killed || times[^1] - times[0] < duration.TotalMilliseconds || frames.Count < 100) continue;
            process.Kill(); // SIGKILL; what the process had written until then is still to be read
            killed = true;
        }
        await process.WaitForExitAsync();
        return (frames, times);
    }
}
