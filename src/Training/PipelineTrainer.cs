using System.Runtime.InteropServices;
using AlsterNode.Core;
using AlsterNode.Encoder2D;
using AlsterNode.Pipeline;
using AlsterNode.SceneStore;
using AlsterNode.SparseVoxel3D;
using static TorchSharp.torch;

namespace AlsterNode.Training;

/// <summary>
/// Stage 2: the pipeline on sequences. Several scenes are mapped side by side; a step integrates one frame into each, all frames as one
/// batch, with the loss of Eq. (4). Views of a scene come in random order and scenes are reset at random, so that the expert sees every
/// state of reconstruction, [ALSTER] 3.1 "Sequential Training". What the scene remembers is not differentiated through.
/// </summary>
internal sealed class PipelineTrainer : IStageTrainer
{
    private readonly AlsterModel _model;
    private readonly TrainingSet _set;
    private readonly PipelinePhase _phase;
    private readonly TrainingConfig _config;
    private readonly int _firstStep; // of this phase, counted from the run's start
    private readonly int _seed;
    private readonly Device _device;
    private readonly SceneOptions _map;
    private readonly FeatureLifter _lifter;
    private readonly Tensor? _classWeights;
    private readonly Ahead<View[]> _views;
    private readonly TrainingSequence?[] _sequences; // of the views made last, which may be those of the next step
    private View[] _taken = [];

    public PipelineTrainer(AlsterModel model, TrainingSet set, PipelinePhase phase, TrainingConfig config, int firstStep, MapperOptions mapper, Tensor? classWeights, int seed, Device device)
    {
        (_model, _set, _phase, _config, _firstStep, _seed, _device, _classWeights) = (model, set, phase, config, firstStep, seed, device, classWeights);
        _lifter = new FeatureLifter(mapper.VoxelSize, mapper.MaxDepth);
        _map = new SceneOptions
        {
            VoxelSize = mapper.VoxelSize,
            FeatureDimension = model.Options.FeatureDimension,
            LabelSpace = model.Options.LabelSpace.Name,
            ModelId = "training",
        };
        _sequences = new TrainingSequence?[phase.Scenes];
        _views = new Ahead<View[]>(NextViews);
    }

    /// <summary>Integrates one frame into each scene and adds up the gradients.</summary>
    public Dictionary<string, double> Backward(int step)
    {
        using var scope = NewDisposeScope();
        _taken = _views.Take(step);
        var features = Encode(_taken);                                                        // [B, D, H/4, W/4]
        var lifted = _taken.Select((view, i) => Lift(features.select(0, i), view)).ToArray();           // [N_i, D]
        var joined = SparseBatch.Join([.. lifted.Select(frame => frame.Sparse)], _model.Options.UNet.CoarsestStride); // [N, D], N = sum N_i
        var crops = lifted.Select((frame, i) => _taken[i].Sequence.Map.Crop(frame.Voxels)).ToArray();
        var features3D = _model.UNet.call(joined);                                            // [N, D]
        var state = _model.Expert.call(PastOf(crops), features3D, joined.Features);           // [N, D], Eq. (2)
        var labels = TruthOf(lifted);                                                         // [N]

        var figures = new Dictionary<string, double>();
        var loss = LossOf("2d", _model.Head2D.call(joined.Features), labels, figures)
            + LossOf("3d", _model.Head3D.call(features3D), labels, figures)
            + LossOf("expert", _model.HeadExpert.call(state), labels, figures);               // Eq. (4), lambda = 1
        loss.backward();
        WriteBack(crops, state);
        return figures;
    }

    /// <inheritdoc/>
    public void SaveBatch(string folder) => SafeTensors.Write(Path.Combine(folder, "batch.safetensors"),
        _taken.SelectMany((view, slot) => new[]
        {
            StoredTensor.FromFloats($"planes.{slot}", [EncoderInput.Channels, view.Input.Height, view.Input.Width], view.Input.Planes, half: false),
            StoredTensor.FromFloats($"camera_to_world.{slot}", [4, 4], Array.ConvertAll(view.CameraToWorld.ToMatrix(), value => (float)value), half: false),
        }).ToList(),
        _taken.Select((view, slot) => (Key: $"scene.{slot}", view.Sequence.Name)).ToDictionary(item => item.Key, item => item.Name));

    /// <summary>Where each slot stands, and what it remembers as a scene file.</summary>
    public SequenceState[] SaveState(string folder)
    {
        for (var slot = 0; slot < _taken.Length; slot++)
        {
            if (_taken[slot].IsLast) continue;
            using var file = SemanticScene.Create(InFile(folder, slot));
            Copy(_taken[slot].Sequence.Map, file);
        }
        return [.. _taken.Select(view => view.State)];
    }

