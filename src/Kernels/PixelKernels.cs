using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AlsterNode.Kernels;

/// <summary>The loops of a convolutional network on <see cref="BlockedImage"/>s, one instance for each vector width.</summary>
internal abstract unsafe class PixelKernels
{
    /// <summary>The widest kernels this processor runs at full speed.</summary>
    public static PixelKernels Best { get; } =
        Vector512.IsHardwareAccelerated ? new PixelKernels<Lanes512, Vector512<float>>()
        : Vector256.IsHardwareAccelerated ? new PixelKernels<Lanes256, Vector256<float>>()
        : new PixelKernels<PortableLanes, Vector<float>>();

    /// <summary>All kernels, for tests: those the processor lacks run in software.</summary>
    public static IReadOnlyList<PixelKernels> All { get; } =
    [
        new PixelKernels<Lanes512, Vector512<float>>(),
        new PixelKernels<Lanes256, Vector256<float>>(),
        new PixelKernels<PortableLanes, Vector<float>>(),
    ];

    /// <summary>Those whose products are of bfloat16 numbers; null where there are none: <see cref="Bfloat16Products.Problem"/>.</summary>
    public static PixelKernels? Bfloat16 { get; } = Bfloat16Products.Problem is null ? new Bfloat16PixelKernels() : null;

    /// <summary>Channels in a block.</summary>
    public abstract int Lanes { get; }

    /// <summary>Room of a block's pixel in what products read [floats]: its lanes, or half of it where they are rounded to bfloat16.</summary>
    public virtual int OperandLanes => Lanes;

    /// <summary>Pixels of a tile: a product writes whole tiles, beyond the last pixel, too.</summary>
    public abstract int TilePixels { get; }

    /// <summary>Blocks that hold so many channels.</summary>
    public int Blocks(int channels) => (channels + Lanes - 1) / Lanes;

    /// <summary>A product's weights [inputs, outputs]; of each block of channels it uses <paramref name="run"/>.</summary>
    public virtual PackedWeights Pack(float* weights, int inputs, int outputs, int run) => PackSingle(weights, inputs, outputs);

    /// <summary>Weights [inputs, outputs] of <see cref="MultiplyPixel"/>.</summary>
    public PackedWeights PackSingle(float* weights, int inputs, int outputs) =>
        PackedWeights.Forward(TileKernels.All.First(tiles => tiles.Lanes == Lanes), weights, 1, inputs, outputs, WorkerPool.Shared);

    /// <summary>
    /// Pixels of an image as products read them, and floats from block to block: where they lie, or in the thread's memory until it asks for others.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="first">First pixel.</param>
    /// <param name="count">Pixels.</param>
    /// <param name="again">The thread's last operand was this one.</param>
    public virtual (nint Address, long Plane) Operand(BlockedImage image, int first, int count, bool again = false) =>
        (image.Address + ((nint)first * Lanes * sizeof(float)), image.Plane);

    /// <summary>Y = clamp(start + bias + X W) for all outputs.</summary>
    public void Multiply(PixelProduct job, PackedWeights weights) => Multiply(job, weights, 0, (weights.PaddedOutputs + (2 * Lanes) - 1) / (2 * Lanes));

    /// <summary>The same for some panels of two blocks of outputs; the first of them goes to the output's first block.</summary>
    public abstract void Multiply(PixelProduct job, PackedWeights weights, int firstPanel, int panels);

    /// <summary>
    /// Depthwise 3x3 of one block with zeros around the image, for the output's pixels <paramref name="first"/> .. <paramref name="end"/>-1:
    /// y = clamp(sum_k w_k x_k + bias).
    /// </summary>
    /// <param name="shape">Sizes of input and output.</param>
    /// <param name="weights">[9, L], then the biases [L].</param>
    /// <param name="input">[H W, L]; only the rows that are needed have to be there.</param>
    /// <param name="output">Where the first of the pixels goes: an operand of products.</param>
    /// <param name="first">First pixel.</param>
    /// <param name="end">Pixel after the last.</param>
    /// <param name="rectify">Negative inputs count as zeros.</param>
    /// <param name="floor">Least result.</param>
    /// <param name="ceiling">Largest result.</param>
    public abstract void Depthwise(WindowShape shape, float* weights, float* input, float* output, int first, int end, bool rectify, float floor, float ceiling);

