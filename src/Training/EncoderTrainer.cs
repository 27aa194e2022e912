using AlsterNode.Core;
using AlsterNode.Encoder2D;
using AlsterNode.Pipeline;
using static TorchSharp.torch;

namespace AlsterNode.Training;

/// <summary>Stage 1: encoder and 2D head on single frames, focal loss on the labels at the features' resolution.</summary>
internal sealed class EncoderTrainer(AlsterModel model, TrainingSet set, EncoderPhase phase, Tensor? classWeights, int seed, Device device)
{
    private readonly int _width = phase.Width;
    private readonly int _height = phase.Width * model.Options.Height / model.Options.Width;

    /// <summary>Trains on the batch that belongs to <paramref name="step"/> and returns loss and pixel accuracy. The caller steps the optimizer.</summary>
    public Dictionary<string, double> Backward(int step)
    {
        using var scope = NewDisposeScope();
        var batch = Batch(step);
        var features = model.Encoder.call(batch.Inputs);                              // [B, D, H/4, W/4]
        var rows = features.permute(0, 2, 3, 1).reshape(-1, features.shape[1]);       // [B*H/4*W/4, D]
        var logits = model.Head2D.call(rows);                                         // [B*H/4*W/4, C]
        var loss = Losses.Focal(logits, batch.Labels, classWeights: classWeights);
        loss.backward();
        return new() { ["loss_2d"] = Checked(loss.item<float>(), step), ["accuracy_2d"] = Accuracy.Of(logits, batch.Labels) };
    }

    private (Tensor Inputs, Tensor Labels) Batch(int step)
    {
        var frames = new (float[] Planes, long[] Labels)[phase.Batch];
        Parallel.For(0, frames.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            // A generator for each sample: the same batch whatever the threads do, and after a resume.
            var random = new Random(unchecked((seed * 1_000_003) + (step * 1_009) + i));
            frames[i] = Sample(random);
        });
        var planes = new float[phase.Batch * 7 * _height * _width];
        var labels = new long[phase.Batch * (_height / 4) * (_width / 4)];
        for (var i = 0; i < frames.Length; i++)
        {
            frames[i].Planes.CopyTo(planes, i * frames[i].Planes.Length);
            frames[i].Labels.CopyTo(labels, i * frames[i].Labels.Length);
        }
        return (tensor(planes, [phase.Batch, 7, _height, _width]).to(device), tensor(labels).to(device));
    }

    private (float[] Planes, long[] Labels) Sample(Random random)
    {
        var scene = set.Scenes[random.Next(set.Scenes.Count)];
        var frame = scene.Frames[random.Next(scene.Frames.Count)];
        var scale = 1 + ((phase.MaxScale - 1) * random.NextDouble());
        var input = EncoderInput.FromFrame(Augmentation.Apply(frame, random), (int)Math.Round(_width * scale), (int)Math.Round(_height * scale));
        var (planes, labels) = Crop(input, input.Labels ?? throw new InputException($"Scene '{scene.Name}' has frames without labels."), random);
        if (random.Next(2) == 0) (planes, labels) = Mirror(planes, labels);
        var coarse = new long[(_height / 4) * (_width / 4)];
        for (var row = 0; row < _height / 4; row++)
        {
            for (var column = 0; column < _width / 4; column++)
                coarse[(row * (_width / 4)) + column] = labels[(((row * 4) + 2) * _width) + (column * 4) + 2];
        }
        return (planes, coarse);
    }

    private (float[] Planes, byte[] Labels) Crop(EncoderInput input, byte[] labels, Random random)
    {
        if (input.Width == _width && input.Height == _height) return (input.Planes, labels);
        var left = random.Next(input.Width - _width + 1);
        var top = random.Next(input.Height - _height + 1);
        var planes = new float[7 * _height * _width];
        var croppedLabels = new byte[_height * _width];
        for (var row = 0; row < _height; row++)
        {
            var from = ((top + row) * input.Width) + left;
            for (var plane = 0; plane < 7; plane++)
                input.Planes.AsSpan((plane * input.Height * input.Width) + from, _width).CopyTo(planes.AsSpan(((plane * _height) + row) * _width));
            labels.AsSpan(from, _width).CopyTo(croppedLabels.AsSpan(row * _width));
        }
        return (planes, croppedLabels);
    }

    private (float[] Planes, byte[] Labels) Mirror(float[] planes, byte[] labels)
    {
        var mirrored = (float[])planes.Clone();
        for (var row = 0; row < 7 * _height; row++) mirrored.AsSpan(row * _width, _width).Reverse();
        var normalX = mirrored.AsSpan(4 * _height * _width, _height * _width); // planes: R, G, B, depth, nx, ny, nz
        for (var i = 0; i < normalX.Length; i++) normalX[i] = -normalX[i];
        var mirroredLabels = (byte[])labels.Clone();
        for (var row = 0; row < _height; row++) mirroredLabels.AsSpan(row * _width, _width).Reverse();
        return (mirrored, mirroredLabels);
    }

    private static double Checked(double loss, int step) => double.IsFinite(loss) ? loss
        : throw new InvalidOperationException($"The encoder's loss is {loss} at step {step}; a smaller max_learning_rate usually cures that.");
}
