using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AlsterNode.Core;

namespace AlsterNode.Encoder2D;

/// <summary>
/// Bilinear samples of a colour image, averaged beforehand over cells of whole pixels so that sampling it at a coarser step does not alias.
/// </summary>
internal sealed class ColorSampler : IDisposable
{
    private const int MaxCell = 16; // the sum of 16 x 16 bytes fits 16 bits

    private readonly int _imageWidth, _imageHeight, _cellWidth, _cellHeight, _width, _height;
    private readonly float _perCellX, _perCellY, _perSum;
    private readonly ushort[] _sums; // [height, width, 3] of each cell, and one more value: pixels are read four values at a time

    /// <param name="image">The colour image.</param>
    /// <param name="stepX">Colour pixels between two samples along a row; averaging starts at 2.</param>
    /// <param name="stepY">Colour pixels between two rows of samples.</param>
    public ColorSampler(ColorImage image, double stepX, double stepY)
    {
        (_imageWidth, _imageHeight) = (image.Width, image.Height);
        (_cellWidth, _cellHeight) = (CellSize(stepX, image.Width), CellSize(stepY, image.Height));
        (_width, _height) = (image.Width / _cellWidth, image.Height / _cellHeight);
        (_perCellX, _perCellY, _perSum) = (1f / _cellWidth, 1f / _cellHeight, 1f / (_cellWidth * _cellHeight));
        _sums = ArrayPool<ushort>.Shared.Rent((_width * _height * 3) + 1);
        for (var y = 0; y < _height; y++) SumRow(image, y, _sums.AsSpan(y * _width * 3, _width * 3));
    }

    /// <summary>True when the colour pixel (u, v) lies on the image; never for NaN.</summary>
    public bool Contains(float u, float v) => u >= -0.5f && v >= -0.5f && u < _imageWidth - 0.5f && v < _imageHeight - 0.5f;

    /// <summary>Red, green and blue (0..255) at pixel (u, v) of the colour image, and an unused fourth; the border is repeated outwards.</summary>
    public Vector128<float> Sample(float u, float v)
    {
        var x = MathF.Max(0, MathF.Min(((u + 0.5f) * _perCellX) - 0.5f, _width - 1));
        var y = MathF.Max(0, MathF.Min(((v + 0.5f) * _perCellY) - 0.5f, _height - 1));
        var (x0, y0) = ((int)x, (int)y);
        var (x1, y1) = (Math.Min(x0 + 1, _width - 1), Math.Min(y0 + 1, _height - 1));
        var (fx, fy) = (x - x0, y - y0);
        var upper = (Cell(x0, y0) * (1 - fx)) + (Cell(x1, y0) * fx);
        var lower = (Cell(x0, y1) * (1 - fx)) + (Cell(x1, y1) * fx);
        return ((upper * (1 - fy)) + (lower * fy)) * _perSum;
    }

    public void Dispose() => ArrayPool<ushort>.Shared.Return(_sums);

    private static int CellSize(double step, int size) => Math.Clamp((int)Math.Floor(step + 1e-6), 1, Math.Min(size, MaxCell));

    /// <summary>The sums of a cell; x and y are within the image, so that the four values read are within the array.</summary>
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
        var columns = ArrayPool<ushort>.Shared.Rent(bytes);
        columns.AsSpan(0, bytes).Clear();
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
        ArrayPool<ushort>.Shared.Return(columns);
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
}
