using AlsterNode.SparseVoxel3D.Layers;
using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D.OnDevice;

/// <summary>
/// A <see cref="SparseUNet3D"/> for evaluation on any device and in any precision: batch normalisation folded, every convolution one gather and one
/// matrix product.
/// </summary>
public sealed class DeviceUNet : IDisposable
{
    private readonly UNetOptions _options;
    private readonly Unit _stem, _head;
    private readonly Unit[] _down, _up;
    private readonly Block[] _encoder, _decoder;

    /// <param name="network">Gives the weights as they are now.</param>
    /// <param name="device">Where to run.</param>
    /// <param name="precision">Of weights and activations.</param>
    public DeviceUNet(SparseUNet3D network, Device device, ScalarType precision)
    {
        ArgumentNullException.ThrowIfNull(network);
        _options = network.Options;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        _stem = Fold(network.Stem);
        _head = new Unit(Placed(Matrix(network.Head.Weight)), Placed(network.Head.Bias!));
        _down = [.. network.Down.Select(Fold)];
        _up = [.. network.Up.Select(FoldUp)];
        _encoder = [.. network.Encoder.Select(FoldBlock)];
        _decoder = [.. network.Decoder.Select(FoldBlock)];

        Unit Fold(NormalizedConvolution layer) => Folded(layer, Matrix);

        // [8, Cin, Cout] -> [Cin, 8 * Cout]: every coarse voxel computes its eight parts.
        Unit FoldUp(NormalizedConvolution layer) => Folded(layer, weight => weight.permute(1, 0, 2).reshape(weight.shape[1], -1));

        Unit Folded(NormalizedConvolution layer, Func<Tensor, Tensor> arrange)
        {
            var (scale, shift) = layer.Norm.Fold();
            return new Unit(Placed(arrange(layer.Convolution.Weight * from_array(scale, layer.Convolution.Weight.device))), Placed(from_array(shift)));
        }

        Block FoldBlock(ResidualBlock block) => new(Fold(block.First), Fold(block.Second), block.Shortcut is null ? null : Fold(block.Shortcut));

        Tensor Placed(Tensor values) => values.detach().to(device).to(precision).contiguous().clone().DetachFromDisposeScope();
    }

    /// <summary>[N, Inputs] -> [N, Outputs], in the device's precision.</summary>
    /// <param name="keys">The voxels' keys, sorted, each once: [N] i64.</param>
    /// <param name="features">[N, Inputs].</param>
    public Tensor Run(Tensor keys, Tensor features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.shape[0] == 0) return zeros([0, _options.Outputs], _head.Weight.dtype, features.device);
        using var scope = NewDisposeScope();
        var levels = new DeviceLevels(keys);
        var (encoder, decoder) = (0, 0);
        var x = Convolve(features.to(_head.Weight.dtype), levels.Neighbours(0), _stem).relu_();
        for (var i = 0; i < _options.Blocks[0]; i++) x = Run(_encoder[encoder++], x, levels.Neighbours(0));
        var skips = new Stack<Tensor>();
        for (var level = 1; level < _options.Widths.Length; level++)
        {
            skips.Push(x);
            x = Convolve(x, levels.Down(level - 1), _down[level - 1]).relu_();
            for (var i = 0; i < _options.Blocks[level]; i++) x = Run(_encoder[encoder++], x, levels.Neighbours(level));
        }
        for (var step = 0; step < _options.DecoderWidths.Length; step++)
        {
            var level = _options.Widths.Length - 2 - step;
            x = cat([Enlarge(x, levels.Up(level), _up[step]), skips.Pop()], 1);
            for (var i = 0; i < _options.DecoderBlocks[step]; i++) x = Run(_decoder[decoder++], x, levels.Neighbours(level));
        }
        return x.mm(_head.Weight).add_(_head.Bias).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var unit in _down.Concat(_up).Append(_stem).Append(_head).Concat(_encoder.Concat(_decoder).SelectMany(block => block.Units)))
        {
            unit.Weight.Dispose();
            unit.Bias.Dispose();
        }
    }

    /// <summary>[K, Cin, Cout] -> [K * Cin, Cout].</summary>
    private static Tensor Matrix(Tensor weight) => weight.reshape(-1, weight.shape[2]);

    /// <summary>Each output row reads its K input rows side by side: [N * K] rows of [M, Cin] -> [N, K * Cin] -> [N, Cout].</summary>
    private static Tensor Convolve(Tensor x, Tensor rows, Unit unit)
    {
        using var scope = NewDisposeScope();
        var padded = cat([x, zeros([1, x.shape[1]], x.dtype, x.device)], 0); // its last row is "no voxel"
        return addmm(unit.Bias, padded.index_select(0, rows).view(-1, unit.Weight.shape[0]), unit.Weight).MoveToOuterDisposeScope();
    }

    private static Tensor Enlarge(Tensor x, Tensor places, Unit unit)
    {
        using var scope = NewDisposeScope();
        var parts = x.mm(unit.Weight).view(-1, unit.Bias.shape[0]); // [M, 8 * Cout] -> [M * 8, Cout]
        return parts.index_select(0, places).add_(unit.Bias).relu_().MoveToOuterDisposeScope();
    }

    private static Tensor Run(Block block, Tensor x, Tensor rows)
    {
        using var scope = NewDisposeScope();
        var residual = block.Shortcut is null ? x : addmm(block.Shortcut.Bias, x, block.Shortcut.Weight);
        var inner = Convolve(x, rows, block.First).relu_();
        return Convolve(inner, rows, block.Second).add_(residual).relu_().MoveToOuterDisposeScope();
    }

    private sealed record Unit(Tensor Weight, Tensor Bias);

    private sealed record Block(Unit First, Unit Second, Unit? Shortcut)
    {
        public IEnumerable<Unit> Units => new[] { First, Second, Shortcut }.OfType<Unit>();
    }
}
