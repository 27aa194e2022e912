using System.Buffers;
using MessagePack;

namespace AlsterNode.Tests.Unit.MessagePackCompat;

/// <summary>Bytes are those of https://github.com/msgpack/msgpack/blob/master/spec.md; errors are MessagePack-CSharp 3's.</summary>
public class MessagePackTests
{
    private delegate void Writing(ref MessagePackWriter writer);

    public static TheoryData<long, string> Integers => new()
    {
        { 0, "00" }, { 127, "7F" }, { 128, "CC80" }, { 255, "CCFF" }, { 256, "CD0100" }, { 65535, "CDFFFF" }, { 65536, "CE00010000" },
        { int.MaxValue, "CE7FFFFFFF" }, { uint.MaxValue, "CEFFFFFFFF" }, { 4294967296, "CF0000000100000000" }, { long.MaxValue, "CF7FFFFFFFFFFFFFFF" },
        { -1, "FF" }, { -32, "E0" }, { -33, "D0DF" }, { -128, "D080" }, { -129, "D1FF7F" }, { -32768, "D18000" }, { -32769, "D2FFFF7FFF" },
        { int.MinValue, "D280000000" }, { -2147483649, "D3FFFFFFFF7FFFFFFF" }, { long.MinValue, "D38000000000000000" },
    };

    [Theory]
    [MemberData(nameof(Integers))]
    public void IntegersTakeTheShortestForm(long value, string expected)
    {
        var bytes = Write((ref MessagePackWriter writer) => writer.Write(value));

        Assert.Equal(expected, Convert.ToHexString(bytes));
        Assert.Equal(value, new MessagePackReader(bytes).ReadInt64());
        if (value >= 0) Assert.Equal(expected, Convert.ToHexString(Write((ref MessagePackWriter writer) => writer.Write((ulong)value))));
        if (value >= 0) Assert.Equal((ulong)value, new MessagePackReader(bytes).ReadUInt64());
        else Assert.Throws<OverflowException>(() => new MessagePackReader(bytes).ReadUInt64());
        if (value == (int)value) Assert.Equal(expected, Convert.ToHexString(Write((ref MessagePackWriter writer) => writer.Write((int)value))));
        if (value == (int)value) Assert.Equal((int)value, new MessagePackReader(bytes).ReadInt32());
        else Assert.Throws<OverflowException>(() => new MessagePackReader(bytes).ReadInt32());
        Assert.Equal(value, new MessagePackReader(bytes).ReadSingle());
    }

    [Fact]
    public void TheLargestUnsignedIntegerOverflowsASignedOne()
    {
        var bytes = Write((ref MessagePackWriter writer) => writer.Write(ulong.MaxValue));

        Assert.Equal("CFFFFFFFFFFFFFFFFF", Convert.ToHexString(bytes));
        Assert.Equal(ulong.MaxValue, new MessagePackReader(bytes).ReadUInt64());
        Assert.Throws<OverflowException>(() => new MessagePackReader(bytes).ReadInt64());
    }

    [Fact]
    public void WriteInt32AlwaysTakesFiveBytes()
    {
        var bytes = Write((ref MessagePackWriter writer) => writer.WriteInt32(7));

        Assert.Equal("D200000007", Convert.ToHexString(bytes));
        Assert.Equal(7, new MessagePackReader(bytes).ReadInt32());
    }

    [Theory]
    [InlineData(0f, "CA00000000")]
    [InlineData(-1.5f, "CABFC00000")]
    [InlineData(float.NaN, "CAFFC00000")]
    [InlineData(float.PositiveInfinity, "CA7F800000")]
    [InlineData(float.MaxValue, "CA7F7FFFFF")]
    public void FloatsAreBigEndian(float value, string expected)
    {
        var bytes = Write((ref MessagePackWriter writer) => writer.Write(value));

        Assert.Equal(expected, Convert.ToHexString(bytes));
        Assert.Equal(value, new MessagePackReader(bytes).ReadSingle());
        Assert.Equal(value, new MessagePackReader(bytes).ReadDouble());
    }

    [Fact]
    public void DoublesAreBigEndian()
    {
        var bytes = Write((ref MessagePackWriter writer) => writer.Write(-0.1));

        Assert.Equal("CBBFB999999999999A", Convert.ToHexString(bytes));
        Assert.Equal(-0.1, new MessagePackReader(bytes).ReadDouble());
        Assert.Equal(-0.1f, new MessagePackReader(bytes).ReadSingle());
    }

    [Theory]
    [InlineData(0, "90")]
    [InlineData(15, "9F")]
    [InlineData(16, "DC0010")]
    [InlineData(65535, "DCFFFF")]
    [InlineData(65536, "DD00010000")]
    public void ArrayHeadersTakeTheShortestForm(int count, string expected)
    {
        var bytes = Write((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(count);
            for (var i = 0; i < count; i++) writer.WriteNil();
        });

        Assert.Equal(expected, Convert.ToHexString(bytes.AsSpan(0, expected.Length / 2)));
        Assert.Equal(count, new MessagePackReader(bytes).ReadArrayHeader());
        if (count > 0) Assert.Throws<EndOfStreamException>(() => new MessagePackReader(bytes.AsMemory(0, bytes.Length - 1)).ReadArrayHeader());
    }

