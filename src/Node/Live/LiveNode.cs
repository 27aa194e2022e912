using AlsterNode.Evaluation;
using AlsterNode.Kernels;
using AlsterNode.Pipeline;
using AlsterNode.Ros2;
using AlsterNode.Ros2.Dds;
using AlsterNode.Ros2.Lifecycle;
using TorchSharp;

namespace AlsterNode.Node.Live;

/// <summary>
/// What the node does on its way through its lifecycle: configured it has its model and its map, publishes it and answers questions; active
/// it hears its inputs and maps them.
/// </summary>
internal sealed class LiveNode(INode node, NodeParameters parameters, RosClock clock) : ILifecycleCallbacks, IDisposable
{
    private const int KeptLatencies = 1000;

    private AlsterModel? _model;
    private ScenePublisher? _publisher;
    private SemanticImagePublisher? _images;
    private MapServices? _services;
    private MappingLoop? _loop;

    /// <summary>The map; null when not configured.</summary>
    public MapHolder? Map { get; private set; }

    /// <summary>The inputs; null when not active.</summary>
    public FrameSubscriber? Frames { get; private set; }

    /// <summary>What became of the images since the node was configured.</summary>
    public FrameTally Tally { get; private set; } = new();

    /// <summary>From the arrival of a pair's later image to the published change of the map [ms].</summary>
    public SampleWindow Latency { get; } = new(KeptLatencies);

    /// <summary>What was wrong when a transition failed; null when none did.</summary>
    public Exception? Failure { get; private set; }

    /// <inheritdoc/>
    public bool OnConfigure()
    {
        torch.set_num_threads(parameters.Threads);
        WorkerPool.Shared.Threads = parameters.Threads;
        _model = ModelFile.Load(parameters.Model.Length > 0 ? parameters.Model : MappingJob.ShippedModel(parameters.Preset));
        _model.MoveTo(parameters.Device);
        SemanticMapper.WarmUp(_model, parameters.Mapper);
        Tally = new FrameTally();
        Map = new MapHolder(_model, parameters);
        _publisher = new ScenePublisher(node, Map, parameters.Publish);
        _images = new SemanticImagePublisher(node, Map.LabelSpace);
        _services = new MapServices(node, Map, () => _publisher.Sequence);
        Map.Observe(_images);
        Map.Replaced += _publisher.Replaced;
        parameters.Changed += Adapt;
        Adapt();
        if (Map.Read(scene => scene.VoxelCount) > 0) _publisher.Replaced(); // a map that is gone on with
        node.Log(RosLogLevel.Info, $"Model {_model.Id}, map with {Map.Read(scene => scene.VoxelCount)} voxels{(parameters.MapFile.Length > 0 ? $" in '{parameters.MapFile}'" : "")}.");
        return true;
    }

    /// <inheritdoc/>
    public bool OnActivate()
    {
        Frames = new FrameSubscriber(node, parameters, clock);
        _loop = new MappingLoop(node, Frames, Map!, [_publisher!], _images!, Tally, Latency, parameters.Mapper.MaxDepth, parameters.Overlap);
        node.Log(RosLogLevel.Info, $"Mapping {Frames.Description}.");
        return true;
    }

    /// <inheritdoc/>
    public bool OnDeactivate()
    {
        _loop?.Dispose();
        Frames?.Dispose();
        (_loop, Frames) = (null, null);
        Map!.Read(scene =>
        {
            scene.Flush();
            return true;
        });
        return true;
    }

    /// <inheritdoc/>
    public bool OnCleanUp()
    {
        Dispose();
        return true;
    }

    /// <inheritdoc/>
    public bool OnShutDown(LifecycleState from)
    {
        Dispose();
        return true;
    }

    /// <inheritdoc/>
    public bool OnError(LifecycleState during, Exception exception)
    {
        Failure = exception;
        node.Log(RosLogLevel.Error, exception.Message);
        Dispose();
        return true;
    }

    /// <summary>Ends mapping, writes what is left of the map, and frees the model.</summary>
    public void Dispose()
    {
        parameters.Changed -= Adapt;
        _loop?.Dispose();
        Frames?.Dispose();
        _services?.Dispose();
        _publisher?.Dispose();
        _images?.Dispose();
        Map?.Dispose();
        _model?.Dispose();
        (_loop, Frames, _services, _publisher, _images, Map, _model) = (null, null, null, null, null, null, null);
    }

    /// <summary>Does what the parameters say by now.</summary>
    private void Adapt()
    {
        if (_publisher is { } publisher) publisher.Options = parameters.Publish;
        if (_images is { } images) images.IsEnabled = parameters.Publish.SemanticImage;
    }
}
