using System.Runtime.InteropServices;
using AlsterNode.Encoder2D;
using AlsterNode.Kernels;
using AlsterNode.Tests.Models.SparseVoxel3D;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Encoder2D;

/// <summary>The loops on images in channel blocks against the library's layers, for every vector width.</summary>
[Collection(nameof(SharedWorkerPool))]
public unsafe class PixelKernelsTests
{
    [Theory]
    [InlineData(16, 16, 9, 7)]
    [InlineData(24, 144, 60, 33)]
    [InlineData(304, 40, 13, 11)]
    [InlineData(5, 3, 1, 1)]
    [InlineData(1280, 37, 15, 20)]
    public void AProductOfPixelsIsTheLibrarys1x1Convolution(int inputs, int outputs, int height, int width)
    {
        using var scope = NewDisposeScope();
        var name = $"{inputs}-{outputs}";
        var weight = Goldens.Noise($"weight {name}", outputs, inputs, 1, 1);
        var bias = Goldens.Noise($"bias {name}", outputs);
        var input = 3 * Goldens.Noise($"input {name}", 1, inputs, height, width);
        var residual = 2 * Goldens.Noise($"residual {name}", 1, outputs, height, width);
        var plain = nn.functional.conv2d(input, weight, bias);
        foreach (var kernels in PixelKernels.All)
        {
            using var x = new TestImage(kernels, input);
            using var y = new TestImage(kernels, residual); // the sum may go where the residual was
            using var packed = Pack(kernels, FoldedConvolution.Of(weight, bias));
            var job = new PixelProduct
            {
                Input = x.Image.Pointer,
                InputPlane = x.Image.Plane,
                Depth = inputs,
                Run = kernels.Lanes,
                Start = y.Image.Pointer,
                StartPlane = y.Image.Plane,
                Output = y.Image.Pointer,
                OutputPlane = y.Image.Plane,
                Pixels = height * width,
                Floor = 0,
                Ceiling = 6,
            };

            kernels.Multiply(job, packed);

            AssertEqual((plain + residual).clamp(0, 6), y.ToTensor(), $"{kernels.Lanes} lanes");
        }
    }

    [Theory]
    [InlineData(32, 1, 1, 12, 10)]
    [InlineData(21, 2, 1, 11, 13)]  // odd sizes, channels that fill no vector
    [InlineData(96, 2, 1, 12, 14)]
    [InlineData(48, 1, 2, 15, 20)]
    [InlineData(48, 1, 18, 15, 20)] // most taps lie outside
    [InlineData(8, 1, 6, 1, 5)]
    public void ADepthwiseConvolutionIsTheLibrarysAndMayRectifyItsInput(int channels, int stride, int dilation, int height, int width)
    {
        using var scope = NewDisposeScope();
        var name = $"depthwise {channels}-{stride}-{dilation}";
        var weight = Goldens.Noise($"weight {name}", channels, 1, 3, 3);
        var bias = Goldens.Noise($"bias {name}", channels);
        var input = Goldens.Noise($"input {name}", 1, channels, height, width);
        var shape = new WindowShape(height, width, stride, dilation);
        foreach (var rectify in new[] { false, true })
        {
            var expected = nn.functional.conv2d(rectify ? input.relu() : input, weight, bias, [stride, stride], [dilation, dilation], [dilation, dilation], channels).relu();
            foreach (var kernels in PixelKernels.All)
            {
                using var x = new TestImage(kernels, input);
                using var y = new TestImage(kernels, channels, shape.OutputHeight, shape.OutputWidth);
                using var taps = new TestTaps(kernels, FoldedConvolution.Of(weight, bias));
                for (var block = 0; block < kernels.Blocks(channels); block++)
                {
                    foreach (var (first, end) in Parts(shape.OutputPixels))
                    {
                        kernels.Depthwise(shape, taps.Block(block), x.Image.Pointer + (block * x.Image.Plane),
                            y.Image.Pointer + (block * y.Image.Plane) + (first * kernels.Lanes), first, end, rectify, 0, float.PositiveInfinity);
                    }
                }

                AssertEqual(expected, y.ToTensor(), $"{kernels.Lanes} lanes, rectify {rectify}");
            }
        }
    }

    [Theory]
    [InlineData(15, 20, 60, 80)]
    [InlineData(3, 5, 12, 17)]
    [InlineData(1, 1, 2, 3)]
    public void AnEnlargementIsTheLibrarysInterpolation(int height, int width, int toHeight, int toWidth)
    {
        using var scope = NewDisposeScope();
        var input = Goldens.Noise($"enlarge {height}-{width}", 1, 16, height, width);
        var expected = nn.functional.interpolate(input, [toHeight, toWidth], mode: InterpolationMode.Bilinear, align_corners: false);
        foreach (var kernels in PixelKernels.All)
        {
            using var x = new TestImage(kernels, input);
            using var y = new TestImage(kernels, 16, toHeight, toWidth);
            var rows = new EnlargedRows(kernels, x.Image, toHeight, toWidth);
            for (var block = 0; block < kernels.Blocks(16); block++)
            {
                foreach (var (first, end) in Parts(toHeight))
                {
                    var from = new ReadOnlySpan<float>(rows.Rows(block, first, end) + (first * toWidth * kernels.Lanes), (end - first) * toWidth * kernels.Lanes);
                    from.CopyTo(new Span<float>(y.Image.Pointer + (block * y.Image.Plane) + (first * toWidth * kernels.Lanes), from.Length));
                }
            }

            AssertEqual(expected, y.ToTensor(), $"{kernels.Lanes} lanes");
        }
    }

