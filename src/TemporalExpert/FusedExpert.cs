using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AlsterNode.Kernels;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace AlsterNode.TemporalExpert;

/// <summary>
/// A <see cref="TemporalExpertNetwork"/> for evaluation on the CPU: a tile of voxels goes through all layers while it lies in the first
/// cache; no tensor of scores, no tensor between layers. Weights are products formed once: see <see cref="CrossAttention"/>.
/// </summary>
internal abstract unsafe class FusedExpert : IDisposable
{
    /// <summary>The sum over all weights that were packed: a change of any of them makes the copy stale.</summary>
    public required ulong Source { get; init; }

    /// <summary>The packed network for the widest vectors of this processor.</summary>
    public static FusedExpert Of(TemporalExpertNetwork network) =>
        Vector512.IsHardwareAccelerated ? new FusedExpert<Lanes512, Vector512<float>>(network) { Source = Fingerprint(network) }
        : Vector256.IsHardwareAccelerated ? new FusedExpert<Lanes256, Vector256<float>>(network) { Source = Fingerprint(network) }
        : new FusedExpert<PortableLanes, Vector<float>>(network) { Source = Fingerprint(network) };

    /// <summary>The packed network for each vector width, for tests: those the processor lacks run in software.</summary>
    public static IReadOnlyList<FusedExpert> All(TemporalExpertNetwork network) =>
    [
        new FusedExpert<Lanes512, Vector512<float>>(network) { Source = 0 },
        new FusedExpert<Lanes256, Vector256<float>>(network) { Source = 0 },
        new FusedExpert<PortableLanes, Vector<float>>(network) { Source = 0 },
    ];

    /// <summary>A checksum over all weights.</summary>
    public static ulong Fingerprint(TemporalExpertNetwork network) =>
        network.parameters().Aggregate(0UL, (hash, parameter) => WeightChecksum.Join(hash, WeightChecksum.Of(parameter.bytes)));

    /// <summary>[N, D] each -> [N, D]; contiguous 32-bit rows on the CPU.</summary>
    public Tensor Run(Tensor past, Tensor features3D, Tensor features2D)
    {
        var result = empty(past.shape[0], past.shape[1]);
        using Tensor x = past.contiguous(), y = features3D.contiguous(), z = features2D.contiguous();
        Run(Floats(x), Floats(y), Floats(z), Floats(result), (int)past.shape[0]);
        return result;
    }

    public abstract void Dispose();

    /// <summary>[N, D] each, row by row without gaps.</summary>
    public abstract void Run(float* past, float* features3D, float* features2D, float* result, int voxels);

    private static float* Floats(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}

/// <summary>The same for one vector width.</summary>
internal sealed unsafe class FusedExpert<TLanes, TVector> : FusedExpert
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const int TilesPerTask = 8;
    private const float NormEpsilon = 1e-5f; // layer norm's, as PyTorch's

    private readonly int _dimension;
    private readonly int _hidden;
    private readonly bool _softmax;
    private readonly NativeBuffer<float> _memory = new();
    private readonly Dense _embedGlobal, _embed3D, _embed2D, _output;
    private readonly Layer[] _layers;
    private long _used;

