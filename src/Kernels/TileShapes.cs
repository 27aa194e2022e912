namespace AlsterNode.Kernels;

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
