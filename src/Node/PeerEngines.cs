using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using AlsterNode.Core;
using AlsterNode.Pipeline;

namespace AlsterNode.Node;

/// <summary>How long another engine takes for the same network.</summary>
/// <param name="Stage">The stage it stands for, or several joined by " + ".</param>
/// <param name="Engine">Its name and version; null when it could not be asked.</param>
/// <param name="P50">Median [ms].</param>
/// <param name="Problem">Why it could not be asked; null when it could.</param>
internal sealed record PeerTime(string Stage, string? Engine, double P50, string? Problem);

/// <summary>Runs the scripts of benchmarks/peers in the same minute: PyTorch and ONNX Runtime on networks of the same shape, Open3D on the same depth.</summary>
internal sealed class PeerEngines(string folder, int threads)
{
    /// <summary>The encoder at a size, in both engines.</summary>
    public IEnumerable<PeerTime> Encoder(string preset, int width, int height)
    {
        var network = Path.Combine(Path.GetTempPath(), $"alster-encoder-{Environment.ProcessId}.onnx");
        try
        {
            yield return Ask("encode2d", "python3", Path.Combine(folder, "pytorch.py"), "encoder", preset, Number(width), Number(height), "--threads", Number(threads), "--export", network);
            if (File.Exists(network)) yield return Ask("encode2d", "node", Path.Combine(folder, "onnx.mjs"), network, Number(width), Number(height), Number(threads));
        }
        finally
        {
            File.Delete(network);
        }
    }

    /// <summary>The temporal expert for so many voxels.</summary>
    public PeerTime Expert(int voxels) => Ask("expert", "python3", Path.Combine(folder, "pytorch.py"), "expert", Number(voxels), "--threads", Number(threads));

    /// <summary>Points, voxels and normals of a view.</summary>
    public PeerTime Geometry(RgbdFrame view, MapperOptions options)
    {
        var depth = Path.Combine(Path.GetTempPath(), $"alster-depth-{Environment.ProcessId}.f32");
        try
        {
            File.WriteAllBytes(depth, MemoryMarshal.AsBytes<float>(view.Depth.Metres));
            var camera = view.DepthIntrinsics;
            return Ask("normals + lift", "python3", Path.Combine(folder, "open3d_geometry.py"), depth, Number(camera.Width), Number(camera.Height), Number(camera.Fx), Number(camera.Fy), Number(camera.Cx), Number(camera.Cy),
                "--voxel-size", Number(options.VoxelSize), "--max-depth", Number(options.MaxDepth));
        }
        finally
        {
            File.Delete(depth);
        }
    }

    private PeerTime Ask(string stage, string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["OMP_NUM_THREADS"] = Number(threads); // Open3D has no other way to say it
            start.Environment.TryAdd("NODE_PATH", Path.Combine(folder, "..", "..", "artifacts", "peers", "node_modules")); // where ./alster setup peers puts it
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0) return new PeerTime(stage, null, 0, $"{Path.GetFileName(arguments[0])}: {error.Result.TrimEnd().Split('\n')[^1]}");
            var answer = JsonDocument.Parse(output).RootElement;
            return new PeerTime(stage, answer.GetProperty("engine").GetString(), answer.GetProperty("p50_ms").GetDouble(), null);
        }
        catch (Exception problem) when (problem is Win32Exception or JsonException or KeyNotFoundException)
        {
            return new PeerTime(stage, null, 0, $"{program}: {problem.Message}");
        }
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
