using System.ComponentModel.DataAnnotations;
using AlsterNode.Core;
using AlsterNode.Kernels;
using AlsterNode.SparseVoxel3D.Layers;
using AlsterNode.SparseVoxel3D.Operators;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D;

/// <summary>
/// F3D of [ALSTER] section 3: a U-Net on the voxels of one frame. Submanifold 3x3x3 convolutions in residual blocks, 2x2x2 convolutions of
/// stride 2 between levels, skip connections. In evaluation without gradients on a CPU it runs folded and fused (same result to rounding).
/// </summary>
public sealed class SparseUNet3D : nn.Module<SparseTensor, Tensor>
{
    [ComponentName(Name = "stem")]
    private readonly NormalizedConvolution _stem;

    [ComponentName(Name = "encoder")]
    private readonly ModuleList<ResidualBlock> _encoder = new();

    [ComponentName(Name = "down")]
    private readonly ModuleList<NormalizedConvolution> _down = new();

    [ComponentName(Name = "decoder")]
    private readonly ModuleList<ResidualBlock> _decoder = new();

    [ComponentName(Name = "up")]
    private readonly ModuleList<NormalizedConvolution> _up = new();

    [ComponentName(Name = "head")]
    private readonly SubmanifoldConv3d _head;

    private FoldedUNet? _folded;

    /// <summary>A network with random weights.</summary>
    public SparseUNet3D(UNetOptions options) : base(nameof(SparseUNet3D))
    {
        ArgumentNullException.ThrowIfNull(options);
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        Options = options;
        var width = options.Widths[0];
        _stem = new NormalizedConvolution(new SubmanifoldConv3d(options.Inputs, width, options.StemSize));
        AddBlocks(_encoder, options.Blocks[0], width, width);
        for (var level = 1; level < options.Widths.Length; level++)
        {
            var entering = options.Entering(level);
            _down.Add(new NormalizedConvolution(new StridedConv3d(width, entering)));
            width = options.Widths[level];
            AddBlocks(_encoder, options.Blocks[level], entering, width);
        }
        for (var step = 0; step < options.DecoderWidths.Length; step++)
        {
            var (wide, skip) = (options.DecoderWidths[step], options.Widths[^(step + 2)]);
            _up.Add(new NormalizedConvolution(new TransposedConv3d(width, wide)));
            AddBlocks(_decoder, options.DecoderBlocks[step], wide + skip, wide);
            width = wide;
        }
        _head = new SubmanifoldConv3d(width, options.Outputs, kernelSize: 1, bias: true);
        RegisterComponents();
    }

    /// <summary>The network's shape.</summary>
    public UNetOptions Options { get; }

    internal NormalizedConvolution Stem => _stem;

    internal IReadOnlyList<ResidualBlock> Encoder => [.. _encoder];

    internal IReadOnlyList<NormalizedConvolution> Down => [.. _down];

    internal IReadOnlyList<ResidualBlock> Decoder => [.. _decoder];

    internal IReadOnlyList<NormalizedConvolution> Up => [.. _up];

    internal SubmanifoldConv3d Head => _head;

    /// <summary>Multiplications and additions of all convolutions for these voxels (in canonical order): pairs of the kernel maps times channels.</summary>
    public long CountOperations(VoxelIndex[] voxels)
    {
        var maps = new KernelMaps(voxels);
        var (stride, width) = (1, Options.Widths[0]);
        var total = Cost(maps.Submanifold(1, Options.StemSize), Options.Inputs, width) + Blocks(Options.Blocks[0], width, width);
        for (var level = 1; level < Options.Widths.Length; level++)
        {
            var entering = Options.Entering(level);
            total += Cost(maps.Down(stride), width, entering);
            (stride, width) = (2 * stride, Options.Widths[level]);
            total += Blocks(Options.Blocks[level], entering, width);
        }
        for (var step = 0; step < Options.DecoderWidths.Length; step++)
        {
            var (wide, skip) = (Options.DecoderWidths[step], Options.Widths[^(step + 2)]);
            stride /= 2;
            total += Cost(maps.Up(stride), width, wide) + Blocks(Options.DecoderBlocks[step], wide + skip, wide);
            width = wide;
        }
        return total + (2L * voxels.Length * width * Options.Outputs);

        long Blocks(int count, int inputs, int outputs)
        {
            var map = maps.Submanifold(stride);
            var sum = 0L;
            for (var i = 0; i < count; i++, inputs = outputs)
            {
                sum += Cost(map, inputs, outputs) + Cost(map, outputs, outputs);
                if (inputs != outputs) sum += 2L * map.Outputs * inputs * outputs; // the shortcut
            }
            return sum;
        }

        static long Cost(KernelMap map, int inputs, int outputs) => 2 * map.CountPairs() * inputs * outputs;
    }

    /// <summary>[N, Inputs] on the finest level -> [N, Outputs].</summary>
    public override Tensor forward(SparseTensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!training && !is_grad_enabled() && input.Features.IsCpuFloat() && _head.Weight.IsCpuFloat()) return Folded().Run(input);
        using var scope = NewDisposeScope();
        return Layered(input).Keep();
    }

    /// <summary>Takes the weights as they are now for <see cref="Run"/>: call it after loading weights and again after a change.</summary>
    internal void Fold() => Folded();

    /// <summary>The same as the forward pass without gradients, on rows in memory: [N, Inputs] -> [N, Outputs]; allocates nothing.</summary>
    internal void Run(KernelMaps maps, FloatRows features, FloatRows result) => (_folded ?? Folded()).Run(maps, 1, features, result);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _folded?.Dispose();
        base.Dispose(disposing);
    }

    private static void AddBlocks(ModuleList<ResidualBlock> to, int count, int inputs, int outputs)
    {
        for (var i = 0; i < count; i++) to.Add(new ResidualBlock(i == 0 ? inputs : outputs, outputs));
    }

    private Tensor Layered(SparseTensor input)
    {
        var (encoder, decoder) = (0, 0);
        var x = _stem.forward(input);
        for (var i = 0; i < Options.Blocks[0]; i++) x = _encoder[encoder++].forward(x);
        var skips = new Stack<SparseTensor>();
        for (var level = 1; level < Options.Widths.Length; level++)
        {
            skips.Push(x);
            x = _down[level - 1].forward(x); // to stride 2^level
            for (var i = 0; i < Options.Blocks[level]; i++) x = _encoder[encoder++].forward(x);
        }
        for (var step = 0; step < Options.DecoderWidths.Length; step++)
        {
            x = _up[step].forward(x); // to the stride of the skip connection
            x = x.With(cat([x.Features, skips.Pop().Features], 1)); // [N, wide + skip]
            for (var i = 0; i < Options.DecoderBlocks[step]; i++) x = _decoder[decoder++].forward(x);
        }
        return _head.forward(x).Features; // [N, Outputs]
    }

    /// <summary>The folded network; made anew when the weights have changed.</summary>
    private FoldedUNet Folded()
    {
        var fingerprint = FoldedUNet.Fingerprint(this);
        if (_folded is { } known && known.Source == fingerprint) return known;
        _folded?.Dispose();
        return _folded = new FoldedUNet(this, fingerprint);
    }
}
