using AlsterNode.Core;
using Microsoft.Win32.SafeHandles;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>A chunk: its place in the file and the log times it covers.</summary>
internal readonly record struct McapChunk(long Offset, long Length, long Start, long End);

/// <summary>A message's log time, channel and the place of its content in a chunk, or in the file.</summary>
internal readonly record struct McapEntry(long LogTime, long Offset, int Length, ushort Channel);

/// <summary>
/// What an MCAP file holds and where: from its summary, or, where there is none that can be believed (the recorder was killed), from one walk
/// over the file's records.
/// </summary>
internal sealed class McapIndex
{
    private const long MaxRecordBytes = 1 << 26; // of records other than chunks, messages and attachments

    private readonly SafeFileHandle _file;
    private readonly long _length;
    private readonly Dictionary<ushort, (string Name, string Definition)> _schemas = [];
    private readonly Dictionary<ushort, (ushort Schema, string Topic, string Encoding, Dictionary<string, string> Metadata)> _channels = [];

    private McapIndex(SafeFileHandle file) => (_file, _length) = (file, RandomAccess.GetLength(file));

    /// <summary>In the order of the file.</summary>
    public List<McapChunk> Chunks { get; private set; } = [];

    /// <summary>Messages outside of chunks.</summary>
    public List<McapEntry> Loose { get; } = [];

    /// <summary>Null where there is no summary.</summary>
    public long? MessageCount { get; private set; }

    /// <summary>Why there is no summary, or what is cut off; null for a whole file.</summary>
    public string? Problem { get; private set; }

    /// <summary>Channels may be described in chunks only: whoever reads one shows its records here.</summary>
    public bool NeedsChunks { get; private set; }

    /// <summary>The topics by channel.</summary>
    public Dictionary<ushort, BagTopic> Topics()
    {
        var topics = new Dictionary<ushort, BagTopic>();
        foreach (var (id, channel) in _channels)
        {
            var schema = _schemas.GetValueOrDefault(channel.Schema, ("", ""));
            topics[id] = new BagTopic(channel.Topic, schema.Item1)
            {
                SerializationFormat = channel.Encoding,
                QosProfiles = channel.Metadata.GetValueOrDefault("offered_qos_profiles", ""),
                TypeHash = channel.Metadata.GetValueOrDefault("topic_type_hash", ""),
                Definition = schema.Item2,
            };
        }
        return topics;
    }

    /// <summary>Reads the index; throws <see cref="InputException"/> when the file is no MCAP file.</summary>
    public static McapIndex Read(string path, SafeFileHandle file)
    {
        var index = new McapIndex(file);
        if (!index.ReadAt(0, McapFormat.Magic.Length).AsSpan().SequenceEqual(McapFormat.Magic)) throw new InputException($"'{path}' does not begin as an MCAP file, version 0.");
        try
        {
            index.ReadSummary();
        }
        catch (InvalidDataException problem)
        {
            index.Problem = $"'{path}' has no usable summary ({problem.Message}); it was read from its beginning";
            index.Scan(path);
        }
        return index;
    }

    /// <summary>Takes in a schema or channel; others are none of its business.</summary>
    public void Learn(McapOpcode opcode, ReadOnlySpan<byte> content)
    {
        var cursor = new McapCursor(content);
        if (opcode == McapOpcode.Schema)
        {
            var (id, name, encoding) = (cursor.ReadUInt16(), cursor.ReadString(), cursor.ReadString());
            _schemas.TryAdd(id, (name, encoding == "ros2msg" ? System.Text.Encoding.UTF8.GetString(cursor.ReadBlob()) : ""));
        }
        else if (opcode == McapOpcode.Channel)
        {
            var id = cursor.ReadUInt16();
            _channels.TryAdd(id, (cursor.ReadUInt16(), cursor.ReadString(), cursor.ReadString(), cursor.ReadMap()));
        }
    }

    private void ReadSummary()
    {
        var footerAt = _length - McapFormat.Magic.Length - McapFormat.RecordHeadBytes - McapFormat.FooterBytes;
        if (footerAt < McapFormat.Magic.Length) throw new InvalidDataException("the file is too short");
        var tail = ReadAt(footerAt, (int)(_length - footerAt));
        if (!tail.AsSpan().EndsWith(McapFormat.Magic) || tail[0] != (byte)McapOpcode.Footer) throw new InvalidDataException("the end is missing");
        var footer = new McapCursor(tail.AsSpan(McapFormat.RecordHeadBytes));
        var (start, _, crc) = (footer.ReadInt64(), footer.ReadInt64(), footer.ReadUInt32());
        if (start == 0) throw new InvalidDataException("it was written without one");
        if (start < McapFormat.Magic.Length || start > footerAt || footerAt - start > int.MaxValue / 2) throw new InvalidDataException("its place is outside of the file");
        var summary = ReadAt(start, (int)(footerAt - start));
        var upToCrc = McapFormat.RecordHeadBytes + McapFormat.FooterBytes - sizeof(uint);
        if (crc != 0 && Crc32.Continue(Crc32.Of(summary), tail.AsSpan(0, upToCrc)) != crc) throw new InvalidDataException("its checksum differs");
        var (chunkCount, channelCount) = (-1L, 0L);
        var cursor = new McapCursor(summary);
        while (cursor.Remaining > 0)
        {
            var opcode = cursor.ReadRecord(out var content);
            Learn(opcode, content);
            if (opcode == McapOpcode.ChunkIndex) AddChunk(content, start);
            else if (opcode == McapOpcode.Statistics) (chunkCount, channelCount) = ReadStatistics(content);
        }
        NeedsChunks = channelCount > _channels.Count; // not every recorder repeats them in the summary
        var complete = chunkCount == Chunks.Count && (Chunks.Count > 0 || MessageCount == 0);
        if (!complete) throw new InvalidDataException("it does not list all chunks");
        Chunks.Sort((a, b) => a.Offset.CompareTo(b.Offset));
    }

