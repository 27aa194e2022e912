using AlsterNode.Core;
using Microsoft.Win32.SafeHandles;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>Reads an MCAP file: chunks plain, zstd or lz4; with an index or without. A damaged chunk is left out and reported.</summary>
internal sealed class McapFile : BagFile
{
    private const long MaxChunkBytes = 1L << 30; // unpacked; recorders make chunks of a few megabytes
    private const int CachedChunks = 4; // colour, depth and their neighbours

    private readonly SafeFileHandle _file;
    private readonly McapIndex _index;
    private readonly Dictionary<ushort, BagTopic> _topics;
    private readonly List<(long Offset, byte[] Records)> _cache = [];
    private readonly Dictionary<long, (long First, long Last, int Steps)> _order = [];

    public McapFile(string path) : base(path)
    {
        _file = File.OpenHandle(path);
        try
        {
            _index = McapIndex.Read(path, _file);
            if (_index.Problem is { } problem) Report(problem);
            if (_index.NeedsChunks)
            {
                foreach (var chunk in _index.Chunks) LearnFrom(chunk);
            }
        }
        catch
        {
            _file.Dispose();
            throw;
        }
        _topics = _index.Topics();
        Topics = [.. _topics.OrderBy(topic => topic.Key).Select(topic => topic.Value).DistinctBy(topic => topic.Name)];
    }

    public override IReadOnlyList<BagTopic> Topics { get; }

    public override long? MessageCount => _index.MessageCount;

    public override int StepsBack
    {
        get
        {
            var (steps, last) = (0, long.MinValue);
            foreach (var (_, chunk) in _order.OrderBy(chunk => chunk.Key))
            {
                steps += chunk.Steps + (chunk.First < last ? 1 : 0);
                last = chunk.Last;
            }
            return steps;
        }
    }

    /// <summary>True for a file that begins as MCAP files do.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head) => head.StartsWith(McapFormat.Magic[..5]);

    public override IEnumerable<(BagTopic Topic, long LogTime, ReadOnlyMemory<byte> Payload, long Chunk, long Offset)> Read(Predicate<BagTopic> wanted)
    {
        var channels = _topics.Where(topic => wanted(topic.Value)).ToDictionary();
        var pending = new Queue<McapChunk>(_index.Chunks.OrderBy(chunk => chunk.Start).ThenBy(chunk => chunk.Offset));
        var open = new PriorityQueue<Run, (long Time, long Offset)>();
        Open(new Run(0, null, Sorted(0, [.. _index.Loose])), open);
        while (true)
        {
            while (pending.TryPeek(out var next) && (!open.TryPeek(out _, out var first) || next.Start <= first.Time))
            {
                if (TryLoad(pending.Dequeue().Offset) is { } loaded) Open(new Run(next.Offset, loaded, Entries(next.Offset, loaded)), open);
            }
            if (!open.TryDequeue(out var run, out _)) yield break;
            var entry = run.Entries[run.Next++];
            Open(run, open);
            if (!channels.TryGetValue(entry.Channel, out var topic)) continue;
            yield return (topic, entry.LogTime, run.Records is { } records ? records.AsMemory((int)entry.Offset, entry.Length) : ReadFile(entry.Offset, entry.Length), run.Chunk, entry.Offset);
        }
    }

    public override ReadOnlyMemory<byte> ReadAt(long chunk, long offset)
    {
        if (chunk == 0)
        {
            var entry = _index.Loose.Find(entry => entry.Offset == offset);
            return ReadFile(entry.Offset, entry.Length);
        }
        var cached = _cache.FindIndex(entry => entry.Offset == chunk);
        var records = cached >= 0 ? _cache[cached].Records : TryLoad(chunk) ?? throw new InputException($"'{FilePath}' changed while it was read.");
        if (cached >= 0) _cache.RemoveAt(cached);
        else if (_cache.Count == CachedChunks) _cache.RemoveAt(0);
        _cache.Add((chunk, records)); // the last is the one used last
        var length = BitConverter.ToInt64(records, (int)offset - 22 - 8);
        return records.AsMemory((int)offset, (int)length - 22);
    }

    public override void Dispose() => _file.Dispose();

    private static void Open(Run run, PriorityQueue<Run, (long Time, long Offset)> open)
    {
        if (run.Next < run.Entries.Length) open.Enqueue(run, (run.Entries[run.Next].LogTime, run.Chunk));
    }

