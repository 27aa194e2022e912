using System.Globalization;
using AlsterNode.Core;
using AlsterNode.Core.Sqlite;

namespace AlsterNode.SceneStore;

/// <summary>The rows of a scene file's table <c>meta</c>: what the scene is, and its counts.</summary>
internal static class SceneMeta
{
    private const string VoxelSize = "voxel_size";
    private const string FeatureDimension = "feature_dimension";
    private const string LabelSpace = "label_space";
    private const string ModelId = "model_id";
    private const string Created = "created";
    private const string Frames = "frames";
    private const string Voxels = "voxels";
    private const string FirstStamp = "first_stamp";
    private const string LastStamp = "last_stamp";
    private const string InputPosition = "input_position";

    /// <summary>Writes what a new scene is.</summary>
    public static void Write(SqliteConnection connection, SceneOptions options)
    {
        using var put = connection.Prepare("INSERT INTO meta(key, value) VALUES(?1, ?2)");
        put.Bind(1, VoxelSize);
        put.Bind(2, options.VoxelSize);
        put.Run();
        Put(put, FeatureDimension, options.FeatureDimension);
        Put(put, LabelSpace, options.LabelSpace);
        Put(put, ModelId, options.ModelId);
        Put(put, Created, DateTime.UtcNow.ToString("o", CultureInfo.InvariantCulture));
        Write(put, default(SceneState));
    }

    /// <summary>Writes a scene's counts.</summary>
    public static void Write(SqliteStatement put, SceneState state)
    {
        Put(put, Frames, state.Frames);
        Put(put, Voxels, state.Voxels);
        Put(put, LastStamp, state.LastStamp);
        Put(put, InputPosition, state.InputPosition);
        if (state.FirstStamp is { } first) Put(put, FirstStamp, first);
    }

    /// <summary>Reads what a scene is, and its counts.</summary>
    public static (SceneOptions Options, SceneState State) Read(SqliteConnection connection, string path)
    {
        using var get = connection.Prepare("SELECT value FROM meta WHERE key = ?1");
        var options = new SceneOptions
        {
            Path = path,
            VoxelSize = Get(VoxelSize, row => row.GetDouble(0)),
            FeatureDimension = (int)Get(FeatureDimension, row => row.GetInt64(0)),
            LabelSpace = Get(LabelSpace, row => row.GetText(0)),
            ModelId = Get(ModelId, row => row.GetText(0)),
        };
        options.Validate();
        var frames = Get(Frames, row => row.GetInt64(0));
        var first = frames > 0 ? Get<long?>(FirstStamp, row => row.GetInt64(0)) : null;
        return (options, new SceneState(frames, Get(Voxels, row => row.GetInt64(0)), first, Get(LastStamp, row => row.GetInt64(0)), Get(InputPosition, row => row.GetInt64(0))));

        T Get<T>(string key, Func<SqliteStatement, T> value)
        {
            get.Bind(1, key);
            if (!get.Step()) throw new InputException($"Scene {path} is damaged: '{key}' is missing from its table meta.");
            var result = value(get);
            get.Reset();
            return result;
        }
    }

    private static void Put(SqliteStatement put, string key, long value)
    {
        put.Bind(1, key);
        put.Bind(2, value);
        put.Run();
    }

    private static void Put(SqliteStatement put, string key, string value)
    {
        put.Bind(1, key);
        put.Bind(2, value);
        put.Run();
    }
}
