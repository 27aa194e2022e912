using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Messages.RmwDdsCommon;

namespace AlsterNode.Ros2.Dds;

/// <summary>
/// rmw_dds_common/msg/ParticipantEntitiesInfo: which endpoints of a participant belong to which of its nodes. DDS itself knows no nodes.
/// Read and written by hand: the length of a GUID in it depends on the distribution, which the generated types cannot.
/// </summary>
internal sealed class NodeAnnouncement(EntityId participant, IReadOnlyList<NodeAnnouncement.NodeEntities> nodes)
{
    public const string DdsTopic = "ros_discovery_info";

    public static MessageType Type => ParticipantEntitiesInfo.MessageType;

    public EntityId Participant => participant;

    public IReadOnlyList<NodeEntities> Nodes => nodes;

    public sealed record NodeEntities(string Namespace, string Name, IReadOnlyList<EntityId> Readers, IReadOnlyList<EntityId> Writers);

    /// <summary>Humble and older pad a GUID to 24 bytes.</summary>
    public static int GidBytes(bool isBeforeIron) => isBeforeIron ? 24 : EntityId.Size;

    /// <summary>Reads an announcement with GUIDs of <paramref name="gidBytes"/> bytes, or else of the other distributions' length.</summary>
    public static NodeAnnouncement Read(ReadOnlySpan<byte> payload, int gidBytes)
    {
        try
        {
            return ReadAs(payload, gidBytes);
        }
        catch (CdrException)
        {
            return ReadAs(payload, gidBytes == EntityId.Size ? 24 : EntityId.Size);
        }
    }

    public int PayloadBytes(int gidBytes)
    {
        var counter = CdrWriter.Counting();
        Write(ref counter, gidBytes);
        return counter.PayloadBytes;
    }

    public void WriteTo(Span<byte> payload, int gidBytes)
    {
        var writer = new CdrWriter(payload);
        Write(ref writer, gidBytes);
        writer.Finish();
    }

    private static NodeAnnouncement ReadAs(ReadOnlySpan<byte> payload, int gidBytes)
    {
        const int Padding = 3;
        var reader = new CdrReader(payload);
        var participant = EntityId.From(reader.ReadBytes(gidBytes));
        var nodes = new NodeEntities[reader.ReadLength(minElementBytes: 4 * sizeof(uint))];
        for (var i = 0; i < nodes.Length; i++)
            nodes[i] = new NodeEntities(reader.ReadString(), reader.ReadString(), ReadGids(ref reader, gidBytes), ReadGids(ref reader, gidBytes));
        if (reader.Remaining > Padding) throw new CdrException($"An announcement has {reader.Remaining} bytes behind its end.");
        return new NodeAnnouncement(participant, nodes);
    }

    private static EntityId[] ReadGids(ref CdrReader reader, int gidBytes)
    {
        var ids = new EntityId[reader.ReadLength(gidBytes)];
        for (var i = 0; i < ids.Length; i++) ids[i] = EntityId.From(reader.ReadBytes(gidBytes));
        return ids;
    }

    private void Write(ref CdrWriter writer, int gidBytes)
    {
        WriteGid(ref writer, participant, gidBytes);
        writer.WriteLength(nodes.Count);
        foreach (var node in nodes)
        {
            writer.Write(node.Namespace);
            writer.Write(node.Name);
            writer.WriteLength(node.Readers.Count);
            foreach (var id in node.Readers) WriteGid(ref writer, id, gidBytes);
            writer.WriteLength(node.Writers.Count);
            foreach (var id in node.Writers) WriteGid(ref writer, id, gidBytes);
        }
    }

    private static void WriteGid(ref CdrWriter writer, EntityId id, int gidBytes)
    {
        var padded = new byte[gidBytes];
        id.ToArray().CopyTo(padded, 0);
        writer.WriteArray<byte>(padded);
    }
}
