using System.Numerics;
using System.Runtime.Intrinsics;

namespace AlsterNode.Kernels;

/// <summary>
/// The innermost loop of every sparse operator: C[rows, columns] += A[rows, depth] B[depth, columns] on a tile of C that stays in
/// registers. One instance per vector width; all give the same bits, since each element of C is one chain of fused multiply-adds.
/// </summary>
internal abstract unsafe class TileKernels
{
    /// <summary>Rows of the lower tile that takes what the high one leaves.</summary>
    public const int LowRows = 6;

    /// <summary>The widest kernels this processor runs at full speed.</summary>
    public static TileKernels Best { get; } =
        Vector512.IsHardwareAccelerated ? new TileKernels<Lanes512, Vector512<float>>(14)
        : Vector256.IsHardwareAccelerated ? new TileKernels<Lanes256, Vector256<float>>(LowRows)
        : new TileKernels<PortableLanes, Vector<float>>(LowRows);

    /// <summary>All kernels, for tests: those the processor lacks run in software.</summary>
    public static IReadOnlyList<TileKernels> All { get; } =
    [
        new TileKernels<Lanes512, Vector512<float>>(14),
        new TileKernels<Lanes256, Vector256<float>>(LowRows),
        new TileKernels<PortableLanes, Vector<float>>(LowRows),
    ];

    /// <summary>Floats in a vector.</summary>
    public abstract int Lanes { get; }

    /// <summary>Columns of a tile: two vectors. The last panel of a matrix may have one.</summary>
    public int PanelWidth => 2 * Lanes;

    /// <summary>Rows of the high tile, as many as the registers hold; equal to <see cref="LowRows"/> where there are 16 registers.</summary>
    public abstract int HighRows { get; }

    /// <summary><paramref name="columns"/> rounded up to whole vectors.</summary>
    public int Padded(int columns) => (columns + Lanes - 1) / Lanes * Lanes;

    /// <summary>Rows of the tile to use when <paramref name="left"/> rows are left; the tile may reach beyond them.</summary>
    public int RowsFor(int left) => left > 2 * LowRows ? HighRows : LowRows;

    /// <summary>
    /// a points to the rows of A, c to those of C, where the tile starts at <c>column</c>. B is [depth, width] with nothing between its rows;
    /// wide: two vectors of columns, else one. Rows are HighRows or LowRows; depth is at least 1.
    /// </summary>
    public abstract void MultiplyRows(int rows, float** a, float* b, int depth, float** c, int column, bool wide);

    /// <summary>A is column-wise: A[r, d] = a[d * pitchA + r]; B has pitchB floats from row to row; the rest as <see cref="MultiplyRows"/>.</summary>
    public abstract void MultiplyColumns(int rows, float* a, int pitchA, float* b, int pitchB, int depth, float** c, int column, bool wide);
}

/// <summary>The kernels for one vector type.</summary>
internal sealed unsafe class TileKernels<TLanes, TVector>(int highRows) : TileKernels
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    public override int Lanes => TLanes.Count;

    public override int HighRows => highRows;

    public override void MultiplyRows(int rows, float** a, float* b, int depth, float** c, int column, bool wide)
    {
        if (rows == LowRows)
        {
            if (wide) RowTile.Low<TLanes, TVector, Two>(a, b, depth, c, column);
            else RowTile.Low<TLanes, TVector, One>(a, b, depth, c, column);
        }
        else if (wide) RowTile.High<TLanes, TVector, Two>(a, b, depth, c, column);
        else RowTile.High<TLanes, TVector, One>(a, b, depth, c, column);
    }

    public override void MultiplyColumns(int rows, float* a, int pitchA, float* b, int pitchB, int depth, float** c, int column, bool wide)
    {
        if (rows == LowRows)
        {
            if (wide) Tile.Low<TLanes, TVector, Two>(a, pitchA, b, pitchB, depth, c, column);
            else Tile.Low<TLanes, TVector, One>(a, pitchA, b, pitchB, depth, c, column);
        }
        else if (wide) Tile.High<TLanes, TVector, Two>(a, pitchA, b, pitchB, depth, c, column);
        else Tile.High<TLanes, TVector, One>(a, pitchA, b, pitchB, depth, c, column);
    }
}
