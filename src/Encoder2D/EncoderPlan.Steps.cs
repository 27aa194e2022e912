using AlsterNode.Kernels;
using TorchSharp.Modules;

namespace AlsterNode.Encoder2D;

/// <summary>The steps that layers put into a plan.</summary>
internal sealed unsafe partial class EncoderPlan
{
    /// <summary>A 1x1 convolution that is made row by row where it is read.</summary>
    public RowSource Expanded(BlockedImage image, ConvNorm convolution) =>
        new ExpandedRows(_kernels, image, PackPixel(convolution), convolution.Floor, convolution.Ceiling);

    /// <summary>A bilinear enlargement to the size of <paramref name="detail"/>, and the channels of that.</summary>
    public RowSource EnlargedBeside(BlockedImage coarse, BlockedImage detail) =>
        new JoinedRows(_kernels, new EnlargedRows(_kernels, coarse, detail.Height, detail.Width), new StoredRows(detail));

    /// <summary>1x1.</summary>
    public BlockedImage Pointwise(BlockedImage input, ConvNorm convolution) => Pointwise(input, PackPixel(convolution), convolution.Floor, convolution.Ceiling);

    /// <summary>A dense 3x3 convolution.</summary>
    public BlockedImage Dense(RowSource input, ConvNorm convolution)
    {
        var shape = convolution.Window(input.Height, input.Width);
        var run = Math.Min(input.Channels, _kernels.Lanes);
        int blocks = _kernels.Blocks(input.Channels), step = shape.Dilation;
        var weights = PackWindow(convolution.Folded(), run, blocks);
        var output = Allocate(shape.OutputHeight, shape.OutputWidth, weights.Outputs);
        var (floor, ceiling) = (convolution.Floor, convolution.Ceiling);
        AddStep(shape.OutputPixels, ScratchBytes(shape, input, 9 * blocks), (first, end) =>
        {
            var windows = Windows(9 * blocks, end - first, out var plane);
            var (firstRow, endRow) = shape.Rows(first, end);
            for (var block = 0; block < blocks; block++)
            {
                var rows = input.Rows(block, firstRow, endRow);
                for (var tap = 0; tap < 9; tap++)
                    _kernels.Shift(shape, rows, windows + (((tap * blocks) + block) * plane), first, end, ((tap % 3) - 1) * step, ((tap / 3) - 1) * step);
            }
            Multiply(weights, ((nint)windows, plane), run, output, default, first, end, floor, ceiling);
        });
        return output;
    }

    /// <summary>
    /// Depthwise 3x3 and pointwise 1x1, to which <paramref name="residual"/> is added; or, with <paramref name="skip"/>, the 1x1 convolution of
    /// <paramref name="shortcut"/> with the same stride: more inputs of the same product.
    /// </summary>
    public BlockedImage Separable(RowSource input, ConvNorm depthwise, ConvNorm pointwise, BlockedImage residual = default, BlockedImage shortcut = default,
        ConvNorm? skip = null, bool rectify = false, BlockedImage into = default)
    {
        var shape = depthwise.Window(input.Height, input.Width);
        var taps = PackTaps(depthwise);
        int blocks = _kernels.Blocks(input.Channels), skipBlocks = skip is null ? 0 : _kernels.Blocks(shortcut.Channels);
        var weights = skip is null ? PackPixel(pointwise) : PackPixels(pointwise.Folded(), blocks * _kernels.Lanes, skip.Folded());
        var output = into.Address != 0 ? into : Allocate(shape.OutputHeight, shape.OutputWidth, weights.Outputs);
        var lanes = _kernels.Lanes;
        AddStep(shape.OutputPixels, ScratchBytes(shape, input, blocks + skipBlocks), (first, end) =>
        {
            var windows = Windows(blocks + skipBlocks, end - first, out var plane);
            ReadWindows(shape, input, taps, blocks, windows, plane, first, end, depthwise, rectify);
            for (var block = 0; block < skipBlocks; block++)
                _kernels.Shift(shape, shortcut.Pointer + (block * shortcut.Plane), windows + ((blocks + block) * plane), first, end, 0, 0);
            Multiply(weights, ((nint)windows, plane), lanes, output, residual, first, end, pointwise.Floor, pointwise.Ceiling);
        });
        return output;
    }

