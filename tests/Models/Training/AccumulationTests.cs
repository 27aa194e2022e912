using AlsterNode.Datasets.SyntheticRooms;
using AlsterNode.Pipeline;
using AlsterNode.Tests.Models.SparseVoxel3D;
using AlsterNode.Training;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Training;

[Collection(nameof(SharedWorkerPool))] // alone: all of libtorch shares one random state
public sealed class AccumulationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("alster-accumulation-").FullName;

    [Theory]
    [InlineData("encoder")]
    [InlineData("pipeline")]
    public void TheGradientOfAStepIsTheMeanOfItsBatches(string stage)
    {
        SyntheticWriter.Write(Path.Combine(_folder, "data"), scenes: 1, seed: 35, frames: 3, width: 96, height: 72);

        var (first, second, both) = (Gradients(stage, 1, 0), Gradients(stage, 1, 0, 1), Gradients(stage, 2, 0, 1));

        Assert.All(both.Keys, name =>
        {
            var scale = Largest(first[name]) + Largest(second[name]) + 1e-6;
            Assert.InRange(Largest(both[name] - ((first[name] + second[name]) / 2)), 0, 1e-4 * scale);
        });
        Assert.True(Largest(first["head_2d.weight"] - second["head_2d.weight"]) > 1e-4, "The two batches are alike; the test would see nothing.");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The gradients of the last of these batches, or of all of them where a step accumulates.</summary>
    private Dictionary<string, Tensor> Gradients(string stage, int accumulate, params int[] batches)
    {
        var path = Path.Combine(_folder, "config.yaml");
        File.WriteAllText(path, $"""
            data: [{Braced($"folder: {Path.Combine(_folder, "data")}")}]
            frames_per_scene: 3
            encoder: [{Braced($"steps: 2, batch: 2, width: 64, accumulate: {accumulate}")}]
            pipeline: [{Braced($"steps: 2, scenes: 2, max_sequence: 9, max_learning_rate_encoder: 1.0e-3, accumulate: {accumulate}")}]
            """);
        var config = TrainingConfig.Load(path);
        random.manual_seed(1);
        using var model = new AlsterModel(config.ModelOptions());
        model.train();
        var mapper = new MapperOptions();
        var set = new TrainingSet(config.Data, config, model.Options, mapper.VoxelSize);
        set.Fill(0);
        using IStageTrainer trainer = stage == "encoder"
            ? new EncoderTrainer(model, set, config.Encoder[0], augment: false, firstBatch: 0, classWeights: null, seed: 1, CPU)
            : new PipelineTrainer(model, set, config.Pipeline[0], config, firstBatch: 0, mapper, classWeights: null, seed: 1, CPU);
        using var optimizer = optim.SGD(model.parameters(), 0); // only its zero_grad
        foreach (var batch in batches)
        {
            if (accumulate == 1) optimizer.zero_grad();
            random.manual_seed(batch);
            trainer.Backward(batch);
        }
        return model.named_parameters().Where(item => item.parameter.grad is not null).ToDictionary(item => item.name, item => item.parameter.grad!.clone());
    }

    private static string Braced(string text) => $"{{ {text} }}";

    private static double Largest(Tensor tensor) => tensor.abs().max().item<float>();
}