    /// <summary>
    /// What lies <paramref name="right"/> and <paramref name="down"/> of the windows' centres, zeros outside the image: one block, for the output's pixels
    /// <paramref name="first"/> .. <paramref name="end"/>-1, as an operand of products.
    /// </summary>
    public abstract void Shift(WindowShape shape, float* input, float* output, int first, int end, int right, int down);

    /// <summary>Rows <paramref name="first"/> .. <paramref name="end"/>-1 of one block enlarged bilinearly (corners not aligned); output is where row 0 would be.</summary>
    public abstract void Enlarge(Enlargement sizes, float* input, float* output, int first, int end);

    /// <summary>
    /// Planes [C, pixels] -> one block, for the pixels <paramref name="first"/> .. <paramref name="end"/>-1; of the <paramref name="used"/> lanes those without
    /// a plane become zero.
    /// </summary>
    public abstract void FromPlanes(float* planes, int pixels, int channels, int used, float* output, int first, int end);

    /// <summary>Blocks -> rows [pixels, C].</summary>
    public void ToRows(float* input, long inputPlane, float* rows, int pixels, int channels)
    {
        for (var pixel = 0; pixel < pixels; pixel++, input += Lanes, rows += channels)
        {
            var block = input;
            for (var channel = 0; channel < channels; channel += Lanes, block += inputPlane) FloatRows.Copy(block, rows + channel, Math.Min(Lanes, channels - channel));
        }
    }

    /// <summary>The mean of each channel of an image, in order.</summary>
    public abstract void Mean(BlockedImage image, float* means);

    /// <summary>y = max(floor, W x + bias) for one pixel whose channels lie in order, in and out.</summary>
    public abstract void MultiplyPixel(PackedWeights weights, float* x, float* y, float floor);
}

