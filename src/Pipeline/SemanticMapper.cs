using System.Runtime.InteropServices;
using AlsterNode.Core;
using AlsterNode.Encoder2D;
using AlsterNode.SceneStore;
using AlsterNode.SparseVoxel3D;
using static TorchSharp.torch;

namespace AlsterNode.Pipeline;

/// <summary>
/// Turns posed RGB-D frames into a semantic voxel map, one at a time: [ALSTER] Fig. 2. Owns neither the model nor the scene.
/// One thread at a time; the cost of a frame depends on the voxels it sees, never on the scene's size.
/// </summary>
public sealed class SemanticMapper
{
    private readonly AlsterModel _model;
    private readonly SemanticScene _scene;
    private readonly FeatureLifter _lifter;
    private readonly List<IFrameObserver> _observers = [];

    /// <summary>
    /// Creates a mapper that writes into <paramref name="scene"/>; the model is switched to inference. Where <paramref name="timings"/> are given, those
    /// are gone on with.
    /// </summary>
    public SemanticMapper(AlsterModel model, SemanticScene scene, MapperOptions options, StageTimings? timings = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _model = model;
        _scene = scene;
        Timings = timings ?? new StageTimings();
        _lifter = new FeatureLifter(options.VoxelSize, options.MaxDepth);
        _model.eval();
        _model.Encoder.FoldBatchNorm();
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
        var mapper = new SemanticMapper(model, scene, options);
        for (var i = 0; i < 3; i++) mapper.Integrate(wall);
    }

    /// <summary>Wall time of each stage of each frame.</summary>
    public StageTimings Timings { get; }

    /// <summary>Has every frame's per-stage predictions sent to <paramref name="observer"/> (the baselines, say).</summary>
    public void Observe(IFrameObserver observer) => _observers.Add(observer);

    /// <summary>Fuses one frame into the scene and returns what changed.</summary>
    public SceneUpdate Integrate(RgbdFrame frame) => Timings.Time("total", () =>
    {
        using var scope = NewDisposeScope(); // frees every tensor of this frame
        using var inference = no_grad();
        var input = Timings.Time("normals", () => EncoderInput.FromFrame(frame, _model.Options.Width, _model.Options.Height)); // [7, H, W]
        var features2D = Timings.Time("encode2d", () => _model.Encoder.call(input.ToTensor()).squeeze(0));                  // [D, H/4, W/4]
        var lifted = Timings.Time("lift", () => _lifter.Lift(features2D, input.Depth, input.Intrinsics, frame.CameraToWorld)); // [N, D]
        var features3D = Timings.Time("unet3d", () => _model.UNet.call(lifted.Sparse));                                     // [N, D]
        var crop = Timings.Time("crop", () => _scene.Crop(lifted.Voxels));                                                  // [N, D]
        var state = Timings.Time("expert", () => _model.Expert.call(PastOf(crop), features3D, lifted.Features));            // [N, D], Eq. (2)
        var prediction = Timings.Time("heads", () => Prediction.Of(_model.HeadExpert.call(state)));                         // [N]
        ShowObservers(frame, input, lifted, features3D, prediction);
        return Timings.Time("write_back", () => _scene.WriteBack(crop, Values(state), prediction.Labels, prediction.Confidences, frame.Stamp));
    });

    private Tensor PastOf(SceneCrop crop) => tensor(crop.Features, [crop.Voxels.Length, _model.Options.FeatureDimension]);

    private static ReadOnlySpan<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.contiguous().bytes);

    private void ShowObservers(RgbdFrame frame, EncoderInput input, LiftedFrame lifted, Tensor features3D, Prediction prediction)
    {
        Timings.CountVoxels(lifted.Voxels.Length);
        var watching = _observers.FindAll(observer => observer.IsWatching);
        if (watching.Count == 0) return;
        var observed = new FramePrediction
        {
            Frame = frame,
            Voxels = lifted.Voxels,
            Classes = _model.Options.LabelSpace.Count,
            Probabilities2D = Prediction.Of(_model.Head2D.call(lifted.Features)).Probabilities,
            Probabilities3D = Prediction.Of(_model.Head3D.call(features3D)).Probabilities,
            ProbabilitiesExpert = prediction.Probabilities,
            PixelVoxel = lifted.PixelVoxel,
            Labels = input.Labels,
            Width = input.Width,
            Height = input.Height,
        };
        foreach (var observer in watching) observer.OnFrame(observed);
    }
}
