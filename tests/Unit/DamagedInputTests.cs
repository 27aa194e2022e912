using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Datasets.Rosbag2;
using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Messages.SensorMsgs;
using AlsterNode.Tests.TestSupport;
using AlsterNode.Tests.Unit.Datasets;
using AlsterNode.Tests.Unit.Datasets.Rosbag2;
using AlsterNode.Tests.Unit.Ros2;
using Xunit.Abstractions;

namespace AlsterNode.Tests.Unit;

/// <summary>
/// What comes from outside may be damaged: it is refused or read as far as it goes, in bounded time and memory. A few thousand inputs, or all
/// with ALSTER_FUZZ=full: docs/testing.md.
/// </summary>
public sealed class DamagedInputTests(ITestOutputHelper output) : IDisposable
{
    private const int Messages = 1_000_000, Files = 100_000;
    private const int PerCase = 1 << 20; // bytes: buffers of streams and parsers, tables, exceptions

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void DamagedPayloadsAreRefusedAndNeverCostMuchMemory()
    {
        const int PerByte = 64; // the dearest element is an object in an array: 8 + 24 bytes and its texts, of at least one byte
        const int PerMessage = 1 << 16; // the message itself, its fixed arrays, and the exception
        var types = MessageTypes.Messages;
        var fuzz = Fuzz.Run<CdrException>(9000, Messages, bytes => PerMessage + ((long)PerByte * bytes), random =>
        {
            var type = types[random.Next(types.Count)];
            var payload = Fuzz.Damage(MessageTypes.Random(type, random).ToPayload(), random, first: 4);
            var message = (IMessage)Activator.CreateInstance(type)!;
            return new FuzzCase(payload.Length, () =>
            {
                var reader = new CdrReader(payload);
                message.Read(ref reader);
            });
        });
        Report(fuzz, leastRefused: 0.1);
    }

    [Fact]
    public void DamagedImagesAreRefusedOrDecoded()
    {
        const int PerByte = 8; // of rgb8 and 16UC1, which are copied
        byte[][] wholes = [Picture("rgb8", 3), Picture("bgra8", 4), Picture("mono8", 1), Picture("16UC1", 2), Picture("32FC1", 4)];
        DecodesDamaged(wholes, PerByte, payload =>
        {
            _ = RosImages.DecodeColor(ImageView.Parse(payload));
            _ = RosImages.DecodeDepth(ImageView.Parse(payload));
        });
    }

    [Fact]
    public void DamagedCompressedImagesAreRefusedOrDecoded()
    {
        const int PerByte = 1 << 20; // a byte of RVL may stand for 2^18 pixels that saw nothing, of 2 bytes; those of PNG and JPEG for 2^13 of 3
        byte[][] wholes =
        [
            new CompressedImage { Format = "jpeg", Data = ImageCodec.EncodeJpeg(Scenes.Frame(0).Color) }.ToPayload(),
            new CompressedImage { Format = "rgb8; png compressed", Data = ImageCodec.EncodePng(Scenes.Frame(0).Color) }.ToPayload(),
            new CompressedImage { Format = "16UC1; compressedDepth png", Data = [.. new byte[12], .. ImageCodec.EncodePng16(8, 6, new ushort[8 * 6])] }.ToPayload(),
            new CompressedImage { Format = "16UC1; compressedDepth rvl", Data = [.. new byte[12], 8, 0, 0, 0, 6, 0, 0, 0, .. Rvl.Encode([.. Enumerable.Range(0, 8 * 6).Select(i => (ushort)(i * i))])] }.ToPayload(),
        ];
        DecodesDamaged(wholes, PerByte, payload =>
        {
            _ = RosImages.DecodeColor(CompressedImageView.Parse(payload));
            _ = RosImages.DecodeDepth(CompressedImageView.Parse(payload));
        });
    }

    [Fact]
    public void DamagedMcapFilesAreRefusedOrReadAsFarAsTheyGo()
    {
        const long PerByte = 4L << 15; // a byte of zstd stands for 2^15 at most, and a chunk is unpacked to learn topics, to read, and to read again
        SampleBag.Write(_folder["bag"], BagStorage.Mcap, images: 2, rows: 2);
        var packed = File.ReadAllBytes(_folder["bag/bag_0.mcap"]);
        byte[][] wholes = [packed, WithoutChecksums(packed), Unpacked(packed)];
        ReadsDamagedBags(wholes, bytes => PerCase + (PerByte * bytes));
    }

    [Fact]
    public void DamagedSqliteBagsAreRefusedOrReadAsFarAsTheyGo()
    {
        SampleBag.Write(_folder["bag"], BagStorage.Sqlite, images: 2, rows: 2);
        ReadsDamagedBags([File.ReadAllBytes(_folder["bag/bag_0.db3"])], bytes => PerCase + (64L * bytes));
    }

    [Fact]
    public void DamagedMetadataIsRefusedOrRead()
    {
        SampleBag.Write(_folder["bag"], BagStorage.Mcap, images: 2, rows: 2);
        var whole = File.ReadAllBytes(_folder["bag/metadata.yaml"]);
        var fuzz = Fuzz.Run<InputException>(1000, Files, _ => 4 * PerCase, random =>
        {
            var bytes = Fuzz.Damage(whole, random);
            File.WriteAllBytes(_folder["bag/metadata.yaml"], bytes);
            return new FuzzCase(bytes.Length, () =>
            {
                using var reader = BagReader.Open(_folder["bag"]);
                Assert.NotEmpty(reader.Topics);
            });
        });
        Report(fuzz, leastRefused: 0.01);
    }

