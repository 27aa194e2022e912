using System.Diagnostics;
using AlsterNode.Pipeline;
using AlsterNode.Tests.Models.SparseVoxel3D;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Models.Pipeline;

/// <summary>What the README and the model card promise of models/mobile.safetensors.</summary>
[Collection(nameof(SharedWorkerPool))] // alone: it measures time
public class ShippedModelTests
{
    private static readonly string ModelPath = Path.Combine(Repository.Root, "models", "mobile.safetensors");

    [Fact]
    public void ItIsSmallAndLoadsFast()
    {
        Assert.InRange(new FileInfo(ModelPath).Length, 1_000_000, 25_000_000);
        var fastest = Enumerable.Range(0, 3).Min(_ =>
        {
            var clock = Stopwatch.StartNew();
            using var model = ModelFile.Load(ModelPath);
            return clock.Elapsed;
        });
        Assert.InRange(fastest, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void ItsCardIsAboutTheseWeights()
    {
        using var model = ModelFile.Load(ModelPath);
        var card = File.ReadAllText(Path.ChangeExtension(ModelPath, ".md"));

        Assert.Contains($"`{model.Id}`", card, StringComparison.Ordinal);
        Assert.Contains("| trained on |", card, StringComparison.Ordinal);
        Assert.Contains("## Where it fails", card, StringComparison.Ordinal);
    }
}
