using System.Diagnostics;
using AlsterNode.Core;
using AlsterNode.SceneStore;

namespace AlsterNode.Tests.Unit.SceneStore;

public class FrameCostTests
{
    [Fact]
    public void AFrameCostsTheSameHoweverLargeTheSceneIs()
    {
        using var empty = new Mapping();
        using var large = new Mapping();
        for (var i = 0; i < 200; i++) large.Integrate(Frames.Wall(100 * (i % 10), 16 * (i / 10)));
        Assert.Equal(2_000_000, large.Scene.VoxelCount);

        // Frame by frame in turns, so that whatever else the machine does falls on both.
        var ratios = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            var wall = Frames.Wall(5 * i, 10_000);
            var (first, second) = i % 2 == 0 ? (empty, large) : (large, empty);
            var (a, b) = (first.Integrate(wall), second.Integrate(wall));
            ratios.Add(i % 2 == 0 ? b / a : a / b);
        }

        var median = ratios.Order().ElementAt(ratios.Count / 2);
        Assert.True(median <= 1.5, $"A frame with 2 million voxels elsewhere takes {median:F2} times as long as in an empty scene.");
    }

    [Fact]
    public void AFrameOverKnownVoxelsAllocatesNothing()
    {
        using var mapping = new Mapping();
        for (var i = 0; i < 3; i++) mapping.Integrate(Frames.Wall());
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 10; i++) mapping.Integrate(null);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private sealed class Mapping : IDisposable
    {
        private static readonly VoxelIndex[] Known = Frames.Wall();

        private readonly float[] _features = new Frames(1).Features(Known.Length);
        private readonly float[] _past = new float[Known.Length * 40];
        private readonly int[] _observations = new int[Known.Length];
        private readonly byte[] _labels = new byte[Known.Length];
        private readonly float[] _confidences = new float[Known.Length];

        public SemanticScene Scene { get; } = SemanticScene.Create(new SceneOptions());

        public double Integrate(VoxelIndex[]? voxels)
        {
            var start = Stopwatch.GetTimestamp();
            Scene.Crop(voxels ?? Known, _past, _observations);
            Scene.WriteBack(voxels ?? Known, _features, _labels, _confidences, 1, _observations);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        public void Dispose() => Scene.Dispose();
    }
}
