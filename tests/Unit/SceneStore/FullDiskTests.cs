using System.Diagnostics;
using AlsterNode.Core;
using AlsterNode.SceneStore;

namespace AlsterNode.Tests.Unit.SceneStore;

public class FullDiskTests
{
    [SmallDiskFact]
    public void AFullDiskIsToldInOneSentenceAndTheFileKeepsAnOlderMap()
    {
        using var disk = new SmallDisk(megabytes: 4);
        var path = Path.Combine(disk.Folder, "map.alster");
        var frames = new Frames(1);
        var scene = SemanticScene.Create(new SceneOptions { Path = path, CommitInterval = 0.01 });
        var hashes = new List<string> { scene.Hash() };

        var error = Assert.Throws<IOException>(() =>
        {
            for (var frame = 0; frame < 100; frame++)
            {
                frames.Integrate(scene, Frames.Wall(frame * 100), frame);
                scene.Flush();
                hashes.Add(scene.Hash());
            }
        });
        var again = Assert.Throws<IOException>(() => frames.Integrate(scene, Frames.Wall(), 1));
        scene.Dispose();

        Assert.Contains("the disk is full", error.Message);
        Assert.Contains(path, error.Message);
        Assert.Contains("make room", error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Equal(error.Message, again.Message);
        using var kept = SemanticScene.Open(path, readOnly: true);
        Assert.InRange(kept.LastFrame, 1, 20);
        Assert.Equal(hashes[(int)kept.LastFrame], kept.Hash());
        Assert.Contains($"frame {kept.LastFrame}", error.Message);
    }

    [SmallDiskFact]
    public void AFailedCommitIsToldByDisposeWhenNobodyWasToldBefore()
    {
        using var disk = new SmallDisk(megabytes: 1);
        var scene = SemanticScene.Create(new SceneOptions { Path = Path.Combine(disk.Folder, "map.alster"), CommitInterval = 60 });
        for (var shift = 0; shift < 300; shift += 100) new Frames(2).Integrate(scene, Frames.Wall(shift), 1);

        Assert.Throws<IOException>(scene.Dispose);
    }

    [SmallDiskFact]
    public void ASceneThatDoesNotFitAtAllIsRefusedAndLeavesNothingBehind()
    {
        using var disk = new SmallDisk(megabytes: 1);
        disk.Fill();
        var path = Path.Combine(disk.Folder, "map.alster");

        var error = Assert.Throws<InputException>(() => SemanticScene.Create(new SceneOptions { Path = path }));

        Assert.Contains("cannot be created", error.Message);
        Assert.Empty(Directory.GetFiles(disk.Folder, "map*"));
    }

    /// <summary>A file system of a few megabytes in memory.</summary>
    private sealed class SmallDisk : IDisposable
    {
        public SmallDisk(int megabytes)
        {
            Folder = Directory.CreateTempSubdirectory("disk").FullName;
            Assert.Equal(0, Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "none", Folder));
        }

        public string Folder { get; }

        public void Fill()
        {
            using var file = File.Create(Path.Combine(Folder, "filler"));
            try
            {
                while (true) file.Write(new byte[4096]);
            }
            catch (IOException)
            {
                Assert.NotEqual(0, file.Length); // full
            }
        }

        public void Dispose()
        {
            Run("umount", "-l", Folder); // lazily: a process that another test is starting may hold a file for a moment
            Directory.Delete(Folder);
        }
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class SmallDiskFactAttribute : FactAttribute
    {
        private static readonly Lazy<bool> CanMount = new(() =>
        {
            var folder = Directory.CreateTempSubdirectory("disk").FullName;
            var mounted = Run("mount", "-t", "tmpfs", "-o", "size=1m", "none", folder) == 0;
            if (mounted) Run("umount", folder);
            Directory.Delete(folder);
            return mounted;
        });

        public SmallDiskFactAttribute()
        {
            if (!CanMount.Value) Skip = "A small tmpfs cannot be mounted here: needs Linux and root.";
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1; // no such program
        }
    }
}