    private void AddChunk(ReadOnlySpan<byte> content, long dataEnd)
    {
        var cursor = new McapCursor(content);
        var (start, end, offset, length) = (cursor.ReadInt64(), cursor.ReadInt64(), cursor.ReadInt64(), cursor.ReadInt64());
        if (offset > dataEnd || length > dataEnd - offset) throw new InvalidDataException("it lists a chunk outside of the file");
        Chunks.Add(new McapChunk(offset, length, start, end));
    }

    private (long Chunks, long Channels) ReadStatistics(ReadOnlySpan<byte> content)
    {
        var cursor = new McapCursor(content);
        MessageCount = cursor.ReadInt64();
        cursor.Take(2); // number of schemas
        var channels = cursor.ReadUInt32();
        cursor.Take(4 + 4); // numbers of attachments and metadata
        return (cursor.ReadUInt32(), channels);
    }

    private void Scan(string path)
    {
        _schemas.Clear();
        _channels.Clear();
        (Chunks, MessageCount, NeedsChunks) = ([], null, true);
        for (long at = McapFormat.Magic.Length; at + McapFormat.RecordHeadBytes <= _length;)
        {
            var (opcode, length) = ReadHead(at);
            if (opcode is McapOpcode.DataEnd or McapOpcode.Footer) return;
            var content = at + McapFormat.RecordHeadBytes;
            if (length < 0 || length > _length - content || !TryTake(opcode, at, content, length))
            {
                Problem = $"'{path}' is cut off or damaged at byte {at} of {_length}; what comes before was read";
                return;
            }
            at = content + length;
        }
        Problem = $"'{path}' ends at byte {_length} without a summary; what is whole was read";
    }

    private (McapOpcode Opcode, long Length) ReadHead(long at)
    {
        var head = ReadAt(at, McapFormat.RecordHeadBytes);
        return ((McapOpcode)head[0], BitConverter.ToInt64(head, 1));
    }

    private bool TryTake(McapOpcode opcode, long at, long content, long length)
    {
        try
        {
            if (opcode == McapOpcode.Chunk)
            {
                var cursor = new McapCursor(ReadAt(content, (int)Math.Min(length, 16)));
                Chunks.Add(new McapChunk(at, McapFormat.RecordHeadBytes + length, cursor.ReadInt64(), cursor.ReadInt64()));
            }
            else if (opcode == McapOpcode.Message)
            {
                if (length > int.MaxValue) return false;
                Loose.Add(EntryOf(ReadAt(content, (int)Math.Min(length, MessageHeadBytes)), content, (int)length));
            }
            else if (opcode is McapOpcode.Schema or McapOpcode.Channel)
            {
                if (length > MaxRecordBytes) return false;
                Learn(opcode, ReadAt(content, (int)length));
            }
            return true;
        }
        catch (InvalidDataException)
        {
            return false; // the caller says where
        }
    }

    private const int MessageHeadBytes = 2 + 4 + 8 + 8; // channel, sequence, log time, publish time

    /// <summary>Reads a message record's head.</summary>
    public static McapEntry EntryOf(ReadOnlySpan<byte> head, long contentOffset, int length)
    {
        var cursor = new McapCursor(head);
        var channel = cursor.ReadUInt16();
        cursor.Take(4);
        var logTime = cursor.ReadInt64();
        cursor.Take(8);
        return new McapEntry(logTime, contentOffset + MessageHeadBytes, length - MessageHeadBytes, channel);
    }

    private byte[] ReadAt(long offset, int count)
    {
        var bytes = new byte[(int)Math.Min(count, Math.Max(0, _length - offset))];
        var read = 0;
        while (read < bytes.Length)
        {
            var more = RandomAccess.Read(_file, bytes.AsSpan(read), offset + read);
            if (more == 0) throw new InvalidDataException("the file became shorter while it was read");
            read += more;
        }
        return bytes;
    }
}
