using AlsterNode.Core;
using AlsterNode.Core.Sqlite;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>How a bag keeps its messages.</summary>
public enum BagStorage
{
    /// <summary>MCAP with indexed chunks of zstd, Jazzy's default.</summary>
    Mcap,

    /// <summary>SQLite, schema version 4.</summary>
    Sqlite,
}

/// <summary>One storage file that is being written.</summary>
internal interface IBagFileWriter : IDisposable
{
    /// <summary>Returns the topic's number.</summary>
    int AddTopic(BagTopic topic);

    void Write(int topic, long logTime, ReadOnlySpan<byte> payload);

    /// <summary>Writes what comes last; <paramref name="metadata"/> is metadata.yaml's text.</summary>
    void Finish(string metadata);
}

/// <summary>Writes a rosbag2 as Jazzy does: a folder with one storage file and metadata.yaml (version 9), which is written last.</summary>
public sealed class BagWriter : IDisposable
{
    private readonly BagStorage _storage;
    private readonly string _fileName;
    private readonly IBagFileWriter _file;
    private readonly List<(BagTopic Topic, long Count)> _topics = [];
    private long _start = long.MaxValue, _end = long.MinValue;

    /// <summary>Begins a bag in a new folder; throws <see cref="InputException"/> when there is something already.</summary>
    public BagWriter(string folder, BagStorage storage = BagStorage.Mcap)
    {
        Folder = Path.GetFullPath(folder);
        if (Path.Exists(Folder) && !(Directory.Exists(Folder) && !Directory.EnumerateFileSystemEntries(Folder).Any()))
            throw new InputException($"'{folder}' exists already; expected a new folder for the bag.");
        Directory.CreateDirectory(Folder);
        _storage = storage;
        _fileName = $"{Path.GetFileName(Folder)}_0.{(storage == BagStorage.Mcap ? "mcap" : "db3")}";
        var path = Path.Combine(Folder, _fileName);
        _file = storage == BagStorage.Mcap ? new McapWriter(path) : Guarded(() => new SqliteBagWriter(path));
    }

    /// <summary>The bag's folder.</summary>
    public string Folder { get; }

    /// <summary>Messages written so far.</summary>
    public long MessageCount { get; private set; }

    /// <summary>Adds a topic; returns its number for <see cref="Write"/>.</summary>
    public int AddTopic(BagTopic topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        _topics.Add((topic, 0));
        return Guarded(() => _file.AddTopic(topic));
    }

    /// <summary>Appends a message.</summary>
    /// <param name="topic">The topic's number.</param>
    /// <param name="logTime">[ns], 0 or more.</param>
    /// <param name="payload">The serialised message with its 4-byte header.</param>
    public void Write(int topic, long logTime, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(logTime);
        _topics[topic] = (_topics[topic].Topic, _topics[topic].Count + 1);
        try
        {
            _file.Write(topic, logTime, payload);
        }
        catch (SqliteException problem)
        {
            throw Failed(problem);
        }
        (_start, _end) = (Math.Min(_start, logTime), Math.Max(_end, logTime));
        MessageCount++;
    }

    /// <summary>Completes the bag; without it the folder has no metadata.yaml and is recognisably unfinished.</summary>
    public void Finish()
    {
        var entry = new BagFileEntry(_fileName, MessageCount > 0 ? _start : 0, MessageCount > 0 ? _end - _start : 0, MessageCount);
        var metadata = BagMetadata.Format(_storage == BagStorage.Mcap ? "mcap" : "sqlite3", _topics, [entry]);
        Guarded(() =>
        {
            _file.Finish(metadata);
            return true;
        });
        var part = Path.Combine(Folder, BagMetadata.FileName + ".part");
        File.WriteAllText(part, metadata);
        File.Move(part, Path.Combine(Folder, BagMetadata.FileName), overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException problem)
        {
            throw Failed(problem);
        }
    }

    private IOException Failed(SqliteException problem) => new($"'{Path.Combine(Folder, _fileName)}' cannot be written: {problem.Message}.", problem);
}
