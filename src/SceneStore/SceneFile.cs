using AlsterNode.Core;
using AlsterNode.Core.Sqlite;
using MessagePack;

namespace AlsterNode.SceneStore;

/// <summary>
/// A scene's SQLite file: table <c>meta</c> says what the scene is and counts, table <c>blocks</c> holds a checked payload per block. Every
/// commit is one transaction that holds all blocks as of one frame's end together with the counts, so the file is a whole map at any instant.
/// The writing connection belongs to the writer's thread, the reading one to whoever holds the scene.
/// </summary>
internal sealed class SceneFile : IDisposable
{
    /// <summary>Kept in the file's header as user_version; changes when old programs could not read new files.</summary>
    public const int SchemaVersion = 1;

    private const int ApplicationId = 0x416C7374; // "Alst", in the file's header: tells a scene from any other database
    private const int PageSize = 1024; // payloads fill whole pages up to a small rest; larger pages leave more of the file empty
    private const int CheckpointPages = (16 << 20) / PageSize;

    private readonly FileStream? _lock;
    private readonly SqliteConnection? _writing;
    private readonly SqliteConnection _reading;
    private readonly SqliteStatement? _putBlock;
    private readonly SqliteStatement? _putMeta;
    private readonly SqliteStatement _getBlock;
    private readonly System.Buffers.ArrayBufferWriter<byte> _output = new();
    private byte[] _input = [];

