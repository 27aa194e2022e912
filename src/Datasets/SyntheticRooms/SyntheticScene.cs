using AlsterNode.Core;

namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>One view of a synthetic scene with everything that is known about it.</summary>
/// <param name="Frame">What a camera recorded: colour, sensor-like or exact depth, pose, labels of <see cref="LabelSpace.ScanNet20"/>.</param>
/// <param name="CleanDepth">Exact depth [m], [H, W].</param>
/// <param name="NoisyDepth">Sensor-like depth [m], [H, W].</param>
/// <param name="Image">The ideal image: NYU40 ids, instances, normals.</param>
public sealed record SyntheticView(RgbdFrame Frame, float[] CleanDepth, float[] NoisyDepth, RenderedImage Image);

/// <summary>A synthetic room with a camera in it: frames in memory, without files.</summary>
public sealed class SyntheticScene
{
    /// <summary>Builds the room of a seed and plans the camera's way.</summary>
    public SyntheticScene(ulong seed, RoomOptions? room = null, SensorOptions? sensor = null)
    {
        Room = RoomGenerator.Create(seed, room);
        Sensor = sensor ?? new SensorOptions();
        RayCaster = new RayCaster(Room);
        Path = new CameraPath(Room, RayCaster.Bvh);
    }

    /// <summary>The room.</summary>
    public Room Room { get; }

    /// <summary>The renderer of the room.</summary>
    public RayCaster RayCaster { get; }

    /// <summary>The camera's way.</summary>
    public CameraPath Path { get; }

    /// <summary>The sensor's faults.</summary>
    public SensorOptions Sensor { get; }

    /// <summary>ScanNet's depth camera scaled to an image size: 58 degrees wide.</summary>
    public static CameraIntrinsics Camera(int width = 320, int height = 240)
    {
        var f = 288.9 * width / 320; // 577.87 px at 640 px
        return new CameraIntrinsics(width, height, f, f, (width - 1) / 2.0, (height - 1) / 2.0);
    }

    /// <summary>The labelled frames of a walk through the room, evenly in time.</summary>
    public IEnumerable<RgbdFrame> Render(int frames, int width = 320, int height = 240)
    {
        for (var i = 0; i < frames; i++) yield return RenderView(i, frames, Camera(width, height)).Frame;
    }

    /// <summary>Frame <paramref name="index"/> of a walk of <paramref name="count"/> frames; independent of the frames before it.</summary>
    public SyntheticView RenderView(int index, int count, CameraIntrinsics camera)
    {
        var time = (index + 0.5) / count * Path.Duration;
        return RenderView(Path.PoseAt(time), (long)(time * 1e9), (uint)index, camera);
    }

    /// <summary>Labelled points (NYU40 ids) on the surfaces a camera could see, in the world frame.</summary>
    /// <param name="spacing">Distance between neighbouring points [m].</param>
    public LabelMesh GroundTruth(double spacing = 0.022) => LabelSurface.Sample(this, spacing);

    /// <summary>A view from any pose.</summary>
    public SyntheticView RenderView(RigidTransform cameraToWorld, long stamp, uint frameSeed, CameraIntrinsics camera)
    {
        var sceneSeed = (uint)(Room.Seed ^ (Room.Seed >> 32));
        var seed = Prng.Hash(frameSeed, sceneSeed);
        var image = RayCaster.Render(camera, cameraToWorld, seed);
        var noisy = Sensor.DepthNoise ? SensorNoise.Depth(image, camera.Fx, seed) : image.Depth;
        var labels = new byte[image.Nyu40Ids.Length];
        for (var i = 0; i < labels.Length; i++) labels[i] = LabelSpace.ScanNet20.FromNyu40(image.Nyu40Ids[i]);
        var frame = new RgbdFrame
        {
            Stamp = stamp,
            Color = new ColorImage(camera.Width, camera.Height, SensorNoise.Color(image, sceneSeed, seed, Sensor.ColorNoise)),
            Depth = new DepthImage(camera.Width, camera.Height, noisy),
            ColorIntrinsics = camera,
            DepthIntrinsics = camera,
            CameraToWorld = cameraToWorld,
            Labels = new LabelImage(camera.Width, camera.Height, labels),
        };
        return new SyntheticView(frame, image.Depth, noisy, image);
    }
}
