using AlsterNode.Core;
using AlsterNode.Datasets.SyntheticRooms;
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
    public void NoStageButTheEncoderAllocatesOnItsThread()
    {
        for (var i = 0; i < Measured; i++) _mapper.Integrate(Frames[i % Frames.Length]);

        foreach (var (stage, bytes) in _mapper.Timings.Allocations)
        {
            if (stage is "encode2d" or "total") continue;
            Assert.True(bytes.Skip(WarmUp).Max() == 0, $"{stage} allocated {string.Join(' ', bytes.Skip(WarmUp))} bytes");
        }
    }

    [Fact]
    public void NoThreadAllocatesWhileAnEncodedFrameIsFused()
    {
        const int NoticeOfTheTestRunner = 500; // bytes a frame
        var allocated = 0L;

        for (var i = 0; i < Measured; i++)
        {
            var encoded = _mapper.Encode(Frames[i % Frames.Length]);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            _mapper.Integrate(encoded);
            allocated += GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        Assert.InRange(allocated / Measured, 0, NoticeOfTheTestRunner);
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

    public void Dispose()
    {
        _scene.Dispose();
        _model.Dispose();
    }
}
