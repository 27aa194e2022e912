using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace AlsterNode.Ros2.Dds;

/// <summary>A DDS GUID: 12 bytes that name the participant, 4 that name the entity in it.</summary>
[InlineArray(Size)]
public struct EntityId : IEquatable<EntityId>
{
    /// <summary>Bytes of a GUID.</summary>
    public const int Size = 16;

    private byte _first;

    /// <summary>Reads a GUID from its bytes; more than 16 are ignored (Humble pads to 24).</summary>
    public static EntityId From(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<EntityId>(bytes);

    /// <summary>The 16 bytes.</summary>
    public readonly byte[] ToArray() => MemoryMarshal.AsBytes(new ReadOnlySpan<EntityId>(in this)).ToArray();

    /// <summary>This GUID's participant with another entity number: ids of services and clients.</summary>
    public readonly EntityId WithEntity(uint number)
    {
        var bytes = ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), number);
        return From(bytes);
    }

    /// <summary>Bytes in hexadecimal joined by dots, the first padded to two with a space: as user data spells service and client ids.</summary>
    public readonly string ToDottedText()
    {
        var text = new StringBuilder(3 * Size);
        foreach (var value in ToArray()) text.Append(text.Length == 0 ? $"{value,2:x}" : $".{value:x}");
        return text.ToString();
    }

    /// <inheritdoc/>
    public readonly bool Equals(EntityId other) => ToArray().AsSpan().SequenceEqual(other.ToArray());

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is EntityId other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(ToArray());
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override readonly string ToString() => Convert.ToHexStringLower(ToArray());

    /// <summary>Whether both are the same entity.</summary>
    public static bool operator ==(EntityId left, EntityId right) => left.Equals(right);

    /// <summary>Whether they are different entities.</summary>
    public static bool operator !=(EntityId left, EntityId right) => !left.Equals(right);
}
