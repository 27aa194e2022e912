namespace AlsterNode.Kernels;

/// <summary>How A lies in memory: a constant, so that the rows of a tile are reached by displacements instead of registers.</summary>
internal interface ILayout
{
    /// <summary>Floats from one row of A to the next.</summary>
    static abstract int RowStride { get; }
}

internal readonly struct RowWise : ILayout
{
    public static int RowStride => TileKernels.RowPitch;
}

internal readonly struct ColumnWise : ILayout
{
    public static int RowStride => 1;
}

/// <summary>Vectors in a row of the tile.</summary>
internal interface IWidth
{
    static abstract bool IsTwo { get; }
}

internal readonly struct One : IWidth
{
    public static bool IsTwo => false;
}

internal readonly struct Two : IWidth
{
    public static bool IsTwo => true;
}
