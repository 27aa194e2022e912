using AlsterNode.Kernels;
using static TorchSharp.torch;

namespace AlsterNode.Encoder2D;

/// <summary>The convolutional network below the decoder.</summary>
public enum Backbone
{
    /// <summary>MobileNetV2, width 1: 2.7 M parameters with the decoder.</summary>
    MobileNetV2,

    /// <summary>Aligned Xception-65: 41 M parameters with the decoder, as in [ALSTER].</summary>
    Xception65,
}

/// <summary>
/// [B, 7, H, W] -> fine detail at a quarter of the resolution, [B, FineChannels, H/4, W/4], and context at a sixteenth,
/// [B, CoarseChannels, H/16, W/16]; sizes are rounded up.
/// </summary>
internal abstract class BackboneNetwork(string name, long fineChannels, long coarseChannels)
    : nn.Module<Tensor, (Tensor Fine, Tensor Coarse)>(name)
{
    public long FineChannels { get; } = fineChannels;

    public long CoarseChannels { get; } = coarseChannels;

    /// <summary>The same for a plan.</summary>
    public abstract (BlockedImage Fine, BlockedImage Coarse) Plan(EncoderPlan plan, RowSource input);

    public static BackboneNetwork Create(Backbone backbone, int inputChannels) => backbone switch
    {
        Backbone.MobileNetV2 => new MobileNetV2(inputChannels),
        Backbone.Xception65 => new Xception65(inputChannels),
        _ => throw new ArgumentOutOfRangeException(nameof(backbone), backbone, "No such backbone."),
    };
}
