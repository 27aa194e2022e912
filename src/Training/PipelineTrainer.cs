using System.Runtime.InteropServices;
using AlsterNode.Core;
using AlsterNode.Encoder2D;
using AlsterNode.Pipeline;
using AlsterNode.SceneStore;
using AlsterNode.SparseVoxel3D;
using static TorchSharp.torch;

namespace AlsterNode.Training;

/// <summary>
/// Stage 2: the pipeline on sequences. Several scenes are mapped side by side; a batch integrates one frame into each, all frames as one
/// batch, with the loss of Eq. (4). Views of a scene come in random order and scenes are reset at random, so that the expert sees every
/// state of reconstruction, [ALSTER] 3.1 "Sequential Training". Where a batch has several views of each scene, gradients flow through what
/// the expert remembers from one to the next; further back, memory is not differentiated through.
/// </summary>
internal sealed class PipelineTrainer : IStageTrainer
{
    private readonly AlsterModel _model;
    private readonly TrainingSet _set;
    private readonly PipelinePhase _phase;
    private readonly TrainingConfig _config;
    private readonly int _firstBatch; // of this phase, counted from the run's start
    private readonly int _seed;
    private readonly Device _device;
    private readonly SceneOptions _map;
    private readonly FeatureLifter _lifter;
    private readonly Tensor? _classWeights;
    private readonly Ahead<View[][]> _views; // [views][scenes]
    private readonly TrainingSequence?[] _sequences; // of the views made last, which may be those of the next batch
    private View[] _taken = [];

    public PipelineTrainer(AlsterModel model, TrainingSet set, PipelinePhase phase, TrainingConfig config, int firstBatch, MapperOptions mapper, Tensor? classWeights, int seed, Device device)
    {
        (_model, _set, _phase, _config, _firstBatch, _seed, _device, _classWeights) = (model, set, phase, config, firstBatch, seed, device, classWeights);
        _lifter = new FeatureLifter(mapper.VoxelSize, mapper.MaxDepth);
        _map = new SceneOptions
        {
            VoxelSize = mapper.VoxelSize,
            FeatureDimension = model.Options.FeatureDimension,
            LabelSpace = model.Options.LabelSpace.Name,
            ModelId = "training",
        };
        _sequences = new TrainingSequence?[phase.Scenes];
        _views = new Ahead<View[][]>(ViewsOf);
    }

