using AlsterNode.Kernels;

namespace AlsterNode.Encoder2D;

/// <summary>
/// Where a convolution's windows read: an image that lies in memory, or one of which only the rows that a thread needs are made, in its own cache.
/// </summary>
internal abstract unsafe class RowSource(int height, int width, int channels)
{
    public int Height { get; } = height;

    public int Width { get; } = width;

    public int Channels { get; } = channels;

    /// <summary>Bytes a thread needs for each pixel of a row.</summary>
    public virtual int BytesPerPixel => 0;

    /// <summary>
    /// A block's rows <paramref name="first"/> .. <paramref name="end"/>-1, as the address where row 0 would be; valid until the thread's next call. Blocks are
    /// asked for in order.
    /// </summary>
    public abstract float* Rows(int block, int first, int end);
}

/// <summary>An image in memory.</summary>
internal sealed unsafe class StoredRows(BlockedImage image) : RowSource(image.Height, image.Width, image.Channels)
{
    public override float* Rows(int block, int first, int end) => image.Pointer + (block * image.Plane);
}

/// <summary>A 1x1 convolution of an image: its many channels never leave the cache.</summary>
internal sealed unsafe class ExpandedRows(PixelKernels kernels, BlockedImage image, PackedWeights weights, float floor, float ceiling)
    : RowSource(image.Height, image.Width, weights.Outputs)
{
    public override int BytesPerPixel => 2 * kernels.Lanes * sizeof(float);

    public override float* Rows(int block, int first, int end)
    {
        int offset = first * Width * kernels.Lanes, pixels = (end - first) * Width;
        var plane = BlockedImage.PlaneFor(pixels, kernels.Lanes);
        var rows = Scratch.Current.B(2 * plane);
        if (block % 2 == 0)
        {
            var (input, inputPlane) = kernels.Operand(image, first * Width, pixels, again: block > 0);
            var job = new PixelProduct
            {
                Input = (float*)input,
                InputPlane = inputPlane,
                Depth = weights.Inputs,
                Run = kernels.Lanes,
                Output = rows,
                OutputPlane = plane,
                Pixels = pixels,
                Floor = floor,
                Ceiling = ceiling,
            };
            kernels.Multiply(job, weights, block / 2, 1);
        }
        return rows + (block % 2 * plane) - offset;
    }
}

/// <summary>An image enlarged bilinearly.</summary>
internal sealed unsafe class EnlargedRows(PixelKernels kernels, BlockedImage image, int height, int width) : RowSource(height, width, image.Channels)
{
    private readonly Enlargement _sizes = new((image.Height, image.Width), (height, width));

    public override int BytesPerPixel => kernels.Lanes * sizeof(float);

    public override float* Rows(int block, int first, int end)
    {
        var offset = first * Width * kernels.Lanes;
        var rows = Scratch.Current.B((long)(end - first) * Width * kernels.Lanes) - offset;
        kernels.Enlarge(_sizes, image.Pointer + (block * image.Plane), rows, first, end);
        return rows;
    }
}

/// <summary>The channels of one image, then those of another; the first ones fill their blocks.</summary>
internal sealed unsafe class JoinedRows(PixelKernels kernels, RowSource head, RowSource tail) : RowSource(head.Height, head.Width, head.Channels + tail.Channels)
{
    private readonly int _headBlocks = head.Channels % kernels.Lanes == 0 ? head.Channels / kernels.Lanes
        : throw new ArgumentException($"{head.Channels} channels do not fill blocks of {kernels.Lanes}.", nameof(head));

    public override int BytesPerPixel => Math.Max(head.BytesPerPixel, tail.BytesPerPixel);

    public override float* Rows(int block, int first, int end) => block < _headBlocks ? head.Rows(block, first, end) : tail.Rows(block - _headBlocks, first, end);
}

/// <summary>The network's input, plane by plane: its address changes from run to run.</summary>
internal sealed unsafe class PlaneRows(PixelKernels kernels, int height, int width, int channels) : RowSource(height, width, channels)
{
    public float* Planes { get; set; }

    public override int BytesPerPixel => kernels.Lanes * sizeof(float);

    public override float* Rows(int block, int first, int end)
    {
        var rows = Scratch.Current.B((long)(end - first) * Width * kernels.Lanes) - (first * Width * kernels.Lanes);
        var firstChannel = block * kernels.Lanes;
        var count = Math.Min(Channels - firstChannel, kernels.Lanes);
        var used = (Math.Min(Channels, kernels.Lanes) + 1) / 2 * 2; // products may read lanes in pairs
        kernels.FromPlanes(Planes + ((long)firstChannel * Height * Width), Height * Width, count, used, rows, first * Width, end * Width);
        return rows;
    }
}
