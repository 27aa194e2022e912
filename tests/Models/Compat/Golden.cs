using System.Text.Json;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Models.Compat;

/// <summary>What PyTorch computed; made by tests/data/torch_optim_golden.py.</summary>
internal static class Golden
{
    private static readonly JsonElement Root = Load();

    public static JsonElement Of(params string[] path) => path.Aggregate(Root, (element, name) => element.GetProperty(name));

    public static float[] Floats(this JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetSingle())];

    public static float[][] Rows(this JsonElement list) => [.. list.EnumerateArray().Select(Floats)];

    public static void AssertClose(IReadOnlyList<float> expected, IReadOnlyList<float> actual, float tolerance, string what)
    {
        Assert.True(expected.Count == actual.Count, $"{what} has {actual.Count} values, expected {expected.Count}.");
        for (var i = 0; i < expected.Count; i++)
        {
            var allowed = tolerance * Math.Max(1, Math.Abs(expected[i]));
            Assert.True(Math.Abs(expected[i] - actual[i]) <= allowed, $"{what}[{i}] is {actual[i]:g9}, PyTorch's is {expected[i]:g9}.");
        }
    }

    private static JsonElement Load()
    {
        using var stream = File.OpenRead(Repository.Data("torch_optim_golden.json"));
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
