using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace AlsterNode.Node;

/// <summary>How long another engine takes for the same network.</summary>
/// <param name="Stage">The stage it stands for.</param>
/// <param name="Engine">Its name and version; null when it could not be asked.</param>
/// <param name="P50">Median [ms].</param>
/// <param name="Problem">Why it could not be asked; null when it could.</param>
internal sealed record PeerTime(string Stage, string? Engine, double P50, string? Problem);

/// <summary>Runs the scripts of benchmarks/peers: PyTorch and ONNX Runtime on networks of the same shape, in the same minute.</summary>
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

    private static PeerTime Ask(string stage, string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
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

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
