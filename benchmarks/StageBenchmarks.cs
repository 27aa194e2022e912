using AlsterNode.Core;
using AlsterNode.Datasets.SyntheticRooms;
using AlsterNode.Encoder2D;
using AlsterNode.Pipeline;
using AlsterNode.SceneStore;
using AlsterNode.SparseVoxel3D;
using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace AlsterNode.Benchmarks;

/// <summary>
/// Each stage of a frame, and the whole frame, on one frozen view of a synthetic room. Do not change the inputs: figures of different
/// versions would not be comparable.
/// </summary>
[InProcess]
[MemoryDiagnoser]
public class StageBenchmarks : IDisposable
{
    private AlsterModel _model = null!;
    private SemanticScene _scene = null!;
    private SemanticMapper _mapper = null!;
    private RgbdFrame _frame = null!;
    private EncoderInput _input = null!;
    private Tensor _pixels = null!;
    private Tensor _features2D = null!;
    private LiftedFrame _lifted = null!;
    private Tensor _features3D = null!;
    private Tensor _past = null!;
    private readonly FeatureLifter _lifter = new();

    /// <summary>Network preset.</summary>
    [Params("mobile")]
    public string Preset { get; set; } = "mobile";

    /// <summary>Builds the network with seeded random weights and runs the stages once.</summary>
    [GlobalSetup]
    public void Setup()
    {
        random.manual_seed(1);
        _model = new AlsterModel(ModelOptions.Named(Preset));
        _scene = SemanticScene.Create(new SceneOptions { ModelId = "benchmark" });
        _mapper = new SemanticMapper(_model, _scene, new MapperOptions()); // evaluation mode, folded
        var scene = new SyntheticScene(seed: 77);
        _frame = scene.RenderView(5, 20, SyntheticScene.Camera(_model.Options.Width, _model.Options.Height)).Frame;
        using var frozen = no_grad();
        _input = EncoderInput.FromFrame(_frame, _model.Options.Width, _model.Options.Height);
        _pixels = _input.ToTensor();
        _features2D = _model.Encoder.call(_pixels);
        _lifted = _lifter.Lift(_features2D, _input.Depth, _input.Intrinsics, _frame.CameraToWorld);
        _features3D = _model.UNet.call(_lifted.Sparse);
        _past = zeros(_lifted.Voxels.Length, _model.Options.FeatureDimension);
        Console.WriteLine($"// {_lifted.Voxels.Length} voxels");
    }

    /// <summary>Colour, depth and normals at the network's resolution.</summary>
    [Benchmark]
    public void Normals() => _input.Take(_frame);

    /// <summary>F2D.</summary>
    [Benchmark]
    public void Encode2D() => WithoutGradients(() => _model.Encoder.call(_pixels));

    /// <summary>Lift.</summary>
    [Benchmark]
    public void Lift() => WithoutGradients(() => _lifter.Lift(_features2D, _input.Depth, _input.Intrinsics, _frame.CameraToWorld).Features);

    /// <summary>F3D from coordinates to output: the kernel maps are made anew.</summary>
    [Benchmark]
    public void UNet3D() => WithoutGradients(() => _model.UNet.call(new SparseTensor(_lifted.Voxels, _lifted.Features)));

    /// <summary>FdT.</summary>
    [Benchmark]
    public void Expert() => WithoutGradients(() => _model.Expert.call(_past, _features3D, _lifted.Features));

    /// <summary>Crop of the map.</summary>
    [Benchmark]
    public SceneCrop Crop() => _scene.Crop(_lifted.Voxels);

    /// <summary>All of it, write-back included.</summary>
    [Benchmark]
    public SceneUpdate Frame() => _mapper.Integrate(_frame);

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _scene?.Dispose();
        _model?.Dispose();
        GC.SuppressFinalize(this);
    }

    private static void WithoutGradients(Func<Tensor> stage)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        stage();
    }
}
