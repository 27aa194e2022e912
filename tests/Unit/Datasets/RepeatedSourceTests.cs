using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Datasets.SyntheticRooms;

namespace AlsterNode.Tests.Unit.Datasets;

public class RepeatedSourceTests
{
    [Fact]
    public void EveryRoundGoesOnWhereTheOneBeforeEnded()
    {
        using var source = new RepeatedSource(new SyntheticRoomSource(SyntheticWriter.SceneOf(3, 0), frames: 3, width: 32, height: 24), times: 3);

        var readings = source.ReadAll();

        Assert.Equal(9, source.FrameCount);
        Assert.Equal(Enumerable.Range(0, 9), readings.Select(reading => reading.Number));
        Assert.Equal(readings.Select(reading => reading.Frame!.Stamp).Order().Distinct(), readings.Select(reading => reading.Frame!.Stamp));
        Assert.Equal(readings[1].Frame!.Depth.Metres, readings[7].Frame!.Depth.Metres);
        Assert.Equal([4, 8], source.Read(number => number % 4 == 0 && number > 0).Select(reading => reading.Number));
    }

    [Fact]
    public void ALiveSourceCannotBeRepeated()
    {
        var error = Assert.Throws<InputException>(() => new RepeatedSource(new Live(), times: 2));

        Assert.Contains("a camera does not say how many frames it has", error.Message, StringComparison.Ordinal);
    }

    private sealed class Live : IFrameSource
    {
        public string Description => "a camera";

        public int? FrameCount => null;

        public IEnumerable<FrameReading> Read(Predicate<int>? wanted = null, CancellationToken cancellation = default) => [];

        public void Dispose() { }
    }
}
