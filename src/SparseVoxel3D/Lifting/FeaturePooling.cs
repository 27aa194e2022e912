using System.Numerics;
using System.Runtime.CompilerServices;
using AlsterNode.Kernels;
using AlsterNode.SparseVoxel3D.Engine;

namespace AlsterNode.SparseVoxel3D.Lifting;

/// <summary>
/// The mean over a voxel's pixels of the feature image, which is coarser than the depth image and sampled bilinearly at pixel centres:
/// pixel u reads position (u + 0.5) w / W - 0.5.
/// </summary>
internal sealed unsafe class FeaturePooling
{
    private const int VoxelsPerTask = 512;

    private readonly DepthVoxels _voxels;
    private readonly int _imageWidth;
    private readonly SampleAxis _columns;
    private readonly SampleAxis _lines;

    /// <param name="voxels">Which pixels fall in which voxel.</param>
    /// <param name="imageWidth">Width of the depth image [px].</param>
    /// <param name="imageHeight">Height of the depth image [px].</param>
    /// <param name="width">Width of the feature image.</param>
    /// <param name="height">Height of the feature image.</param>
    public FeaturePooling(DepthVoxels voxels, int imageWidth, int imageHeight, int width, int height)
    {
        (_voxels, _imageWidth, Width, Height) = (voxels, imageWidth, width, height);
        (_columns, _lines) = (new SampleAxis(imageWidth, width), new SampleAxis(imageHeight, height));
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Number of voxels.</summary>
    public int Count => _voxels.Count;

    /// <summary>Whether it is made for images of these sizes.</summary>
    public bool Fits(int imageWidth, int imageHeight, int width, int height) =>
        (_imageWidth, _lines.Low.Length, Width, Height) == (imageWidth, imageHeight, width, height);

    /// <summary>[h * w, D] -> [N, D].</summary>
    public void Forward(float* image, float* means, int channels, WorkerPool pool) =>
        pool.Run((Count + VoxelsPerTask - 1) / VoxelsPerTask, new Means(this, image, means, channels));

    /// <summary>
    /// The gradient of the means [N, D] -> of the image [h * w, D]. A task owns a line of the feature image and adds up in the order of
    /// the pixels: no two threads write to one place.
    /// </summary>
    public void Backward(float* meanGradient, float* imageGradient, int channels, WorkerPool pool)
    {
        pool.Run(Height, task =>
        {
            var counts = _voxels.Counts;
            var to = imageGradient + ((long)task * Width * channels);
            new Span<float>(to, Width * channels).Clear();
            for (var line = 0; line < _lines.Low.Length; line++)
            {
                var weight = (_lines.Low[line] == task ? 1 - _lines.Fraction[line] : 0) + (_lines.High[line] == task ? _lines.Fraction[line] : 0);
                if (weight == 0) continue;
                for (var column = 0; column < _imageWidth; column++)
                {
                    var row = _voxels.PixelVoxel[(line * _imageWidth) + column];
                    if (row < 0) continue;
                    var share = weight / counts[row];
                    var from = meanGradient + ((long)row * channels);
                    RowMath.AddScaled(from, share * (1 - _columns.Fraction[column]), to + ((long)_columns.Low[column] * channels), channels);
                    RowMath.AddScaled(from, share * _columns.Fraction[column], to + ((long)_columns.High[column] * channels), channels);
                }
            }
        });
    }

    /// <summary>The four samples of a pixel as rows of the feature image with their weights: [4, pixels], for tensor operations.</summary>
    public (long[] Rows, float[] Weights) Samples()
    {
        var pixels = _voxels.Pixels;
        var rows = new long[4 * pixels.Length];
        var weights = new float[4 * pixels.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (line, column) = Math.DivRem(pixels[i], _imageWidth);
            for (var corner = 0; corner < 4; corner++)
            {
                bool isLower = corner >= 2, isRight = corner % 2 == 1;
                var y = isLower ? _lines.High[line] : _lines.Low[line];
                var x = isRight ? _columns.High[column] : _columns.Low[column];
                rows[(corner * pixels.Length) + i] = ((long)y * Width) + x;
                weights[(corner * pixels.Length) + i] = (isLower ? _lines.Fraction[line] : 1 - _lines.Fraction[line])
                    * (isRight ? _columns.Fraction[column] : 1 - _columns.Fraction[column]);
            }
        }
        return (rows, weights);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddFour(Span<float> to, float* a, float weightA, float* b, float weightB, float* c, float weightC, float* d, float weightD)
    {
        var lanes = Vector<float>.Count;
        var i = 0;
        fixed (float* sum = to)
        {
            Vector<float> wa = new(weightA), wb = new(weightB), wc = new(weightC), wd = new(weightD);
            for (; i <= to.Length - lanes; i += lanes)
            {
                var value = Vector.FusedMultiplyAdd(wa, Vector.Load(a + i), Vector.Load(sum + i));
                value = Vector.FusedMultiplyAdd(wb, Vector.Load(b + i), value);
                value = Vector.FusedMultiplyAdd(wc, Vector.Load(c + i), value);
                Vector.FusedMultiplyAdd(wd, Vector.Load(d + i), value).Store(sum + i);
            }
            for (; i < to.Length; i++) sum[i] += (weightA * a[i]) + (weightB * b[i]) + (weightC * c[i]) + (weightD * d[i]);
        }
    }

    /// <summary>The means of some voxels.</summary>
    private readonly struct Means(FeaturePooling pooling, float* image, float* means, int channels) : IParallelJob
    {
        public void Run(int task)
        {
            var (voxels, columns, lines) = (pooling._voxels, pooling._columns, pooling._lines);
            ReadOnlySpan<int> starts = voxels.Starts, pixels = voxels.Pixels;
            var pitch = (long)pooling.Width * channels;
            for (var row = task * VoxelsPerTask; row < Math.Min(voxels.Count, (task + 1) * VoxelsPerTask); row++)
            {
                var mean = new Span<float>(means + ((long)row * channels), channels);
                mean.Clear();
                var own = pixels[starts[row]..starts[row + 1]];
                var share = 1f / own.Length;
                foreach (var pixel in own)
                {
                    var (line, column) = Math.DivRem(pixel, pooling._imageWidth);
                    float below = lines.Fraction[line] * share, above = share - below;
                    float right = columns.Fraction[column], left = 1 - right;
                    float* upper = image + (lines.Low[line] * pitch), lower = image + (lines.High[line] * pitch);
                    int low = columns.Low[column] * channels, high = columns.High[column] * channels;
                    AddFour(mean, upper + low, above * left, upper + high, above * right, lower + low, below * left, lower + high, below * right);
                }
            }
        }
    }
}
