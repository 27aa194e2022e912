using AlsterNode.Kernels;
using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D;

/// <summary>Finds the rows of a map while it is used: what one layer reads once needs no way to memory and back.</summary>
internal unsafe interface IBlockLookup
{
    /// <summary>Offsets that are looked up together; K is a multiple of it.</summary>
    int OffsetsAtOnce { get; }

    /// <summary>Writes the input rows of some outputs under the offsets from <paramref name="offset"/> on, [OffsetsAtOnce, count]; -1 where there is none.</summary>
    void Find(int offset, int first, int count, int* rows);
}

/// <summary>
/// Which input row meets which output row under each offset of a kernel; what a sparse convolution iterates over instead of a grid.
/// Shared by all layers that work between the same two levels; immutable, but for maps of <see cref="KernelMaps.Refill"/>.
/// </summary>
public sealed class KernelMap
{
    private KernelMap? _back;
    private int[]? _rows;
    private (Device Device, List<(int Offset, Tensor? Inputs, Tensor? Outputs)> Pairs)? _onDevice;

    internal KernelMap(int offsets, int inputs, int outputs, int[]? rows, bool isMirror)
    {
        if (rows is not null && rows.Length != offsets * outputs)
        {
            throw new ArgumentException($"The map has {rows.Length} entries, expected {offsets} x {outputs}.", nameof(rows));
        }
        (Offsets, Inputs, Outputs, _rows, IsMirror) = (offsets, inputs, outputs, rows, isMirror);
        if (isMirror || rows is null) _back = this;
    }

    /// <summary>A map without rows of its own.</summary>
    internal KernelMap(int offsets, IBlockLookup blocks) => (Offsets, Blocks) = (offsets, blocks);

    /// <summary>A map to be filled.</summary>
    internal KernelMap(int offsets, bool isMirror) : this(offsets, 0, 0, [], isMirror) { }

    /// <summary>Number of kernel offsets K; offset k = ((x * S) + y) * S + z for a kernel of size S, first x.</summary>
    public int Offsets { get; }

    /// <summary>Rows of the input.</summary>
    public int Inputs { get; private set; }

    /// <summary>Rows of the output.</summary>
    public int Outputs { get; private set; }

    /// <summary>
    /// True where the offset K-1-k leads back from an input to its output (the same voxels on both sides, odd kernel). Else the map and
    /// its counterpart <see cref="Back"/> use the same offset.
    /// </summary>
    public bool IsMirror { get; }

    /// <summary>The map from outputs to inputs, which carries the gradient.</summary>
    public KernelMap Back => _back ?? throw new InvalidOperationException("The map has no counterpart.");

    /// <summary>[K, Outputs] and what a larger map left behind: the input row under offset k, or -1; null for the 1x1x1 kernel, where rows meet themselves.</summary>
    internal int[]? Rows => Blocks is null ? _rows : throw new InvalidOperationException("The map finds its rows block by block, expected one that has them all.");

    /// <summary>Finds the rows where they are needed, for a map that is used once; null where <see cref="Rows"/> has them.</summary>
    internal IBlockLookup? Blocks { get; }

    /// <summary>Whether the rows are those of the present voxels.</summary>
    internal bool IsFilled { get; set; }

    /// <summary>Gives the map another size, and its memory to be filled, [K, outputs]; null for the 1x1x1 kernel.</summary>
    internal int[]? Resize(int inputs, int outputs)
    {
        (Inputs, Outputs, _onDevice) = (inputs, outputs, null);
        return _rows is null ? null : Reuse.Reserve(ref _rows, Offsets * outputs);
    }

    /// <summary>The map of a 1x1x1 kernel over n rows.</summary>
    public static KernelMap Pointwise(int rows) => new(1, rows, rows, null, isMirror: true);

    /// <summary>The input row that meets an output row under an offset; -1 when there is none.</summary>
    public unsafe int InputOf(int offset, int output)
    {
        if (Blocks is null) return Rows is null ? output : Rows[(offset * Outputs) + output];
        var inputs = stackalloc int[Blocks.OffsetsAtOnce];
        var (group, own) = Math.DivRem(offset, Blocks.OffsetsAtOnce);
        Blocks.Find(group * Blocks.OffsetsAtOnce, output, 1, inputs);
        return inputs[own];
    }

    /// <summary>Number of (input, output) pairs: the work of a convolution is 2 x pairs x Cin x Cout operations.</summary>
    public long CountPairs()
    {
        var pairs = 0L;
        if (Blocks is not null)
        {
            for (var entry = 0; entry < Offsets * Outputs; entry++) pairs += InputOf(entry / Outputs, entry % Outputs) >= 0 ? 1 : 0;
            return pairs;
        }
        if (Rows is null) return Outputs;
        foreach (var row in Rows.AsSpan(0, Offsets * Outputs)) pairs += row >= 0 ? 1 : 0;
        return pairs;
    }

    /// <summary>
    /// The pairs of each offset that has any, as tensors of row numbers [P]; null where rows meet themselves. The tensors are kept with the
    /// map and freed by their finalizers.
    /// </summary>
    internal IReadOnlyList<(int Offset, Tensor? Inputs, Tensor? Outputs)> PairsOn(Device device)
    {
        if (Rows is null) return [(0, null, null)];
        if (_onDevice is { } known && known.Device.Equals(device)) return known.Pairs;
        var all = new List<(int Offset, Tensor? Inputs, Tensor? Outputs)>();
        for (var k = 0; k < Offsets; k++)
        {
            var outputs = Enumerable.Range(0, Outputs).Where(row => InputOf(k, row) >= 0).Select(row => (long)row).ToArray();
            if (outputs.Length == 0) continue;
            var inputs = Array.ConvertAll(outputs, row => (long)InputOf(k, (int)row));
            all.Add((k, from_array(inputs, device).DetachFromDisposeScope(), from_array(outputs, device).DetachFromDisposeScope()));
        }
        _onDevice = (device, all);
        return all;
    }

    /// <summary>Makes two maps of opposite direction known to each other.</summary>
    internal static void Pair(KernelMap down, KernelMap up) => (down._back, up._back) = (up, down);
}