    private void LearnFrom(McapChunk chunk)
    {
        if (TryLoad(chunk.Offset) is not { } records) return;
        try
        {
            var cursor = new McapCursor(records);
            while (cursor.Remaining > 0) _index.Learn(cursor.ReadRecord(out var content), content);
        }
        catch (InvalidDataException)
        {
            Report(Damaged(chunk.Offset, "its records are damaged"));
        }
    }

    /// <summary>The messages of a chunk in order of log time.</summary>
    private McapEntry[] Entries(long chunk, byte[] records)
    {
        var entries = new List<McapEntry>();
        try
        {
            var cursor = new McapCursor(records);
            while (cursor.Remaining > 0)
            {
                var opcode = cursor.ReadRecord(out var content);
                if (opcode == McapOpcode.Message) entries.Add(McapIndex.EntryOf(content, cursor.Position - content.Length, content.Length));
            }
        }
        catch (InvalidDataException problem)
        {
            Report(Damaged(chunk, problem.Message));
        }
        if (entries.RemoveAll(entry => !_topics.ContainsKey(entry.Channel)) is > 0 and var strangers)
            Report(Damaged(chunk, $"{strangers} messages are on channels that are not described"));
        return Sorted(chunk, [.. entries]);
    }

    private McapEntry[] Sorted(long chunk, McapEntry[] entries)
    {
        var steps = 0;
        for (var i = 1; i < entries.Length; i++) steps += entries[i].LogTime < entries[i - 1].LogTime ? 1 : 0;
        if (entries.Length > 0) _order[chunk] = (entries[0].LogTime, entries[^1].LogTime, steps);
        Array.Sort(entries, (a, b) => a.LogTime != b.LogTime ? a.LogTime.CompareTo(b.LogTime) : a.Offset.CompareTo(b.Offset));
        return entries;
    }

    /// <summary>The records of a chunk, unpacked and checked; null, with a report, when it is damaged.</summary>
    private byte[]? TryLoad(long offset)
    {
        try
        {
            var head = ReadFile(offset, McapFormat.RecordHeadBytes);
            var length = BitConverter.ToInt64(head, 1);
            if (head[0] != (byte)McapOpcode.Chunk || length < 0 || length > int.MaxValue || length > RandomAccess.GetLength(_file) - offset) throw new InvalidDataException("there is no chunk");
            var cursor = new McapCursor(ReadFile(offset + McapFormat.RecordHeadBytes, (int)length));
            cursor.Take(16); // start and end
            var (size, crc, compression) = (cursor.ReadInt64(), cursor.ReadUInt32(), cursor.ReadString());
            if (size > MaxChunkBytes) throw new InvalidDataException($"it unpacks to {size} bytes, expected {MaxChunkBytes} at most");
            var records = Unpack(compression, cursor.Take(cursor.ReadInt64()), (int)size);
            return crc == 0 || Crc32.Of(records) == crc ? records : throw new InvalidDataException("its checksum differs");
        }
        catch (InvalidDataException problem)
        {
            Report(Damaged(offset, problem.Message));
            return null;
        }
    }

    private static byte[] Unpack(string compression, ReadOnlySpan<byte> data, int size) => compression switch
    {
        "" => data.Length == size ? data.ToArray() : throw new InvalidDataException($"it has {data.Length} bytes, expected {size}"),
        "zstd" => Zstd.Decompress(data, size),
        "lz4" => Lz4.Decompress(data, size),
        _ => throw new InvalidDataException($"it is compressed with '{compression}', expected zstd, lz4 or nothing"),
    };

    private byte[] ReadFile(long offset, int count)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(count);
        var read = 0;
        while (read < count)
        {
            var more = RandomAccess.Read(_file, bytes.AsSpan(read), offset + read);
            if (more == 0) throw new InvalidDataException("the file ends within it");
            read += more;
        }
        return bytes;
    }

    private string Damaged(long chunk, string problem) => $"'{FilePath}': the chunk at byte {chunk} was left out: {problem}";

    /// <summary>Messages in order of log time, of a chunk or of the file itself.</summary>
    private sealed record Run(long Chunk, byte[]? Records, McapEntry[] Entries)
    {
        public int Next { get; set; }
    }
}
