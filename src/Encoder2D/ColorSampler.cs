using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AlsterNode.Core;
using AlsterNode.Kernels;

namespace AlsterNode.Encoder2D;

/// <summary>
/// Bilinear samples of a colour image, averaged beforehand over cells of whole pixels so that sampling it at a coarser step does not alias.
/// One sampler takes image after image into the same memory.
/// </summary>
internal sealed unsafe class ColorSampler
{
    private const int MaxCell = 16; // the sum of 16 x 16 bytes fits 16 bits
    private const int LinesPerTask = 8;

    private int _imageWidth, _imageHeight, _cellWidth, _cellHeight, _width, _height;
    private float _perCellX, _perCellY, _perSum;
    private ushort[] _sums = []; // [height, width, 3] of each cell, and one more value: pixels are read four values at a time

    /// <summary>Takes an image.</summary>
    /// <param name="image">The colour image.</param>
    /// <param name="stepX">Colour pixels between two samples along a row; averaging starts at 2.</param>
    /// <param name="stepY">Colour pixels between two rows of samples.</param>
    public void Take(ColorImage image, double stepX, double stepY)
    {
        (_imageWidth, _imageHeight) = (image.Width, image.Height);
        (_cellWidth, _cellHeight) = (CellSize(stepX, image.Width), CellSize(stepY, image.Height));
        (_width, _height) = (image.Width / _cellWidth, image.Height / _cellHeight);
        (_perCellX, _perCellY, _perSum) = (1f / _cellWidth, 1f / _cellHeight, 1f / (_cellWidth * _cellHeight));
        Reuse.Reserve(ref _sums, (_width * _height * 3) + 1);
        WorkerPool.Shared.Run((_height + LinesPerTask - 1) / LinesPerTask, new Lines(this, image));
    }

    /// <summary>Where a colour pixel's u samples; NaN is outside.</summary>
    public SamplePlace PlaceX(float u) => new(u, _imageWidth, _perCellX, _width);

    /// <summary>Where a colour pixel's v samples; NaN is outside.</summary>
    public SamplePlace PlaceY(float v) => new(v, _imageHeight, _perCellY, _height);

    /// <summary>Red, green and blue (0..255) at a pixel of the colour image, and an unused fourth; the border is repeated outwards.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<float> Sample(in SamplePlace x, in SamplePlace y)
    {
        var upper = (Cell(x.First, y.First) * (1 - x.Fraction)) + (Cell(x.Second, y.First) * x.Fraction);
        var lower = (Cell(x.First, y.Second) * (1 - x.Fraction)) + (Cell(x.Second, y.Second) * x.Fraction);
        return ((upper * (1 - y.Fraction)) + (lower * y.Fraction)) * _perSum;
    }

    private static int CellSize(double step, int size) => Math.Clamp((int)Math.Floor(step + 1e-6), 1, Math.Min(size, MaxCell));

    /// <summary>The sums of a cell; x and y are within the image, so that the four values read are within the array.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<float> Cell(int x, int y)
    {
        ref var first = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_sums), ((y * _width) + x) * 3);
        var four = Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<ushort, byte>(ref first));
        return Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.CreateScalar(four).AsUInt16()).AsInt32());
    }

    private void SumRow(ColorImage image, int y, Span<ushort> to)
    {
        var bytes = image.Width * 3;
        if (_cellWidth == 1)
        {
            to.Clear();
            for (var row = 0; row < _cellHeight; row++) Add(image.Pixels.AsSpan(((y * _cellHeight) + row) * bytes, bytes), to);
            return;
        }
        var columns = new Span<ushort>(Scratch.Current.A((bytes / 2) + 1), bytes);
        columns.Clear();
        for (var row = 0; row < _cellHeight; row++) Add(image.Pixels.AsSpan(((y * _cellHeight) + row) * bytes, bytes), columns);
        for (var x = 0; x < _width; x++)
        {
            int red = 0, green = 0, blue = 0;
            for (var i = x * _cellWidth * 3; i < (x + 1) * _cellWidth * 3; i += 3)
            {
                red += columns[i];
                green += columns[i + 1];
                blue += columns[i + 2];
            }
            (to[3 * x], to[(3 * x) + 1], to[(3 * x) + 2]) = ((ushort)red, (ushort)green, (ushort)blue);
        }
    }

    private static void Add(ReadOnlySpan<byte> row, Span<ushort> sums)
    {
        var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(row);
        var wide = MemoryMarshal.Cast<ushort, Vector<ushort>>(sums);
        for (var i = 0; i < vectors.Length; i++)
        {
            Vector.Widen(vectors[i], out var low, out var high);
            wide[2 * i] += low;
            wide[(2 * i) + 1] += high;
        }
        for (var i = vectors.Length * Vector<byte>.Count; i < row.Length; i++) sums[i] += row[i];
    }

    /// <summary>Sums some lines of cells.</summary>
    private readonly struct Lines(ColorSampler sampler, ColorImage image) : IParallelJob
    {
        public void Run(int task)
        {
            var length = sampler._width * 3;
            for (var y = task * LinesPerTask; y < Math.Min(sampler._height, (task + 1) * LinesPerTask); y++)
                sampler.SumRow(image, y, sampler._sums.AsSpan(y * length, length));
        }
    }
}

/// <summary>Where a coordinate samples one axis of an image of cells: value = (1 - fraction) first + fraction second.</summary>
internal readonly struct SamplePlace
{
    /// <param name="position">Pixel of the colour image; NaN for none.</param>
    /// <param name="size">Pixels of the colour image.</param>
    /// <param name="perCell">Cells in a pixel.</param>
    /// <param name="cells">Number of cells.</param>
    public SamplePlace(float position, int size, float perCell, int cells)
    {
        IsInside = position >= -0.5f && position < size - 0.5f;
        var cell = MathF.Max(0, MathF.Min(((position + 0.5f) * perCell) - 0.5f, cells - 1));
        First = (int)cell;
        Second = Math.Min(First + 1, cells - 1);
        Fraction = cell - First;
    }

    /// <summary>Whether the coordinate lies on the image.</summary>
    public bool IsInside { get; }

    public int First { get; }

    public int Second { get; }

    public float Fraction { get; }
}
