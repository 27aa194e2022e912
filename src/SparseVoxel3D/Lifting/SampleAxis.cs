namespace AlsterNode.SparseVoxel3D.Lifting;

/// <summary>
/// Where the pixels of one axis sample a coarser axis: pixel i of n reads (i + 0.5) m / n - 0.5 of m samples, clamped at the ends; value =
/// (1 - fraction) low + fraction high.
/// </summary>
internal sealed class SampleAxis
{
    public SampleAxis(int pixels, int samples)
    {
        (Low, High, Fraction) = (new int[pixels], new int[pixels], new float[pixels]);
        for (var i = 0; i < pixels; i++)
        {
            var position = Math.Clamp(((i + 0.5) * samples / pixels) - 0.5, 0, samples - 1);
            Low[i] = (int)position;
            High[i] = Math.Min(Low[i] + 1, samples - 1);
            Fraction[i] = (float)(position - Low[i]);
        }
    }

    public int[] Low { get; }

    public int[] High { get; }

    public float[] Fraction { get; }
}
