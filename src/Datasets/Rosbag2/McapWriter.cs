using System.Text;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>Writes an MCAP file as ros2 bag record does: profile ros2, chunks of zstd with message indexes, and a summary.</summary>
internal sealed class McapWriter : IBagFileWriter
{
    private const int ChunkBytes = 4 << 20;
    private const string Library = "alster-node";

    private readonly FileStream _file;
    private readonly List<BagTopic> _topics = [];
    private readonly Dictionary<string, ushort> _schemaOfType = new(StringComparer.Ordinal);
    private readonly List<byte[]> _schemas = [];
    private readonly List<(long Count, uint Sequence)> _counts = [];
    private readonly MemoryStream _chunk = new();
    private readonly SortedDictionary<ushort, List<(long LogTime, long Offset)>> _chunkIndex = [];
    private readonly List<byte[]> _chunkIndexes = [];
    private long _start = long.MaxValue, _end = long.MinValue, _chunkStart = long.MaxValue, _chunkEnd = long.MinValue;

    public McapWriter(string path)
    {
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 16);
        _file.Write(McapFormat.Magic);
        WriteRecord(_file, McapOpcode.Header, record =>
        {
            WriteString(record, "ros2");
            WriteString(record, Library);
        });
    }

    public int AddTopic(BagTopic topic)
    {
        _topics.Add(topic);
        _counts.Add((0, 0));
        if (!_schemaOfType.ContainsKey(topic.Type))
        {
            var id = (ushort)(_schemaOfType.Count + 1); // 0 means: no schema
            _schemaOfType[topic.Type] = id;
            _schemas.Add(Record(McapOpcode.Schema, record =>
            {
                record.Write(id);
                WriteString(record, topic.Type);
                WriteString(record, "ros2msg");
                WriteString(record, topic.Definition);
            }));
            _chunk.Write(_schemas[^1]);
        }
        _chunk.Write(ChannelRecord(_topics.Count - 1));
        return _topics.Count - 1;
    }

    public void Write(int topic, long logTime, ReadOnlySpan<byte> payload)
    {
        var (count, sequence) = _counts[topic];
        _counts[topic] = (count + 1, sequence + 1);
        if (!_chunkIndex.TryGetValue((ushort)topic, out var index)) _chunkIndex[(ushort)topic] = index = [];
        index.Add((logTime, _chunk.Position));
        using (var record = new BinaryWriter(_chunk, Encoding.UTF8, leaveOpen: true))
        {
            record.Write((byte)McapOpcode.Message);
            record.Write((long)(2 + 4 + 8 + 8 + payload.Length));
            record.Write((ushort)topic);
            record.Write(sequence + 1);
            record.Write(logTime);
            record.Write(logTime); // publish time
            record.Write(payload);
        }
        (_chunkStart, _chunkEnd) = (Math.Min(_chunkStart, logTime), Math.Max(_chunkEnd, logTime));
        if (_chunk.Length >= ChunkBytes) WriteChunk();
    }

    public void Finish(string metadata)
    {
        if (_chunk.Length > 0) WriteChunk();
        var metadataAt = _file.Position;
        WriteRecord(_file, McapOpcode.Metadata, record =>
        {
            WriteString(record, "rosbag2");
            WriteMap(record, ("serialized_metadata", metadata));
        });
        var metadataBytes = _file.Position - metadataAt;
        WriteRecord(_file, McapOpcode.DataEnd, record => record.Write(0u)); // no checksum of the whole: chunks have theirs
        WriteSummary(metadataAt, metadataBytes);
    }

    public void Dispose()
    {
        _file.Dispose();
        _chunk.Dispose();
    }

    private byte[] ChannelRecord(int topic) => Record(McapOpcode.Channel, record =>
    {
        record.Write((ushort)topic);
        record.Write(_schemaOfType[_topics[topic].Type]);
        WriteString(record, _topics[topic].Name);
        WriteString(record, _topics[topic].SerializationFormat);
        WriteMap(record, ("offered_qos_profiles", _topics[topic].QosProfiles), ("topic_type_hash", _topics[topic].TypeHash));
    });

    private void WriteChunk()
    {
        var records = _chunk.GetBuffer().AsSpan(0, (int)_chunk.Length);
        var (size, crc) = (records.Length, Crc32.Of(records));
        var packed = Zstd.Compress(records);
        var isSmaller = packed.Length < size;
        var compression = isSmaller ? "zstd" : "";
        if (!isSmaller) packed = records.ToArray();
        var (start, end) = _chunkIndex.Count > 0 ? (_chunkStart, _chunkEnd) : (0, 0);
        var at = _file.Position;
        WriteRecord(_file, McapOpcode.Chunk, record =>
        {
            record.Write(start);
            record.Write(end);
            record.Write((long)size);
            record.Write(crc);
            WriteString(record, compression);
            record.Write((long)packed.Length);
            record.Write(packed);
        });
        var length = _file.Position - at;
        var offsets = new List<(ushort Channel, long Offset)>();
        foreach (var (channel, entries) in _chunkIndex)
        {
            offsets.Add((channel, _file.Position));
            WriteRecord(_file, McapOpcode.MessageIndex, record => WriteIndex(record, channel, entries));
        }
        var indexLength = _file.Position - at - length;
        _chunkIndexes.Add(Record(McapOpcode.ChunkIndex, record =>
        {
            record.Write(start);
            record.Write(end);
            record.Write(at);
            record.Write(length);
            record.Write((uint)(offsets.Count * (2 + 8)));
            foreach (var (channel, offset) in offsets)
            {
                record.Write(channel);
                record.Write(offset);
            }
            record.Write(indexLength);
            WriteString(record, compression);
            record.Write((long)packed.Length);
            record.Write((long)size);
        }));
        (_start, _end) = (Math.Min(_start, _chunkStart), Math.Max(_end, _chunkEnd));
        (_chunkStart, _chunkEnd) = (long.MaxValue, long.MinValue);
        _chunk.SetLength(0);
        _chunkIndex.Clear();
    }

    private static void WriteIndex(BinaryWriter record, ushort channel, List<(long LogTime, long Offset)> entries)
    {
        record.Write(channel);
        record.Write((uint)(entries.Count * (8 + 8)));
        foreach (var (logTime, offset) in entries)
        {
            record.Write(logTime);
            record.Write(offset);
        }
    }

    private void WriteSummary(long metadataAt, long metadataBytes)
    {
        var messages = _counts.Sum(count => count.Count);
        var groups = new (McapOpcode Opcode, IEnumerable<byte[]> Records)[]
        {
            (McapOpcode.Schema, _schemas),
            (McapOpcode.Channel, Enumerable.Range(0, _topics.Count).Select(ChannelRecord)),
            (McapOpcode.Statistics, [Record(McapOpcode.Statistics, record => WriteStatistics(record, messages))]),
            (McapOpcode.MetadataIndex, [Record(McapOpcode.MetadataIndex, record =>
            {
                record.Write(metadataAt);
                record.Write(metadataBytes);
                WriteString(record, "rosbag2");
            })]),
            (McapOpcode.ChunkIndex, _chunkIndexes),
        };
        var summaryAt = _file.Position;
        using var summary = new MemoryStream();
        var offsets = new List<byte[]>();
        foreach (var (opcode, records) in groups)
        {
            var at = summary.Position;
            foreach (var record in records) summary.Write(record);
            if (summary.Position == at) continue;
            var length = summary.Position - at;
            offsets.Add(Record(McapOpcode.SummaryOffset, record =>
            {
                record.Write((byte)opcode);
                record.Write(summaryAt + at);
                record.Write(length);
            }));
        }
        var offsetsAt = summaryAt + summary.Position;
        foreach (var record in offsets) summary.Write(record);
        using (var footer = new BinaryWriter(summary, Encoding.UTF8, leaveOpen: true))
        {
            footer.Write((byte)McapOpcode.Footer);
            footer.Write((long)McapFormat.FooterBytes);
            footer.Write(summaryAt);
            footer.Write(offsetsAt);
            footer.Flush();
            footer.Write(Crc32.Of(summary.GetBuffer().AsSpan(0, (int)summary.Length))); // of the summary and the footer up to here
        }
        _file.Write(summary.GetBuffer().AsSpan(0, (int)summary.Length));
        _file.Write(McapFormat.Magic);
    }

    private void WriteStatistics(BinaryWriter record, long messages)
    {
        record.Write(messages);
        record.Write((ushort)_schemas.Count);
        record.Write((uint)_topics.Count);
        record.Write(0u); // attachments
        record.Write(1u); // metadata
        record.Write((uint)_chunkIndexes.Count);
        record.Write(messages > 0 ? _start : 0L);
        record.Write(messages > 0 ? _end : 0L);
        record.Write((uint)(_counts.Count * (2 + 8)));
        for (var topic = 0; topic < _counts.Count; topic++)
        {
            record.Write((ushort)topic);
            record.Write(_counts[topic].Count);
        }
    }

    private static byte[] Record(McapOpcode opcode, Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        WriteRecord(bytes, opcode, write);
        return bytes.ToArray();
    }

    private static void WriteRecord(Stream target, McapOpcode opcode, Action<BinaryWriter> write)
    {
        using var content = new MemoryStream();
        using (var record = new BinaryWriter(content, Encoding.UTF8, leaveOpen: true)) write(record);
        using var head = new BinaryWriter(target, Encoding.UTF8, leaveOpen: true);
        head.Write((byte)opcode);
        head.Write(content.Length);
        head.Write(content.GetBuffer().AsSpan(0, (int)content.Length));
    }

    private static void WriteString(BinaryWriter record, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        record.Write((uint)bytes.Length);
        record.Write(bytes);
    }

    private static void WriteMap(BinaryWriter record, params (string Key, string Value)[] pairs)
    {
        record.Write((uint)pairs.Sum(pair => 8 + Encoding.UTF8.GetByteCount(pair.Key) + Encoding.UTF8.GetByteCount(pair.Value)));
        foreach (var (key, value) in pairs)
        {
            WriteString(record, key);
            WriteString(record, value);
        }
    }
}
