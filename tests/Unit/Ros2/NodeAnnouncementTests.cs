using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Dds;

namespace AlsterNode.Tests.Unit.Ros2;

public sealed class NodeAnnouncementTests
{
    private static readonly EntityId Participant = EntityId.From([1, 0x10, 0xAB, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 0, 1, 0xC1]);

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    public void AnAnnouncementIsLaidOutAsRosReadsIt(int gidBytes)
    {
        var announcement = new NodeAnnouncement(Participant, [new("/", "n", [Participant.WithEntity(2)], [])]);
        var payload = new byte[announcement.PayloadBytes(gidBytes)];

        announcement.WriteTo(payload, gidBytes);

        var padding = new byte[gidBytes - 16];
        byte[] expected =
        [
            0, 1, 0, 0, .. Participant.ToArray(), .. padding, 1, 0, 0, 0,
            2, 0, 0, 0, (byte)'/', 0, 0, 0, 2, 0, 0, 0, (byte)'n', 0, 0, 0,
            1, 0, 0, 0, .. Participant.ToArray()[..12], 0, 0, 0, 2, .. padding, 0, 0, 0, 0,
        ];
        Assert.Equal(expected, payload);
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(16, 24)]
    [InlineData(24, 24)]
    [InlineData(24, 16)]
    public void AnnouncementsOfEitherGuidLengthAreRead(int written, int expected)
    {
        var announcement = new NodeAnnouncement(
            Participant, [new("/a", "first", [Participant.WithEntity(2), Participant.WithEntity(3)], [Participant.WithEntity(4)]), new("/", "second", [], [])]);
        var payload = new byte[announcement.PayloadBytes(written)];
        announcement.WriteTo(payload, written);

        var read = NodeAnnouncement.Read(payload, expected);

        Assert.Equal(Participant, read.Participant);
        Assert.Equal(["/a first", "/ second"], read.Nodes.Select(node => $"{node.Namespace} {node.Name}"));
        Assert.Equal([Participant.WithEntity(2), Participant.WithEntity(3)], read.Nodes[0].Readers);
        Assert.Equal([Participant.WithEntity(4)], read.Nodes[0].Writers);
    }

    [Fact]
    public void BytesThatAreNoAnnouncementAreRefused()
    {
        var payload = new byte[64];
        for (var seed = 0; seed < 1000; seed++)
        {
            new Random(seed).NextBytes(payload);
            payload[0] = 0;
            payload[1] = 1;
            Assert.Throws<CdrException>(() => NodeAnnouncement.Read(payload, 16));
        }
    }

    [Fact]
    public void AServiceIdIsSpelledInHexadecimalWithItsFirstByteSpacePadded()
    {
        Assert.Equal(" 1.10.ab.4.5.6.7.8.9.a.b.c.0.0.0.11", Participant.WithEntity(17).ToDottedText());
        Assert.Equal("serviceid= 1.10.ab.4.5.6.7.8.9.a.b.c.0.0.0.11;typehash=RIHS01_x;", UserData.OfService(Participant.WithEntity(17), "RIHS01_x"));
        Assert.Equal("RIHS01_x", UserData.Value("serviceid= 1.2;typehash=RIHS01_x;", "typehash"));
        Assert.Null(UserData.Value("enclave=/;", "typehash"));
    }
}
