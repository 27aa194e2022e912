using static TorchSharp.torch;

namespace AlsterNode.Encoder2D;

/// <summary>Memory orders of [B, C, H, W] tensors.</summary>
internal static class MemoryLayout
{
    /// <summary>
    /// The same tensor [B, C, H, W] stored pixel by pixel (B, H, W, C): the order the CPU's convolutions are fastest in; every layer after
    /// it keeps the order.
    /// </summary>
    public static Tensor ChannelsLast(this Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
