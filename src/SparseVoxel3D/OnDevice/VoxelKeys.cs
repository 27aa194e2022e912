using AlsterNode.Core;
using TorchSharp;
using static TorchSharp.torch;

namespace AlsterNode.SparseVoxel3D.OnDevice;

/// <summary>
/// Voxels as 64-bit numbers, for devices that sort and search numbers: x, y and z in 21 bits each, so that the order of the numbers is the
/// canonical order.
/// </summary>
public static class VoxelKeys
{
    /// <summary>Voxels further than this from the origin, along any axis, have no key.</summary>
    public const int Reach = Bias - Margin;

    private const int Bits = 21;
    private const int Bias = 1 << (Bits - 1);
    private const int Margin = 16; // kernels look beyond the last voxel
    private const long Range = 1L << Bits;

    /// <summary>x, y, z [N] i64, within <see cref="Reach"/> -> [N] i64.</summary>
    public static Tensor Of(Tensor x, Tensor y, Tensor z) => ((((x + Bias) * Range) + (y + Bias)) * Range) + (z + Bias);

    /// <summary>The key of one voxel.</summary>
    public static long Of(VoxelIndex voxel) => ((((voxel.X + (long)Bias) * Range) + (voxel.Y + (long)Bias)) * Range) + (voxel.Z + (long)Bias);

    /// <summary>The voxel of a key.</summary>
    public static VoxelIndex VoxelOf(long key) => new((int)(key / (Range * Range)) - Bias, (int)(key / Range % Range) - Bias, (int)(key % Range) - Bias);

    /// <summary>What to add to a key to come to a neighbour.</summary>
    internal static long Step(int x, int y, int z) => (((x * Range) + y) * Range) + z;

    /// <summary>[N] -> the keys of floor(v / 2), one for each, [N].</summary>
    internal static Tensor Coarser(Tensor keys)
    {
        var (x, y, z) = Split(keys);
        return Of(Half(x), Half(y), Half(z));

        static Tensor Half(Tensor axis) => axis.div(2, RoundingMode.floor) - (Bias / 2); // floor((v + Bias) / 2) - Bias / 2
    }

    /// <summary>[N] -> the keys of 2 v, [N].</summary>
    internal static Tensor Finer(Tensor keys)
    {
        var (x, y, z) = Split(keys);
        return Of((x - Bias) * 2, (y - Bias) * 2, (z - Bias) * 2);
    }

    /// <summary>[N] -> which of the eight parts of floor(v / 2) each is: (x mod 2) 4 + (y mod 2) 2 + z mod 2.</summary>
    internal static Tensor Part(Tensor keys)
    {
        var (x, y, z) = Split(keys);
        return (x.remainder(2) * 4) + (y.remainder(2) * 2) + z.remainder(2); // Bias is even
    }

    /// <summary>The row of each wanted key in a sorted list of n; n where it is not in it.</summary>
    internal static Tensor Find(Tensor sorted, Tensor wanted)
    {
        var count = sorted.shape[0];
        if (count == 0) return zeros_like(wanted);
        var rows = searchsorted(sorted, wanted).clamp(max: count - 1);
        return rows.where(sorted.index_select(0, rows).eq(wanted), full_like(rows, count));
    }

    private static (Tensor X, Tensor Y, Tensor Z) Split(Tensor keys)
    {
        var upper = keys.div(Range, RoundingMode.floor);
        return (upper.div(Range, RoundingMode.floor), upper.remainder(Range), keys.remainder(Range));
    }
}
