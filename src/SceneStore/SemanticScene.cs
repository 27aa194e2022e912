namespace AlsterNode.SceneStore;

/// <summary>
/// The map: a global feature [D], a label, a confidence and an observation count per voxel of the world's grid, and nothing where nothing
/// was seen. One thread owns it; the file, if there is one, is written in the background.
/// </summary>
public sealed partial class SemanticScene : IDisposable
{
    private readonly SceneOptions _options;
    private readonly BlockCache _cache;
    private readonly FrameBlocks _frame = new();
    private readonly Lock _gate = new(); // held by the mapping thread during a frame, and by the writer while it takes a snapshot
    private readonly int _dimension;
    private long? _firstStamp;
    private bool _disposed;

    private SemanticScene(SceneOptions options)
    {
        _options = options;
        _dimension = options.FeatureDimension;
        _cache = new BlockCache(VoxelRecord.Size(_dimension));
    }

    /// <summary>Starts an empty scene.</summary>
    public static SemanticScene Create(SceneOptions options)
    {
        options.Validate();
        return new SemanticScene(options);
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
    public long VoxelCount { get; private set; }

    /// <summary>Blocks of 8 x 8 x 8 voxels of the scene, in memory or not.</summary>
    public long BlockCount => _cache.Count;

    /// <summary>Memory the scene takes [bytes].</summary>
    public long Bytes => _cache.Bytes;

    /// <summary>Frames integrated since the scene was created.</summary>
    public long LastFrame { get; private set; }

    /// <summary>Stamp of the frame integrated last [ns]; 0 before the first.</summary>
    public long LastStamp { get; private set; }

    /// <summary>True when the scene takes more memory than its budget: it has no file to move blocks to.</summary>
    public bool IsOverBudget => Bytes > _options.MemoryBudgetBytes;

    /// <summary>Returns when everything written back so far is in the file; a scene in memory has nothing to do.</summary>
    public void Flush() => ObjectDisposedException.ThrowIf(_disposed, this);

    /// <inheritdoc/>
    public void Dispose() => _disposed = true;
}
