namespace AlsterNode.Kernels;

/// <summary>Arrays that are used again for the next frame.</summary>
internal static class Reuse
{
    /// <summary>
    /// Makes room for <paramref name="count"/> items; what was there is lost when the array grows. A first array is exactly as long as asked for,
    /// later ones have some room to spare.
    /// </summary>
    public static T[] Reserve<T>(ref T[] array, int count)
        where T : unmanaged
    {
        if (array.Length < count) array = GC.AllocateUninitializedArray<T>(array.Length == 0 ? count : count + (count / 4));
        return array;
    }
}
