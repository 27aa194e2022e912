using AlsterNode.Core;

namespace AlsterNode.SceneStore;

/// <summary>
/// The map: a global feature [D], a label, a confidence and an observation count per voxel of the world's grid, and nothing where nothing
/// was seen. One thread maps (<see cref="Crop(ReadOnlySpan{VoxelIndex})"/>, WriteBack); any other may read meanwhile. The file, if there is
/// one, is written in the background.
/// </summary>
public sealed partial class SemanticScene : IDisposable
{
    private const long MaxDirtyBytes = 256 << 20; // more unwritten changes than this wait for the writer

    private readonly SceneOptions _options;
    private readonly BlockCache _cache;
    private readonly BlockImage _loading;
    private readonly FrameBlocks _frame = new();
    private readonly Lock _gate = new(); // held by the mapping thread during a frame, by readers for a block, and by the writer while it takes a snapshot
    private readonly SceneFile? _file;
    private readonly SceneWriter? _writer;
    private readonly int _dimension;
    private long _lastFrame;
    private long _voxelCount;
    private long? _firstStamp;
    private long _lastStamp;
    private long _storedPosition; // InputPosition as of the last whole frame
    private bool _disposed;

    private SemanticScene(SceneOptions options, SceneFile? file, SceneState state, bool readOnly)
    {
        _options = options;
        _dimension = options.FeatureDimension;
        _cache = new BlockCache(VoxelRecord.Size(_dimension));
        _loading = new BlockImage(_cache.Records.RecordSize);
        _file = file;
        IsReadOnly = readOnly;
        (_lastFrame, _voxelCount, _firstStamp, _lastStamp, InputPosition) = state;
        _storedPosition = InputPosition;
        foreach (var key in file?.Keys() ?? []) _cache.AddOnDisk(key);
        if (file is not null && !readOnly)
            _writer = new SceneWriter(file, _cache.Records.RecordSize, TimeSpan.FromSeconds(options.CommitInterval), TakeSnapshot);
    }

    /// <summary>Starts an empty scene; an old scene in the same file is replaced.</summary>
    public static SemanticScene Create(SceneOptions options)
    {
        options.Validate();
        return new SemanticScene(options, options.Path is null ? null : SceneFile.Create(options), default, readOnly: false);
    }

    /// <summary>Opens a stored scene to continue it where it ended.</summary>
    /// <param name="path">The .alster file.</param>
    /// <param name="expected">
    /// What the scene must be (voxel size, dimension, label space, model id; the budget and the commit interval apply); null takes any scene.
    /// </param>
    /// <param name="readOnly">Look only; the file may be in the course of being written by another process.</param>
    public static SemanticScene Open(string path, SceneOptions? expected = null, bool readOnly = false)
    {
        var file = SceneFile.Open(path, readOnly, out var options, out var state);
        try
        {
            if (expected is not null)
            {
                expected.Validate();
                expected.CheckSameKind(options);
                options.MemoryBudgetBytes = expected.MemoryBudgetBytes;
                options.CommitInterval = expected.CommitInterval;
            }
            return new SemanticScene(options, file, state, readOnly);
        }
        catch (InputException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Edge of a voxel [m].</summary>
    public double VoxelSize => _options.VoxelSize;

    /// <summary>Length D of a voxel's feature.</summary>
    public int FeatureDimension => _dimension;

    /// <summary>Name of the label space of the stored labels.</summary>
    public string LabelSpace => _options.LabelSpace;

    /// <summary>Id of the weights that made the features.</summary>
    public string ModelId => _options.ModelId;

    /// <summary>Voxels of the scene, in memory or not.</summary>
    public long VoxelCount { get { lock (_gate) return _voxelCount; } }

    /// <summary>Blocks of 8 x 8 x 8 voxels of the scene, in memory or not.</summary>
    public long BlockCount { get { lock (_gate) return _cache.Count; } }

    /// <summary>Memory the scene takes [bytes].</summary>
    public long Bytes { get { lock (_gate) return _cache.Bytes; } }

    /// <summary>Frames integrated since the scene was created.</summary>
    public long LastFrame { get { lock (_gate) return _lastFrame; } }

    /// <summary>Stamp of the frame integrated last [ns]; 0 before the first.</summary>
    public long LastStamp { get { lock (_gate) return _lastStamp; } }

    /// <summary>The same as that frame's voxels keep it [ns].</summary>
    public long LastSeen { get { lock (_gate) return _firstStamp is null ? 0 : Kept(_lastStamp); } }

    /// <summary>The least and the greatest block index along each axis; null for an empty scene.</summary>
    public (BlockIndex Min, BlockIndex Max)? Bounds { get { lock (_gate) return _cache.Count == 0 ? null : _cache.Bounds; } }

    /// <summary>Where the caller's input goes on after the next frame written back: stored with that frame, for whoever continues the scene.</summary>
    public long InputPosition { get; set; }

    /// <summary>True when the scene was opened to look only.</summary>
    public bool IsReadOnly { get; }

    /// <summary>Bytes of the scene's file and its log; 0 for a scene in memory.</summary>
    public long FileBytes => _file is null ? 0 : SceneFiles.Size(_file.Path);

    /// <summary>True when the scene takes more memory than its budget: it has no file to move blocks to, or the file is slower than the map grows.</summary>
    public bool IsOverBudget => Bytes > _options.MemoryBudgetBytes;

    /// <summary>
    /// Returns when everything written back so far is in the file; a scene in memory has nothing to do. Throws an <see cref="IOException"/>
    /// when the file could not be written.
    /// </summary>
    public void Flush()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _writer?.Flush();
    }

    /// <summary>Writes what is left and closes the file; throws as <see cref="Flush"/> if a failure was not yet told.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
        }
        try
        {
            _writer?.Dispose();
        }
        finally
        {
            lock (_gate) _file?.Dispose(); // no reader is in it
        }
    }

    /// <summary>The slot of a block in memory, brought in from the file where needed; Absent when the scene has no such block.</summary>
    private int Load(long key)
    {
        var slot = _cache.Find(key);
        if (slot >= 0) _cache.Touch(slot);
        else if (slot == BlockMap.OnDisk) slot = LoadFromFile(key);
        return slot;
    }

    private int LoadOrAdd(long key)
    {
        var slot = Load(key);
        return slot == BlockMap.Absent ? _cache.Add(key) : slot;
    }

    private int LoadFromFile(long key)
    {
        _file!.Read(key, _loading);
        return _cache.Add(key, _loading);
    }

    private void TrimMemory()
    {
        if (_file is not null) _cache.Trim(_options.MemoryBudgetBytes, _writer?.Committed ?? 0);
    }

    private SceneState State => new(_lastFrame, _voxelCount, _firstStamp, _lastStamp, _storedPosition);

    // Called by the writer, on its thread.
    private void TakeSnapshot(SceneSnapshot snapshot)
    {
        lock (_gate) snapshot.Take(_cache, State);
    }

    // The writer falls behind only when whole maps are poured in; a frame changes a few MB.
    private void WaitForWriter()
    {
        _writer?.ThrowIfFailed();
        if (_writer is not null && _cache.DirtyCount * (long)(BlockKey.Cells * _cache.Records.RecordSize) > MaxDirtyBytes) _writer.Flush();
    }
}
