using AlsterNode.Core;

namespace AlsterNode.Tests.Unit.Datasets;

/// <summary>Small frames whose every pixel tells where it belongs.</summary>
internal static class Scenes
{
    public static CameraIntrinsics Color { get; } = new(16, 12, 20, 21, 7.5, 5.5);

    public static CameraIntrinsics Depth { get; } = new(8, 6, 10, 10.5, 3.5, 2.5);

    /// <summary>A turn of 120 degrees about (1, 1, 1): x to y, y to z, z to x.</summary>
    public static RigidTransform Pose(int number) => new(0.5, 0.5, 0.5, 0.5, new Vector3d(number, 2, 3));

    public static RgbdFrame Frame(int number) => new()
    {
        Stamp = number * 1_000_000_000L / 30,
        Color = new ColorImage(16, 12, [.. Enumerable.Range(0, 16 * 12 * 3).Select(i => (byte)((i / 6) + number))]),
        Depth = new DepthImage(8, 6, [.. Enumerable.Range(0, 8 * 6).Select(i => i == 0 ? 0 : (1000 + (10 * i) + number) / 1000f)]),
        ColorIntrinsics = Color,
        DepthIntrinsics = Depth,
        CameraToWorld = Pose(number),
        Labels = new LabelImage(16, 12, [.. Enumerable.Range(0, 16 * 12).Select(i => i % 21 == 20 ? LabelSpace.Unlabelled : (byte)(i % 21))]),
    };

    /// <summary>All readings of a source.</summary>
    public static List<FrameReading> ReadAll(this IFrameSource source) => [.. source.Read()];

    public static void AssertNear(RigidTransform expected, RigidTransform actual, double tolerance = 1e-6)
    {
        foreach (var point in new[] { Vector3d.Zero, new Vector3d(1, 0, 0), new Vector3d(0, 1, 0) })
        {
            var distance = (expected.Apply(point) - actual.Apply(point)).Length;
            Assert.True(distance < tolerance, $"{actual} moves ({point.X}, {point.Y}, {point.Z}) {distance:G3} away from where {expected} does.");
        }
    }
}