    private SceneFile(string path, FileStream? fileLock, SqliteConnection? writing)
    {
        Path = path;
        _lock = fileLock;
        _writing = writing;
        _putBlock = writing?.Prepare("INSERT INTO blocks(key, checksum, payload) VALUES(?1, ?2, ?3) "
            + "ON CONFLICT(key) DO UPDATE SET checksum = excluded.checksum, payload = excluded.payload");
        _putMeta = writing?.Prepare("INSERT INTO meta(key, value) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value = excluded.value");
        _reading = SqliteConnection.Open(path, SqliteNative.OpenReadOnly);
        if (writing is null) _reading.Execute("BEGIN"); // one view of the file, whoever writes it meanwhile
        _getBlock = _reading.Prepare("SELECT checksum, payload FROM blocks WHERE key = ?1");
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>Makes a new file in the place of an old scene; a file that is no scene is not touched.</summary>
    public static SceneFile Create(SceneOptions options)
    {
        var path = System.IO.Path.GetFullPath(options.Path!);
        FileStream? fileLock = null;
        SqliteConnection? writing = null;
        var isMine = false;
        try
        {
            fileLock = SceneFiles.Lock(path);
            SceneFiles.DeleteScene(path, ApplicationId);
            isMine = true;
            writing = SqliteConnection.Open(path, SqliteNative.OpenReadWrite | SqliteNative.OpenCreate);
            writing.Execute($"PRAGMA page_size = {PageSize}");
            writing.Execute("BEGIN IMMEDIATE");
            writing.Execute($"PRAGMA application_id = {ApplicationId}");
            writing.Execute($"PRAGMA user_version = {SchemaVersion}");
            writing.Execute("CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID");
            writing.Execute("CREATE TABLE blocks(key INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, payload BLOB NOT NULL)");
            SceneMeta.Write(writing, options);
            writing.Execute("COMMIT");
            SetUpForWriting(writing);
            return new SceneFile(path, fileLock, writing);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            writing?.Dispose();
            if (isMine) SceneFiles.Delete(path);
            fileLock?.Dispose();
            throw new InputException($"Scene {path} cannot be created ({e.Message}): name a folder that exists, can be written and has space.", e);
        }
        catch (InputException)
        {
            fileLock?.Dispose();
            throw;
        }
    }

    /// <summary>Opens a scene to continue it, or to read it only.</summary>
    public static SceneFile Open(string path, bool readOnly, out SceneOptions options, out SceneState state)
    {
        path = System.IO.Path.GetFullPath(path);
        if (!File.Exists(path)) throw new InputException($"Scene {path} does not exist; expected an .alster file.");
        FileStream? fileLock = null;
        SqliteConnection? writing = null;
        SceneFile? file = null;
        try
        {
            if (!readOnly)
            {
                fileLock = SceneFiles.Lock(path);
                writing = SqliteConnection.Open(path, SqliteNative.OpenReadWrite);
                CheckIsScene(writing, path);
                SetUpForWriting(writing);
            }
            else
            {
                using var probe = SqliteConnection.Open(path, SqliteNative.OpenReadOnly);
                CheckIsScene(probe, path);
            }
            file = new SceneFile(path, fileLock, writing);
            (options, state) = SceneMeta.Read(file._reading, path);
            return file;
        }
        catch (Exception e)
        {
            file?.Dispose();
            writing?.Dispose();
            fileLock?.Dispose();
            if (e is SqliteException or IOException or UnauthorizedAccessException) throw Unreadable(path, e);
            throw;
        }
    }

    /// <summary>The keys of all blocks, ascending.</summary>
    public IEnumerable<long> Keys()
    {
        using var statement = _reading.Prepare("SELECT key FROM blocks ORDER BY key");
        while (Next(statement)) yield return statement.GetInt64(0);
    }

    /// <summary>Reads a block of the last commit.</summary>
    public void Read(long key, BlockImage image)
    {
        try
        {
            _getBlock.Bind(1, key);
            if (!_getBlock.Step()) throw Damaged(key, "it is missing", null);
            var payload = _getBlock.GetBlob(1);
            if (BlockPayload.Checksum(key, payload) != _getBlock.GetInt64(0)) throw Damaged(key, "its checksum is wrong", null);
            if (_input.Length < payload.Length) _input = new byte[payload.Length * 2];
            payload.CopyTo(_input);
            BlockPayload.Read(_input.AsMemory(0, payload.Length), image);
        }
        catch (SqliteException e)
        {
            throw Unreadable(Path, e);
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException or OverflowException)
        {
            throw Damaged(key, e.Message, e);
        }
        finally
        {
            _getBlock.Reset();
        }
    }

    /// <summary>Writes a snapshot as one transaction: all of it or nothing.</summary>
    public void Commit(SceneSnapshot snapshot)
    {
        _writing!.Execute("BEGIN IMMEDIATE");
        try
        {
            for (var block = 0; block < snapshot.Count; block++)
            {
                _output.ResetWrittenCount();
                BlockPayload.Write(snapshot.Occupancy(block), snapshot.Records(block), snapshot.RecordSize, _output);
                _putBlock!.Bind(1, snapshot.Key(block));
                _putBlock.Bind(2, BlockPayload.Checksum(snapshot.Key(block), _output.WrittenSpan));
                _putBlock.Bind(3, _output.WrittenSpan);
                _putBlock.Run();
            }
            SceneMeta.Write(_putMeta!, snapshot.State);
            _writing.Execute("COMMIT");
        }
        catch (SqliteException)
        {
            RollBack();
            throw;
        }
    }

    /// <summary>Closes the file; a file that was written is left without side files, as one plain database.</summary>
    public void Dispose()
    {
        _getBlock.Dispose();
        _reading.Dispose();
        _putBlock?.Dispose();
        _putMeta?.Dispose();
        if (_writing is not null) FoldLogIn();
        _writing?.Dispose();
        _lock?.Dispose();
    }

    private static void SetUpForWriting(SqliteConnection writing)
    {
        writing.Execute("PRAGMA journal_mode = WAL"); // readers go on while a commit is written
        writing.Execute("PRAGMA synchronous = NORMAL"); // a killed process loses no commit; a power cut may lose the last ones, never the file
        writing.Execute($"PRAGMA wal_autocheckpoint = {CheckpointPages}");
    }

    private static void CheckIsScene(SqliteConnection connection, string path)
    {
        if (connection.QueryInt64("PRAGMA application_id") != ApplicationId)
            throw new InputException($"{path} is a database but no scene; expected an .alster file.");
        var version = connection.QueryInt64("PRAGMA user_version");
        if (version != SchemaVersion)
            throw new InputException($"Scene {path} has schema version {version}, expected {SchemaVersion}: it was written by another version of this program.");
    }

    private static InputException Unreadable(string path, Exception e) => e is SqliteException { Code: SqliteNative.NotADatabase }
        ? new InputException($"{path} is no scene; expected an .alster file.", e)
        : new InputException($"Scene {path} cannot be read: {e.Message}.", e);

    private InputException Damaged(long key, string how, Exception? inner)
    {
        var (x, y, z) = BlockKey.Origin(key);
        return new InputException($"Scene {Path} is damaged at the block of voxel ({x}, {y}, {z}) ({how}): restore the file from a copy, or map again.", inner!);
    }

    private bool Next(SqliteStatement statement)
    {
        try
        {
            return statement.Step();
        }
        catch (SqliteException e)
        {
            throw Unreadable(Path, e);
        }
    }

    private void RollBack()
    {
        // A full disk rolls the transaction back by itself, and then there is nothing left to roll back.
        if (_writing!.InTransaction) _writing.Execute("ROLLBACK");
    }

    // Fails when the disk is full or another process reads the scene. The log then stays beside the file, and both together are the scene.
    private void FoldLogIn()
    {
        try
        {
            _writing!.Execute("PRAGMA journal_mode = DELETE");
        }
        catch (SqliteException)
        {
            IsLogLeft = true;
        }
    }

    /// <summary>True when closing had to leave the write-ahead log (<c>-wal</c>) beside the file.</summary>
    public bool IsLogLeft { get; private set; }
}
