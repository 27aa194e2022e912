using AlsterNode.Core;
using AlsterNode.Encoder2D;
using AlsterNode.Pipeline;
using static TorchSharp.torch;

namespace AlsterNode.Training;

/// <summary>Stage 1: encoder and 2D head on single frames, focal loss on the labels at the features' resolution.</summary>
internal sealed class EncoderTrainer : IStageTrainer
{
    private readonly AlsterModel _model;
    private readonly TrainingSet _set;
    private readonly EncoderPhase _phase;
    private readonly Tensor? _classWeights;
    private readonly bool _augment;
    private readonly int _firstBatch; // of this phase, counted from the run's start
    private readonly int _seed;
    private readonly Device _device;
    private readonly int _width;
    private readonly int _height;
    private readonly Ahead<(float[] Planes, long[] Labels)> _batches;
    private (float[] Planes, long[] Labels) _last;

    public EncoderTrainer(AlsterModel model, TrainingSet set, EncoderPhase phase, bool augment, int firstBatch, Tensor? classWeights, int seed, Device device)
    {
        (_model, _set, _phase, _augment, _firstBatch, _classWeights, _seed, _device) = (model, set, phase, augment, firstBatch, classWeights, seed, device);
        (_width, _height) = (phase.Width, phase.Width * model.Options.Height / model.Options.Width);
        _batches = new Ahead<(float[] Planes, long[] Labels)>(Batch);
    }

    /// <inheritdoc/>
    public Dictionary<string, double> Backward(int batch)
    {
        using var scope = NewDisposeScope();
        var (planes, truth) = _last = _batches.Take(batch);
        var labels = tensor(truth).to(_device);                                       // [B*H/4*W/4]
        var features = _model.Encoder.call(tensor(planes, [_phase.Batch, EncoderInput.Channels, _height, _width]).to(_device)); // [B, D, H/4, W/4]
        var rows = features.permute(0, 2, 3, 1).reshape(-1, features.shape[1]);       // [B*H/4*W/4, D]
        var logits = _model.Head2D.call(rows);                                         // [B*H/4*W/4, C]
        var loss = Losses.Focal(logits, labels, classWeights: _classWeights);
        (loss / _phase.Accumulate).backward();
        return new() { ["loss_2d"] = loss.item<float>(), ["accuracy_2d"] = Accuracy.Of(logits, labels) };
    }

    /// <inheritdoc/>
    public void SaveBatch(string folder) => SafeTensors.Write(Path.Combine(folder, "batch.safetensors"),
    [
        StoredTensor.FromFloats("planes", [_phase.Batch, EncoderInput.Channels, _height, _width], _last.Planes, half: false),
        StoredTensor.FromFloats("labels", [_last.Labels.Length], Array.ConvertAll(_last.Labels, label => (float)label), half: false),
    ], new Dictionary<string, string>());

    /// <summary>Nothing: a batch follows from the seed and its number.</summary>
    public SequenceState[] SaveState(string folder) => [];

    /// <inheritdoc/>
    public void RestoreState(SequenceState[] sequences, string folder) { }

    public void Dispose() => _batches.Dispose();

    private (float[] Planes, long[] Labels) Batch(int batch)
    {
        _set.Advance(_firstBatch + batch);
        var frames = new (float[] Planes, long[] Labels)[_phase.Batch];
        Parallel.For(0, frames.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            // A generator for each sample: the same batch whatever the threads do, and after a resume.
            var random = new Random(TrainingSequence.HashCode(_seed, batch, i));
            frames[i] = Sample(_set.At(_set.Draw(_firstBatch + batch, random)), random);
        });
        var planes = new float[_phase.Batch * 7 * _height * _width];
        var labels = new long[_phase.Batch * (_height / 4) * (_width / 4)];
        for (var i = 0; i < frames.Length; i++)
        {
            frames[i].Planes.CopyTo(planes, i * frames[i].Planes.Length);
            frames[i].Labels.CopyTo(labels, i * frames[i].Labels.Length);
        }
        return (planes, labels);
    }

    private (float[] Planes, long[] Labels) Sample(TrainingScene scene, Random random)
    {
        var frame = scene.Frames[random.Next(scene.Frames.Count)];
        var scale = 1 + ((_phase.MaxScale - 1) * random.NextDouble());
        if (_augment) frame = Augmentation.Apply(frame, SensorFaults.Draw(scene.HasExactDepth, random), random);
        if (random.Next(2) == 0) frame = Mirror.Of(frame);
        var input = EncoderInput.FromFrame(frame, (int)Math.Round(_width * scale), (int)Math.Round(_height * scale));
        var (planes, labels) = Crop(input, input.Labels ?? throw new InputException($"Scene '{scene.Name}' has frames without labels."), random);
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
}
