using AlsterNode.Core.Sqlite;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>Writes an SQLite file of rosbag2 with schema version 4 (Iron and later), in one transaction.</summary>
internal sealed class SqliteBagWriter : IBagFileWriter
{
    private static readonly string[] Schema =
    [
        "CREATE TABLE schema(schema_version INTEGER PRIMARY KEY,ros_distro TEXT NOT NULL)",
        "CREATE TABLE metadata(id INTEGER PRIMARY KEY,metadata_version INTEGER NOT NULL,metadata TEXT NOT NULL)",
        "CREATE TABLE topics(id INTEGER PRIMARY KEY,name TEXT NOT NULL,type TEXT NOT NULL,serialization_format TEXT NOT NULL,"
            + "offered_qos_profiles TEXT NOT NULL,type_description_hash TEXT NOT NULL)",
        "CREATE TABLE message_definitions(id INTEGER PRIMARY KEY,topic_type TEXT NOT NULL,encoding TEXT NOT NULL,"
            + "encoded_message_definition TEXT NOT NULL,type_description_hash TEXT NOT NULL)",
        "CREATE TABLE messages(id INTEGER PRIMARY KEY,topic_id INTEGER NOT NULL,timestamp INTEGER NOT NULL, data BLOB NOT NULL)",
        "CREATE INDEX timestamp_idx ON messages (timestamp ASC)",
        "INSERT INTO schema VALUES (4, 'jazzy')",
    ];

    private readonly SqliteConnection _database;
    private readonly SqliteStatement _insert;
    private readonly HashSet<string> _types = new(StringComparer.Ordinal);
    private int _topics;

    public SqliteBagWriter(string path)
    {
        _database = SqliteConnection.Open(path, SqliteNative.OpenReadWrite | SqliteNative.OpenCreate);
        _database.Execute("BEGIN");
        foreach (var statement in Schema) _database.Execute(statement);
        _insert = _database.Prepare("INSERT INTO messages (topic_id, timestamp, data) VALUES (?, ?, ?)");
    }

    public int AddTopic(BagTopic topic)
    {
        if (_types.Add(topic.Type)) Insert("INSERT INTO message_definitions (topic_type, encoding, encoded_message_definition, type_description_hash) VALUES (?, 'ros2msg', ?, ?)", topic.Type, topic.Definition, topic.TypeHash);
        Insert("INSERT INTO topics (name, type, serialization_format, offered_qos_profiles, type_description_hash) VALUES (?, ?, ?, ?, ?)", topic.Name, topic.Type, topic.SerializationFormat, topic.QosProfiles, topic.TypeHash);
        return _topics++;
    }

    public void Write(int topic, long logTime, ReadOnlySpan<byte> payload)
    {
        _insert.Bind(1, (long)topic + 1); // rows count from 1
        _insert.Bind(2, logTime);
        _insert.Bind(3, payload);
        _insert.Run();
    }

    public void Finish(string metadata)
    {
        Insert("INSERT INTO metadata (metadata_version, metadata) VALUES (9, ?)", metadata);
        _database.Execute("COMMIT");
    }

    public void Dispose()
    {
        _insert.Dispose();
        _database.Dispose();
    }

    private void Insert(string sql, params string[] values)
    {
        using var statement = _database.Prepare(sql);
        for (var i = 0; i < values.Length; i++) statement.Bind(i + 1, values[i]);
        statement.Run();
    }
}
