using AlsterNode.Kernels;
using AlsterNode.SparseVoxel3D;
using AlsterNode.SparseVoxel3D.Engine;

namespace AlsterNode.Tests.Models.SparseVoxel3D;

public unsafe class SparseConvolutionEngineTests
{
    public static TheoryData<int, int> Channels => new()
    {
        { 1, 1 }, { 7, 5 }, { 16, 16 }, { 32, 32 }, { 40, 32 }, { 32, 40 }, { 48, 64 }, { 300, 17 },
    };

    [Theory]
    [MemberData(nameof(Channels))]
    public void ForwardIsThatOfTheSlowTwinOnEveryVectorWidth(int inputs, int outputs)
    {
        foreach (var (name, map) in Maps())
        {
            float[] x = VoxelSets.Floats(1, map.Inputs * inputs), w = VoxelSets.Floats(2, map.Offsets * inputs * outputs);
            var expected = ReferenceConvolution.Forward<double>(map, Doubles(x), Doubles(w), inputs, outputs);
            float[]? first = null;
            foreach (var kernels in TileKernels.All)
            {
                var actual = Forward(kernels, map, x, w, inputs, outputs, WorkerPool.Shared);
                AssertClose(expected, actual, map.Offsets * inputs, $"{name}, {kernels.Lanes} lanes");
                first ??= actual;
                Assert.Equal(first, actual); // one chain of additions: the same bits on every processor
            }
        }
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void GradientsAreThoseOfTheSlowTwinOnEveryVectorWidth(int inputs, int outputs)
    {
        foreach (var (name, map) in Maps())
        {
            float[] x = VoxelSets.Floats(1, map.Inputs * inputs), w = VoxelSets.Floats(2, map.Offsets * inputs * outputs);
            var dy = VoxelSets.Floats(3, map.Outputs * outputs);
            var toInput = ReferenceConvolution.BackwardInput<double>(map, Doubles(dy), Doubles(w), inputs, outputs);
            var toWeights = ReferenceConvolution.BackwardWeights<double>(map, Doubles(x), Doubles(dy), inputs, outputs);
            foreach (var kernels in TileKernels.All)
            {
                AssertClose(toInput, BackwardInput(kernels, map, dy, w, inputs, outputs), map.Offsets * outputs, $"{name}, input, {kernels.Lanes} lanes");
                AssertClose(toWeights, BackwardWeights(kernels, map, x, dy, inputs, outputs, WorkerPool.Shared), map.Outputs,
                    $"{name}, weights, {kernels.Lanes} lanes");
            }
        }
    }

    [Fact]
    public void ResultsHaveTheSameBitsForAnyNumberOfThreads()
    {
        const int Inputs = 40, Outputs = 48;
        using WorkerPool one = new(1), two = new(2), five = new(5);
        foreach (var (name, map) in Maps())
        {
            float[] x = VoxelSets.Floats(1, map.Inputs * Inputs), w = VoxelSets.Floats(2, map.Offsets * Inputs * Outputs);
            var dy = VoxelSets.Floats(3, map.Outputs * Outputs);
            foreach (var pool in new[] { two, five })
            {
                Assert.True(Forward(TileKernels.Best, map, x, w, Inputs, Outputs, one).SequenceEqual(
                    Forward(TileKernels.Best, map, x, w, Inputs, Outputs, pool)), $"{name}, forward, {pool.Threads} threads");
                Assert.True(BackwardWeights(TileKernels.Best, map, x, dy, Inputs, Outputs, one).SequenceEqual(
                    BackwardWeights(TileKernels.Best, map, x, dy, Inputs, Outputs, pool)), $"{name}, weights, {pool.Threads} threads");
            }
        }
    }

    [Fact]
    public void BiasShortcutResidualAndReluAreAdded()
    {
        const int Inputs = 24, Outputs = 19, ShortcutInputs = 10;
        var map = new KernelMaps(VoxelSets.Corner(12)).Submanifold(1);
        float[] x = VoxelSets.Floats(1, map.Inputs * Inputs), w = VoxelSets.Floats(2, map.Offsets * Inputs * Outputs);
        float[] s = VoxelSets.Floats(3, map.Outputs * ShortcutInputs), ws = VoxelSets.Floats(4, ShortcutInputs * Outputs);
        float[] residual = VoxelSets.Floats(5, map.Outputs * Outputs), bias = VoxelSets.Floats(6, Outputs), biasS = VoxelSets.Floats(7, Outputs);
        var expected = ReferenceConvolution.Forward<double>(map, Doubles(x), Doubles(w), Inputs, Outputs);
        var shortcut = ReferenceConvolution.Forward<double>(KernelMap.Pointwise(map.Outputs), Doubles(s), Doubles(ws), ShortcutInputs, Outputs);
        for (var i = 0; i < expected.Length; i++)
        {
            expected[i] = Math.Max(0, expected[i] + shortcut[i] + residual[i] + bias[i % Outputs] + biasS[i % Outputs]);
        }
        var actual = new float[expected.Length];
        fixed (float* px = x, pw = w, ps = s, pws = ws, pr = residual, py = actual)
        {
            using var weights = PackedWeights.Forward(TileKernels.Best, pw, map.Offsets, Inputs, Outputs, WorkerPool.Shared);
            using var shortcutWeights = PackedWeights.Forward(TileKernels.Best, pws, 1, ShortcutInputs, Outputs, WorkerPool.Shared);
            weights.SetBias(bias);
            shortcutWeights.SetBias(biasS);
            var job = new ConvolutionJob(map, weights, new FloatRows(px, Inputs), new FloatRows(py, Outputs))
            {
                Residual = new FloatRows(pr, Outputs),
                Shortcut = new FloatRows(ps, ShortcutInputs),
                ShortcutWeights = shortcutWeights,
                Relu = true,
            };
            SparseConvolutionEngine.Run(job, WorkerPool.Shared);
        }
        AssertClose(expected, actual, map.Offsets * Inputs, "fused");
    }

    private static IEnumerable<(string Name, KernelMap Map)> Maps()
    {
        var maps = new KernelMaps(VoxelSets.Corner(14));
        yield return ("submanifold", maps.Submanifold(1));
        yield return ("down", maps.Down(1));
        yield return ("up", maps.Up(1));
        yield return ("pointwise", KernelMap.Pointwise(77));
        for (var rows = 2; rows <= 30; rows++) yield return ($"{rows} rows", KernelMap.Pointwise(rows)); // every mixture of high and low tiles
        yield return ("few rows", maps.Submanifold(4));
        yield return ("one row", new KernelMaps([new(-1, 2, 3)]).Submanifold(1));
        yield return ("no rows", new KernelMaps([]).Submanifold(1));
    }

    private static float[] Forward(TileKernels kernels, KernelMap map, float[] x, float[] w, int inputs, int outputs, WorkerPool pool)
    {
        var y = new float[map.Outputs * outputs];
        fixed (float* px = x, pw = w, py = y)
        {
            using var packed = PackedWeights.Forward(kernels, pw, map.Offsets, inputs, outputs, pool);
            SparseConvolutionEngine.Run(new ConvolutionJob(map, packed, new FloatRows(px, inputs), new FloatRows(py, outputs)), pool);
        }
        return y;
    }

    private static float[] BackwardInput(TileKernels kernels, KernelMap map, float[] dy, float[] w, int inputs, int outputs)
    {
        var dx = new float[map.Inputs * inputs];
        fixed (float* pdy = dy, pw = w, pdx = dx)
        {
            using var packed = PackedWeights.Backward(kernels, pw, map.Offsets, inputs, outputs, map.IsMirror, WorkerPool.Shared);
            var job = new ConvolutionJob(map.Back, packed, new FloatRows(pdy, outputs), new FloatRows(pdx, inputs));
            SparseConvolutionEngine.Run(job, WorkerPool.Shared);
        }
        return dx;
    }

    private static float[] BackwardWeights(TileKernels kernels, KernelMap map, float[] x, float[] dy, int inputs, int outputs, WorkerPool pool)
    {
        var dw = new float[map.Offsets * inputs * outputs];
        fixed (float* px = x, pdy = dy, pdw = dw)
        {
            WeightGradientEngine.Run(kernels, map, new FloatRows(px, inputs), inputs, new FloatRows(pdy, outputs), outputs, pdw, pool);
        }
        return dw;
    }

    private static double[] Doubles(float[] values) => [.. values.Select(v => (double)v)];

    /// <summary>Sums of n products of values up to 1: rounding grows with the square root of n.</summary>
    private static void AssertClose(double[] expected, float[] actual, int terms, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        var tolerance = 1e-6 * Math.Sqrt(Math.Max(terms, 1)) * 2;
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{what}: element {i} is {actual[i]} instead of {expected[i]}");
        }
    }
}
