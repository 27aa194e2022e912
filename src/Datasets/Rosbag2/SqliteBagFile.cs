using AlsterNode.Core;
using AlsterNode.Core.Sqlite;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>Reads an SQLite file of rosbag2, whatever its schema version: tables and columns that are missing are done without.</summary>
internal sealed class SqliteBagFile : BagFile
{
    private readonly SqliteConnection _database;
    private readonly SqliteStatement _byRow;
    private readonly Dictionary<long, BagTopic> _topics;

    public SqliteBagFile(string path) : base(path)
    {
        _database = Guarded(() => SqliteConnection.Open(path, SqliteNative.OpenReadOnly));
        try
        {
            if (!Guarded(HasTables)) throw new InputException($"'{path}' is an SQLite file without rosbag2's tables 'topics' and 'messages'.");
            _topics = Guarded(ReadTopics);
            MessageCount = Guarded(() => _database.QueryInt64("SELECT count(*) FROM messages"));
            _byRow = Guarded(() => _database.Prepare("SELECT data FROM messages WHERE id = ?"));
        }
        catch
        {
            _database.Dispose();
            throw;
        }
        Topics = [.. _topics.OrderBy(topic => topic.Key).Select(topic => topic.Value)];
    }

    public override IReadOnlyList<BagTopic> Topics { get; }

    public override long? MessageCount { get; }

    public override int StepsBack => Guarded(() =>
        (int)_database.QueryInt64("SELECT count(*) FROM (SELECT timestamp < lag(timestamp) OVER (ORDER BY id) AS back FROM messages) WHERE back"));

    /// <summary>True for an SQLite file.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head) => head.StartsWith("SQLite format 3\0"u8);

    public override IEnumerable<(BagTopic Topic, long LogTime, ReadOnlyMemory<byte> Payload, long Chunk, long Offset)> Read(Predicate<BagTopic> wanted)
    {
        var ids = string.Join(',', _topics.Where(topic => wanted(topic.Value)).Select(topic => topic.Key));
        using var rows = Guarded(() => _database.Prepare($"SELECT id, topic_id, timestamp, data FROM messages WHERE topic_id IN ({ids}) ORDER BY timestamp, id"));
        while (Guarded(rows.Step))
            yield return (_topics[rows.GetInt64(1)], rows.GetInt64(2), rows.GetBlob(3).ToArray(), 0, rows.GetInt64(0));
    }

    public override ReadOnlyMemory<byte> ReadAt(long chunk, long offset) => Guarded(() =>
    {
        _byRow.Bind(1, offset);
        try
        {
            return _byRow.Step() ? _byRow.GetBlob(0).ToArray() : throw new InputException($"'{FilePath}' changed while it was read.");
        }
        finally
        {
            _byRow.Reset();
        }
    });

    public override void Dispose()
    {
        _byRow.Dispose();
        _database.Dispose();
    }

    private bool HasTables() => Columns("messages").IsSupersetOf(["topic_id", "timestamp", "data"]) && Columns("topics").IsSupersetOf(["id", "name", "type"]);

    private Dictionary<long, BagTopic> ReadTopics()
    {
        var topics = new Dictionary<long, BagTopic>();
        var definitions = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Columns("message_definitions").IsSupersetOf(["topic_type", "encoding", "encoded_message_definition"]))
        {
            using var types = _database.Prepare("SELECT topic_type, encoded_message_definition FROM message_definitions WHERE encoding = 'ros2msg'");
            while (types.Step()) definitions[types.GetText(0)] = types.GetText(1);
        }
        var columns = Columns("topics");
        string Column(string name) => columns.Contains(name) ? name : "''";
        using var rows = _database.Prepare($"SELECT id, name, type, {Column("serialization_format")}, {Column("offered_qos_profiles")}, {Column("type_description_hash")} FROM topics");
        while (rows.Step())
        {
            var type = rows.GetText(2);
            topics[rows.GetInt64(0)] = new BagTopic(rows.GetText(1), type)
            {
                SerializationFormat = rows.GetText(3) is { Length: > 0 } format ? format : "cdr",
                QosProfiles = rows.GetText(4),
                TypeHash = rows.GetText(5),
                Definition = definitions.GetValueOrDefault(type, ""),
            };
        }
        return topics;
    }

    private HashSet<string> Columns(string table)
    {
        using var rows = _database.Prepare($"SELECT name FROM pragma_table_info('{table}')");
        var columns = new HashSet<string>(StringComparer.Ordinal);
        while (rows.Step()) columns.Add(rows.GetText(0));
        return columns;
    }

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException problem)
        {
            throw new InputException($"'{FilePath}' cannot be read: {problem.Message}.", problem);
        }
    }
}