    [Theory]
    [InlineData(0, "C400")]
    [InlineData(255, "C4FF")]
    [InlineData(256, "C50100")]
    [InlineData(65535, "C5FFFF")]
    [InlineData(65536, "C600010000")]
    public void BinaryHeadersTakeTheShortestForm(int length, string expected)
    {
        var data = new byte[length];
        new Random(length).NextBytes(data);
        var bytes = Write((ref MessagePackWriter writer) => writer.Write(data.AsSpan()));
        var byParts = Write((ref MessagePackWriter writer) =>
        {
            writer.WriteBinHeader(length);
            writer.WriteRaw(data);
        });

        Assert.Equal(expected, Convert.ToHexString(bytes.AsSpan(0, expected.Length / 2)));
        Assert.Equal(bytes, byParts);
        Assert.Equal(data, new MessagePackReader(bytes).ReadBytes()!.Value.ToArray());
        Assert.Throws<EndOfStreamException>(() => new MessagePackReader(bytes.AsMemory(0, bytes.Length - 1)).ReadBytes());
    }

    [Theory]
    [InlineData(0, "A0")]
    [InlineData(31, "BF")]
    [InlineData(32, "D920")]
    [InlineData(255, "D9FF")]
    [InlineData(256, "DA0100")]
    [InlineData(65536, "DB00010000")]
    public void StringHeadersTakeTheShortestForm(int length, string expected)
    {
        var text = new string('x', length);
        var bytes = Write((ref MessagePackWriter writer) => writer.Write(text));

        Assert.Equal(expected, Convert.ToHexString(bytes.AsSpan(0, expected.Length / 2)));
        Assert.Equal(text, new MessagePackReader(bytes).ReadString());
    }

    [Fact]
    public void StringsAreUtf8AndNilIsNull()
    {
        var bytes = Write((ref MessagePackWriter writer) =>
        {
            writer.Write("Küche 台所 🚪");
            writer.Write((string?)null);
            writer.WriteNil();
        });
        var reader = new MessagePackReader(bytes);

        Assert.Equal("Küche 台所 🚪", reader.ReadString());
        Assert.Null(reader.ReadString());
        Assert.False(reader.End);
        Assert.True(reader.TryReadNil());
        Assert.True(reader.End);
        Assert.Equal(bytes.Length, reader.Consumed);
    }

    [Fact]
    public void AnotherTypeThanAskedForIsASerializationException()
    {
        var text = Write((ref MessagePackWriter writer) => writer.Write("a"));
        var number = Write((ref MessagePackWriter writer) => writer.Write(1));

        Assert.Throws<MessagePackSerializationException>(() => new MessagePackReader(text).ReadInt32());
        Assert.Throws<MessagePackSerializationException>(() => new MessagePackReader(text).ReadArrayHeader());
        Assert.Throws<MessagePackSerializationException>(() => new MessagePackReader(text).ReadSingle());
        Assert.Throws<MessagePackSerializationException>(() => new MessagePackReader(number).ReadString());
        Assert.Throws<MessagePackSerializationException>(() => new MessagePackReader(number).ReadBytes());
        Assert.Throws<EndOfStreamException>(() => new MessagePackReader(ReadOnlyMemory<byte>.Empty).ReadInt32());
    }

    [Fact]
    public void ThousandRandomMessagesComeBackFromAnySegmentation()
    {
        var random = new Random(0);
        for (var round = 0; round < 1000; round++)
        {
            var integers = new long[random.Next(0, 40)];
            for (var i = 0; i < integers.Length; i++) integers[i] = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            var data = new byte[random.Next(0, 600)];
            random.NextBytes(data);
            var number = random.NextSingle();
            var bytes = Write((ref MessagePackWriter writer) =>
            {
                writer.WriteArrayHeader(integers.Length);
                foreach (var value in integers) writer.Write(value);
                writer.Write(data);
                writer.Write(number);
            });

            var reader = new MessagePackReader(Split(bytes, random.Next(0, bytes.Length)));

            Assert.Equal(integers.Length, reader.ReadArrayHeader());
            foreach (var value in integers) Assert.Equal(value, reader.ReadInt64());
            Assert.Equal(data, reader.ReadBytes()!.Value.ToArray());
            Assert.Equal(number, reader.ReadSingle());
            Assert.True(reader.End);
        }
    }

    [Fact]
    public void NothingIsLostWhenTheBufferHandsOutSmallSpans()
    {
        var output = new ArrayBufferWriter<byte>(1);
        var writer = new MessagePackWriter(output);
        for (var i = 0; i < 1000; i++) writer.Write(i * 1000);
        writer.Flush();

        var reader = new MessagePackReader(output.WrittenMemory);
        for (var i = 0; i < 1000; i++) Assert.Equal(i * 1000, reader.ReadInt32());
        Assert.True(reader.End);
    }

    private static byte[] Write(Writing writing)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writing(ref writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static ReadOnlySequence<byte> Split(byte[] bytes, int at)
    {
        var first = new Segment(bytes.AsMemory(0, at), 0);
        var second = new Segment(bytes.AsMemory(at), at);
        first.Follow(second);
        return new ReadOnlySequence<byte>(first, 0, second, bytes.Length - at);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long start) => (Memory, RunningIndex) = (memory, start);

        public void Follow(Segment next) => Next = next;
    }
}
