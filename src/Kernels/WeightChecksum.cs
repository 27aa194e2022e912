using System.Numerics;
using System.Runtime.InteropServices;

namespace AlsterNode.Kernels;

/// <summary>Notices a change of any weight, at the speed of memory: packed copies of a network ask for it in every frame.</summary>
internal static class WeightChecksum
{
    /// <summary>Of one tensor's bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, Vector<ulong>>(bytes);
        var sum = Vector<ulong>.Zero;
        foreach (var word in words) sum = ((sum << 1) | (sum >> 63)) + word;
        var hash = 0UL;
        for (var lane = 0; lane < Vector<ulong>.Count; lane++) hash = (hash * 31) + sum[lane];
        foreach (var rest in bytes[(words.Length * Vector<byte>.Count)..]) hash = (hash * 31) + rest;
        return hash;
    }

    /// <summary>The checksum of several tensors, taken in one by one.</summary>
    public static ulong Join(ulong hash, ulong next) => (BitOperations.RotateLeft(hash, 5) * 0x9E37_79B9_7F4A_7C15) ^ next;
}
