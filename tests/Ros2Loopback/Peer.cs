using System.Diagnostics;
using AlsterNode.Ros2;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Ros2Loopback;

/// <summary>A running program of peers/: another process, with message types that others' code generators made.</summary>
public sealed class Peer : IDisposable
{
    private static readonly Lock Building = new();

    private readonly Process _process;

    private Peer(Process process) => _process = process;

    public static Peer Cyclone(Loopback loopback) => Start("cyclone", $"{loopback.DomainId}", loopback.Ros.DdsConfiguration());

    public static Peer FastDds(Loopback loopback) => Start("fastdds", $"{loopback.DomainId}");

    /// <summary>A camera that publishes frames with an image and a camera_info each of colour and depth, and its pose; it ends when all have arrived.</summary>
    public static Peer Camera(Loopback loopback, int width, int height, int frames, int hz = 30) =>
        Start("camera", $"{loopback.DomainId}", loopback.Ros.DdsConfiguration(), $"{width}", $"{height}", $"{frames}", $"{hz}");

    /// <summary>Its exit code; null while it runs.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>Ends it without a word to anyone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Stops it until the result is disposed: it reads nothing and acknowledges nothing.</summary>
    public IDisposable Stopped()
    {
        Signal("STOP");
        return new Continuation(() => Signal("CONT"));
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = Run("kill", [$"-{name}", $"{_process.Id}"], redirect: false);
        kill.WaitForExit();
    }

    private sealed class Continuation(Action continueIt) : IDisposable
    {
        public void Dispose() => continueIt();
    }

    private static Peer Start(string name, params string[] arguments)
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "peers", name);
        lock (Building)
        {
            using var build = Run(Path.Combine(Repository.Root, "tests", "Ros2Loopback", "peers", "build.sh"), [name, folder], redirect: true);
            var output = build.StandardOutput.ReadToEndAsync();
            var errors = build.StandardError.ReadToEnd();
            build.WaitForExit();
            Assert.True(build.ExitCode == 0, $"The {name} peer cannot be built: {output.Result}{errors}");
        }
        return new Peer(Run(Path.Combine(folder, $"{name}_peer"), arguments, redirect: false));
    }

    private static Process Run(string program, string[] arguments, bool redirect) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = redirect, RedirectStandardError = redirect })!;
}

/// <summary>A test with a peer; skipped, with the reason printed, where its code generator is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CyclonePeerFactAttribute : FactAttribute
{
    public CyclonePeerFactAttribute() => Skip = PeerTool.Missing("idlc", "cyclonedds-tools");
}

/// <summary>A test with a stream of images; skipped also where the kernel grants sockets too little buffer: losses are expected there, and warned of.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StreamFactAttribute : FactAttribute
{
    public StreamFactAttribute() => Skip = PeerTool.Missing("idlc", "cyclonedds-tools") ?? RosEnvironment.ReceiveBufferWarning();
}

/// <inheritdoc cref="CyclonePeerFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FastDdsPeerFactAttribute : FactAttribute
{
    public FastDdsPeerFactAttribute() => Skip = PeerTool.Missing("fastddsgen", "fastddsgen libfastrtps-dev");
}

/// <summary>A test with a keystore; skipped, with the reason printed, where there is no openssl.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OpenSslFactAttribute : FactAttribute
{
    public OpenSslFactAttribute() => Skip = PeerTool.Missing("openssl", "openssl");
}

internal static class PeerTool
{
    public static string? Missing(string tool, string packages) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, tool)))
            ? null
            : $"There is no {tool}; install it with: apt-get install --no-install-recommends {packages}";
}
