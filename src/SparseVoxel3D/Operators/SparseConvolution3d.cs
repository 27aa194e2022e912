using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace AlsterNode.SparseVoxel3D.Operators;

/// <summary>A sparse convolution as a node of the gradient graph: apply(features [inputs, Cin], weight [K, Cin, Cout], map).</summary>
internal sealed class SparseConvolution3d : SingleTensorFunction<SparseConvolution3d>
{
    private const string MapKey = "map";
    private const string NeedsInputKey = "features need a gradient";
    private const string NeedsWeightKey = "weight needs a gradient";

    public override string Name => nameof(SparseConvolution3d);

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var (features, weight, map) = ((Tensor)vars[0], (Tensor)vars[1], (KernelMap)vars[2]);
        ctx.save_for_backward([features, weight]);
        ctx.save_data(MapKey, map);
        ctx.save_data(NeedsInputKey, features.requires_grad);
        ctx.save_data(NeedsWeightKey, weight.requires_grad);
        return ConvolutionBackend.For(features).Forward(features, weight, map);
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        using Tensor features = saved[0], weight = saved[1];
        var map = (KernelMap)ctx.get_data(MapKey);
        var backend = ConvolutionBackend.For(features);
        var toInput = (bool)ctx.get_data(NeedsInputKey) ? backend.BackwardInput(grad_output, weight, map) : null;
        var toWeight = (bool)ctx.get_data(NeedsWeightKey) ? backend.BackwardWeight(features, grad_output, map) : null;
        return [toInput!, toWeight!, null!];
    }
}