/// <summary>The kernels for one vector type.</summary>
internal unsafe class PixelKernels<TLanes, TVector> : PixelKernels
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const int Run = 64; // pixels whose channels lie in the first cache

    public override int Lanes => TLanes.Count;

    public override int TilePixels => PixelTile<TLanes, TVector>.Pixels;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(PixelProduct job, PackedWeights weights, int firstPanel, int panels)
    {
        for (var panel = firstPanel; panel < firstPanel + panels; panel++)
        {
            var column = panel * 2 * TLanes.Count;
            var values = weights.Values + ((long)column * weights.Inputs);
            var wide = weights.PaddedOutputs - column > TLanes.Count;
            job.Bias = weights.Bias + column;
            for (var pixel = 0; pixel < job.Pixels; pixel += TilePixels)
            {
                if (wide) PixelTile<TLanes, TVector>.Run<Two>(job, pixel, values);
                else PixelTile<TLanes, TVector>.Run<One>(job, pixel, values);
            }
            job.Output += 2 * job.OutputPlane;
            if (job.Start != null) job.Start += 2 * job.StartPlane;
        }
    }

    public override void Depthwise(WindowShape shape, float* weights, float* input, float* output, int first, int end, bool rectify, float floor, float ceiling)
    {
        for (var pixel = first; pixel < end;)
        {
            var (row, column) = Math.DivRem(pixel, shape.OutputWidth);
            var count = Math.Min(end - pixel, shape.OutputWidth - column);
            if (rectify) DepthwiseRow<TLanes, TVector, Rectified>.Run(shape, weights, input, output, row, column, column + count, floor, ceiling);
            else DepthwiseRow<TLanes, TVector, Unchanged>.Run(shape, weights, input, output, row, column, column + count, floor, ceiling);
            output += (long)count * TLanes.Count;
            pixel += count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Shift(WindowShape shape, float* input, float* output, int first, int end, int right, int down)
    {
        var zero = TLanes.Repeat(0);
        for (var pixel = first; pixel < end;)
        {
            var (row, column) = Math.DivRem(pixel, shape.OutputWidth);
            var count = Math.Min(end - pixel, shape.OutputWidth - column);
            var y = (row * shape.Stride) + down;
            var inside = y >= 0 && y < shape.Height;
            var line = input + ((long)y * shape.Width * TLanes.Count);
            var (left, last) = ((column * shape.Stride) + right, ((column + count - 1) * shape.Stride) + right);
            if (inside && left >= 0 && last < shape.Width)
            {
                var from = line + ((nint)left * TLanes.Count);
                var step = (nint)shape.Stride * TLanes.Count;
                for (var i = 0; i < count; i++, from += step, output += TLanes.Count) TLanes.Store(TLanes.Load(from), output);
            }
            else
            {
                for (var x = left; x <= last; x += shape.Stride, output += TLanes.Count)
                    TLanes.Store(inside && x >= 0 && x < shape.Width ? TLanes.Load(line + ((nint)x * TLanes.Count)) : zero, output);
            }
            pixel += count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Enlarge(Enlargement sizes, float* input, float* output, int first, int end)
    {
        var lanes = TLanes.Count;
        var mixed = Scratch.Current.C((long)sizes.From.Width * lanes);
        for (var y = first; y < end; y++)
        {
            var (upper, lower, share) = sizes.Row(y);
            float* p = input + ((long)upper * sizes.From.Width * lanes), q = input + ((long)lower * sizes.From.Width * lanes);
            TVector own = TLanes.Repeat(1 - share), other = TLanes.Repeat(share);
            for (var i = 0; i < sizes.From.Width * lanes; i += lanes) TLanes.Store(TLanes.MultiplyAdd(own, TLanes.Load(p + i), TLanes.Multiply(other, TLanes.Load(q + i))), mixed + i);
            var to = output + ((long)y * sizes.To.Width * lanes);
            for (var x = 0; x < sizes.To.Width; x++, to += lanes)
            {
                var column = sizes.Columns[x];
                var sum = TLanes.Multiply(TLanes.Repeat(column.Share), TLanes.Load(mixed + ((nint)column.Next * lanes)));
                TLanes.Store(TLanes.MultiplyAdd(TLanes.Repeat(1 - column.Share), TLanes.Load(mixed + ((nint)column.Index * lanes)), sum), to);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void FromPlanes(float* planes, int pixels, int channels, int used, float* output, int first, int end)
    {
        var turned = Avx.IsSupported && TLanes.Count >= PlaneTurn.Size && used <= PlaneTurn.Size ? (end - first) / PlaneTurn.Size * PlaneTurn.Size : 0;
        for (var pixel = first; pixel < first + turned; pixel += PlaneTurn.Size)
            PlaneTurn.Run(planes + pixel, pixels, channels, output + ((long)pixel * TLanes.Count), TLanes.Count);
        for (var start = first + turned; start < end; start += Run)
        {
            var count = Math.Min(Run, end - start);
            var block = output + ((long)start * TLanes.Count);
            for (var c = 0; c < channels; c++)
            {
                float* from = planes + ((long)c * pixels) + start, to = block + c;
                for (var i = 0; i < count; i++, to += TLanes.Count) *to = from[i];
            }
            for (var c = channels; c < used; c++)
            {
                for (var i = 0; i < count; i++) block[(i * TLanes.Count) + c] = 0;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Mean(BlockedImage image, float* means)
    {
        var share = TLanes.Repeat(1f / image.Pixels);
        for (var block = 0; block < Blocks(image.Channels); block++)
        {
            var from = image.Pointer + (block * image.Plane);
            var sum = TLanes.Repeat(0);
            for (var pixel = 0; pixel < image.Pixels; pixel++) sum = TLanes.Add(sum, TLanes.Load(from + ((nint)pixel * TLanes.Count)));
            TLanes.Store(TLanes.Multiply(sum, share), means + (block * TLanes.Count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MultiplyPixel(PackedWeights weights, float* x, float* y, float floor)
    {
        var w = weights.Values;
        for (var column = 0; column < weights.PaddedOutputs; column += 2 * TLanes.Count)
        {
            var wide = weights.PaddedOutputs - column > TLanes.Count;
            var width = wide ? 2 * TLanes.Count : TLanes.Count;
            TVector left = TLanes.Load(weights.Bias + column), right = wide ? TLanes.Load(weights.Bias + column + TLanes.Count) : left;
            for (var k = 0; k < weights.Inputs; k++, w += width)
            {
                var value = TLanes.Repeat(x[k]);
                left = TLanes.MultiplyAdd(value, TLanes.Load(w), left);
                if (wide) right = TLanes.MultiplyAdd(value, TLanes.Load(w + TLanes.Count), right);
            }
            TLanes.Store(TLanes.Max(left, TLanes.Repeat(floor)), y + column);
            if (wide) TLanes.Store(TLanes.Max(right, TLanes.Repeat(floor)), y + column + TLanes.Count);
        }
    }
}
