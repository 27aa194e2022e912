using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AlsterNode.SceneStore;

/// <summary>A view of one voxel's record, 14 + 2 D bytes: first seen, last seen, observations and label, confidence, D half-precision features.</summary>
internal readonly ref struct VoxelRecord(Span<byte> bytes)
{
    /// <summary>Bytes before the features.</summary>
    public const int HeaderSize = 14;

    /// <summary>Observations are counted in 24 bits.</summary>
    public const int MaxObservations = (1 << 24) - 1;

    private readonly Span<byte> _bytes = bytes;

    /// <summary>Bytes of a record with D features.</summary>
    public static int Size(int featureDimension) => HeaderSize + (featureDimension * 2);

    /// <summary>Time from the scene's first stamp [ms].</summary>
    public int FirstSeen
    {
        get => Read<int>(0);
        set => Write(0, value);
    }

    /// <summary>Time from the scene's first stamp [ms].</summary>
    public int LastSeen
    {
        get => Read<int>(4);
        set => Write(4, value);
    }

    public int Observations => (int)(Read<uint>(8) >> 8);

    public byte Label => _bytes[8];

    /// <summary>Probability in steps of 1/65535.</summary>
    public ushort Confidence
    {
        get => Read<ushort>(12);
        set => Write(12, value);
    }

    /// <summary>Half-precision features, [D].</summary>
    public Span<Half> Features => MemoryMarshal.Cast<byte, Half>(_bytes[HeaderSize..]);

    /// <summary>What the voxel is, without when it was seen: observations, label, confidence, features.</summary>
    public ReadOnlySpan<byte> Content => _bytes[8..];

    /// <summary>A probability in the steps that a record keeps.</summary>
    public static ushort Steps(float probability) => (ushort)((Math.Clamp(probability, 0, 1) * ushort.MaxValue) + 0.5f);

    /// <summary>The probability of so many steps.</summary>
    public static float Probability(ushort steps) => steps / (float)ushort.MaxValue;

    public void SetObservationsAndLabel(int observations, byte label) => Write(8, ((uint)observations << 8) | label);

    /// <summary>Makes it the record of a voxel never seen.</summary>
    public void Reset() => _bytes[..HeaderSize].Clear();

    private T Read<T>(int offset) where T : unmanaged => Unsafe.ReadUnaligned<T>(ref _bytes[offset]);

    private void Write<T>(int offset, T value) where T : unmanaged => Unsafe.WriteUnaligned(ref _bytes[offset], value);
}