    /// <summary>The network's end: depthwise 3x3, pointwise 1x1, and a 1x1 projection with a bias that goes to the output's rows.</summary>
    public void Project(RowSource input, ConvNorm depthwise, ConvNorm pointwise, Conv2d project)
    {
        var shape = depthwise.Window(input.Height, input.Width);
        var taps = PackTaps(depthwise);
        var blocks = _kernels.Blocks(input.Channels);
        var (weights, head) = (PackPixel(pointwise), PackPixel(FoldedConvolution.Of(project)));
        _outputShape = [shape.OutputHeight, shape.OutputWidth, head.Outputs];
        AddStep(shape.OutputPixels, ScratchBytes(shape, input, blocks + _kernels.Blocks(weights.Outputs)), (first, end) =>
        {
            var windows = Windows(blocks, end - first, out var plane);
            ReadWindows(shape, input, taps, blocks, windows, plane, first, end, depthwise, rectify: false);
            var pixels = end - first;
            var image = BlockedImage.PlaneFor(pixels, _kernels.Lanes);
            var wide = new BlockedImage((nint)Scratch.Current.B(image * _kernels.Blocks(weights.Outputs)), 1, pixels, weights.Outputs, image);
            var narrow = new BlockedImage((nint)Scratch.Current.C(image * _kernels.Blocks(head.Outputs)), 1, pixels, head.Outputs, image);
            Multiply(weights, ((nint)windows, plane), _kernels.Lanes, wide, default, 0, pixels, pointwise.Floor, pointwise.Ceiling);
            Multiply(head, _kernels.Operand(wide, 0, pixels), _kernels.Lanes, narrow, default, 0, pixels, float.NegativeInfinity, float.PositiveInfinity);
            _kernels.ToRows(narrow.Pointer, image, _output + (first * head.Outputs), pixels, head.Outputs);
        });
    }

    private void ReadWindows(WindowShape shape, RowSource input, float* taps, int blocks, float* windows, long plane, int first, int end, ConvNorm depthwise, bool rectify)
    {
        var (firstRow, endRow) = shape.Rows(first, end);
        for (var block = 0; block < blocks; block++)
        {
            var rows = input.Rows(block, firstRow, endRow);
            _kernels.Depthwise(shape, taps + (block * 10 * _kernels.Lanes), rows, windows + (block * plane), first, end, rectify, depthwise.Floor, depthwise.Ceiling);
        }
    }

    /// <summary>
    /// Atrous pyramid: branches beside each other, and the image's mean, which is the same for all pixels: it goes into the bias of what projects them.
    /// </summary>
    public BlockedImage Pyramid(BlockedImage input, ConvNorm pointwise, IEnumerable<SeparableConv> atrous, Conv2d pooling, ConvNorm project)
    {
        List<SeparableConv> branches = [.. atrous];
        var each = pointwise.Outputs;
        var joined = Allocate(input.Height, input.Width, each * (1 + branches.Count));
        BlockedImage Branch(int index) => joined with { Address = joined.Address + (nint)(index * _kernels.Blocks(each) * joined.Plane * sizeof(float)), Channels = each };
        Pointwise(input, PackPixel(pointwise), pointwise.Floor, pointwise.Ceiling, Branch(0));
        for (var i = 0; i < branches.Count; i++) branches[i].Plan(this, new StoredRows(input), Branch(i + 1));

        var folded = project.Folded();
        var (pooled, pooledShare) = (PackSingle(FoldedConvolution.Of(pooling)), PackSingle(folded.Inputs(joined.Channels, each)));
        var weights = PackPixel(folded.Inputs(0, joined.Channels));
        _steps.Add((1, _ => Pool(input, pooled, pooledShare, weights.Bias)));
        var output = Pointwise(joined, weights, project.Floor, project.Ceiling);
        Release(joined);
        return output;
    }

    /// <summary>The pooled branch, once for all pixels: bias = W2 max(0, W1 mean + b1) + b2.</summary>
    private void Pool(BlockedImage input, PackedWeights pooled, PackedWeights share, float* bias)
    {
        var mean = Scratch.Current.A((_kernels.Blocks(input.Channels) * _kernels.Lanes) + pooled.PaddedOutputs);
        var branch = mean + (_kernels.Blocks(input.Channels) * _kernels.Lanes);
        _kernels.Mean(input, mean);
        _kernels.MultiplyPixel(pooled, mean, branch, 0);
        _kernels.MultiplyPixel(share, branch, bias, float.NegativeInfinity);
    }

    private BlockedImage Pointwise(BlockedImage input, PackedWeights weights, float floor, float ceiling, BlockedImage into = default)
    {
        var output = into.Address != 0 ? into : Allocate(input.Height, input.Width, weights.Outputs);
        AddStep(input.Pixels, (long)input.Pixels * _kernels.Blocks(input.Channels) * _kernels.OperandLanes * sizeof(float), (first, end) =>
            Multiply(weights, _kernels.Operand(input, first, end - first), _kernels.Lanes, output, default, first, end, floor, ceiling));
        return output;
    }

