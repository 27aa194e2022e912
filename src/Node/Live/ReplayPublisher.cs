using AlsterNode.Core;
using AlsterNode.Pipeline;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Parameters;
using AlsterNode.SceneStore;

namespace AlsterNode.Node.Live;

/// <summary>
/// Sends what the node would while a recording is mapped: the map and its changes, points, markers, labels and images. It has the node's names and
/// its publish.* parameters; the map is the recording's, so that no service can change it.
/// </summary>
internal sealed class ReplayPublisher : IDisposable
{
    private readonly RosNode _node;
    private readonly ScenePublisher _scene;
    private readonly SemanticImagePublisher _images;

    /// <summary>Joins the graph.</summary>
    /// <param name="arguments">Names and parameters.</param>
    /// <param name="environment">The process's, usually.</param>
    /// <param name="scene">The map; it outlives this.</param>
    /// <param name="labelSpace">Its classes.</param>
    /// <param name="mapFrame">Its coordinate frame; null: as frames.map says.</param>
    /// <param name="cameraFrame">The depth camera's frame.</param>
    public ReplayPublisher(RosArguments arguments, RosEnvironment environment, SemanticScene scene, LabelSpace labelSpace, string? mapFrame, string cameraFrame)
    {
        _node = new RosNode(MappingService.NodeName, "/", arguments, environment, arguments.LogsToConsole ? record => Console.Error.WriteLine($"alster: {record.Message}") : null);
        try
        {
            var parameters = new NodeParameters(new ParameterSet(arguments.ParametersFor(_node.NodeNamespace, _node.Name)));
            _scene = new ScenePublisher(_node, new ReplayedMap(scene, labelSpace, mapFrame ?? parameters.MapFrame), parameters.Publish);
            _images = new SemanticImagePublisher(_node, labelSpace) { IsEnabled = parameters.Publish.SemanticImage, CameraFrame = cameraFrame };
        }
        catch
        {
            _node.Dispose();
            throw;
        }
    }

    /// <summary>Hears every change of the map.</summary>
    public ISceneSink Scene => _scene;

    /// <summary>Sees every frame.</summary>
    public IFrameObserver Images => _images;

    /// <inheritdoc/>
    public void Dispose()
    {
        _images.Dispose();
        _scene.Dispose();
        _node.Dispose();
    }

    /// <summary>A map that only the replay changes.</summary>
    private sealed class ReplayedMap(SemanticScene scene, LabelSpace labelSpace, string mapFrame) : IMapAccess
    {
        public string MapFrame => mapFrame;

        public LabelSpace LabelSpace => labelSpace;

        public double VoxelSize => scene.VoxelSize;

        public bool IsPaused { get => false; set => throw Fixed(); }

        public T Read<T>(Func<SemanticScene, T> read) => read(scene);

        public Task SaveAsync(string path, CancellationToken stop) => throw Fixed();

        public Task LoadAsync(string path, CancellationToken stop) => throw Fixed();

        public Task ClearAsync(CancellationToken stop) => throw Fixed();

        private static InputException Fixed() => new("A replay maps its recording and nothing else.");
    }
}
