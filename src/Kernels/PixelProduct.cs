namespace AlsterNode.Kernels;

/// <summary>
/// Y = clamp(start + bias + X W) on pixels whose channels lie in blocks: a 1x1 convolution, or one of any size on windows that were laid out as channels.
/// </summary>
internal unsafe ref struct PixelProduct
{
    /// <summary>X as <see cref="PixelKernels.Operand"/> gives it, and floats from block to block.</summary>
    public required float* Input;
    public required long InputPlane;

    /// <summary>The weights' rows, and channels used of each block (of the last one: what is left).</summary>
    public required int Depth;
    public required int Run;

    /// <summary>Added to the result, in blocks like the output; null: nothing. It may be the output itself.</summary>
    public float* Start;
    public long StartPlane;

    /// <summary>Y, and floats from block to block.</summary>
    public required float* Output;
    public required long OutputPlane;

    public required int Pixels;

    public required float Floor;
    public required float Ceiling;

    /// <summary>Of the outputs in work; set by the kernels.</summary>
    public float* Bias;
}
