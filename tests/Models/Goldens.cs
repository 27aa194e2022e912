using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using AlsterNode.Tests.TestSupport;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models;

/// <summary>Outputs of independent PyTorch implementations; weights and inputs are filled by name as in make_goldens.py.</summary>
internal static class Goldens
{
    private static readonly string Folder = Repository.Data("torch_goldens");
    private static readonly JsonElement Index = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "goldens.json"))).RootElement;
    private static readonly byte[] Data = File.ReadAllBytes(Path.Combine(Folder, "goldens.bin"));

    /// <summary>Fails unless the tensor has the golden's shape and differs by at most 1e-4 of the golden's largest value.</summary>
    public static void AssertEqual(string name, Tensor? actual, double tolerance = 1e-4)
    {
        Assert.True(actual is not null, $"{name}: there is no tensor.");
        var entry = Index.GetProperty(name);
        long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())];
        Assert.True(shape.SequenceEqual(actual.shape) || actual.dim() == 0, $"{name} is [{string.Join(", ", actual.shape)}], expected [{string.Join(", ", shape)}].");
        var values = actual.detach().to(ScalarType.Float32).contiguous().data<float>().ToArray();
        var expected = MemoryMarshal.Cast<byte, float>(Data.AsSpan(4 * entry.GetProperty("offset").GetInt32(), 4 * values.Length));
        float worst = 0, largest = 0;
        for (var i = 0; i < values.Length; i++)
        {
            worst = float.MaxNumber(worst, float.IsNaN(values[i]) ? float.PositiveInfinity : MathF.Abs(values[i] - expected[i]));
            largest = MathF.Max(largest, MathF.Abs(expected[i]));
        }
        Assert.True(worst <= tolerance * largest, $"{name} is off by {worst / largest:E2} of its largest value {largest}, expected at most {tolerance:E1}.");
    }

    /// <summary>Fills a module's parameters and buffers by their names.</summary>
    public static T Fill<T>(T module) where T : nn.Module
    {
        using var grad = no_grad();
        foreach (var (name, target) in module.state_dict())
        {
            if (name.EndsWith("num_batches_tracked", StringComparison.Ordinal)) continue;
            var count = (int)target.numel();
            var u = Values(name, count);
            var isScale = name.EndsWith("running_var", StringComparison.Ordinal) || name.EndsWith(".weight", StringComparison.Ordinal);
            var spread = Math.Sqrt(3.0 * target.shape[0] / count);
            var filled = new float[count];
            for (var i = 0; i < count; i++)
                filled[i] = (float)(target.dim() > 1 ? ((2 * u[i]) - 1) * spread : isScale ? 0.5 + u[i] : ((2 * u[i]) - 1) * 0.2);
            using var source = tensor(filled, target.shape);
            target.copy_(source);
        }
        return module;
    }

    /// <summary>An input in [-1, 1).</summary>
    public static Tensor Noise(string name, params long[] shape)
    {
        var u = Values("input." + name, (int)shape.Aggregate((a, b) => a * b));
        return tensor(Array.ConvertAll(u, value => (float)((2 * value) - 1)), shape);
    }

    /// <summary>Uniform values in [0, 1) that depend on the name only.</summary>
    public static double[] Values(string name, int count)
    {
        var seed = Crc32(name) % 10007 * 0.1;
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            var x = Math.Sin(((i + 1) * 12.9898) + seed) * 43758.5453;
            values[i] = x - Math.Floor(x);
        }
        return values;
    }

    private static uint Crc32(string text)
    {
        var crc = uint.MaxValue;
        foreach (var b in Encoding.ASCII.GetBytes(text))
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }
        return ~crc;
    }
}
