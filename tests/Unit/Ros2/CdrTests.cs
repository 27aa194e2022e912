using AlsterNode.Ros2.Cdr;

namespace AlsterNode.Tests.Unit.Ros2;

public class CdrTests
{
    [Fact]
    public void ValuesAreAlignedToTheirSizeCountedAfterTheHeader()
    {
        var payload = new byte[4 + 40];
        var writer = new CdrWriter(payload);
        writer.Write((byte)1);
        writer.Write(2.0);
        writer.Write(true);
        writer.Write((short)3);
        writer.Write(4u);
        writer.Write("ab");
        Assert.Equal(31, writer.Position);
        Assert.Equal(36, writer.PayloadBytes); // 4 + 31 is 35: one zero more
        byte[] expected =
        [
            0, 1, 0, 0,
            1, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 0x40,
            1, 0, 3, 0, 4, 0, 0, 0,
            3, 0, 0, 0, (byte)'a', (byte)'b', 0,
        ];
        Assert.Equal(expected, payload[..35]);

        var reader = new CdrReader(payload);
        Assert.Equal(1, reader.Read<byte>());
        Assert.Equal(2.0, reader.Read<double>());
        Assert.True(reader.ReadBoolean());
        Assert.Equal(3, reader.Read<short>());
        Assert.Equal(4u, reader.Read<uint>());
        Assert.Equal("ab", reader.ReadString());
        Assert.Equal(31, reader.Position);
    }

    [Fact]
    public void AnEmptySequenceIsNotAligned()
    {
        var payload = new byte[16];
        var writer = new CdrWriter(payload);
        writer.WriteSequence<double>([]);
        writer.Write((byte)7);
        Assert.Equal(5, writer.Position);

        var reader = new CdrReader(payload);
        Assert.Empty(reader.ReadSequence<double>());
        Assert.Equal(7, reader.Read<byte>());
    }

    [Fact]
    public void ACountingWriterAgreesWithARealOne()
    {
        static void Fill(ref CdrWriter writer)
        {
            writer.Write("größe");
            writer.WriteSequence<float>([1, 2, 3]);
            writer.WriteSequence(new[] { "", "x" });
            writer.Write(5L);
        }
        var counter = CdrWriter.Counting();
        Fill(ref counter);
        var payload = new byte[counter.PayloadBytes];
        var writer = new CdrWriter(payload);
        Fill(ref writer);
        Assert.Equal(counter.Position, writer.Position);
        Assert.Equal(payload.Length, writer.PayloadBytes);
    }

    [Fact]
    public void WritingClearsPaddingInUsedMemory()
    {
        var payload = new byte[12];
        payload.AsSpan().Fill(0xAA);
        var writer = new CdrWriter(payload);
        writer.Write((byte)1);
        writer.Write((ushort)2);
        writer.Write((byte)3);
        writer.Finish();
        Assert.Equal(new byte[] { 0, 1, 0, 0, 1, 0, 2, 0, 3, 0, 0, 0 }, payload);
    }

    [Fact]
    public void BytesAreReadWithoutACopy()
    {
        byte[] payload = [0, 1, 0, 0, 3, 0, 0, 0, 1, 2, 3, 0];
        var bytes = new CdrReader(payload).ReadByteSequence();
        payload[9] = 9;
        Assert.Equal(new byte[] { 1, 9, 3 }, bytes.ToArray());
    }

    [Theory]
    [InlineData("0001", "a header of 4")]
    [InlineData("00000000", "expected 00 01 (CDR, little endian)")]
    [InlineData("00030000", "expected 00 01 (CDR, little endian)")]
    public void OtherRepresentationsAreRefusedByName(string payload, string words)
    {
        var problem = Assert.Throws<CdrException>(() => new CdrReader(Convert.FromHexString(payload)));
        Assert.Contains(words, problem.Message);
    }

    [Theory]
    [InlineData("00010000FFFFFFFF61620000", "4294967295 elements")] // length over what is left
    [InlineData("000100000300000061626300", "does not end with a zero")]
    [InlineData("00010000060000006162636465", "6 elements")]
    [InlineData("0001000003", "expected 4 more bytes")]
    public void BadTextsAreRefusedWithTheirPlace(string payload, string words)
    {
        var problem = Assert.Throws<CdrException>(() => new CdrReader(Convert.FromHexString(payload)).ReadString());
        Assert.Contains(words, problem.Message);
    }

    [Fact]
    public void AnEmptyTextMayLackItsClosingZero() => Assert.Equal("", new CdrReader([0, 1, 0, 0, 0, 0, 0, 0]).ReadString());

    [Fact]
    public void ALengthIsCheckedBeforeAnythingIsAllocated()
    {
        byte[] payload = [0, 1, 0, 0, 0, 0, 0, 0x10, 1, 2, 3, 4];
        Assert.Throws<CdrException>(() => new CdrReader(payload).ReadSequence<double>());
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<CdrException>(() => new CdrReader(payload).ReadSequence<double>());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 16);
    }

    [Fact]
    public void BoundsOfATypeHoldInBothDirections()
    {
        byte[] payload = [0, 1, 0, 0, 3, 0, 0, 0, 1, 2, 3, 0];
        Assert.Contains("allows 2", Assert.Throws<CdrException>(() => new CdrReader(payload).ReadSequence<byte>(2)).Message);
        Assert.Contains("allows 2", Assert.Throws<CdrException>(() => CdrWriter.Counting().WriteSequence<byte>([1, 2, 3], 2)).Message);
        Assert.Contains("allows 2", Assert.Throws<CdrException>(() => CdrWriter.Counting().Write("abc", 2)).Message);
        Assert.Contains("its type has 9", Assert.Throws<CdrException>(() => CdrWriter.Counting().WriteArray(new double[8], 9)).Message);
    }

    [Fact]
    public void AMessageThatDoesNotFitItsMemoryIsRefused()
    {
        Assert.Contains("8 bytes given", Assert.Throws<CdrException>(() =>
        {
            var writer = new CdrWriter(new byte[12]);
            writer.Write(1.0);
            writer.Write((byte)1);
        }).Message);
    }
}
