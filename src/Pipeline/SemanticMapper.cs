using AlsterNode.Core;
using AlsterNode.Kernels;
using AlsterNode.Pipeline.OnDevice;
using AlsterNode.SceneStore;
using AlsterNode.SparseVoxel3D;
using static TorchSharp.torch;

namespace AlsterNode.Pipeline;

/// <summary>
/// Turns posed RGB-D frames into a semantic voxel map, one at a time: [ALSTER] Fig. 2. Owns neither the model nor the scene; takes the model's
/// weights as they are when it is made. The cost of a frame depends on the voxels it sees, never on the scene's size, and after the first frames
/// its memory is used again.
/// </summary>
public sealed unsafe class SemanticMapper : IDisposable
{
    private readonly AlsterModel _model;
    private readonly SemanticScene _scene;
    private readonly FeatureLifter _lifter;
    private readonly PackedHead _head2D = null!, _head3D = null!, _headExpert = null!; // on the CPU
    private readonly DeviceMapper? _onDevice;
    private readonly Audience _audience = new();
    private readonly Stack<EncodedFrame> _spare = [];
    private readonly Lock _spareGate = new();
    private readonly LiftedVoxels _lifted = new();
    private readonly NativeBuffer<float> _features3D = new(), _past = new(), _state = new();
    private readonly Prediction _prediction = new();
    private readonly SceneUpdate _update = new();
    private int[] _observations = [];

    /// <summary>
    /// Creates a mapper that writes into <paramref name="scene"/>; the model is switched to inference. Where <paramref name="timings"/> are given, those
    /// are gone on with.
    /// </summary>
    public SemanticMapper(AlsterModel model, SemanticScene scene, MapperOptions options, StageTimings? timings = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        _model = model;
        _scene = scene;
        Timings = timings ?? new StageTimings();
        _lifter = new FeatureLifter(options.VoxelSize, options.MaxDepth);
        _model.eval();
        var isOnCpu = model.Head2D.weight.device_type == TorchSharp.DeviceType.CPU;
        _model.Encoder.FoldBatchNorm(isOnCpu ? options.EncoderPrecision : ScalarType.Float16);
        if (options.ByTensors || !isOnCpu)
        {
            _onDevice = new DeviceMapper(model, scene, options, Timings);
            return;
        }
        _model.UNet.Fold();
        _model.Expert.Fuse();
        (_head2D, _head3D, _headExpert) = (new PackedHead(model.Head2D), new PackedHead(model.Head3D), new PackedHead(model.HeadExpert));
    }

    /// <summary>
    /// Maps a wall that nobody sees, so that everything is compiled and allocated before the first frame comes: that one takes 30 ms then, not 200.
    /// </summary>
    public static void WarmUp(AlsterModel model, MapperOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        var (width, height) = (model.Options.Width, model.Options.Height);
        var camera = new CameraIntrinsics(width, height, width, width, width / 2.0, height / 2.0);
        var depth = new float[width * height];
        Array.Fill(depth, (float)options.MaxDepth / 2);
        var wall = new RgbdFrame
        {
            Stamp = 0,
            Color = new ColorImage(width, height, new byte[width * height * 3]),
            Depth = new DepthImage(width, height, depth),
            ColorIntrinsics = camera,
            DepthIntrinsics = camera,
            CameraToWorld = RigidTransform.Identity,
        };
        using var scene = SemanticScene.Create(new SceneOptions { VoxelSize = options.VoxelSize, FeatureDimension = model.Options.FeatureDimension });
        using var mapper = new SemanticMapper(model, scene, options);
        for (var i = 0; i < 3; i++) mapper.Integrate(wall);
    }

    /// <summary>Wall time of each stage of each frame.</summary>
    public StageTimings Timings { get; }

    /// <summary>Has every frame's per-stage predictions sent to <paramref name="observer"/> (the baselines, say).</summary>
    public void Observe(IFrameObserver observer) => _audience.Add(observer);

    /// <summary>Fuses one frame into the scene and returns what changed; the result is valid until the next frame.</summary>
    public SceneUpdate Integrate(RgbdFrame frame) => Integrate(Encode(frame));

    /// <summary>
    /// The first half, which knows nothing of the map: normals and the 2D encoder. May run beside the other half, on another thread; one frame at a time.
    /// </summary>
    public EncodedFrame Encode(RgbdFrame frame)
    {
        var encoded = TakeSpare();
        encoded.Frame = frame;
        var clock = new StageClock();
        encoded.Input.Take(frame);                                     // [7, H, W]
        encoded.Normals = clock.Elapsed;
        if (_onDevice is not null) return encoded; // which encodes as well
        clock = new StageClock();
        _model.Encoder.Run(encoded.Input, encoded.Reserve(Dimension)); // [H/4 W/4, D]
        encoded.Encoding = clock.Elapsed;
        return encoded;
    }

