using AlsterNode.Core;
using AlsterNode.Encoder2D;
using AlsterNode.Kernels;
using AlsterNode.Tests.Models.SparseVoxel3D;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.Encoder2D;

/// <summary>A test of bfloat16 products; skipped, with the reason printed, on processors without them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Bfloat16TheoryAttribute : TheoryAttribute
{
    public Bfloat16TheoryAttribute()
    {
        if (Bfloat16Products.Problem is { } problem) Skip = $"No bfloat16 products: {problem}.";
    }
}

/// <summary>The same for a single case.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Bfloat16FactAttribute : FactAttribute
{
    public Bfloat16FactAttribute()
    {
        if (Bfloat16Products.Problem is { } problem) Skip = $"No bfloat16 products: {problem}.";
    }
}

/// <summary>Kernels whose products are of bfloat16 numbers against a plain model: operands rounded by the library, sums in 64 bits.</summary>
[Collection(nameof(SharedWorkerPool))]
public unsafe class Bfloat16Tests
{
    private const int Lanes = 16;

    private static PixelKernels Kernels => PixelKernels.Bfloat16!;

    [Bfloat16Theory]
    [InlineData(16, 16, 16, 63)]
    [InlineData(24, 144, 16, 140)]
    [InlineData(37, 40, 16, 143)]   // an odd channel, three vectors of outputs
    [InlineData(304, 256, 16, 29)]
    [InlineData(1280, 33, 16, 14)]
    [InlineData(1, 1, 16, 1)]
    [InlineData(63, 32, 7, 100)]    // windows of seven channels: the stem
    [InlineData(27, 5, 3, 15)]
    public void AProductIsThatOfRoundedNumbers(int inputs, int outputs, int run, int pixels)
    {
        var random = new Random(0);
        var (x, weights) = (Numbers(random, inputs * pixels, 3), Numbers(random, inputs * outputs, 1));
        var (bias, start) = (Numbers(random, outputs, 1), Numbers(random, outputs * pixels, 2));
        using var image = new Blocks(pixels, inputs, run);
        using var output = new Blocks(pixels, outputs, Lanes);
        image.Fill(float.NaN); // in lanes without a channel and behind the last pixel
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            for (var i = 0; i < inputs; i++) image[pixel, i] = x[(pixel * inputs) + i];
            for (var o = 0; o < outputs; o++) output[pixel, o] = start[(pixel * outputs) + o];
        }
        using var packed = Pack(weights, inputs, outputs, run, bias);
        var operand = run == Lanes ? Kernels.Operand(image.Image, 0, pixels) : image.Windows();
        var job = new PixelProduct
        {
            Input = (float*)operand.Address,
            InputPlane = operand.Plane,
            Depth = packed.Inputs,
            Run = run,
            Start = output.Image.Pointer,
            StartPlane = output.Image.Plane,
            Output = output.Image.Pointer, // the sum may go where the start was
            OutputPlane = output.Image.Plane,
            Pixels = pixels,
            Floor = -1,
            Ceiling = 6,
        };

        Kernels.Multiply(job, packed);