    /// <summary>Integrates one or more frames into each scene and adds up the gradients.</summary>
    public Dictionary<string, double> Backward(int batch)
    {
        using var scope = NewDisposeScope();
        var figures = new Dictionary<string, double>();
        var recent = new RecentStates(_phase.Scenes);
        var mixed = new Random(TrainingSequence.HashCode(_seed, batch)).NextDouble() < _config.MixRooms;
        var loss = zeros(1, device: _device);
        foreach (var views in _views.Take(batch))
        {
            _taken = views;
            loss += Integrate(views, mixed, recent, figures);
        }
        (loss / (_phase.Views * _phase.Accumulate)).backward();
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

    /// <summary>One frame into each scene; the loss of Eq. (4) with lambda = 1, of the expert alone where nothing else learns.</summary>
    private Tensor Integrate(View[] views, bool mixed, RecentStates recent, Dictionary<string, double> figures)
    {
        var features = Encode(views);                                                                   // B x [D, H/4, W/4]
        var lifted = views.Select((view, i) => Lift(features[i], view)).ToArray();                      // [N_i, D]
        var crops = lifted.Select((frame, i) => views[i].Sequence.Map.Crop(frame.Voxels)).ToArray();
        var features2D = cat([.. lifted.Select(frame => frame.Features)], 0);                           // [N, D], N = sum N_i
        var features3D = Refine(lifted, mixed);                                                         // [N, D]
        var voxels = crops.Select(crop => crop.Voxels).ToArray();
        var state = _model.Expert.call(Hidden(recent.Over(PastOf(crops), voxels)), features3D, features2D); // [N, D], Eq. (2)
        var labels = TruthOf(views, lifted);                                                            // [N]
        var loss = LossOf("expert", _model.HeadExpert.call(state), labels, figures);
        if (!_phase.ExpertOnly)
            loss += LossOf("2d", _model.Head2D.call(features2D), labels, figures) + LossOf("3d", _model.Head3D.call(features3D), labels, figures);
        if (_phase.Views > 1) recent.Add(state, voxels);
        WriteBack(views, crops, state);
        for (var slot = 0; slot < views.Length; slot++)
        {
            if (!views[slot].IsLast) continue;
            recent.Forget(slot);
            views[slot].Sequence.Dispose();
        }
        return loss;
    }

    private View[][] ViewsOf(int batch)
    {
        _set.Advance(_firstBatch + batch);
        return [.. Enumerable.Range(0, _phase.Views).Select(i => NextViews(batch, (batch * _phase.Views) + i))];
    }

    private View[] NextViews(int batch, int number)
    {
        var views = new View[_sequences.Length];
        for (var slot = 0; slot < views.Length; slot++)
        {
            if (_sequences[slot] is not { IsOver: false }) _sequences[slot] = Sequence(slot, StateOfNext(slot, batch, number));
            var sequence = _sequences[slot]!;
            var frame = sequence.Next();
            if (_config.Augment) frame = Augmentation.Apply(frame, sequence.Faults, new Random(TrainingSequence.HashCode(_seed, number, slot)));
            var input = EncoderInput.FromFrame(frame, _model.Options.Width, _model.Options.Height);
            views[slot] = new View(sequence, sequence.State, sequence.IsOver, input, frame.CameraToWorld, frame.Stamp);
        }
        return views;
    }

    private SequenceState StateOfNext(int slot, int batch, int view)
    {
        var number = _sequences[slot] is { } last ? last.State.Number + 1 : 0;
        return new SequenceState(number, _set.Draw(_firstBatch + batch, new Random(TrainingSequence.HashCode(_seed, slot, number, view))), 0);
    }

    private TrainingSequence Sequence(int slot, SequenceState state) => new(_set.At(state.Place), state, _seed, slot, _phase.MaxSequence, _config.FrameOrder, _map);

    private Tensor[] Encode(View[] views)
    {
        if (_phase.MaxLearningRateEncoder > 0)
            return _model.Encoder.call(cat([.. views.Select(view => view.Input.ToTensor(_device))], 0)).unbind(0); // as one batch, for its norms
        using var frozen = no_grad();
        return Array.ConvertAll(views, view => _model.Encoder.call(view.Input.ToTensor(_device)).squeeze(0));
    }

    private Tensor Refine(LiftedFrame[] lifted, bool mixed)
    {
        SparseTensor[] frames = [.. lifted.Select(frame => frame.Sparse)];
        if (_phase.ExpertOnly)
        {
            using var frozen = no_grad();
            return cat([.. frames.Select(_model.UNet.call)], 0);
        }
        var stride = _model.Options.UNet.CoarsestStride;
        if (!mixed) return _model.UNet.call(SparseBatch.Join(frames, stride)); // as one batch, for its norms
        var (joined, rows) = SparseBatch.Mix(frames, stride);
        return _model.UNet.call(joined).index_select(0, tensor(rows).to(_device));
    }

    private LiftedFrame Lift(Tensor features, View view) => _lifter.Lift(features, view.Input.Depth, view.Input.Intrinsics, view.CameraToWorld);

    private Tensor TruthOf(View[] views, LiftedFrame[] lifted)
    {
        var labels = new long[lifted.Length][];
        Parallel.For(0, lifted.Length, slot => labels[slot] = views[slot].Sequence.LabelsOf(lifted[slot].Voxels));
        return tensor(labels.SelectMany(part => part).ToArray()).to(_device);
    }

    private Tensor PastOf(SceneCrop[] crops)
    {
        var dimension = _model.Options.FeatureDimension;
        return cat([.. crops.Select(crop => tensor(crop.Features, [crop.Voxels.Length, dimension]))], 0).to(_device); // [N, D]
    }

    private Tensor Hidden(Tensor past) =>
        _config.ObservationDropout == 0 ? past : past * rand(past.shape[0], 1).ge(_config.ObservationDropout).to(_device);

    private Tensor LossOf(string stage, Tensor logits, Tensor labels, Dictionary<string, double> figures)
    {
        var loss = Losses.Focal(logits, labels, classWeights: _classWeights);
        AddUp($"loss_{stage}", loss.item<float>());
        AddUp($"accuracy_{stage}", Accuracy.Of(logits, labels));
        return loss;

        void AddUp(string figure, double value) => figures[figure] = figures.GetValueOrDefault(figure) + (value / _phase.Views);
    }

    private void WriteBack(View[] views, SceneCrop[] crops, Tensor state)
    {
        using var values = state.detach().cpu().contiguous();
        var features = MemoryMarshal.Cast<byte, float>(values.bytes);
        var dimension = _model.Options.FeatureDimension;
        for (var slot = 0; slot < crops.Length; slot++)
        {
            var (count, view) = (crops[slot].Voxels.Length, views[slot]);
            view.Sequence.Map.WriteBack(crops[slot], features[..(count * dimension)], new byte[count], new float[count], view.Stamp);
            features = features[(count * dimension)..];
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
