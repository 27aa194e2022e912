using AlsterNode.Kernels;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.TemporalExpert;

/// <summary>
/// The temporal expert ([ALSTER] Eq. 2, Fig. 3): refines what the scene knew about a voxel with what this frame says in 2D and 3D. Each
/// source enters through a linear map of its own, which tells them apart (keys and values are shared) and gives a voxel never seen, whose
/// past is zeros, a learned start. Without gradients on a CPU it runs fused (same result to rounding).
/// </summary>
public sealed class TemporalExpertNetwork : nn.Module<Tensor, Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "embed_global")] private readonly Linear _embedGlobal;
    [ComponentName(Name = "embed_3d")] private readonly Linear _embed3D;
    [ComponentName(Name = "embed_2d")] private readonly Linear _embed2D;
    [ComponentName(Name = "output")] private readonly Linear _output;
    [ComponentName(Name = "layers")] private readonly ModuleList<ExpertLayer> _layers = new();

    private FusedExpert? _fused;

    public TemporalExpertNetwork(TemporalExpertOptions? options = null) : base(nameof(TemporalExpertNetwork))
    {
        Options = options ?? new TemporalExpertOptions();
        var dimension = Options.FeatureDimension;
        _embedGlobal = nn.Linear(dimension, dimension);
        _embed3D = nn.Linear(dimension, dimension);
        _embed2D = nn.Linear(dimension, dimension);
        for (var i = 0; i < Options.Layers; i++) _layers.Add(new ExpertLayer(Options));
        _output = nn.Linear(dimension, dimension);
        RegisterComponents();
    }

    /// <summary>The shape of the network.</summary>
    public TemporalExpertOptions Options { get; }

    /// <summary>Multiplications and additions for so many voxels, as the layers are written down: queries, keys and values of three tokens.</summary>
    public long CountOperations(int voxels)
    {
        const long Tokens = 3;
        long d = Options.FeatureDimension, hidden = Options.Hidden;
        var layer = (d * d * (1 + (2 * Tokens) + 1)) + (2 * Tokens * d) + (2 * d * hidden); // query, keys and values, output; scores and sum; feed-forward
        return 2 * voxels * ((Tokens * d * d) + (Options.Layers * layer) + (d * d));
    }

    internal Linear EmbedGlobal => _embedGlobal;

    internal Linear Embed3D => _embed3D;

    internal Linear Embed2D => _embed2D;

    internal Linear Output => _output;

    internal IReadOnlyList<ExpertLayer> Layers => [.. _layers];

    /// <summary>The updated scene features, fGlobal(t), [N, D].</summary>
    /// <param name="past">fGlobal(t-1), [N, D]; zeros where the scene has not been seen.</param>
    /// <param name="features3D">f3D(t), [N, D].</param>
    /// <param name="features2D">f2D(t), [N, D].</param>
    public override Tensor forward(Tensor past, Tensor features3D, Tensor features2D)
    {
        Check(past, features3D, features2D);
        return !is_grad_enabled() && IsCpuFloat(past) && IsCpuFloat(features3D) && IsCpuFloat(features2D) && IsCpuFloat(_output.weight)
            ? Fused().Run(past, features3D, features2D)
            : Refine(past, features3D, features2D).State;
    }

    /// <summary>Takes the weights as they are now for <see cref="Run"/>: call it after loading weights and again after a change.</summary>
    internal void Fuse() => Fused();

    /// <summary>The same as the forward pass without gradients, on rows in memory, [N, D] each without gaps; allocates nothing.</summary>
    internal unsafe void Run(FloatRows past, FloatRows features3D, FloatRows features2D, FloatRows state, int voxels) =>
        (_fused ?? Fused()).Run(past.Pointer, features3D.Pointer, features2D.Pointer, state.Pointer, voxels);

    /// <summary>Which source each layer listens to ([ALSTER] Fig. 4): [N, layers, 3] in the order global, 3D, 2D.</summary>
    public Tensor Attention(Tensor past, Tensor features3D, Tensor features2D)
    {
        Check(past, features3D, features2D);
        using var scope = NewDisposeScope();
        return stack(Refine(past, features3D, features2D).Weights, 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _fused?.Dispose();
        base.Dispose(disposing);
    }

    private static bool IsCpuFloat(Tensor tensor) => tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU;

    /// <summary>The packed network; made anew when the weights have changed.</summary>
    private FusedExpert Fused()
    {
        if (_fused is { } known && known.Source == FusedExpert.Fingerprint(this)) return known;
        _fused?.Dispose();
        return _fused = FusedExpert.Of(this);
    }

    private (Tensor State, List<Tensor> Weights) Refine(Tensor past, Tensor features3D, Tensor features2D)
    {
        using var scope = NewDisposeScope();
        var state = _embedGlobal.forward(past);
        var source3D = _embed3D.forward(features3D);
        var source2D = _embed2D.forward(features2D);
        var weights = new List<Tensor>();
        foreach (var layer in _layers)
        {
            (state, var layerWeights) = layer.forward(state, source3D, source2D);
            weights.Add(layerWeights);
        }
        foreach (var w in weights) w.MoveToOuterDisposeScope();
        return (_output.forward(state).MoveToOuterDisposeScope(), weights);
    }

    private void Check(Tensor past, Tensor features3D, Tensor features2D)
    {
        foreach (var (name, tensor) in new[] { ("past", past), ("features3D", features3D), ("features2D", features2D) })
        {
            if (tensor.dim() != 2 || tensor.shape[1] != Options.FeatureDimension || tensor.shape[0] != past.shape[0])
                throw new ArgumentException($"The expert got {name} [{string.Join(", ", tensor.shape)}], expected [{past.shape[0]}, {Options.FeatureDimension}].");
        }
    }
}
