using AlsterNode.Core;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>
/// Reads a rosbag2: a folder with metadata.yaml (or just the files), or a single .mcap or .db3 file; also where rosbag2 has compressed files
/// (.zstd) or messages. Memory does not grow with the bag.
/// </summary>
public sealed class BagReader : IDisposable
{
    private const long MaxMessageBytes = 1L << 30; // unpacked

    private readonly List<BagFile> _files = [];
    private readonly List<string> _temporary = [];
    private readonly Dictionary<string, BagTopic> _topics = new(StringComparer.Ordinal);

    private BagReader(string path) => BagPath = path;

    /// <summary>The folder or file.</summary>
    public string BagPath { get; }

    /// <summary>Each topic once.</summary>
    public IReadOnlyCollection<BagTopic> Topics => _topics.Values;

    /// <summary>Messages in the bag; null where a file has to be read to know.</summary>
    public long? MessageCount => _files.All(file => file.MessageCount is not null) ? _files.Sum(file => file.MessageCount) : null;

    /// <summary>Neighbours in the files whose log times run backwards; known when the bag has been read once.</summary>
    public int StepsBack => _files.Sum(file => file.StepsBack);

    /// <summary>What is damaged and was left out, in words; grows while the bag is read.</summary>
    public IReadOnlyList<string> Problems => [.. _files.SelectMany(file => file.Problems)];

    /// <summary>Opens a bag; throws <see cref="InputException"/> when there is none.</summary>
    public static BagReader Open(string path)
    {
        var reader = new BagReader(path);
        try
        {
            foreach (var file in FilesOf(path)) reader.Add(file);
            return reader;
        }
        catch (Exception problem)
        {
            reader.Dispose();
            if (problem is IOException or UnauthorizedAccessException or InvalidDataException) throw new InputException($"'{path}' cannot be read: {problem.Message}", problem);
            if (problem is DllNotFoundException) throw new InputException($"'{path}' needs a system library: {problem.Message} Packages: libzstd1, liblz4-1, libsqlite3-0.", problem);
            throw;
        }
    }

    /// <summary>True for a folder with metadata.yaml or storage files, and for a storage file.</summary>
    public static bool Recognises(string path) => Directory.Exists(path)
        ? File.Exists(Path.Combine(path, BagMetadata.FileName)) || StorageFiles(path).Any()
        : File.Exists(path) && (IsStorage(Head(path)) || (Head(path).AsSpan().StartsWith(Zstd.Magic) && path.EndsWith(".zstd", StringComparison.Ordinal)));

    /// <summary>The messages of the wanted topics (null: of all) in order of log time within each file, file after file as they were recorded.</summary>
    public IEnumerable<BagMessage> Read(Predicate<BagTopic>? wanted = null)
    {
        for (var number = 0; number < _files.Count; number++)
        {
            foreach (var (topic, logTime, payload, chunk, offset) in _files[number].Read(topic => wanted is null || wanted(_topics[topic.Name])))
                yield return new BagMessage(_topics[topic.Name], logTime, Unpack(payload), new MessagePlace(number, chunk, offset));
        }
    }

    /// <summary>The payload of a message that <see cref="Read"/> has shown before.</summary>
    public ReadOnlyMemory<byte> ReadAt(MessagePlace place) => Unpack(_files[place.File].ReadAt(place.Chunk, place.Offset));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
        foreach (var path in _temporary) File.Delete(path);
    }

    private void Add(string path)
    {
        var storage = Head(path).AsSpan().StartsWith(Zstd.Magic) ? Unzipped(path) : path;
        var head = Head(storage);
        if (!IsStorage(head)) throw new InputException($"'{path}' begins with {Convert.ToHexString(head)}, expected an MCAP or SQLite file of rosbag2.");
        BagFile file = McapFile.Recognises(head) ? new McapFile(storage) : new SqliteBagFile(storage);
        _files.Add(file);
        foreach (var topic in file.Topics)
        {
            if (_topics.TryAdd(topic.Name, topic) || _topics[topic.Name].Type == topic.Type) continue;
            throw new InputException($"'{path}' has the topic '{topic.Name}' as {topic.Type} where another file of the bag has it as {_topics[topic.Name].Type}.");
        }
    }

    /// <summary>rosbag2's compression of whole files: unpacked to a temporary one.</summary>
    private string Unzipped(string path)
    {
        var target = Path.GetTempFileName();
        _temporary.Add(target);
        using var from = File.OpenRead(path);
        using var to = File.Create(target);
        Zstd.DecompressFile(from, to);
        return target;
    }

    /// <summary>rosbag2's compression of single messages; CDR begins with 00.</summary>
    private static ReadOnlyMemory<byte> Unpack(ReadOnlyMemory<byte> payload)
    {
        if (!payload.Span.StartsWith(Zstd.Magic)) return payload;
        try
        {
            return Zstd.Decompress(payload.Span, MaxMessageBytes);
        }
        catch (InvalidDataException)
        {
            return payload; // whoever parses it says that it is no message
        }
    }

    private static IEnumerable<string> FilesOf(string path)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path)) throw new InputException($"'{path}' does not exist, expected a rosbag2 folder, .mcap or .db3 file.");
        if (!File.Exists(Path.Combine(path, BagMetadata.FileName))) return StorageFiles(path);
        var files = BagMetadata.Read(path).Files.Select(file => Path.Combine(path, file)).ToList();
        // Bags older than Foxy list their files with the bag's folder in front.
        files = files.ConvertAll(file => File.Exists(file) ? file : Path.Combine(path, Path.GetFileName(file)));
        return files.Find(file => !File.Exists(file)) is { } missing ? throw new InputException($"'{path}' lists the file '{Path.GetFileName(missing)}', which is not there.") : files;
    }

    /// <summary>By the number behind the last underscore: name_2 before name_10.</summary>
    private static IEnumerable<string> StorageFiles(string folder) => Directory.EnumerateFiles(folder)
        .Where(file => file.EndsWith(".mcap", StringComparison.Ordinal) || file.EndsWith(".db3", StringComparison.Ordinal) || file.EndsWith(".mcap.zstd", StringComparison.Ordinal) || file.EndsWith(".db3.zstd", StringComparison.Ordinal))
        .OrderBy(file => int.TryParse(Path.GetFileName(file).Split('.')[0].Split('_')[^1], out var number) ? number : -1).ThenBy(file => file, StringComparer.Ordinal);

    private static bool IsStorage(byte[] head) => McapFile.Recognises(head) || SqliteBagFile.Recognises(head);

    private static byte[] Head(string path)
    {
        using var file = File.OpenRead(path);
        var head = new byte[16];
        return head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }
}
