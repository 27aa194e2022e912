using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.TemporalExpert;

/// <summary>One layer of [ALSTER] Fig. 3: cross-attention, skip, layer norm, feed-forward, skip, layer norm.</summary>
internal sealed class ExpertLayer : nn.Module<Tensor, Tensor, Tensor, (Tensor Output, Tensor Weights)>
{
    [ComponentName(Name = "attention")] private readonly CrossAttention _attention;
    [ComponentName(Name = "linear1")] private readonly Linear _linear1;
    [ComponentName(Name = "linear2")] private readonly Linear _linear2;
    [ComponentName(Name = "norm1")] private readonly LayerNorm _norm1;
    [ComponentName(Name = "norm2")] private readonly LayerNorm _norm2;

    public ExpertLayer(TemporalExpertOptions options) : base(nameof(ExpertLayer))
    {
        var dimension = options.FeatureDimension;
        _attention = new CrossAttention(dimension, options.Attention);
        _norm1 = nn.LayerNorm([dimension]);
        _linear1 = nn.Linear(dimension, options.Hidden);
        _linear2 = nn.Linear(options.Hidden, dimension);
        _norm2 = nn.LayerNorm([dimension]);
        RegisterComponents();
    }

    public CrossAttention Attention => _attention;

    public Linear Linear1 => _linear1;

    public Linear Linear2 => _linear2;

    public LayerNorm Norm1 => _norm1;

    public LayerNorm Norm2 => _norm2;

    /// <summary>State [N, D] and the two sources [N, D] -> refined state [N, D] and attention weights [N, 3].</summary>
    public override (Tensor Output, Tensor Weights) forward(Tensor state, Tensor features3D, Tensor features2D)
    {
        using var scope = NewDisposeScope();
        var (attended, weights) = _attention.forward(state, features3D, features2D);
        var x = _norm1.forward(state + attended);
        var refined = _linear2.forward(_linear1.forward(x).relu()); // [N, D] -> [N, hidden] -> [N, D]
        x = _norm2.forward(x + refined);
        return (x.MoveToOuterDisposeScope(), weights.MoveToOuterDisposeScope());
    }
}