    [Fact]
    public void NotANumberStaysNotANumber()
    {
        foreach (var kernels in PixelKernels.All)
        {
            using var x = new TestImage(kernels, zeros(1, 1, 3, 3).fill_(float.NaN));
            using var y = new TestImage(kernels, 1, 3, 3);
            using var taps = new TestTaps(kernels, new FoldedConvolution([.. Enumerable.Repeat(1f, 9)], [0]));

            kernels.Depthwise(new WindowShape(3, 3, 1, 1), taps.Block(0), x.Image.Pointer, y.Image.Pointer, 0, 9, rectify: true, 0, 6);

            Assert.True(float.IsNaN(y.Image.Pointer[4 * kernels.Lanes]), $"{kernels.Lanes} lanes: {y.Image.Pointer[4 * kernels.Lanes]}");
        }
    }

    /// <summary>A range in two parts, as workers share it out.</summary>
    private static (int First, int End)[] Parts(int count) => count < 2 ? [(0, count)] : [(0, count / 3), (count / 3, count)];

    private static PackedWeights Pack(PixelKernels kernels, FoldedConvolution folded)
    {
        fixed (float* columns = folded.Columns)
        {
            var packed = PackedWeights.Forward(TileKernels.All.First(tiles => tiles.Lanes == kernels.Lanes), columns, 1, folded.Fan, folded.Outputs, WorkerPool.Shared);
            packed.SetBias(folded.Bias);
            return packed;
        }
    }

    private static void AssertEqual(Tensor expected, Tensor result, string what)
    {
        Assert.Equal(expected.shape, result.shape);
        var error = (result - expected).abs().max().item<float>() / Math.Max(1, expected.abs().max().item<float>());
        Assert.True(error < 5e-5, $"{what}: off by {error}"); // sums of 1280 terms in another order
    }

    /// <summary>An image in blocks, with memory of its own.</summary>
    private sealed class TestImage : IDisposable
    {
        private readonly NativeBuffer<float> _memory = new();
        private readonly PixelKernels _kernels;

        public TestImage(PixelKernels kernels, int channels, int height, int width)
        {
            _kernels = kernels;
            var plane = BlockedImage.PlaneFor(height * width, kernels.Lanes);
            Image = new BlockedImage((nint)_memory.Reserve(plane * kernels.Blocks(channels)), height, width, channels, plane);
            new Span<float>(Image.Pointer, (int)plane * kernels.Blocks(channels)).Clear();
        }

        public TestImage(PixelKernels kernels, Tensor content) : this(kernels, (int)content.shape[1], (int)content.shape[2], (int)content.shape[3])
        {
            fixed (float* planes = content.contiguous().data<float>().ToArray())
            {
                for (var block = 0; block < kernels.Blocks(Image.Channels); block++)
                {
                    var count = Math.Min(kernels.Lanes, Image.Channels - (block * kernels.Lanes));
                    kernels.FromPlanes(planes + (block * kernels.Lanes * Image.Pixels), Image.Pixels, count, kernels.Lanes, Image.Pointer + (block * Image.Plane), 0, Image.Pixels);
                }
            }
        }

        public BlockedImage Image { get; }

        public Tensor ToTensor()
        {
            var rows = new float[Image.Pixels * Image.Channels];
            fixed (float* to = rows) _kernels.ToRows(Image.Pointer, Image.Plane, to, Image.Pixels, Image.Channels);
            return tensor(rows, [1, Image.Height, Image.Width, Image.Channels]).permute(0, 3, 1, 2);
        }

        public void Dispose() => _memory.Free();
    }

    /// <summary>Depthwise weights: for each block nine taps and the bias.</summary>
    private sealed class TestTaps : IDisposable
    {
        private readonly float* _memory;
        private readonly int _lanes;

        public TestTaps(PixelKernels kernels, FoldedConvolution folded)
        {
            _lanes = kernels.Lanes;
            var floats = kernels.Blocks(folded.Outputs) * 10 * _lanes;
            _memory = (float*)NativeMemory.AllocZeroed((nuint)floats, sizeof(float));
            for (var c = 0; c < folded.Outputs; c++)
            {
                for (var tap = 0; tap < 9; tap++) Block(c / _lanes)[(tap * _lanes) + (c % _lanes)] = folded.Columns[(tap * folded.Outputs) + c];
                Block(c / _lanes)[(9 * _lanes) + (c % _lanes)] = folded.Bias[c];
            }
        }

        public float* Block(int block) => _memory + (block * 10 * _lanes);

        public void Dispose() => NativeMemory.Free(_memory);
    }
}