    /// <summary>The second half: fuses an encoded frame into the scene; frames in their order, one at a time.</summary>
    public SceneUpdate Integrate(EncodedFrame encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        var clock = new StageClock();
        try
        {
            if (_onDevice is not null)
            {
                Timings.Add("normals", encoded.Normals);
                var fused = _onDevice.Integrate(encoded, _audience);
                Timings.Add("total", encoded.Normals + clock.Elapsed);
                return fused;
            }
            Lift(encoded);                                             // N voxels, [N, D]
            var features3D = Refine(_lifted);                          // [N, D]
            var past = Crop(_lifted.Voxels);                           // [N, D]
            var state = Fuse(past, features3D, _lifted.Features);      // [N, D], Eq. (2)
            var probabilities = Classify(state);                       // [N, C]
            Show(encoded, features3D, probabilities);
            var update = WriteBack(state, encoded.Frame.Stamp);
            Timings.Add("total", encoded.Normals + encoded.Encoding + clock.Elapsed);
            return update;
        }
        finally
        {
            GiveBack(encoded);
        }
    }

    /// <summary>Frees what it keeps on a device.</summary>
    public void Dispose() => _onDevice?.Dispose();

    private int Dimension => _model.Options.FeatureDimension;

    private EncodedFrame TakeSpare()
    {
        lock (_spareGate) return _spare.TryPop(out var spare) ? spare : new EncodedFrame(_model.Options.Width, _model.Options.Height);
    }

    private void GiveBack(EncodedFrame encoded)
    {
        encoded.Frame = null!; // its images are large
        lock (_spareGate) _spare.Push(encoded);
    }

    private void Lift(EncodedFrame encoded)
    {
        Timings.Add("normals", encoded.Normals);
        Timings.Add("encode2d", encoded.Encoding);
        using var time = Timings.Measure("lift");
        var input = encoded.Input;
        _lifted.Take(_lifter, encoded.Features, encoded.FeatureWidth, encoded.FeatureHeight, input.Depth, input.Intrinsics, encoded.Frame.CameraToWorld);
    }

    private FloatRows Refine(LiftedVoxels lifted)
    {
        using var time = Timings.Measure("unet3d");
        var features3D = Rows(_features3D);
        _model.UNet.Run(lifted.Maps, lifted.Features, features3D);
        return features3D;
    }

    private FloatRows Crop(ReadOnlySpan<VoxelIndex> voxels)
    {
        using var time = Timings.Measure("crop");
        var past = Rows(_past);
        _scene.Crop(voxels, new Span<float>(past.Pointer, voxels.Length * Dimension), Reuse.Reserve(ref _observations, voxels.Length).AsSpan(0, voxels.Length));
        return past;
    }

    private FloatRows Fuse(FloatRows past, FloatRows features3D, FloatRows features2D)
    {
        using var time = Timings.Measure("expert");
        var state = Rows(_state);
        _model.Expert.Run(past, features3D, features2D, state, _lifted.Count);
        return state;
    }

    private ReadOnlySpan<float> Classify(FloatRows state)
    {
        using var time = Timings.Measure("heads");
        var probabilities = _headExpert.Probabilities(state, _lifted.Count);
        _prediction.Take(probabilities, _headExpert.Classes);
        return probabilities;
    }

    private SceneUpdate WriteBack(FloatRows state, long stamp)
    {
        using var time = Timings.Measure("write_back");
        var features = new ReadOnlySpan<float>(state.Pointer, _lifted.Count * Dimension);
        _scene.WriteBack(_lifted.Voxels, features, _prediction.Labels, _prediction.Confidences, stamp, _update);
        return _update;
    }

    private FloatRows Rows(NativeBuffer<float> memory) => new(memory.Reserve((long)_lifted.Count * Dimension), Dimension);

    private void Show(EncodedFrame encoded, FloatRows features3D, ReadOnlySpan<float> probabilities)
    {
        Timings.CountVoxels(_lifted.Count);
        if (!_audience.IsWatching) return;
        _audience.Show(new FramePrediction
        {
            Frame = encoded.Frame,
            Voxels = _lifted.Voxels.ToArray(),
            Classes = _headExpert.Classes,
            Probabilities2D = _head2D.Probabilities(_lifted.Features, _lifted.Count).ToArray(),
            Probabilities3D = _head3D.Probabilities(features3D, _lifted.Count).ToArray(),
            ProbabilitiesExpert = probabilities.ToArray(),
            PixelVoxel = [.. _lifted.PixelVoxel],
            Labels = encoded.Input.Labels is { } labels ? [.. labels] : null,
            Width = encoded.Input.Width,
            Height = encoded.Input.Height,
        });
    }
}