    /// <inheritdoc/>
    public void RestoreState(SequenceState[] sequences, string folder)
    {
        if (sequences.Length != _sequences.Length)
            throw new InputException($"The checkpoint has {sequences.Length} scenes side by side, the config {_sequences.Length}; go on with the config it was made with.");
        for (var slot = 0; slot < sequences.Length; slot++)
        {
            _sequences[slot] = Sequence(slot, sequences[slot]);
            if (_sequences[slot]!.IsOver) continue;
            using var file = SemanticScene.Open(InFile(folder, slot).Path!, InFile(folder, slot), readOnly: true);
            Copy(file, _sequences[slot]!.Map);
        }
    }

    public void Dispose()
    {
        _views.Dispose();
        foreach (var sequence in _sequences.Concat(_taken.Select(view => view.Sequence))) sequence?.Dispose();
    }

    private View[] NextViews(int step)
    {
        _set.Advance(_firstStep + step);
        var views = new View[_sequences.Length];
        for (var slot = 0; slot < views.Length; slot++)
        {
            if (_sequences[slot] is not { IsOver: false }) _sequences[slot] = Sequence(slot, StateOfNext(slot, step));
            var sequence = _sequences[slot]!;
            var frame = sequence.Next();
            if (_config.Augment) frame = Augmentation.Apply(frame, new Random(TrainingSequence.HashCode(_seed, step, slot)));
            var input = EncoderInput.FromFrame(frame, _model.Options.Width, _model.Options.Height);
            views[slot] = new View(sequence, sequence.State, sequence.IsOver, input, frame.CameraToWorld, frame.Stamp);
        }
        return views;
    }

    private SequenceState StateOfNext(int slot, int step)
    {
        var number = _sequences[slot] is { } last ? last.State.Number + 1 : 0;
        return new SequenceState(number, _set.Draw(_firstStep + step, new Random(TrainingSequence.HashCode(_seed, slot, number, step))), 0);
    }

    private TrainingSequence Sequence(int slot, SequenceState state) => new(_set.At(state.Place), state, _seed, slot, _phase.MaxSequence, _config.FrameOrder, _map);

    private Tensor Encode(View[] views)
    {
        using var frozen = _phase.MaxLearningRateEncoder > 0 ? enable_grad() : no_grad();
        var input = cat([.. views.Select(view => view.Input.ToTensor(_device))], 0); // [B, 7, H, W]
        return _model.Encoder.call(input);
    }

    private LiftedFrame Lift(Tensor features, View view) => _lifter.Lift(features, view.Input.Depth, view.Input.Intrinsics, view.CameraToWorld);

    private Tensor TruthOf(LiftedFrame[] lifted)
    {
        var labels = new long[lifted.Length][];
        Parallel.For(0, lifted.Length, slot => labels[slot] = _taken[slot].Sequence.LabelsOf(lifted[slot].Voxels));
        return tensor(labels.SelectMany(part => part).ToArray()).to(_device);
    }

    private Tensor PastOf(SceneCrop[] crops)
    {
        var dimension = _model.Options.FeatureDimension;
        var past = cat([.. crops.Select(crop => tensor(crop.Features, [crop.Voxels.Length, dimension]))], 0).to(_device); // [N, D]
        return _config.ObservationDropout == 0 ? past : past * rand(past.shape[0], 1).ge(_config.ObservationDropout).to(_device);
    }

    private Tensor LossOf(string stage, Tensor logits, Tensor labels, Dictionary<string, double> figures)
    {
        var loss = Losses.Focal(logits, labels, classWeights: _classWeights);
        figures[$"loss_{stage}"] = loss.item<float>();
        figures[$"accuracy_{stage}"] = Accuracy.Of(logits, labels);
        return loss;
    }

    private void WriteBack(SceneCrop[] crops, Tensor state)
    {
        using var values = state.detach().cpu().contiguous();
        var features = MemoryMarshal.Cast<byte, float>(values.bytes);
        var dimension = _model.Options.FeatureDimension;
        for (var slot = 0; slot < crops.Length; slot++)
        {
            var (count, view) = (crops[slot].Voxels.Length, _taken[slot]);
            view.Sequence.Map.WriteBack(crops[slot], features[..(count * dimension)], new byte[count], new float[count], view.Stamp);
            features = features[(count * dimension)..];
            if (view.IsLast) view.Sequence.Dispose();
        }
    }

    private SceneOptions InFile(string folder, int slot) => new()
    {
        VoxelSize = _map.VoxelSize,
        FeatureDimension = _map.FeatureDimension,
        LabelSpace = _map.LabelSpace,
        ModelId = _map.ModelId,
        Path = Path.Combine(folder, $"map-{slot}.alster"),
    };

    private static void Copy(SemanticScene from, SemanticScene to)
    {
        VoxelIndex[] voxels = [.. from.Voxels().Select(voxel => voxel.Index).Order()];
        var features = from.Crop(voxels).Features;
        to.WriteBack(to.Crop(voxels), features, new byte[voxels.Length], new float[voxels.Length], from.LastStamp);
    }

    /// <summary>A frame that is ready for the network, and the sequence it belongs to.</summary>
    private sealed record View(TrainingSequence Sequence, SequenceState State, bool IsLast, EncoderInput Input, RigidTransform CameraToWorld, long Stamp);
}
