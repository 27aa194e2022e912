using System.Runtime.InteropServices;
using AlsterNode.Core;
using AlsterNode.Encoder2D;
using AlsterNode.Pipeline;
using AlsterNode.SceneStore;
using AlsterNode.SparseVoxel3D;
using static TorchSharp.torch;

namespace AlsterNode.Training;

/// <summary>
/// Stage 2: the pipeline on sequences. Several scenes are mapped side by side; a step integrates one frame into each and sums the loss of
/// Eq. (4). Views of a scene come in random order and scenes are reset at random, so that the expert sees every state of
/// reconstruction, [ALSTER] 3.1 "Sequential Training". What the scene remembers is not differentiated through.
/// </summary>
internal sealed class PipelineTrainer : IDisposable
{
    private readonly AlsterModel _model;
    private readonly TrainingSet _set;
    private readonly PipelinePhase _phase;
    private readonly Device _device;
    private readonly MapperOptions _mapper;
    private readonly FeatureLifter _lifter;
    private readonly Random _random;
    private readonly Sequence?[] _sequences;
    private readonly Tensor? _classWeights;

    public PipelineTrainer(AlsterModel model, TrainingSet set, PipelinePhase phase, MapperOptions mapper, Tensor? classWeights, int seed, Device device)
    {
        (_model, _set, _phase, _device, _mapper, _classWeights) = (model, set, phase, device, mapper, classWeights);
        _lifter = new FeatureLifter(mapper.VoxelSize, mapper.MaxDepth);
        _random = new Random(seed);
        _sequences = new Sequence?[phase.Scenes];
    }

    /// <summary>Integrates one frame into each scene and adds up the gradients; returns the losses and accuracies. The caller steps the optimizer.</summary>
    public Dictionary<string, double> Backward(int step)
    {
        var figures = new Dictionary<string, double>();
        for (var slot = 0; slot < _sequences.Length; slot++)
        {
            if (_sequences[slot] is not { IsOver: false }) StartSequence(slot);
            Integrate(_sequences[slot]!, figures);
        }
        foreach (var (name, value) in figures)
        {
            if (!double.IsFinite(value)) throw new InvalidOperationException($"{name} is {value} at step {step}; a smaller max_learning_rate usually cures that.");
            figures[name] = value / _sequences.Length;
        }
        return figures;
    }

    public void Dispose()
    {
        foreach (var sequence in _sequences) sequence?.Dispose();
    }

    private void StartSequence(int slot)
    {
        _sequences[slot]?.Dispose();
        var scene = _set.Scenes[_random.Next(_set.Scenes.Count)];
        var order = Enumerable.Range(0, scene.Frames.Count).ToArray();
        _random.Shuffle(order); // a permutation of the views
        var length = Math.Min(order.Length, _random.Next(1, _phase.MaxSequence + 1)); // a random reset
        var store = SemanticScene.Create(new SceneOptions
        {
            VoxelSize = _mapper.VoxelSize,
            FeatureDimension = _model.Options.FeatureDimension,
            LabelSpace = _model.Options.LabelSpace.Name,
            ModelId = "training",
        });
        _sequences[slot] = new Sequence(scene, store, order[..length]);
    }

    private void Integrate(Sequence sequence, Dictionary<string, double> figures)
    {
        using var scope = NewDisposeScope();
        var frame = Augmentation.Apply(sequence.NextFrame(), _random);
        var input = EncoderInput.FromFrame(frame, _model.Options.Width, _model.Options.Height);
        var lifted = _lifter.Lift(Encode(input), input.Depth, input.Intrinsics, frame.CameraToWorld);
        if (lifted.Voxels.Length < 64) return; // nearly all depth was lost: batch norm over a handful of voxels means nothing
        var labels = LabelsOf(sequence.Scene, lifted.Voxels);
        var crop = sequence.Store.Crop(lifted.Voxels);
        var past = tensor(crop.Features, [crop.Voxels.Length, _model.Options.FeatureDimension]).to(_device);
        var features3D = _model.UNet.call(lifted.Sparse);                                     // [N, D]
        var state = _model.Expert.call(past, features3D, lifted.Features);                    // [N, D], Eq. (2)

        var logits2D = _model.Head2D.call(lifted.Features);                                   // [N, C] each
        var logits3D = _model.Head3D.call(features3D);
        var logitsExpert = _model.HeadExpert.call(state);
        var loss2D = Losses.Focal(logits2D, labels, classWeights: _classWeights);
        var loss3D = Losses.Focal(logits3D, labels, classWeights: _classWeights);
        var lossExpert = Losses.Focal(logitsExpert, labels, classWeights: _classWeights);
        (loss2D + loss3D + lossExpert).div(_sequences.Length).backward();                     // Eq. (4), lambda = 1

        Add("loss_2d", loss2D.item<float>());
        Add("loss_3d", loss3D.item<float>());
        Add("loss_expert", lossExpert.item<float>());
        Add("accuracy_2d", Accuracy.Of(logits2D, labels));
        Add("accuracy_3d", Accuracy.Of(logits3D, labels));
        Add("accuracy_expert", Accuracy.Of(logitsExpert, labels));
        using var values = state.detach().cpu().contiguous();
        sequence.Store.WriteBack(crop, MemoryMarshal.Cast<byte, float>(values.bytes), new byte[lifted.Voxels.Length], new float[lifted.Voxels.Length], frame.Stamp);

        void Add(string name, double value) => figures[name] = figures.GetValueOrDefault(name) + value;
    }

    private Tensor Encode(EncoderInput input)
    {
        using var frozen = _phase.MaxLearningRateEncoder > 0 ? enable_grad() : no_grad();
        return _model.Encoder.call(input.ToTensor(_device)).squeeze(0); // [D, H/4, W/4]
    }

    private Tensor LabelsOf(TrainingScene scene, VoxelIndex[] voxels)
    {
        var labels = new byte[voxels.Length];
        scene.GroundTruth.LabelsOf(voxels, labels);
        return tensor(Array.ConvertAll(labels, label => (long)label)).to(_device);
    }

    private sealed class Sequence(TrainingScene scene, SemanticScene store, int[] order) : IDisposable
    {
        private int _next;

        public TrainingScene Scene => scene;

        public SemanticScene Store => store;

        public bool IsOver => _next == order.Length;

        public RgbdFrame NextFrame() => scene.Frames[order[_next++]];

        public void Dispose() => store.Dispose();
    }
}