        var (roundedX, roundedW) = (Rounded(x), Rounded(weights));
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            for (var o = 0; o < outputs; o++)
            {
                double sum = bias[o] + (double)start[(pixel * outputs) + o], size = Math.Abs(sum);
                for (var i = 0; i < inputs; i++)
                {
                    var product = (double)roundedX[(pixel * inputs) + i] * roundedW[(i * outputs) + o];
                    (sum, size) = (sum + product, size + Math.Abs(product));
                }
                var expected = Math.Clamp(sum, -1, 6);
                Assert.True(Math.Abs(output[pixel, o] - expected) <= 1e-6 * size, $"Pixel {pixel}, output {o}: {output[pixel, o]}, expected {expected}.");
            }
        }
    }

    [Bfloat16Theory]
    [InlineData(1, 1, 12, 10)]
    [InlineData(2, 1, 11, 13)]
    [InlineData(2, 1, 12, 14)]
    [InlineData(1, 2, 15, 20)]
    [InlineData(1, 18, 15, 20)] // most taps lie outside
    [InlineData(1, 6, 1, 5)]
    public void WindowsAreTheRoundedOnes(int stride, int dilation, int height, int width)
    {
        var random = new Random(0);
        var shape = new WindowShape(height, width, stride, dilation);
        using var image = new Blocks(height * width, Lanes, Lanes);
        using var precise = new Blocks(shape.OutputPixels, Lanes, Lanes);
        using var rounded = new Blocks(shape.OutputPixels, Lanes, Lanes);
        for (var pixel = 0; pixel < height * width; pixel++)
        {
            for (var c = 0; c < Lanes; c++) image[pixel, c] = (4 * random.NextSingle()) - 2;
        }
        image[height * width / 2, 3] = float.NaN;
        fixed (float* pinned = Numbers(random, 10 * Lanes, 1))
        {
            var taps = pinned;
            foreach (var (first, end) in new[] { (0, shape.OutputPixels / 3), (shape.OutputPixels / 3, shape.OutputPixels) }) // as workers share it out
            {
                foreach (var rectify in new[] { false, true })
                    Check($"depthwise, rectify {rectify}", (kernels, to) => kernels.Depthwise(shape, taps, image.Image.Pointer, to.Image.Pointer, first, end, rectify, -0.5f, 6));
                foreach (var (right, down) in new[] { (0, 0), (-dilation, dilation), (dilation, -dilation) })
                    Check($"{right} right, {down} down", (kernels, to) => kernels.Shift(shape, image.Image.Pointer, to.Image.Pointer, first, end, right, down));

                void Check(string what, Action<PixelKernels, Blocks> run)
                {
                    rounded.Fill(99);
                    run(PixelKernels.All[0], precise);
                    run(Kernels, rounded);

                    var expected = Rounded(new ReadOnlySpan<float>(precise.Image.Pointer, (end - first) * Lanes).ToArray());
                    for (var i = 0; i < expected.Length; i++)
                    {
                        var actual = BitConverter.Int32BitsToSingle(((ushort*)rounded.Image.Pointer)[i] << 16);
                        Assert.True(actual.Equals(expected[i]), $"{what}, pixel {first + (i / Lanes)}, channel {i % Lanes}: {actual}, expected {expected[i]}.");
                    }
                    Assert.Equal(99, rounded.Image.Pointer[expected.Length / 2]); // behind the last pixel
                }
            }
        }
    }

    [Bfloat16Fact]
    public void NumbersAreRoundedToTheNearestTiesToEven()
    {
        var random = new Random(0);
        float[] values = [1, 1 + (1f / 256), 1 + (3f / 256), -1 - (1f / 256), 1.00390637f, 0, -0f, float.MaxValue, float.NegativeInfinity, 1e-30f, .. Numbers(random, 1013, 1000)];
        using var image = new Blocks(values.Length, 1, Lanes);
        for (var pixel = 0; pixel < values.Length; pixel++) image[pixel, 0] = values[pixel];

        var operand = (ushort*)Kernels.Operand(image.Image, 0, values.Length).Address;

        var expected = Rounded(values);
        for (var i = 0; i < values.Length; i++)
            Assert.True(BitConverter.Int32BitsToSingle(operand[i * Lanes] << 16).Equals(expected[i]), $"{values[i]:R} became {BitConverter.Int32BitsToSingle(operand[i * Lanes] << 16):R}, expected {expected[i]:R}.");
    }

    [Bfloat16Fact]
    public void NotANumberStaysNotANumber()
    {
        using var image = new Blocks(14, 2, Lanes);
        using var output = new Blocks(14, 1, Lanes);
        image[3, 1] = float.NaN;
        using var packed = Pack([1, 1], 2, 1, Lanes, [0]);
        var operand = Kernels.Operand(image.Image, 0, 14);
        var job = new PixelProduct
        {
            Input = (float*)operand.Address,
            InputPlane = operand.Plane,
            Depth = packed.Inputs,
            Run = Lanes,
            Output = output.Image.Pointer,
            OutputPlane = output.Image.Plane,
            Pixels = 14,
            Floor = 0,
            Ceiling = 6,
        };

        Kernels.Multiply(job, packed);

        Assert.Equal([3], Enumerable.Range(0, 14).Where(pixel => float.IsNaN(output[pixel, 0])));
    }

    [Bfloat16Theory]
    [InlineData(Backbone.MobileNetV2, 1, 240, 320)]
    [InlineData(Backbone.MobileNetV2, 2, 61, 77)]
    [InlineData(Backbone.Xception65, 1, 65, 94)]
    public void TheEncoderSeesAboutTheSame(Backbone backbone, int batch, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var network = Goldens.Fill(new DeepLabV3Plus(backbone));
        network.eval();
        var input = Goldens.Noise($"bfloat16 {height}-{width}", batch, 7, height, width);
        var expected = network.forward(input);
        network.Precision = ScalarType.BFloat16;
        var library = network.forward(input); // which rounds images, too

        network.FoldBatchNorm(ScalarType.BFloat16);
        var actual = network.forward(input);

        Assert.Equal(ScalarType.Float32, actual.dtype);
        Assert.InRange(Error(actual), 1e-4, Error(library)); // 0 would mean that the precision changed nothing

        float Error(Tensor features) => (features - expected).norm().item<float>() / expected.norm().item<float>();
    }

    [Bfloat16Fact]
    public void AnImageGivesTheSameBitsWhateverCameBeforeAndOnAnyNumberOfThreads()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var network = Goldens.Fill(new DeepLabV3Plus(Backbone.MobileNetV2));
        network.eval();
        Tensor image = Goldens.Noise("plan first", 1, 7, 96, 130), broken = image * float.NaN; // leaves NaN in every buffer
        var threads = WorkerPool.Shared.Threads;
        try
        {
            var results = new List<Tensor>();
            foreach (var count in new[] { 1, 2, 5 })
            {
                WorkerPool.Shared.Threads = count;
                using var plan = new EncoderPlan(Kernels, network, 96, 130);
                results.Add(plan.Run(image));
                Assert.True(plan.Run(broken).isnan().all().item<bool>());
                results.Add(plan.Run(image));
                results.Add(plan.Run(cat([image, broken])).narrow(0, 0, 1)); // the next image begins where this one ends
            }

            Assert.All(results, result => Assert.True(result.equal(results[0])));
        }
        finally
        {
            WorkerPool.Shared.Threads = threads;
        }
    }

    [Fact]
    public void APrecisionThatTheProcessorLacksIsRefusedAndOthersAreUnknown()
    {
        using var network = new DeepLabV3Plus(Backbone.MobileNetV2);

        if (Bfloat16Products.Problem is { } problem)
        {
            var error = Assert.Throws<InputException>(() => network.FoldBatchNorm(ScalarType.BFloat16));
            Assert.Equal($"The encoder's precision is bfloat16, but {problem}; use float32.", error.Message);
        }
        Assert.Throws<ArgumentException>(() => network.FoldBatchNorm(ScalarType.Float16));
    }

    private static float[] Numbers(Random random, int count, float spread)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++) numbers[i] = spread * ((2 * random.NextSingle()) - 1);
        return numbers;
    }

    /// <summary>As the tensor library rounds.</summary>
    private static float[] Rounded(float[] values)
    {
        using var scope = NewDisposeScope();
        return tensor(values).to(ScalarType.BFloat16).to(ScalarType.Float32).data<float>().ToArray();
    }

    private static PackedWeights Pack(float[] weights, int inputs, int outputs, int run, float[] bias)
    {
        fixed (float* values = weights)
        {
            var packed = Kernels.Pack(values, inputs, outputs, run);
            packed.SetBias(bias);
            return packed;
        }
    }

    /// <summary>An image of which each block uses so many channels.</summary>
    private sealed class Blocks : IDisposable
    {
        private readonly NativeBuffer<float> _memory = new(), _windows = new();
        private readonly int _run, _blocks;

        public Blocks(int pixels, int channels, int run)
        {
            (_run, _blocks) = (run, (channels + run - 1) / run);
            var plane = BlockedImage.PlaneFor(pixels, Lanes);
            Image = new BlockedImage((nint)_memory.Reserve(plane * _blocks), 1, pixels, channels, plane);
            Fill(0);
        }

        public BlockedImage Image { get; }

        public ref float this[int pixel, int channel] => ref Image.Pointer[(channel / _run * Image.Plane) + (pixel * Lanes) + (channel % _run)];

        public void Fill(float value) => new Span<float>(Image.Pointer, (int)Image.Plane * _blocks).Fill(value);

        /// <summary>As operands that windows are laid out in: the partner of an odd channel is any number, what is beyond may be none.</summary>
        public (nint Address, long Plane) Windows()
        {
            var plane = BlockedImage.PlaneFor(Image.Pixels, Kernels.OperandLanes);
            var windows = _windows.Reserve(plane * _blocks);
            for (var block = 0; block < _blocks; block++)
            {
                for (var pixel = 0; pixel < Image.Pixels; pixel++) Image.Pointer[(block * Image.Plane) + (pixel * Lanes) + _run] = 1;
                Kernels.Shift(new WindowShape(1, Image.Pixels, 1, 1), Image.Pointer + (block * Image.Plane), windows + (block * plane), 0, Image.Pixels, 0, 0);
            }
            return ((nint)windows, plane);
        }

        public void Dispose()
        {
            _memory.Free();
            _windows.Free();
        }
    }
}
