using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.TemporalExpert;

/// <summary>The segmentation head behind each stage: one linear map from features to class logits, for voxels and for feature maps.</summary>
public sealed class PointwiseHead : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "linear")] private readonly Linear _linear;

    public PointwiseHead(int featureDimension, int classes) : base(nameof(PointwiseHead))
    {
        _linear = nn.Linear(featureDimension, classes);
        RegisterComponents();
    }

    /// <summary>[N, D] -> logits [N, C]; a feature map [B, D, h, w] -> [B, C, h, w] with the same weights.</summary>
    public override Tensor forward(Tensor features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.dim() != 4) return _linear.forward(features);
        using var scope = NewDisposeScope();
        var kernel = _linear.weight.unsqueeze(2).unsqueeze(3); // [C, D, 1, 1]
        return nn.functional.conv2d(features, kernel, _linear.bias).MoveToOuterDisposeScope();
    }
}
