using AlsterNode.Kernels;
using AlsterNode.SparseVoxel3D.Engine;
using AlsterNode.SparseVoxel3D.Layers;
using AlsterNode.SparseVoxel3D.Operators;
using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D;

/// <summary>
/// A <see cref="SparseUNet3D"/> for evaluation on the CPU: batch normalisation folded into packed weights; residual, shortcut and ReLU
/// fused into the convolutions; skip connections written straight into the columns where they are read. Activations live in
/// buffers that are used again for the next frame.
/// </summary>
internal sealed unsafe class FoldedUNet : IDisposable
{
    private readonly UNetOptions _options;
    private readonly PackedWeights _stem, _head;
    private readonly PackedWeights[] _down, _up;
    private readonly FoldedBlock[] _encoder, _decoder;
    private readonly LevelBuffers[] _levels;
    private readonly KernelMap _pointwise = KernelMap.Pointwise(0);

    public FoldedUNet(SparseUNet3D network, ulong source)
    {
        (_options, Source) = (network.Options, source);
        using var scope = NewDisposeScope();
        _stem = Fold(network.Stem);
        _head = Pack(network.Head.Weight, network.Head.Bias!.data<float>().ToArray());
        _down = [.. network.Down.Select(Fold)];
        _up = [.. network.Up.Select(Fold)];
        _encoder = [.. network.Encoder.Select(FoldBlock)];
        _decoder = [.. network.Decoder.Select(FoldBlock)];
        _levels = [.. _options.Widths.Select(_ => new LevelBuffers())];
    }

    /// <summary>The <see cref="Fingerprint"/> of the weights that were folded.</summary>
    public ulong Source { get; }

    /// <summary>A checksum over all weights and running statistics, so that a change of any of them is noticed.</summary>
    public static ulong Fingerprint(SparseUNet3D network)
    {
        var blocks = network.Encoder.Concat(network.Decoder);
        var units = blocks.SelectMany(block => new[] { block.First, block.Second, block.Shortcut }).Concat(network.Down).Concat(network.Up)
            .Append(network.Stem).OfType<NormalizedConvolution>();
        Tensor[] tensors = [.. units.SelectMany(unit => unit.Norm.Tensors.Append(unit.Convolution.Weight)), network.Head.Weight, network.Head.Bias!];
        var sums = new ulong[tensors.Length];
        WorkerPool.Shared.Run(tensors.Length, i => sums[i] = WeightChecksum.Of(tensors[i].bytes));
        return sums.Aggregate(0UL, WeightChecksum.Join);
    }

    /// <summary>[N, Inputs] -> [N, Outputs].</summary>
    public Tensor Run(SparseTensor input)
    {
        using var features = input.Features.contiguous();
        var result = empty(features.shape[0], _options.Outputs);
        Run(input.Maps, input.Stride, features.FloatRows(), result.FloatRows());
        return result;
    }

    /// <summary>The same on rows in memory.</summary>
    /// <param name="maps">Of the voxels.</param>
    /// <param name="finest">Stride of the features' level.</param>
    /// <param name="features">[N, Inputs].</param>
    /// <param name="result">Receives [N, Outputs].</param>
    public void Run(KernelMaps maps, int finest, FloatRows features, FloatRows result)
    {
        var coarsest = _options.Widths.Length - 1;
        for (var level = 0; level <= coarsest; level++) Reserve(level, maps.Count(finest << level));

        var block = 0;
        var around = _options.StemSize == 3 ? maps.Submanifold(finest) : maps.SubmanifoldOnce(finest, _options.StemSize); // blocks use that of 3, too
        var x = Convolve(around, _stem, features, Slot(0, _options.Blocks[0] == 0));
        x = Blocks(0, maps.Submanifold(finest), _encoder.AsSpan(block, _options.Blocks[0]), x, toSkip: coarsest > 0);
        block += _options.Blocks[0];
        for (var level = 1; level <= coarsest; level++)
        {
            var stride = finest << level;
            x = Convolve(maps.DownOnce(stride / 2), _down[level - 1], x, Slot(level, level < coarsest && _options.Blocks[level] == 0));
            x = Blocks(level, maps.Submanifold(stride), _encoder.AsSpan(block, _options.Blocks[level]), x, toSkip: level < coarsest);
            block += _options.Blocks[level];
        }
        block = 0;
        for (var step = 0; step < coarsest; step++)
        {
            var level = coarsest - 1 - step;
            var stride = finest << level;
            Convolve(maps.UpOnce(stride), _up[step], x, _levels[level].Merged);
            x = Blocks(level, maps.Submanifold(stride), _decoder.AsSpan(block, _options.DecoderBlocks[step]), _levels[level].Merged, toSkip: false);
            block += _options.DecoderBlocks[step];
        }
        _pointwise.Resize(maps.Count(finest), maps.Count(finest));
        SparseConvolutionEngine.Run(new ConvolutionJob(_pointwise, _head, x, result), WorkerPool.Shared);
    }

