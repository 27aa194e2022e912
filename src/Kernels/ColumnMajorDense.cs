using System.Runtime.CompilerServices;

namespace AlsterNode.Kernels;

/// <summary>
/// Dense layers on a tile of rows that lies column by column: x[c * Width + row], two vectors of rows wide. Every step of a network on such
/// a tile is then the same for all lanes: no padding of channels, no sums across a vector.
/// </summary>
internal static unsafe class ColumnMajorDense<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>Outputs that share one pass over the inputs: their accumulators, two inputs and a weight stay in registers.</summary>
    public static int Group => TLanes.Count >= 16 ? 8 : 4;

    /// <summary>Rows in a tile.</summary>
    public static int Width => 2 * TLanes.Count;

    /// <summary>Floats of a packed layer.</summary>
    public static int PackedSize(int outputs, int inputs) => (outputs + Group - 1) / Group * Group * (inputs + 1);

    /// <summary>
    /// Weights [outputs, inputs] and biases [outputs] in the order they are read: for each group of outputs its biases, then for each input
    /// the group's weights; groups are filled up with zeros.
    /// </summary>
    public static void Pack(ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, int inputs, Span<float> packed)
    {
        var outputs = biases.Length;
        packed.Clear();
        for (var first = 0; first < outputs; first += Group)
        {
            var group = packed[(first * (inputs + 1))..];
            for (var i = 0; i < Math.Min(Group, outputs - first); i++)
            {
                group[i] = biases[first + i];
                for (var k = 0; k < inputs; k++) group[((k + 1) * Group) + i] = weights[((first + i) * inputs) + k];
            }
        }
    }

    /// <summary>y = W x + b, or max(0, W x + b): x [inputs, Width] -> y [outputs rounded up to groups, Width].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* packed, float* x, int inputs, float* y, int outputs, bool relu)
    {
        for (var first = 0; first < outputs; first += Group)
        {
            if (Group == 8) Eight(packed, x, inputs, y, relu);
            else Four(packed, x, inputs, y, relu);
            packed += Group * (inputs + 1);
            y += Group * Width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Eight(float* w, float* x, int inputs, float* y, bool relu)
    {
        TVector l0 = TLanes.Repeat(w[0]), l1 = TLanes.Repeat(w[1]), l2 = TLanes.Repeat(w[2]), l3 = TLanes.Repeat(w[3]);
        TVector l4 = TLanes.Repeat(w[4]), l5 = TLanes.Repeat(w[5]), l6 = TLanes.Repeat(w[6]), l7 = TLanes.Repeat(w[7]);
        TVector r0 = l0, r1 = l1, r2 = l2, r3 = l3, r4 = l4, r5 = l5, r6 = l6, r7 = l7;
        for (var k = 0; k < inputs; k++)
        {
            w += 8;
            TVector left = TLanes.Load(x), right = TLanes.Load(x + TLanes.Count);
            x += 2 * TLanes.Count;
            var w0 = TLanes.Repeat(w[0]);
            l0 = TLanes.MultiplyAdd(w0, left, l0);
            r0 = TLanes.MultiplyAdd(w0, right, r0);
            var w1 = TLanes.Repeat(w[1]);
            l1 = TLanes.MultiplyAdd(w1, left, l1);
            r1 = TLanes.MultiplyAdd(w1, right, r1);
            var w2 = TLanes.Repeat(w[2]);
            l2 = TLanes.MultiplyAdd(w2, left, l2);
            r2 = TLanes.MultiplyAdd(w2, right, r2);
            var w3 = TLanes.Repeat(w[3]);
            l3 = TLanes.MultiplyAdd(w3, left, l3);
            r3 = TLanes.MultiplyAdd(w3, right, r3);
            var w4 = TLanes.Repeat(w[4]);
            l4 = TLanes.MultiplyAdd(w4, left, l4);
            r4 = TLanes.MultiplyAdd(w4, right, r4);
            var w5 = TLanes.Repeat(w[5]);
            l5 = TLanes.MultiplyAdd(w5, left, l5);
            r5 = TLanes.MultiplyAdd(w5, right, r5);
            var w6 = TLanes.Repeat(w[6]);
            l6 = TLanes.MultiplyAdd(w6, left, l6);
            r6 = TLanes.MultiplyAdd(w6, right, r6);
            var w7 = TLanes.Repeat(w[7]);
            l7 = TLanes.MultiplyAdd(w7, left, l7);
            r7 = TLanes.MultiplyAdd(w7, right, r7);
        }
        Store(y, 0, l0, r0, relu);
        Store(y, 1, l1, r1, relu);
        Store(y, 2, l2, r2, relu);
        Store(y, 3, l3, r3, relu);
        Store(y, 4, l4, r4, relu);
        Store(y, 5, l5, r5, relu);
        Store(y, 6, l6, r6, relu);
        Store(y, 7, l7, r7, relu);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(float* w, float* x, int inputs, float* y, bool relu)
    {
        TVector l0 = TLanes.Repeat(w[0]), l1 = TLanes.Repeat(w[1]), l2 = TLanes.Repeat(w[2]), l3 = TLanes.Repeat(w[3]);
        TVector r0 = l0, r1 = l1, r2 = l2, r3 = l3;
        for (var k = 0; k < inputs; k++)
        {
            w += 4;
            TVector left = TLanes.Load(x), right = TLanes.Load(x + TLanes.Count);
            x += 2 * TLanes.Count;
            var w0 = TLanes.Repeat(w[0]);
            l0 = TLanes.MultiplyAdd(w0, left, l0);
            r0 = TLanes.MultiplyAdd(w0, right, r0);
            var w1 = TLanes.Repeat(w[1]);
            l1 = TLanes.MultiplyAdd(w1, left, l1);
            r1 = TLanes.MultiplyAdd(w1, right, r1);
            var w2 = TLanes.Repeat(w[2]);
            l2 = TLanes.MultiplyAdd(w2, left, l2);
            r2 = TLanes.MultiplyAdd(w2, right, r2);
            var w3 = TLanes.Repeat(w[3]);
            l3 = TLanes.MultiplyAdd(w3, left, l3);
            r3 = TLanes.MultiplyAdd(w3, right, r3);
        }
        Store(y, 0, l0, r0, relu);
        Store(y, 1, l1, r1, relu);
        Store(y, 2, l2, r2, relu);
        Store(y, 3, l3, r3, relu);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* y, int output, TVector left, TVector right, bool relu)
    {
        if (relu) (left, right) = (TLanes.Max(left, TLanes.Repeat(0)), TLanes.Max(right, TLanes.Repeat(0)));
        TLanes.Store(left, y + (2 * output * TLanes.Count));
        TLanes.Store(right, y + (((2 * output) + 1) * TLanes.Count));
    }
}
