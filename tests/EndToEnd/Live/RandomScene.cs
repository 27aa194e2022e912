using AlsterNode.Core;
using AlsterNode.SceneStore;

namespace AlsterNode.Tests.EndToEnd.Live;

/// <summary>A seeded scene of scattered voxels, some of them seen again and again.</summary>
internal sealed class RandomScene : IDisposable
{
    private readonly Random _random;
    private readonly int _extent;

    public RandomScene(int seed, int frames, int voxelsOfFrame = 400, int extent = 14, double voxelSize = 0.1)
    {
        (_random, _extent) = (new Random(seed), extent);
        Scene = SemanticScene.Create(new SceneOptions { VoxelSize = voxelSize, FeatureDimension = 4 });
        for (var frame = 0; frame < frames; frame++) Integrate(voxelsOfFrame);
    }

    public const long FirstStamp = 1_700_000_000_000_000_000;

    public SemanticScene Scene { get; }

    /// <summary>Every label of ScanNet's 20 classes, and now and then none; a frame comes every 100.3 ms.</summary>
    public SceneUpdate Integrate(int count = 400, VoxelIndex around = default, byte? label = null)
    {
        var voxels = new SortedSet<VoxelIndex>();
        for (var i = 0; i < count; i++) voxels.Add(new(around.X + Coordinate(), around.Y + Coordinate(), around.Z + Coordinate()));
        var crop = Scene.Crop([.. voxels]);
        var features = new float[voxels.Count * Scene.FeatureDimension];
        for (var i = 0; i < features.Length; i++) features[i] = _random.NextSingle();
        var labels = new byte[voxels.Count];
        var confidences = new float[voxels.Count];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = label ?? (_random.Next(10) == 0 ? LabelSpace.Unlabelled : (byte)_random.Next(20));
            confidences[i] = _random.NextSingle();
        }
        return Scene.WriteBack(crop, features, labels, confidences, FirstStamp + (Scene.LastFrame * 100_300_000));
    }

    public void Dispose() => Scene.Dispose();

    private int Coordinate() => _random.Next(-_extent, _extent);
}