    [Fact]
    public void DamagedSensFilesAreRefusedOrReadAsFarAsTheyGo()
    {
        const int PerByte = 1 << 14; // a byte of zlib stands for 1032 of depth, each pair of which becomes a float
        using (var writer = new SensWriter(_folder["scan.sens"], Scenes.Color, Scenes.Depth, RigidTransform.Identity))
        {
            for (var number = 0; number < 2; number++) writer.Write(Scenes.Frame(number));
        }
        var whole = File.ReadAllBytes(_folder["scan.sens"]);
        var fuzz = Fuzz.Run<InputException>(1000, Files, bytes => PerCase + ((long)PerByte * bytes), random =>
        {
            var bytes = Fuzz.Damage(whole, random);
            File.WriteAllBytes(_folder["damaged.sens"], bytes);
            return new FuzzCase(bytes.Length, () =>
            {
                using var reader = FrameSources.Open(_folder["damaged.sens"]);
                foreach (var reading in reader.Read(number => number != 1)) _ = reading;
            });
        });
        Report(fuzz, leastRefused: 0.1);
    }

    private void DecodesDamaged(byte[][] wholes, long perByte, Action<byte[]> decode) => Report(
        Fuzz.Run<CdrException>(3000, Files, bytes => PerCase + (perByte * bytes), random =>
        {
            var payload = Fuzz.Damage(wholes[random.Next(wholes.Length)], random, first: 4);
            return new FuzzCase(payload.Length, () => decode(payload));
        }),
        leastRefused: 0.01);

    private void ReadsDamagedBags(byte[][] wholes, Func<int, long> mostAllocated)
    {
        var messages = 0;
        var fuzz = Fuzz.Run<InputException>(500, Files, mostAllocated, random =>
        {
            var bytes = Fuzz.Damage(wholes[random.Next(wholes.Length)], random);
            File.WriteAllBytes(_folder["damaged"], bytes);
            return new FuzzCase(bytes.Length, () =>
            {
                using var reader = BagReader.Open(_folder["damaged"]);
                var places = new List<MessagePlace>();
                foreach (var message in reader.Read()) places.Add(message.Place);
                foreach (var place in places) _ = reader.ReadAt(place);
                messages += places.Count;
            });
        });
        Report(fuzz, leastRefused: 0.001); // most damage costs a part of the bag
        Assert.True(messages > fuzz.Tried / 10, $"Only {messages} messages were read of {fuzz.Tried} bags.");
    }

    // Damage that nobody notices by a checksum goes deeper.
    private static byte[] WithoutChecksums(byte[] mcap)
    {
        const int CrcInChunk = 8 + 8 + 8;
        var bytes = (byte[])mcap.Clone();
        var cursor = new McapCursor(mcap.AsSpan(McapFormat.Magic.Length, mcap.Length - (2 * McapFormat.Magic.Length)));
        while (cursor.Remaining > 0)
        {
            var opcode = cursor.ReadRecord(out var content);
            if (opcode == McapOpcode.Chunk) bytes.AsSpan(McapFormat.Magic.Length + cursor.Position - content.Length + CrcInChunk, sizeof(uint)).Clear();
        }
        bytes.AsSpan(bytes.Length - McapFormat.Magic.Length - sizeof(uint), sizeof(uint)).Clear();
        return bytes;
    }

    // Chunks as they are, no checksums, no summary: as if the recorder was killed.
    private static byte[] Unpacked(byte[] mcap)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(McapFormat.Magic);
        var cursor = new McapCursor(mcap.AsSpan(McapFormat.Magic.Length, mcap.Length - (2 * McapFormat.Magic.Length)));
        while (cursor.Remaining > 0)
        {
            if (cursor.ReadRecord(out var content) != McapOpcode.Chunk) continue;
            var chunk = new McapCursor(content);
            var times = chunk.Take(8 + 8);
            var size = chunk.ReadInt64();
            chunk.Take(sizeof(uint));
            chunk.ReadString();
            var records = Zstd.Decompress(chunk.Take(chunk.ReadInt64()), (int)size);
            writer.Write((byte)McapOpcode.Chunk);
            writer.Write((long)(times.Length + 8 + 4 + 4 + 8 + records.Length));
            writer.Write(times);
            writer.Write(size);
            writer.Write(0u); // no checksum
            writer.Write(0u); // no compression
            writer.Write((long)records.Length);
            writer.Write(records);
        }
        return stream.ToArray();
    }

    private static byte[] Picture(string encoding, int pixelBytes) =>
        new Image { Width = 16, Height = 12, Step = (uint)(16 * pixelBytes), Encoding = encoding, Data = new byte[16 * 12 * pixelBytes] }.ToPayload();

    private void Report(Fuzz fuzz, double leastRefused)
    {
        output.WriteLine(fuzz.ToString());
        Assert.InRange(fuzz.Refused, fuzz.Tried * leastRefused, fuzz.Tried - 1);
    }
}
