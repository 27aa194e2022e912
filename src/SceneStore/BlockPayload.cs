using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using MessagePack;

namespace AlsterNode.SceneStore;

/// <summary>
/// A block as it lies in the file: a MessagePack array of [occupancy: 64 bytes, labels: N bytes, observations: N integers, first seen: minimum
/// and N differences to it, last seen: N differences to first seen, confidences: 2 N bytes, features: 2 N D bytes], little-endian, voxels in
/// cell order. About 93 bytes per voxel at D = 40.
/// </summary>
internal static class BlockPayload
{
    private const int Parts = 7;

    /// <summary>Writes a block's payload.</summary>
    /// <param name="occupancy">The block's N occupied cells.</param>
    /// <param name="records">Their records, [N * recordSize].</param>
    /// <param name="recordSize">Bytes of a record.</param>
    /// <param name="output">Receives the payload.</param>
    public static void Write(in Occupancy occupancy, Span<byte> records, int recordSize, IBufferWriter<byte> output)
    {
        var count = records.Length / recordSize;
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(Parts);
        writer.WriteBinHeader(Occupancy.Words * sizeof(ulong));
        MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)occupancy).CopyTo(writer.GetSpan(Occupancy.Words * sizeof(ulong)));
        writer.Advance(Occupancy.Words * sizeof(ulong));

        writer.WriteBinHeader(count);
        var labels = writer.GetSpan(count);
        for (var i = 0; i < count; i++) labels[i] = Record(i, records).Label;
        writer.Advance(count);

        writer.WriteArrayHeader(count);
        for (var i = 0; i < count; i++) writer.Write(Record(i, records).Observations);

        var first = int.MaxValue;
        for (var i = 0; i < count; i++) first = Math.Min(first, Record(i, records).FirstSeen);
        writer.WriteArrayHeader(count + 1);
        writer.Write(first);
        for (var i = 0; i < count; i++) writer.Write((long)Record(i, records).FirstSeen - first);

        writer.WriteArrayHeader(count);
        for (var i = 0; i < count; i++) writer.Write((long)Record(i, records).LastSeen - Record(i, records).FirstSeen);

        writer.WriteBinHeader(count * sizeof(ushort));
        var confidences = writer.GetSpan(count * sizeof(ushort));
        for (var i = 0; i < count; i++) MemoryMarshal.Write(confidences[(i * sizeof(ushort))..], Record(i, records).Confidence);
        writer.Advance(count * sizeof(ushort));

        var featureSize = recordSize - VoxelRecord.HeaderSize;
        writer.WriteBinHeader(count * featureSize);
        for (var i = 0; i < count; i++) writer.WriteRaw(MemoryMarshal.AsBytes((ReadOnlySpan<Half>)Record(i, records).Features));
        writer.Flush();

        VoxelRecord Record(int place, Span<byte> all) => new(all.Slice(place * recordSize, recordSize));
    }

    /// <summary>
    /// Reads a payload into an image. What <see cref="Write"/> does not make is a <see cref="MessagePackSerializationException"/>, an
    /// <see cref="EndOfStreamException"/> or an <see cref="OverflowException"/>.
    /// </summary>
    public static void Read(ReadOnlyMemory<byte> payload, BlockImage image)
    {
        var reader = new MessagePackReader(payload);
        Expect(reader.ReadArrayHeader(), Parts);
        Bytes(ref reader, Occupancy.Words * sizeof(ulong)).CopyTo(MemoryMarshal.AsBytes((Span<ulong>)image.Occupancy));
        var count = image.Occupancy.Count();
        var labels = Bytes(ref reader, count);

        Expect(reader.ReadArrayHeader(), count);
        for (var i = 0; i < count; i++) image.Record(i).SetObservationsAndLabel(reader.ReadInt32(), labels[i]);

        Expect(reader.ReadArrayHeader(), count + 1);
        var first = reader.ReadInt32();
        for (var i = 0; i < count; i++)
        {
            var record = image.Record(i);
            record.FirstSeen = checked((int)(first + reader.ReadInt64()));
        }

        Expect(reader.ReadArrayHeader(), count);
        for (var i = 0; i < count; i++)
        {
            var record = image.Record(i);
            record.LastSeen = checked((int)(record.FirstSeen + reader.ReadInt64()));
        }

        var confidences = Bytes(ref reader, count * sizeof(ushort));
        var featureSize = image.RecordSize - VoxelRecord.HeaderSize;
        var features = Bytes(ref reader, count * featureSize);
        for (var i = 0; i < count; i++)
        {
            var record = image.Record(i);
            record.Confidence = MemoryMarshal.Read<ushort>(confidences[(i * sizeof(ushort))..]);
            features.Slice(i * featureSize, featureSize).CopyTo(MemoryMarshal.AsBytes(record.Features));
        }
    }

    private static ReadOnlySpan<byte> Bytes(ref MessagePackReader reader, int expected)
    {
        var bytes = reader.ReadBytes() ?? default;
        Expect((int)bytes.Length, expected);
        return bytes.FirstSpan; // the payload is one piece of memory
    }

    private static void Expect(int found, int expected)
    {
        if (found != expected) throw new MessagePackSerializationException($"A part has {found} elements, expected {expected}.");
    }

    /// <summary>CRC-32C of a block's key and payload: tells a damaged or misplaced block.</summary>
    public static uint Checksum(long key, ReadOnlySpan<byte> payload)
    {
        var crc = BitOperations.Crc32C(uint.MaxValue, (ulong)key);
        for (; payload.Length >= sizeof(ulong); payload = payload[sizeof(ulong)..]) crc = BitOperations.Crc32C(crc, MemoryMarshal.Read<ulong>(payload));
        foreach (var value in payload) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
