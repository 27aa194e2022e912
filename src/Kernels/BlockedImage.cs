namespace AlsterNode.Kernels;

/// <summary>
/// An image whose channels lie in blocks of a vector's lanes L: [ceil(C / L)][H W][L], <paramref name="Plane"/> floats from block to block. Behind the last
/// pixel of a block there is room for a tile's overhang; lanes beyond the last channel are zero.
/// </summary>
internal readonly unsafe record struct BlockedImage(nint Address, int Height, int Width, int Channels, long Plane)
{
    public float* Pointer => (float*)Address;

    public int Pixels => Height * Width;

    /// <summary>
    /// Floats from block to block for so many pixels: 15 more than a multiple of 64 pixels, so that a tile's lines in successive blocks fall into different
    /// sets of the first cache.
    /// </summary>
    public static long PlaneFor(int pixels, int lanes) => (((pixels + 63L) / 64 * 64) + 15) * lanes;
}