    public void Dispose()
    {
        foreach (var weights in _down.Concat(_up).Append(_stem).Append(_head)) weights.Dispose();
        foreach (var block in _encoder.Concat(_decoder)) block.Dispose();
        foreach (var level in _levels) level.Free();
    }

    private static PackedWeights Fold(NormalizedConvolution unit)
    {
        var (scale, shift) = unit.Norm.Fold();
        return Pack(unit.Convolution.Weight * from_array(scale), shift); // [K, Cin, Cout] * [Cout]
    }

    private static PackedWeights Pack(Tensor weight, float[] bias)
    {
        var shape = weight.shape;
        var packed = PackedWeights.Forward(TileKernels.Best, weight.contiguous().Floats(), (int)shape[0], (int)shape[1], (int)shape[2], WorkerPool.Shared);
        packed.SetBias(bias);
        return packed;
    }

    private static FoldedBlock FoldBlock(ResidualBlock block) =>
        new(Fold(block.First), Fold(block.Second), block.Shortcut is null ? null : Fold(block.Shortcut));

    private static FloatRows Convolve(KernelMap map, PackedWeights weights, FloatRows input, FloatRows output)
    {
        SparseConvolutionEngine.Run(new ConvolutionJob(map, weights, input, output) { Relu = true }, WorkerPool.Shared);
        return output;
    }

    /// <summary>Runs residual blocks; the last one writes to the skip connection where there is one.</summary>
    private FloatRows Blocks(int level, KernelMap map, ReadOnlySpan<FoldedBlock> blocks, FloatRows x, bool toSkip)
    {
        for (var i = 0; i < blocks.Length; i++)
        {
            var output = i == blocks.Length - 1 && toSkip ? _levels[level].Skip : i % 2 == 0 ? _levels[level].Even : _levels[level].Odd;
            var inner = Convolve(map, blocks[i].First, x, _levels[level].Inner);
            var job = new ConvolutionJob(map, blocks[i].Second, inner, output) { Relu = true };
            job = blocks[i].Shortcut is { } shortcut ? job with { Shortcut = x, ShortcutWeights = shortcut } : job with { Residual = x };
            SparseConvolutionEngine.Run(job, WorkerPool.Shared);
            x = output;
        }
        return x;
    }

    /// <summary>Where a level's first convolution writes: into the skip connection when no block follows.</summary>
    private FloatRows Slot(int level, bool toSkip) => toSkip && level < _levels.Length - 1 ? _levels[level].Skip : _levels[level].Odd;

    private void Reserve(int level, int rows)
    {
        var width = _options.Widths[level];
        var decoder = level < _options.Widths.Length - 1 ? _options.DecoderWidths[^(level + 1)] : 0;
        _levels[level].Reserve(rows, width, decoder);
    }

    private sealed record FoldedBlock(PackedWeights First, PackedWeights Second, PackedWeights? Shortcut) : IDisposable
    {
        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
            Shortcut?.Dispose();
        }
    }

    /// <summary>The activations of one level.</summary>
    private sealed class LevelBuffers
    {
        private readonly NativeBuffer<float> _merged = new(), _inner = new(), _even = new(), _odd = new();
        private int _decoderWidth;

        /// <summary>[N, decoder + skip]: what comes from below, beside the skip connection.</summary>
        public FloatRows Merged { get; private set; }

        public FloatRows Skip => Merged.From(_decoderWidth);

        /// <summary>Between the two convolutions of a block.</summary>
        public FloatRows Inner { get; private set; }

        public FloatRows Even { get; private set; }

        public FloatRows Odd { get; private set; }

        public void Reserve(int rows, int width, int decoderWidth)
        {
            var pitch = Math.Max(width, decoderWidth);
            _decoderWidth = decoderWidth;
            Merged = new FloatRows(_merged.Reserve((long)rows * (width + decoderWidth)), width + decoderWidth);
            Inner = new FloatRows(_inner.Reserve((long)rows * pitch), pitch);
            Even = new FloatRows(_even.Reserve((long)rows * pitch), pitch);
            Odd = new FloatRows(_odd.Reserve((long)rows * pitch), pitch);
        }

        public void Free()
        {
            _merged.Free();
            _inner.Free();
            _even.Free();
            _odd.Free();
        }
    }
}
