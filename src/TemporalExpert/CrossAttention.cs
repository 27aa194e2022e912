using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.TemporalExpert;

/// <summary>
/// Attention of one query a voxel to its three sources ([ALSTER] Eq. 3): w_k = Q(x)^T K(f_k), output O(sum_k w_k V(f_k)). Both sums are
/// regrouped, which changes nothing but the cost: Q(x)^T Wk f = (Wk^T Q(x))^T f, and sum_k w_k (Wv f_k + bv) = Wv (sum_k w_k f_k) + bv sum_k w_k.
/// So two [D, D] maps a voxel replace eight.
/// </summary>
internal sealed class CrossAttention : nn.Module<Tensor, Tensor, Tensor, (Tensor Output, Tensor Weights)>
{
    [ComponentName(Name = "query")] private readonly Linear _query;
    [ComponentName(Name = "key")] private readonly Linear _key;
    [ComponentName(Name = "value")] private readonly Linear _value;
    [ComponentName(Name = "output")] private readonly Linear _output;
    private readonly AttentionKind _kind;
    private readonly double _scale;

    public CrossAttention(int dimension, AttentionKind kind) : base(nameof(CrossAttention))
    {
        _kind = kind;
        _scale = kind == AttentionKind.Softmax ? 1 / Math.Sqrt(dimension) : 1;
        _query = nn.Linear(dimension, dimension);
        _key = nn.Linear(dimension, dimension, hasBias: false); // a key's bias adds the same to all three weights: softmax drops it
        _value = nn.Linear(dimension, dimension);
        _output = nn.Linear(dimension, dimension);
        RegisterComponents();
    }

    public Tensor OutputBias => _output.bias!;

    /// <summary>The two maps a voxel goes through, [D, D] each, with their biases [D]: Wk^T Wq and Wo Wv.</summary>
    public (Tensor KeyQuery, Tensor KeyBias, Tensor OutputValue, Tensor ValueBias) Products() =>
    (
        _key.weight.t().mm(_query.weight) * _scale,
        _query.bias!.unsqueeze(0).mm(_key.weight).squeeze(0) * _scale,
        _output.weight.mm(_value.weight),
        _output.weight.mm(_value.bias!.unsqueeze(1)).squeeze(1)
    );

    /// <summary>Query and first source [N, D], the other two sources [N, D] -> [N, D] and the weights [N, 3] in the order of the sources.</summary>
    public override (Tensor Output, Tensor Weights) forward(Tensor global, Tensor features3D, Tensor features2D)
    {
        using var scope = NewDisposeScope();
        var (keyQuery, keyBias, outputValue, valueBias) = Products();
        var probe = nn.functional.linear(global, keyQuery, keyBias);           // [N, D]  Wk^T Q(x)
        var weights = stack([(probe * global).sum(1), (probe * features3D).sum(1), (probe * features2D).sum(1)], 1); // [N, 3]
        if (_kind == AttentionKind.Softmax) weights = weights.softmax(1);
        var (w1, w2, w3) = (weights.narrow(1, 0, 1), weights.narrow(1, 1, 1), weights.narrow(1, 2, 1)); // [N, 1]
        var mixed = (w1 * global).addcmul(w2, features3D, 1).addcmul(w3, features2D, 1); // [N, D]
        var output = _kind == AttentionKind.Softmax // the weights sum to 1
            ? nn.functional.linear(mixed, outputValue, _output.bias! + valueBias)
            : nn.functional.linear(mixed, outputValue, _output.bias) + (weights.sum(1, keepdim: true) * valueBias);
        return (output.MoveToOuterDisposeScope(), weights.MoveToOuterDisposeScope());
    }
}
