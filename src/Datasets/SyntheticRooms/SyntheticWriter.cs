using AlsterNode.Core;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>
/// Writes synthetic rooms in ScanNet's exported layout: scene0000_00, scene0001_00 ... with exact depth in depth/, sensor-like depth in
/// depth_noisy/, label and instance images, and the label mesh.
/// </summary>
public static class SyntheticWriter
{
    /// <summary>Writes a number of rooms; the same arguments give the same files.</summary>
    /// <param name="folder">Gets one folder per scene.</param>
    /// <param name="scenes">How many rooms.</param>
    /// <param name="seed">Names the collection: two collections share no room.</param>
    /// <param name="frames">Per room.</param>
    /// <param name="width">Of the images [px].</param>
    /// <param name="height">Of the images [px].</param>
    /// <param name="progress">Told the number of frames written so far, of scenes x frames.</param>
    /// <param name="fixedLook">One look for all rooms, as in <see cref="SceneOf"/>.</param>
    /// <param name="cancellation">Ends the writing between two frames.</param>
    public static void Write(string folder, int scenes, ulong seed, int frames, int width = 320, int height = 240, IProgress<int>? progress = null,
        bool fixedLook = false, CancellationToken cancellation = default)
    {
        if (scenes < 1 || frames < 1) throw new InputException($"Found {scenes} scenes of {frames} frames, expected at least 1 of each.");
        if (width < 16 || height < 16) throw new InputException($"Found an image size of {width} x {height}, expected at least 16 x 16.");
        for (var index = 0; index < scenes; index++)
        {
            var scene = SceneOf(seed, index, fixedLook);
            var done = index * frames;
            WriteScene(Path.Combine(folder, $"scene{index:D4}_00"), scene, frames, width, height, i => progress?.Report(done + i), cancellation);
        }
    }

    /// <summary>Writes one scene; the folder's name is the scene's.</summary>
    public static void WriteScene(string folder, SyntheticScene scene, int frames, int width = 320, int height = 240, Action<int>? written = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var camera = SyntheticScene.Camera(width, height);
        using var writer = new ScanNetWriter(folder, camera, camera, new ScanNetWriterOptions { SceneType = $"synthetic {scene.Room.Kind} of seed {scene.Room.Seed}" });
        for (var i = 0; i < frames; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var view = scene.RenderView(i, frames, camera);
            writer.WriteDepth("depth_noisy", i, new DepthImage(width, height, view.NoisyDepth));
            writer.Write(i, view.Frame with { Depth = new DepthImage(width, height, view.CleanDepth) },
                Array.ConvertAll(view.Image.Nyu40Ids, id => (ushort)id), view.Image.InstanceIds);
            written?.Invoke(i + 1);
        }
        scene.GroundTruth().Write(Path.Combine(folder, $"{Path.GetFileName(Path.GetFullPath(folder))}_vh_clean_2.labels.ply"));
    }

    /// <summary>A room of a collection; every kind of room comes in turn.</summary>
    /// <param name="collection">The collection's seed.</param>
    /// <param name="index">Which of its rooms.</param>
    /// <param name="fixedLook">One look for all rooms (<see cref="RoomOptions.FixedLook"/>), taken by an even, sharp camera.</param>
    public static SyntheticScene SceneOf(ulong collection, int index, bool fixedLook = false) => new(
        SeedOf(collection, index),
        new RoomOptions { Kind = (RoomKind)(index % Enum.GetValues<RoomKind>().Length), FixedLook = fixedLook },
        new SensorOptions { ColorNoise = !fixedLook });

    /// <summary>The seed of a room of a collection. Collections of different seeds share no room.</summary>
    public static ulong SeedOf(ulong collection, int index) => (collection << 32) ^ (uint)index;
}
