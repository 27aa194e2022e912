using System.Text.Json;
using AlsterNode.Core;
using AlsterNode.SparseVoxel3D;
using AlsterNode.SparseVoxel3D.Layers;
using AlsterNode.SparseVoxel3D.Operators;
using AlsterNode.Tests.TestSupport;
using static TorchSharp.torch;

namespace AlsterNode.Tests.Models.SparseVoxel3D;

public class SparseConvolutionTests
{
    public static TheoryData<string> Kinds => ["submanifold", "strided", "transposed"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ConvolutionsAndGradientsAreThoseOfPyTorchsDenseConvolution(string kind)
    {
        using var scope = NewDisposeScope();
        using var golden = JsonDocument.Parse(File.ReadAllText(Repository.Data("sparse_convolution", "golden.json")));
        var root = golden.RootElement;
        int inputs = root.GetProperty("inputs").GetInt32(), outputs = root.GetProperty("outputs").GetInt32();
        int[] cells = [.. root.GetProperty("voxels").EnumerateArray().Select(v => v.GetInt32())];
        var maps = new KernelMaps([.. cells.Chunk(3).Select(c => new VoxelIndex(c[0], c[1], c[2]))]);
        var map = MapOf(maps, kind);
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            Tensor Read(string name, params long[] shape) =>
                tensor(root.GetProperty("cases").GetProperty(kind).GetProperty(name).EnumerateArray().Select(v => v.GetDouble()).ToArray()).to(type).view(shape);
            var x = Read("x", map.Inputs, inputs).requires_grad_();
            var w = Read("w", map.Offsets, inputs, outputs).requires_grad_();

            var y = SparseOperators.Convolve(x, w, map);
            (y * Read("dy", map.Outputs, outputs)).sum().backward();

            AssertClose(Read("y", map.Outputs, outputs), y, $"{type}, result");
            AssertClose(Read("dx", map.Inputs, inputs), x.grad!, $"{type}, gradient to the input");
            AssertClose(Read("dw", map.Offsets, inputs, outputs), w.grad!, $"{type}, gradient to the weights");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void GradientsAgreeWithFiniteDifferencesInDoublePrecision(string kind)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var map = MapOf(new KernelMaps(VoxelSets.Random(5, 60, 3)), kind);
        var x = randn([map.Inputs, 3], float64).requires_grad_();
        var w = randn([map.Offsets, 3, 4], float64).requires_grad_();
        var b = randn([4], float64).requires_grad_();
        var direction = randn([map.Outputs, 4], float64);
        Tensor Loss() => (SparseOperators.Convolve(x, w, map, b).tanh() * direction).sum();
        Loss().backward();
        foreach (var (name, parameter) in new[] { ("features", x), ("weight", w), ("bias", b) })
        {
            Gradients.AssertFiniteDifferences(() => Loss(), parameter, name);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TensorOperationsGiveTheSameAsTheEngine(string kind)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var map = MapOf(new KernelMaps(VoxelSets.Corner(12)), kind);
        Tensor x = randn(map.Inputs, 24), w = randn(map.Offsets, 24, 40), dy = randn(map.Outputs, 40);
        ConvolutionBackend engine = new CpuFloatBackend(), tensors = new TensorBackend();
        AssertClose(engine.Forward(x, w, map), tensors.Forward(x, w, map), "forward");
        AssertClose(engine.BackwardInput(dy, w, map), tensors.BackwardInput(dy, w, map), "gradient to the input");
        AssertClose(engine.BackwardWeight(x, dy, map), tensors.BackwardWeight(x, dy, map), "gradient to the weights");
        var pointwise = KernelMap.Pointwise(map.Outputs);
        AssertClose(engine.Forward(dy, w.narrow(0, 0, 1).transpose(1, 2), pointwise), tensors.Forward(dy, w.narrow(0, 0, 1).transpose(1, 2), pointwise), "pointwise");
    }

    [Fact]
    public void LayersMoveBetweenLevelsAndBack()
    {
        using var scope = NewDisposeScope();
        var input = new SparseTensor(VoxelSets.Corner(9), randn(VoxelSets.Corner(9).Length, 6));
        using var down = new StridedConv3d(6, 10, bias: true);
        using var same = new SubmanifoldConv3d(10, 10);
        using var up = new TransposedConv3d(10, 4);
        var coarse = same.forward(down.forward(input));
        Assert.Equal((2, (long)input.Maps.Voxels(2).Length, 10L), (coarse.Stride, coarse.Features.shape[0], coarse.Features.shape[1]));
        var fine = up.forward(coarse);
        Assert.Equal((1, (long)input.Voxels.Length, 4L), (fine.Stride, fine.Features.shape[0], fine.Features.shape[1]));
        Assert.Equal(["weight", "bias"], down.state_dict().Keys);
        Assert.Equal(["weight"], up.state_dict().Keys);
        Assert.Contains("finest", Assert.Throws<InvalidOperationException>(() => up.forward(fine)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongShapesAreRefused()
    {
        using var scope = NewDisposeScope();
        var map = new KernelMaps(VoxelSets.Corner(4)).Submanifold(1);
        var error = Assert.Throws<ArgumentException>(() => SparseOperators.Convolve(zeros(map.Inputs + 1, 5), zeros(27, 5, 5), map));
        Assert.Contains($"expected [{map.Inputs}, Cin]", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SparseOperators.Convolve(zeros(map.Inputs, 5), zeros(8, 5, 5), map));
        Assert.Throws<ArgumentException>(() => new SparseTensor(VoxelSets.Corner(4), zeros(3, 5)));
    }

    [Fact]
    public void GatheredRowsAreCopiesAndTheirGradientsAddUp()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        int[] rows = [2, -1, 0, 2, 2, 1, -1, 4];
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 }) // our kernels and tensor operations
        {
            var x = randn([6, 11], type).requires_grad_();
            var dy = randn([rows.Length, 11], type);
            var y = SparseOperators.GatherRows(x, rows);
            (y * dy).sum().backward();
            var dx = zeros([6, 11], type);
            for (var p = 0; p < rows.Length; p++)
            {
                AssertClose(rows[p] < 0 ? zeros([11], type) : x[rows[p]], y[p], $"{type}, row {p}");
                if (rows[p] >= 0) dx[rows[p]].add_(dy[p]);
            }
            AssertClose(dx, x.grad!, $"{type}, gradient");
        }
        Assert.Throws<ArgumentException>(() => SparseOperators.GatherRows(zeros(3, 2), [3]));
    }

    internal static void AssertClose(Tensor expected, Tensor actual, string what, double tolerance = 1e-5)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected.shape, actual.shape);
        if (expected.numel() == 0) return;
        var (left, right) = (expected.detach().to(float64), actual.detach().to(float64));
        var scale = Math.Max(left.abs().max().item<double>(), 1e-30);
        var error = (left - right).abs().max().item<double>();
        Assert.True(error <= tolerance * scale, $"{what}: differs by {error:E2} at values up to {scale:E2}");
    }

    private static KernelMap MapOf(KernelMaps maps, string kind) => kind switch
    {
        "submanifold" => maps.Submanifold(1),
        "strided" => maps.Down(1),
        _ => maps.Up(1),
    };
}
