using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.TemporalExpert;

/// <summary>
/// The temporal expert ([ALSTER] Eq. 2, Fig. 3): refines what the scene knew about a voxel with what this frame says in 2D and 3D. Each
/// source enters through a linear map of its own, which tells them apart (keys and values are shared) and gives a voxel never seen, whose
/// past is zeros, a learned start.
/// </summary>
public sealed class TemporalExpertNetwork : nn.Module<Tensor, Tensor, Tensor, Tensor>
{
    /// <summary>Voxels per pass without gradients: the intermediate results of a pass stay in the cache.</summary>
    private const int PassSize = 4096;

    [ComponentName(Name = "embed_global")] private readonly Linear _embedGlobal;
    [ComponentName(Name = "embed_3d")] private readonly Linear _embed3D;
    [ComponentName(Name = "embed_2d")] private readonly Linear _embed2D;
    [ComponentName(Name = "output")] private readonly Linear _output;
    [ComponentName(Name = "layers")] private readonly ModuleList<ExpertLayer> _layers = new();

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

    /// <summary>The updated scene features, fGlobal(t), [N, D].</summary>
    /// <param name="past">fGlobal(t-1), [N, D]; zeros where the scene has not been seen.</param>
    /// <param name="features3D">f3D(t), [N, D].</param>
    /// <param name="features2D">f2D(t), [N, D].</param>
    public override Tensor forward(Tensor past, Tensor features3D, Tensor features2D)
    {
        Check(past, features3D, features2D);
        var voxels = past.shape[0];
        if (is_grad_enabled() || voxels <= PassSize) return Refine(past, features3D, features2D).State;

        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        for (var start = 0L; start < voxels; start += PassSize)
        {
            var count = Math.Min(PassSize, voxels - start);
            parts.Add(Refine(past.narrow(0, start, count), features3D.narrow(0, start, count), features2D.narrow(0, start, count)).State);
        }
        return cat(parts, 0).MoveToOuterDisposeScope();
    }

    /// <summary>Which source each layer listens to ([ALSTER] Fig. 4): [N, layers, 3] in the order global, 3D, 2D.</summary>
    public Tensor Attention(Tensor past, Tensor features3D, Tensor features2D)
    {
        Check(past, features3D, features2D);
        using var scope = NewDisposeScope();
        return stack(Refine(past, features3D, features2D).Weights, 1).MoveToOuterDisposeScope();
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
