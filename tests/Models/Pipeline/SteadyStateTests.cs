using AlsterNode.Core;
using AlsterNode.Datasets.SyntheticRooms;
using AlsterNode.Kernels;
using AlsterNode.Pipeline;
using AlsterNode.SceneStore;
using AlsterNode.Tests.Models.SparseVoxel3D;
using TorchSharp;

namespace AlsterNode.Tests.Models.Pipeline;

/// <summary>After the first frames, a frame makes nothing that a collector would have to look for.</summary>
[Collection(nameof(SharedWorkerPool))]
public sealed class SteadyStateTests : IDisposable
{
    private const int WarmUp = 12, Measured = 24;

    private static readonly RgbdFrame[] Frames = [.. new SyntheticScene(12).Render(4)];

    private readonly AlsterModel _model;
    private readonly SemanticScene _scene;
    private readonly SemanticMapper _mapper;

    public SteadyStateTests()
    {
        torch.random.manual_seed(5);
        _model = new AlsterModel(ModelOptions.Mobile);
        _scene = SemanticScene.Create(new SceneOptions { ModelId = _model.Id });
        _mapper = new SemanticMapper(_model, _scene, new MapperOptions());
        for (var i = 0; i < WarmUp; i++) _mapper.Integrate(Frames[i % Frames.Length]);
    }

    [Fact]
    public void NoStageAllocatesOnItsThread()
    {
        for (var i = 0; i < Measured; i++) _mapper.Integrate(Frames[i % Frames.Length]);

        foreach (var (stage, bytes) in _mapper.Timings.Allocations)
            Assert.True(bytes.Skip(WarmUp).Max() == 0, $"{stage} allocated {string.Join(' ', bytes.Skip(WarmUp))} bytes");
    }

    [Fact]
    public void NoWorkerAllocates()
    {
        var threads = WorkerPool.Shared.Threads;
        WorkerPool.Shared.Threads = 2;
        try
        {
            _mapper.Integrate(Frames[0]);
            var before = AllocatedByThread(afterMeeting: true);
            for (var i = 0; i < Measured; i++) _mapper.Integrate(Frames[i % Frames.Length]);
            var after = AllocatedByThread(afterMeeting: false);

            before.Remove(Environment.CurrentManagedThreadId); // the other test's
            Assert.All(before, thread => Assert.Equal(thread.Value, after[thread.Key]));
            Assert.Single(before);
        }
        finally
        {
            WorkerPool.Shared.Threads = threads;
        }
    }

    [Fact]
    public async Task FramesThatAreEncodedAheadGiveTheSameMap()
    {
        using var oneByOne = SemanticScene.Create(new SceneOptions { ModelId = _model.Id });
        using var ahead = SemanticScene.Create(new SceneOptions { ModelId = _model.Id });
        var mapper = new SemanticMapper(_model, oneByOne, new MapperOptions());
        foreach (var frame in Frames) mapper.Integrate(frame);

        mapper = new SemanticMapper(_model, ahead, new MapperOptions());
        var next = mapper.Encode(Frames[0]);
        for (var i = 0; i < Frames.Length; i++)
        {
            var (now, following) = (next, i + 1);
            var encoding = following < Frames.Length ? Task.Run(() => mapper.Encode(Frames[following])) : null;
            mapper.Integrate(now);
            if (encoding is not null) next = await encoding;
        }

        Assert.Equal(oneByOne.Hash(), ahead.Hash());
        Assert.NotEqual(_scene.Hash(), ahead.Hash());
    }

    /// <summary>Bytes that each thread of the pool has allocated so far; what the meeting itself allocates is left out on the side asked for.</summary>
    private static Dictionary<int, long> AllocatedByThread(bool afterMeeting)
    {
        var (ids, bytes) = (new int[2], new long[2]);
        using var meeting = new Barrier(2); // both threads take a task
        WorkerPool.Shared.Run(2, task =>
        {
            if (afterMeeting) meeting.SignalAndWait();
            (ids[task], bytes[task]) = (Environment.CurrentManagedThreadId, GC.GetAllocatedBytesForCurrentThread());
            if (!afterMeeting) meeting.SignalAndWait();
        });
        return ids.Zip(bytes).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    public void Dispose()
    {
        _scene.Dispose();
        _model.Dispose();
    }
}
