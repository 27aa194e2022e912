using AlsterNode.Core;
using AlsterNode.Pipeline;
using AlsterNode.TemporalExpert;
using TorchSharp;

namespace AlsterNode.Tests.Models.Pipeline;

public sealed class ModelFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"alster-{Guid.NewGuid():N}.safetensors");

    [Fact]
    public void AModelOfAnotherShapeComesBackAsItWas()
    {
        using var model = new AlsterModel(ModelOptions.Mobile with { FeatureDimension = 16, Attention = AttentionKind.Linear });
        ModelFile.Save(model, _path);

        using var read = ModelFile.Load(_path);

        Assert.Equal((16, AttentionKind.Linear, model.Options.Backbone, model.Id), (read.Options.FeatureDimension, read.Options.Attention, read.Options.Backbone, read.Id));
    }

    [Fact]
    public void AModelComesBackWithItsWeightsRoundedToHalfPrecision()
    {
        torch.random.manual_seed(3);
        using var model = new AlsterModel(ModelOptions.Mobile);
        ModelFile.Save(model, _path);

        using var loaded = ModelFile.Load(_path);

        Assert.Equal(model.Id, loaded.Id);
        foreach (var (name, tensor) in model.state_dict())
        {
            var difference = (tensor.to(torch.ScalarType.Float32) - loaded.state_dict()[name].to(torch.ScalarType.Float32)).abs();
            var allowed = tensor.to(torch.ScalarType.Float32).abs() * 1e-3 + 1e-6; // half precision has 11 bits
            Assert.True((difference <= allowed).all().item<bool>(), name);
        }
    }

    [Fact]
    public void TheSameWeightsHaveTheSameIdAndOtherWeightsAnother()
    {
        torch.random.manual_seed(3);
        using var model = new AlsterModel(ModelOptions.Mobile);
        ModelFile.Save(model, _path);
        var first = model.Id;
        ModelFile.Save(model, _path, new Dictionary<string, string> { ["note"] = "other metadata" });
        Assert.Equal(first, model.Id);

        using (torch.no_grad()) model.HeadExpert.bias!.add_(1);
        ModelFile.Save(model, _path);

        Assert.NotEqual(first, model.Id);
    }

    [Theory]
    [InlineData(0, "is no safetensors file")]
    [InlineData(7, "is no safetensors file")]
    [InlineData(5_000, "is no safetensors file")] // inside the header
    [InlineData(4_000_000, "is cut off")] // inside the data
    public void ATruncatedFileIsRefused(int length, string expected)
    {
        using var model = new AlsterModel(ModelOptions.Mobile);
        ModelFile.Save(model, _path);
        File.WriteAllBytes(_path, File.ReadAllBytes(_path)[..length]);

        var error = Assert.Throws<InputException>(() => ModelFile.Load(_path));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(_path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingFileIsNamed() => Assert.Contains("does not exist", Assert.Throws<InputException>(() => ModelFile.Load(_path)).Message, StringComparison.Ordinal);

    [Fact]
    public void ThePresetsHaveTheSizesThePaperGives()
    {
        using var mobile = new AlsterModel(ModelOptions.Mobile);
        Assert.InRange(mobile.ParameterCount, 3_000_000, 6_000_000);
        using var paper = new AlsterModel(ModelOptions.Paper);
        Assert.InRange(paper.ParameterCount, 49_000_000, 53_000_000); // [ALSTER] 4.5: 51 million in all
    }

    public void Dispose() => File.Delete(_path);
}
