using AlsterNode.Core;
using AlsterNode.Node.Live;
using AlsterNode.SceneStore;
using AlsterNode.Tests.EndToEnd.Live;

namespace AlsterNode.Tests.Ros2Loopback.Live;

/// <summary>A map that a test changes itself.</summary>
internal sealed class SimpleMap(RandomScene random) : IMapAccess, IDisposable
{
    private readonly Lock _gate = new();
    private SemanticScene _scene = random.Scene;

    public SemanticScene Scene => _scene;

    /// <summary>Called after the map was replaced.</summary>
    public Action Replaced { get; set; } = () => { };

    /// <summary>What every read fails with, when set.</summary>
    public Exception? Failure { get; set; }

    public string MapFrame => "map";

    public LabelSpace LabelSpace => LabelSpace.ScanNet20;

    public double VoxelSize => random.Scene.VoxelSize;

    public bool IsPaused { get; set; }

    public T Read<T>(Func<SemanticScene, T> read)
    {
        if (Failure is not null) throw Failure;
        lock (_gate) return read(_scene);
    }

    public Task SaveAsync(string path, CancellationToken stop)
    {
        using var file = SemanticScene.Create(Options(path));
        _scene.CopyTo(file);
        return Task.CompletedTask;
    }

    public Task LoadAsync(string path, CancellationToken stop)
    {
        using var file = SemanticScene.Open(path, readOnly: true);
        var scene = SemanticScene.Create(Options(null));
        file.CopyTo(scene);
        Replace(scene);
        return Task.CompletedTask;
    }

    public Task ClearAsync(CancellationToken stop)
    {
        Replace(SemanticScene.Create(Options(null)));
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _scene.Dispose();
        random.Dispose();
    }

    private void Replace(SemanticScene scene)
    {
        lock (_gate)
        {
            _scene.Dispose();
            _scene = scene;
        }
        Replaced();
    }

    private SceneOptions Options(string? path) => new() { Path = path, VoxelSize = VoxelSize, FeatureDimension = random.Scene.FeatureDimension };
}