    public FusedExpert(TemporalExpertNetwork network)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        (_dimension, _hidden, _softmax) = (network.Options.FeatureDimension, network.Options.Hidden, network.Options.Attention == AttentionKind.Softmax);
        var square = Lane.PackedSize(_dimension, _dimension);
        var layerSize = (2 * square) + Lane.PackedSize(_hidden, _dimension) + Lane.PackedSize(_dimension, _hidden) + (5 * _dimension);
        _memory.Reserve((4 * square) + ((long)network.Options.Layers * layerSize));
        (_embedGlobal, _embed3D, _embed2D) = (Pack(network.EmbedGlobal.weight, network.EmbedGlobal.bias!), Pack(network.Embed3D.weight, network.Embed3D.bias!), Pack(network.Embed2D.weight, network.Embed2D.bias!));
        _layers = [.. network.Layers.Select(PackLayer)];
        _output = Pack(network.Output.weight, network.Output.bias!);
    }

    public override void Dispose() => _memory.Free();

    public override void Run(float* past, float* features3D, float* features2D, float* result, int voxels)
    {
        var tiles = (voxels + Lane.Width - 1) / Lane.Width;
        WorkerPool.Shared.Run((tiles + TilesPerTask - 1) / TilesPerTask, new Tiles(this, past, features3D, features2D, result, voxels));
    }

    private void RunTile(Workspace own, float* past, float* features3D, float* features2D, float* result, int count)
    {
        Embed(_embedGlobal, past, own, own.State, count);
        Embed(_embed3D, features3D, own, own.Source3D, count);
        Embed(_embed2D, features2D, own, own.Source2D, count);
        foreach (var layer in _layers)
        {
            Lane.Run(layer.KeyQuery.Weights, own.State, _dimension, own.Mixed, _dimension, relu: false); // Wk^T Q(x)
            Weigh(own);
            Mix(own);
            Lane.Run(layer.OutputValue.Weights, own.Mixed, _dimension, own.Attended, _dimension, relu: false);
            if (!_softmax) AddBias(own, layer.ValueBias);
            AddNormalized(own.State, own.Attended, layer.Norm1Weight, layer.Norm1Bias);
            Lane.Run(layer.Linear1.Weights, own.State, _dimension, own.Hidden, _hidden, relu: true);
            Lane.Run(layer.Linear2.Weights, own.Hidden, _hidden, own.Attended, _dimension, relu: false);
            AddNormalized(own.State, own.Attended, layer.Norm2Weight, layer.Norm2Bias);
        }
        Lane.Run(_output.Weights, own.State, _dimension, own.Mixed, _dimension, relu: false);
        for (var row = 0; row < count; row++)
        {
            for (var c = 0; c < _dimension; c++) result[(row * _dimension) + c] = own.Mixed[(c * Lane.Width) + row];
        }
    }

    /// <summary>Rows [count, D] -> columns, and through a linear map.</summary>
    private void Embed(Dense map, float* rows, Workspace own, float* to, int count)
    {
        for (var c = 0; c < _dimension; c++)
        {
            var column = own.Mixed + (c * Lane.Width);
            for (var row = 0; row < count; row++) column[row] = rows[(row * _dimension) + c];
            for (var row = count; row < Lane.Width; row++) column[row] = 0;
        }
        Lane.Run(map.Weights, own.Mixed, _dimension, to, _dimension, relu: false);
    }

    /// <summary>The probe's products with the three sources, and their softmax: Weights [3, Width].</summary>
    private void Weigh(Workspace own)
    {
        for (var half = 0; half < Lane.Width; half += TLanes.Count)
        {
            TVector global = TLanes.Repeat(0), in3D = global, in2D = global;
            for (var c = 0; c < _dimension; c++)
            {
                var at = (c * Lane.Width) + half;
                var probe = TLanes.Load(own.Mixed + at);
                global = TLanes.MultiplyAdd(probe, TLanes.Load(own.State + at), global);
                in3D = TLanes.MultiplyAdd(probe, TLanes.Load(own.Source3D + at), in3D);
                in2D = TLanes.MultiplyAdd(probe, TLanes.Load(own.Source2D + at), in2D);
            }
            if (_softmax)
            {
                var largest = TLanes.Max(global, TLanes.Max(in3D, in2D));
                (global, in3D, in2D) = (TLanes.Subtract(global, largest), TLanes.Subtract(in3D, largest), TLanes.Subtract(in2D, largest));
            }
            TLanes.Store(global, own.Weights + half);
            TLanes.Store(in3D, own.Weights + Lane.Width + half);
            TLanes.Store(in2D, own.Weights + (2 * Lane.Width) + half);
        }
        if (!_softmax) return;
        var exponentials = new Span<float>(own.Weights, 3 * Lane.Width);
        TensorPrimitives.Exp(exponentials, exponentials);
        for (var half = 0; half < Lane.Width; half += TLanes.Count)
        {
            float* first = own.Weights + half, second = first + Lane.Width, third = second + Lane.Width;
            var share = TLanes.Divide(TLanes.Repeat(1), TLanes.Add(TLanes.Load(first), TLanes.Add(TLanes.Load(second), TLanes.Load(third))));
            TLanes.Store(TLanes.Multiply(TLanes.Load(first), share), first);
            TLanes.Store(TLanes.Multiply(TLanes.Load(second), share), second);
            TLanes.Store(TLanes.Multiply(TLanes.Load(third), share), third);
        }
    }

    /// <summary>sum_k w_k f_k.</summary>
    private void Mix(Workspace own)
    {
        for (var half = 0; half < Lane.Width; half += TLanes.Count)
        {
            TVector w1 = TLanes.Load(own.Weights + half), w2 = TLanes.Load(own.Weights + Lane.Width + half), w3 = TLanes.Load(own.Weights + (2 * Lane.Width) + half);
            for (var c = 0; c < _dimension; c++)
            {
                var at = (c * Lane.Width) + half;
                var sum = TLanes.Multiply(w1, TLanes.Load(own.State + at));
                sum = TLanes.MultiplyAdd(w2, TLanes.Load(own.Source3D + at), sum);
                TLanes.Store(TLanes.MultiplyAdd(w3, TLanes.Load(own.Source2D + at), sum), own.Mixed + at);
            }
        }
    }

    /// <summary>Linear attention's weights do not sum to 1: the value's bias counts as often as they do.</summary>
    private void AddBias(Workspace own, float* valueBias)
    {
        for (var half = 0; half < Lane.Width; half += TLanes.Count)
        {
            var sum = TLanes.Add(TLanes.Load(own.Weights + half), TLanes.Add(TLanes.Load(own.Weights + Lane.Width + half), TLanes.Load(own.Weights + (2 * Lane.Width) + half)));
            for (var c = 0; c < _dimension; c++)
            {
                var at = own.Attended + (c * Lane.Width) + half;
                TLanes.Store(TLanes.MultiplyAdd(sum, TLanes.Repeat(valueBias[c]), TLanes.Load(at)), at);
            }
        }
    }

    /// <summary>x = layer norm(x + y).</summary>
    private void AddNormalized(float* x, float* y, float* weight, float* bias)
    {
        var share = TLanes.Repeat(1f / _dimension);
        for (var half = 0; half < Lane.Width; half += TLanes.Count)
        {
            var sum = TLanes.Repeat(0);
            for (var c = 0; c < _dimension; c++)
            {
                var at = (c * Lane.Width) + half;
                var value = TLanes.Add(TLanes.Load(x + at), TLanes.Load(y + at));
                TLanes.Store(value, x + at);
                sum = TLanes.Add(sum, value);
            }
            var mean = TLanes.Multiply(sum, share);
            var squares = TLanes.Repeat(0);
            for (var c = 0; c < _dimension; c++)
            {
                var centred = TLanes.Subtract(TLanes.Load(x + (c * Lane.Width) + half), mean);
                squares = TLanes.MultiplyAdd(centred, centred, squares);
            }
            var scale = TLanes.Divide(TLanes.Repeat(1), TLanes.SquareRoot(TLanes.MultiplyAdd(squares, share, TLanes.Repeat(NormEpsilon))));
            for (var c = 0; c < _dimension; c++)
            {
                var at = x + (c * Lane.Width) + half;
                var normal = TLanes.Multiply(TLanes.Subtract(TLanes.Load(at), mean), scale);
                TLanes.Store(TLanes.MultiplyAdd(normal, TLanes.Repeat(weight[c]), TLanes.Repeat(bias[c])), at);
            }
        }
    }

    private Layer PackLayer(ExpertLayer layer)
    {
        var (keyQuery, keyBias, outputValue, valueBias) = layer.Attention.Products();
        var outputBias = _softmax ? layer.Attention.OutputBias + valueBias : layer.Attention.OutputBias; // softmax weights sum to 1
        return new Layer(Pack(keyQuery, keyBias), Pack(outputValue, outputBias), Copy(valueBias), Pack(layer.Linear1.weight, layer.Linear1.bias!),
            Pack(layer.Linear2.weight, layer.Linear2.bias!), Copy(layer.Norm1.weight!), Copy(layer.Norm1.bias!), Copy(layer.Norm2.weight!), Copy(layer.Norm2.bias!));
    }

    private Dense Pack(Tensor weight, Tensor bias)
    {
        var inputs = (int)weight.shape[1];
        var size = Lane.PackedSize((int)weight.shape[0], inputs);
        var to = Take(size);
        Lane.Pack(weight.contiguous().data<float>().ToArray(), bias.contiguous().data<float>().ToArray(), inputs, new Span<float>(to, size));
        return new Dense(to);
    }

    private float* Copy(Tensor values)
    {
        var floats = values.contiguous().data<float>().ToArray();
        var to = Take(floats.Length);
        floats.CopyTo(new Span<float>(to, floats.Length));
        return to;
    }

    private float* Take(int floats)
    {
        var to = _memory.Reserve(0) + _used;
        _used += floats;
        return to;
    }

    /// <summary>Some tiles of voxels through all layers.</summary>
    private readonly struct Tiles(FusedExpert<TLanes, TVector> expert, float* past, float* features3D, float* features2D, float* result, int voxels) : IParallelJob
    {
        public void Run(int task)
        {
            var own = Workspace.Current(expert._dimension, expert._hidden);
            for (var tile = task * TilesPerTask; tile < Math.Min((voxels + Lane.Width - 1) / Lane.Width, (task + 1) * TilesPerTask); tile++)
            {
                var first = tile * Lane.Width;
                var count = Math.Min(Lane.Width, voxels - first);
                var offset = (long)first * expert._dimension;
                expert.RunTile(own, past + offset, features3D + offset, features2D + offset, result + offset, count);
            }
        }
    }

    /// <summary>Shorthand for the dense layers of this width.</summary>
    private static class Lane
    {
        public static int Width => ColumnMajorDense<TLanes, TVector>.Width;

        public static int PackedSize(int outputs, int inputs) => ColumnMajorDense<TLanes, TVector>.PackedSize(outputs, inputs);

        public static void Pack(ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, int inputs, Span<float> packed) =>
            ColumnMajorDense<TLanes, TVector>.Pack(weights, biases, inputs, packed);

        public static void Run(float* packed, float* x, int inputs, float* y, int outputs, bool relu) =>
            ColumnMajorDense<TLanes, TVector>.Run(packed, x, inputs, y, outputs, relu);
    }

    private readonly struct Dense(float* weights)
    {
        public float* Weights => weights;
    }

    private sealed class Layer(Dense keyQuery, Dense outputValue, float* valueBias, Dense linear1, Dense linear2, float* norm1Weight, float* norm1Bias,
        float* norm2Weight, float* norm2Bias)
    {
        public Dense KeyQuery => keyQuery;

        public Dense OutputValue => outputValue;

        public float* ValueBias => valueBias;

        public Dense Linear1 => linear1;

        public Dense Linear2 => linear2;

        public float* Norm1Weight => norm1Weight;

        public float* Norm1Bias => norm1Bias;

        public float* Norm2Weight => norm2Weight;

        public float* Norm2Bias => norm2Bias;
    }

    /// <summary>A thread's tile: every buffer is column-major, with room for whole groups of outputs.</summary>
    private sealed class Workspace
    {
        [ThreadStatic]
        private static Workspace? _current;

        private readonly NativeBuffer<float> _floats = new();

        public float* State { get; private set; }

        public float* Source3D { get; private set; }

        public float* Source2D { get; private set; }

        public float* Mixed { get; private set; }

        public float* Attended { get; private set; }

        public float* Hidden { get; private set; }

        /// <summary>[3, Width].</summary>
        public float* Weights { get; private set; }

        public static Workspace Current(int dimension, int hidden)
        {
            var own = _current ??= new Workspace();
            var group = ColumnMajorDense<TLanes, TVector>.Group;
            int columns = (dimension + group - 1) / group * group * Lane.Width, hiddenColumns = (hidden + group - 1) / group * group * Lane.Width;
            var start = own._floats.Reserve((5 * columns) + hiddenColumns + (3 * Lane.Width));
            own.State = start;
            own.Source3D = start + columns;
            own.Source2D = start + (2 * columns);
            own.Mixed = start + (3 * columns);
            own.Attended = start + (4 * columns);
            own.Hidden = start + (5 * columns);
            own.Weights = own.Hidden + hiddenColumns;
            return own;
        }
    }
}