    private void Multiply(PackedWeights weights, (nint Address, long Plane) input, int run, BlockedImage output, BlockedImage residual, int first, int end, float floor, float ceiling)
    {
        var offset = first * _kernels.Lanes;
        var job = new PixelProduct
        {
            Input = (float*)input.Address,
            InputPlane = input.Plane,
            Depth = weights.Inputs,
            Run = run,
            Start = residual.Address == 0 ? null : residual.Pointer + offset,
            StartPlane = residual.Plane,
            Output = output.Pointer + offset,
            OutputPlane = output.Plane,
            Pixels = end - first,
            Floor = floor,
            Ceiling = ceiling,
        };
        _kernels.Multiply(job, weights);
    }

    /// <summary>The thread's room for what a product reads of a stripe.</summary>
    private float* Windows(int blocks, int pixels, out long plane)
    {
        plane = BlockedImage.PlaneFor(pixels, _kernels.OperandLanes);
        return Scratch.Current.A(blocks * plane);
    }

    private long ScratchBytes(WindowShape shape, RowSource input, int blocks) =>
        ((long)shape.OutputPixels * blocks * _kernels.OperandLanes * sizeof(float)) + ((long)input.Height * input.Width * input.BytesPerPixel);

    private PackedWeights PackPixel(ConvNorm convolution) => PackPixel(convolution.Folded());

    private PackedWeights PackPixel(FoldedConvolution folded) => Pack(folded, folded.Columns, folded.Fan, _kernels.Lanes);

    /// <summary>Two 1x1 convolutions whose results are added, as one; the second one's inputs begin at <paramref name="start"/>.</summary>
    private PackedWeights PackPixels(FoldedConvolution first, int start, FoldedConvolution second)
    {
        var columns = new float[(start + second.Fan) * first.Outputs];
        first.Columns.CopyTo(columns, 0);
        second.Columns.CopyTo(columns, start * first.Outputs);
        float[] bias = [.. first.Bias.Zip(second.Bias, (a, b) => a + b)];
        return Pack(new FoldedConvolution(columns, bias), columns, start + second.Fan, _kernels.Lanes);
    }

    /// <summary>3x3: inputs in the order tap, block, lane.</summary>
    private PackedWeights PackWindow(FoldedConvolution folded, int run, int blocks)
    {
        var (inputs, outputs) = (folded.Fan / 9, folded.Outputs);
        var columns = new float[9 * blocks * run * outputs];
        for (var channel = 0; channel < inputs; channel++)
        {
            for (var tap = 0; tap < 9; tap++)
            {
                var row = (((tap * blocks) + (channel / run)) * run) + (channel % run);
                folded.Columns.AsSpan(((channel * 9) + tap) * outputs, outputs).CopyTo(columns.AsSpan(row * outputs));
            }
        }
        return Pack(folded, columns, 9 * blocks * run, run);
    }

    private PackedWeights Pack(FoldedConvolution folded, float[] columns, int inputs, int run)
    {
        fixed (float* values = columns) return Own(folded, _kernels.Pack(values, inputs, folded.Outputs, run));
    }

    /// <summary>For one pixel's product.</summary>
    private PackedWeights PackSingle(FoldedConvolution folded)
    {
        fixed (float* values = folded.Columns) return Own(folded, _kernels.PackSingle(values, folded.Fan, folded.Outputs));
    }

    private PackedWeights Own(FoldedConvolution folded, PackedWeights packed)
    {
        packed.SetBias(folded.Bias);
        _weights.Add(packed);
        return packed;
    }

    /// <summary>Depthwise weights: for each block [9, L] and the biases [L].</summary>
    private float* PackTaps(ConvNorm depthwise)
    {
        var folded = depthwise.Folded();
        int lanes = _kernels.Lanes, channels = folded.Outputs, blocks = _kernels.Blocks(channels);
        var buffer = new NativeBuffer<float>();
        _taps.Add(buffer);
        var taps = new Span<float>(buffer.Reserve(blocks * 10 * lanes), blocks * 10 * lanes);
        taps.Clear();
        for (var c = 0; c < channels; c++)
        {
            var block = taps[(c / lanes * 10 * lanes)..];
            for (var tap = 0; tap < 9; tap++) block[(tap * lanes) + (c % lanes)] = folded.Columns[(tap * channels) + c];
            block[(9 * lanes) + (c % lanes)] = folded.Bias[c];
        }
        return buffer.Reserve(0);
    }
}
