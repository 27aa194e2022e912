namespace AlsterNode.Kernels;

/// <summary>
/// A kernel's weights in the order in which the tiles read them: [K][panel][Cin][panel width], the last panel padded with zeros to whole
/// vectors.
/// </summary>
internal sealed unsafe class PackedWeights : IDisposable
{
    private readonly NativeBuffer<float> _values = new();
    private readonly NativeBuffer<float> _bias = new();

    public PackedWeights(TileKernels kernels, int offsets, int inputs, int outputs)
    {
        (Kernels, Offsets, Inputs, Outputs) = (kernels, offsets, inputs, outputs);
        PaddedOutputs = kernels.Padded(outputs);
        Values = _values.Reserve((long)offsets * inputs * PaddedOutputs);
        Bias = _bias.Reserve(PaddedOutputs);
        new Span<float>(Bias, PaddedOutputs).Clear();
    }

    public TileKernels Kernels { get; }

    /// <summary>Kernel offsets K.</summary>
    public int Offsets { get; }

    /// <summary>Input channels.</summary>
    public int Inputs { get; }

    /// <summary>Output channels.</summary>
    public int Outputs { get; }

    public int PaddedOutputs { get; }

    public float* Values { get; }

    /// <summary>[PaddedOutputs], zeros unless set.</summary>
    public float* Bias { get; }

    /// <summary>Packs weights [K, Cin, Cout].</summary>
    public static PackedWeights Forward(TileKernels kernels, float* weights, int offsets, int inputs, int outputs, WorkerPool pool)
    {
        var packed = new PackedWeights(kernels, offsets, inputs, outputs);
        pool.Run(offsets, k => packed.PackOffset(k, weights + ((long)k * inputs * outputs), outputs, 1));
        return packed;
    }

    /// <summary>Packs weights [K, Cin, Cout] for the way back: Cin and Cout swapped, offsets mirrored when the map says so.</summary>
    public static PackedWeights Backward(TileKernels kernels, float* weights, int offsets, int inputs, int outputs, bool mirror, WorkerPool pool)
    {
        var packed = new PackedWeights(kernels, offsets, outputs, inputs);
        pool.Run(offsets, k =>
        {
            var source = mirror ? offsets - 1 - k : k;
            packed.PackOffset(k, weights + ((long)source * inputs * outputs), 1, outputs);
        });
        return packed;
    }

    /// <summary>Sets what is added to each output row.</summary>
    public void SetBias(ReadOnlySpan<float> bias) => bias.CopyTo(new Span<float>(Bias, Outputs));

    public void Dispose()
    {
        _values.Free();
        _bias.Free();
    }

    /// <summary>Packs one offset from element (input i, output o) = from[i * inputStride + o * outputStride].</summary>
    private void PackOffset(int offset, float* from, int inputStride, int outputStride)
    {
        var to = Values + ((long)offset * Inputs * PaddedOutputs);
        for (var start = 0; start < PaddedOutputs; start += Kernels.PanelWidth)
        {
            var width = Math.Min(Kernels.PanelWidth, PaddedOutputs - start);
            var filled = Math.Min(width, Outputs - start);
            for (var i = 0; i < Inputs; i++, to += width)
            {
                var row = from + ((long)i * inputStride) + ((long)start * outputStride);
                for (var o = 0; o < filled; o++) to[o] = row[(long)o * outputStride];
                for (var o = filled; o < width; o++) to[o] = 0;
            }
        }
    }
}
