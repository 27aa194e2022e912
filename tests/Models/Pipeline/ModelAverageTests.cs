using AlsterNode.Core;
using AlsterNode.Pipeline;
using AlsterNode.TemporalExpert;
using AlsterNode.Tests.TestSupport;
using TorchSharp;

namespace AlsterNode.Tests.Models.Pipeline;

public sealed class ModelAverageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void EveryWeightIsTheMean()
    {
        using var first = Model();
        var bias = first.HeadExpert.bias!.data<float>().ToArray();
        Save(first, "a");
        Shift(first, 3);
        Save(first, "b");
        Shift(first, 3);
        Save(first, "c");

        var id = ModelFile.Average([_folder["a"], _folder["b"], _folder["c"], _folder["c"]], _folder["mean"]);

        using var mean = ModelFile.Load(_folder["mean"]);
        Assert.Equal(id, mean.Id);
        Assert.Equal(bias.Select(value => value + 3.75f), mean.HeadExpert.bias!.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-5f);
        var metadata = SafeTensors.Read(_folder["mean"]).Metadata;
        Assert.Equal(4, metadata["average_of"].Split(',').Length);
        Assert.Equal("[{\"a\":1},{\"b\":1},{\"c\":1},{\"c\":1}]", metadata["training_config"]);
    }

    [Fact]
    public void AModelsMeanWithItselfIsTheModel()
    {
        using var model = Model();
        Save(model, "a");

        Assert.Equal(model.Id, ModelFile.Average([_folder["a"], _folder["a"]], _folder["mean"]));
    }

    [Fact]
    public void AModelOfAnotherKindIsRefused()
    {
        using var model = Model();
        Save(model, "a");
        using var other = new AlsterModel(ModelOptions.Mobile with { Attention = AttentionKind.Linear });
        Save(other, "b");

        var error = Assert.Throws<InputException>(() => ModelFile.Average([_folder["a"], _folder["b"]], _folder["mean"]));

        Assert.Contains("Linear), scannet20, expected mobile (MobileNetV2, 40 features, Softmax), scannet20", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["mean"]));
    }

    [Fact]
    public void OtherBatchNormStatisticsAreRefused()
    {
        using var model = Model();
        Save(model, "a");
        using (torch.no_grad()) model.named_buffers().First(item => item.name.EndsWith("running_mean", StringComparison.Ordinal)).buffer.add_(1);
        Save(model, "b");

        var error = Assert.Throws<InputException>(() => ModelFile.Average([_folder["a"], _folder["b"]], _folder["mean"]));

        Assert.Contains("other batch-norm statistics (encoder.", error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder["b"], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneModelHasNoMean() =>
        Assert.Contains("is 1", Assert.Throws<InputException>(() => ModelFile.Average([_folder["a"]], _folder["mean"])).Message, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private static AlsterModel Model()
    {
        torch.random.manual_seed(3);
        return new AlsterModel(ModelOptions.Mobile);
    }

    private void Save(AlsterModel model, string name) => ModelFile.Save(model, _folder[name], new Dictionary<string, string> { ["training_config"] = $"{{\"{name}\":1}}" });

    private static void Shift(AlsterModel model, double by)
    {
        using var frozen = torch.no_grad();
        model.HeadExpert.bias!.add_(by);
    }
}
