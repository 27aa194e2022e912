using AlsterNode.Core;
using AlsterNode.Pipeline;
using AlsterNode.SceneStore;

namespace AlsterNode.Node.Live;

/// <summary>
/// The map and the mapper that writes it. Reading goes on beside mapping; replacing the map waits for the frame that is being mapped.
/// </summary>
internal sealed class MapHolder : IMapAccess, IDisposable
{
    private const int KeptTimings = 1000; // frames

    private readonly AlsterModel _model;
    private readonly NodeParameters _parameters;
    private readonly ReaderWriterLockSlim _lock = new(); // written by who replaces the map
    private readonly List<IFrameObserver> _observers = [];
    private SemanticScene _scene;
    private SemanticMapper _mapper;

    /// <summary>Opens the map's file, or begins a new map; throws <see cref="InputException"/> when the file is of another model.</summary>
    public MapHolder(AlsterModel model, NodeParameters parameters)
    {
        (_model, _parameters) = (model, parameters);
        _scene = File.Exists(parameters.MapFile) ? SemanticScene.Open(parameters.MapFile, Options(parameters.MapFile)) : SemanticScene.Create(Options(PathOrNull));
        _mapper = MapperOf(_scene);
    }

    /// <summary>The map was replaced by another. Raised before anyone can read or change it; must not block.</summary>
    public event Action? Replaced;

    /// <inheritdoc/>
    public string MapFrame => _parameters.MapFrame;

    /// <inheritdoc/>
    public LabelSpace LabelSpace => _model.Options.LabelSpace;

    /// <inheritdoc/>
    public double VoxelSize => _parameters.Mapper.VoxelSize;

    /// <inheritdoc/>
    public bool IsPaused { get; set; }

    /// <summary>Wall time of the stages of the last frames.</summary>
    public StageTimings Timings { get; } = new(KeptTimings);

    /// <summary>Has every frame's predictions sent to <paramref name="observer"/>, for good.</summary>
    public void Observe(IFrameObserver observer)
    {
        _observers.Add(observer);
        _mapper.Observe(observer);
    }

    /// <summary>The half of the work that no map is needed for; may run beside <see cref="Integrate"/>.</summary>
    public EncodedFrame Encode(RgbdFrame frame) => Volatile.Read(ref _mapper).Encode(frame);

    /// <summary>Fuses a frame into the map and tells the sinks what changed, before another map can take its place.</summary>
    public void Integrate(EncodedFrame frame, IReadOnlyList<ISceneSink> sinks)
    {
        _lock.EnterReadLock();
        try
        {
            var update = _mapper.Integrate(frame);
            foreach (var sink in sinks) sink.OnUpdate(update);
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    /// <inheritdoc/>
    public T Read<T>(Func<SemanticScene, T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        _lock.EnterReadLock();
        try
        {
            return read(_scene);
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    /// <inheritdoc/>
    public Task SaveAsync(string path, CancellationToken stop) => Task.Run(() => Read(scene => Save(scene, path)), stop);

    /// <inheritdoc/>
    public Task LoadAsync(string path, CancellationToken stop) => Task.Run(() => Load(path), stop);

    /// <inheritdoc/>
    public Task ClearAsync(CancellationToken stop) => Task.Run(() => Replace(() => SemanticScene.Create(Options(PathOrNull))), stop);

    /// <inheritdoc/>
    public void Dispose()
    {
        _lock.EnterWriteLock();
        try
        {
            _mapper.Dispose();
            _scene.Dispose();
        }
        finally
        {
            _lock.ExitWriteLock();
        }
        _lock.Dispose();
    }

    private string? PathOrNull => _parameters.MapFile.Length > 0 ? _parameters.MapFile : null;

    /// <summary>Into another file first: what was there before stays whole until the new one is.</summary>
    private bool Save(SemanticScene scene, string path)
    {
        CheckPath(path);
        if (IsOwnFile(path))
        {
            scene.Flush();
            return true;
        }
        var beside = path + ".saving";
        using (var copy = SemanticScene.Create(Options(beside)))
        {
            scene.CopyTo(copy);
            copy.Flush();
        }
        File.Move(beside, path, overwrite: true);
        return true;
    }

    private void Load(string path)
    {
        CheckPath(path);
        if (!File.Exists(path)) throw new InputException($"'{path}' does not exist on the node's machine, expected a map (.alster).");
        if (IsOwnFile(path)) throw new InputException($"'{path}' is the file that the map is being written to (map_file).");
        using var stored = SemanticScene.Open(path, Options(path), readOnly: true);
        if (PathOrNull is not { } own)
        {
            var loaded = SemanticScene.Create(Options(null));
            stored.CopyTo(loaded);
            Replace(() => loaded);
            return;
        }
        var beside = own + ".loading";
        using (var copy = SemanticScene.Create(Options(beside)))
        {
            stored.CopyTo(copy);
            copy.Flush();
        }
        Replace(() =>
        {
            File.Move(beside, own, overwrite: true);
            return SemanticScene.Open(own, Options(own));
        });
    }

    private void Replace(Func<SemanticScene> next)
    {
        _lock.EnterWriteLock();
        try
        {
            _mapper.Dispose();
            _scene.Dispose();
            _scene = next();
            _mapper = MapperOf(_scene);
            Replaced?.Invoke();
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    private SemanticMapper MapperOf(SemanticScene scene)
    {
        var mapper = new SemanticMapper(_model, scene, _parameters.Mapper, Timings);
        foreach (var observer in _observers) mapper.Observe(observer);
        return mapper;
    }

    private bool IsOwnFile(string path) => PathOrNull is { } own && Path.GetFullPath(own) == Path.GetFullPath(path);

    private static void CheckPath(string path)
    {
        if (!Path.IsPathFullyQualified(path)) throw new InputException($"The path is '{path}', expected a full path on the node's machine such as /maps/kitchen.alster.");
        if (Path.GetDirectoryName(path) is { } folder && !Directory.Exists(folder)) throw new InputException($"The folder '{folder}' does not exist on the node's machine.");
    }

    private SceneOptions Options(string? path) => new()
    {
        VoxelSize = _parameters.Mapper.VoxelSize,
        FeatureDimension = _model.Options.FeatureDimension,
        LabelSpace = LabelSpace.Name,
        ModelId = _model.Id,
        MemoryBudgetBytes = _parameters.Mapper.MemoryBudget,
        Path = path,
    };
}
