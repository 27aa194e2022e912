using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AlsterNode.Encoder2D;

/// <summary>A convolution's weights with all that is linear behind it taken in.</summary>
/// <param name="Columns">[Cin / groups k k, Cout].</param>
/// <param name="Bias">[Cout].</param>
internal sealed record FoldedConvolution(float[] Columns, float[] Bias)
{
    public int Outputs => Bias.Length;

    /// <summary>Inputs of one output.</summary>
    public int Fan => Columns.Length / Bias.Length;

    public static FoldedConvolution Of(Conv2d convolution) => Of(convolution.weight!, convolution.bias!);

    /// <param name="weight">[Cout, Cin / groups, k, k].</param>
    /// <param name="bias">[Cout].</param>
    public static FoldedConvolution Of(Tensor weight, Tensor bias)
    {
        using var columns = weight.reshape(weight.shape[0], -1).t().contiguous();
        return new FoldedConvolution(columns.data<float>().ToArray(), bias.data<float>().ToArray());
    }

    /// <summary>A 1x1 convolution of some of the inputs.</summary>
    public FoldedConvolution Inputs(int first, int count) => this with { Columns = Columns[(first * Outputs)..((first + count) * Outputs)] };
}
