using AlsterNode.Core;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>A synthetic scene as a recording: frames are rendered when they are read.</summary>
/// <param name="scene">The room and its camera.</param>
/// <param name="frames">Length of the recording.</param>
/// <param name="width">Of the images [px].</param>
/// <param name="height">Of the images [px].</param>
public sealed class SyntheticRoomSource(SyntheticScene scene, int frames, int width = 320, int height = 240) : IFrameSource
{
    /// <inheritdoc/>
    public string Description => $"synthetic {scene.Room.Kind} of seed {scene.Room.Seed}";

    /// <inheritdoc/>
    public int? FrameCount => frames;

    /// <inheritdoc/>
    public bool HasLabels => true;

    /// <inheritdoc/>
    public IEnumerable<FrameReading> Read(Predicate<int>? wanted = null, CancellationToken cancellation = default)
    {
        var camera = SyntheticScene.Camera(width, height);
        for (var i = 0; i < frames; i++)
        {
            if (cancellation.IsCancellationRequested) yield break;
            if (wanted is null || wanted(i)) yield return FrameReading.Of(i, scene.RenderView(i, frames, camera).Frame);
        }
    }

    /// <inheritdoc/>
    public void Dispose() { } // nothing is open
}
