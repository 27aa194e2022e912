using System.Runtime.Intrinsics;

namespace AlsterNode.Kernels;

/// <summary>
/// AVX-512 kernels whose products multiply bfloat16 numbers and add them up in 32 bits: twice as many in the same time. Images stay in 32 bits; only what
/// products read is rounded, with neighbouring channels as pairs: [pixel][8 pairs] a block.
/// </summary>
internal sealed unsafe class Bfloat16PixelKernels : PixelKernels<Lanes512, Vector512<float>>
{
    public override int OperandLanes => Lanes / 2;

    /// <summary>Pairs of inputs in place of inputs; where a block uses an odd number of channels, the last one's partner is zero.</summary>
    public override PackedWeights Pack(float* weights, int inputs, int outputs, int run)
    {
        var pairs = (inputs / run * Half(run)) + Half(inputs % run);
        var rows = new float[pairs * outputs];
        fixed (float* to = rows)
        {
            var row = to;
            for (var block = 0; block < inputs; block += run)
            {
                var end = Math.Min(inputs, block + run);
                for (var input = block; input < end; input += 2)
                {
                    float* low = weights + ((long)input * outputs), high = low + outputs;
                    for (var o = 0; o < outputs; o++) *row++ = Pair(low[o], input + 1 < end ? high[o] : 0);
                }
            }
            return PackSingle(to, pairs, outputs);
        }
    }

    public override (nint Address, long Plane) Operand(BlockedImage image, int first, int count, bool again = false)
    {
        var plane = BlockedImage.PlaneFor(count, OperandLanes);
        var operand = Scratch.Current.D(plane * Blocks(image.Channels));
        for (var block = 0; block < Blocks(image.Channels) && !again; block++)
        {
            var from = image.Pointer + (block * image.Plane) + ((long)first * Lanes);
            Bfloat16Products.Round(from, operand + (block * plane), count, Math.Min(Lanes, image.Channels - (block * Lanes)));
        }
        return ((nint)operand, plane);
    }

    public override void Multiply(PixelProduct job, PackedWeights weights, int firstPanel, int panels)
    {
        var column = firstPanel * 2 * Lanes;
        var pairs = new Bfloat16Products.Job
        {
            Input = job.Input,
            InputPlane = job.InputPlane,
            Weights = weights.Values + ((long)column * weights.Inputs),
            Bias = weights.Bias + column,
            Start = job.Start,
            StartPlane = job.StartPlane,
            Output = job.Output,
            OutputPlane = job.OutputPlane,
            Pairs = weights.Inputs,
            Run = Half(job.Run),
            Vectors = Math.Min(2 * panels, (weights.PaddedOutputs - column) / Lanes),
            Pixels = job.Pixels,
            Floor = job.Floor,
            Ceiling = job.Ceiling,
        };
        Bfloat16Products.Multiply(&pairs);
    }

    public override void Depthwise(WindowShape shape, float* weights, float* input, float* output, int first, int end, bool rectify, float floor, float ceiling)
    {
        var windows = Windows(shape, input, output, first, end) with { Weights = weights, Rectify = rectify ? 1 : 0, Floor = floor, Ceiling = ceiling };
        Bfloat16Products.Depthwise(&windows);
    }

    public override void Shift(WindowShape shape, float* input, float* output, int first, int end, int right, int down)
    {
        var windows = Windows(shape, input, output, first, end);
        Bfloat16Products.Shift(&windows, right, down);
    }

    private static Bfloat16Products.Windows Windows(WindowShape shape, float* input, float* output, int first, int end) => new()
    {
        Input = input,
        Output = output,
        Height = shape.Height,
        Width = shape.Width,
        Stride = shape.Stride,
        Dilation = shape.Dilation,
        First = first,
        End = end,
    };

    private static int Half(int channels) => (channels + 1) / 2;

    private static float Pair(float low, float high) => BitConverter.UInt32BitsToSingle(((uint)Round(high) << 16) | Round(low));

    /// <summary>The nearest bfloat16 number, ties to even.</summary>
    private static ushort Round(float value)
    {
        if (float.IsNaN(value)) return 0x7FC0;
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
