namespace AlsterNode.Kernels;

/// <summary>Sizes of a convolution whose padding keeps the image's size but for the stride: [H, W] -> [ceil(H / stride), ceil(W / stride)].</summary>
internal readonly record struct WindowShape(int Height, int Width, int Stride, int Dilation)
{
    public int OutputHeight => (Height + Stride - 1) / Stride;

    public int OutputWidth => (Width + Stride - 1) / Stride;

    public int OutputPixels => OutputHeight * OutputWidth;

    /// <summary>The input's rows that 3x3 windows of these output pixels touch.</summary>
    public (int First, int End) Rows(int firstPixel, int endPixel)
    {
        int first = firstPixel / OutputWidth * Stride, last = (endPixel - 1) / OutputWidth * Stride;
        return (Math.Max(0, first - Dilation), Math.Min(Height, last + Dilation + 1));
    }
}
