using AlsterNode.Core;
using AlsterNode.Encoder2D;

namespace AlsterNode.Tests.Models.Encoder2D;

public class SurfaceNormalsTests
{
    private static readonly CameraIntrinsics Camera = new(93, 70, 85, 80, 45.3, 36.1); // a width that no vector divides

    [Fact]
    public void PlanesComeOutExactAtAnyDistanceAndSlant()
    {
        var random = new Random(0);
        for (var trial = 0; trial < 50; trial++)
        {
            var normal = new Vector3d((random.NextDouble() * 1.6) - 0.8, (random.NextDouble() * 1.6) - 0.8, -1).Normalized();
            var point = new Vector3d(0, 0, 0.5 + (5 * random.NextDouble()));
            var depth = Render(ray => Vector3d.Dot(normal, ray) < -0.05 ? Vector3d.Dot(normal, point) / Vector3d.Dot(normal, ray) : 0);

            var normals = Estimate(depth);

            for (var i = 0; i < depth.Length; i++)
            {
                if (HasNeighbours(depth, i)) AssertAngle(normals, i, normal, maxDegrees: 0.2, "plane");
            }
        }
    }

    [Fact]
    public void SphereNormalsPointAwayFromItsCentre()
    {
        var centre = new Vector3d(0.1, -0.05, 1.5);
        const double Radius = 0.5;
        var depth = Render(ray =>
        {
            var (a, b, c) = (Vector3d.Dot(ray, ray), Vector3d.Dot(ray, centre), Vector3d.Dot(centre, centre) - (Radius * Radius));
            return (b * b) - (a * c) is var d and > 0 ? (b - Math.Sqrt(d)) / a : 0;
        });

        var normals = Estimate(depth);

        var compared = 0;
        for (var i = 0; i < depth.Length; i++)
        {
            if (depth[i] == 0) continue;
            var point = Camera.Unproject(i % Camera.Width, i / Camera.Width, depth[i]);
            var normal = (point - centre) / Radius;
            if (-Vector3d.Dot(normal, point.Normalized()) < 0.5) continue; // the rim, seen at less than 30 degrees
            AssertAngle(normals, i, normal, maxDegrees: 4, "sphere");
            compared++;
        }
        Assert.True(compared > 1000, $"Only {compared} pixels show the sphere.");
    }

    [Fact]
    public void AtADepthEdgeTheNormalBelongsToThePixelsOwnSurface()
    {
        var near = new Vector3d(0.3, 0, -1).Normalized();
        var far = new Vector3d(-0.2, 0.3, -1).Normalized();
        var depth = Render((ray, u) => u < 40 ? Vector3d.Dot(near, new Vector3d(0, 0, 1)) / Vector3d.Dot(near, ray)
            : Vector3d.Dot(far, new Vector3d(0, 0, 2)) / Vector3d.Dot(far, ray));

        var normals = Estimate(depth);

        for (var i = 0; i < depth.Length; i++) AssertAngle(normals, i, i % Camera.Width < 40 ? near : far, maxDegrees: 2, "edge");
    }

    [Fact]
    public void WhereDepthIsUnknownTheNormalIsZero()
    {
        var depth = Render(_ => 1);
        var lonely = (20 * Camera.Width) + 20;
        for (var dy = -2; dy <= 2; dy++)
            for (var dx = -2; dx <= 2; dx++)
                if (dx != 0 || dy != 0) depth[lonely + (dy * Camera.Width) + dx] = (dx + dy) % 2 == 0 ? 0 : float.NaN;
        depth[5] = float.PositiveInfinity;

        var normals = Estimate(depth);

        for (var i = 0; i < depth.Length; i++)
        {
            var length = At(normals, i).Length;
            var unknown = i == lonely || !(depth[i] > 0 && float.IsFinite(depth[i]));
            if (unknown) Assert.Equal(0, length);
            else Assert.Equal(1, length, 1e-5);
        }
    }

    [Fact]
    public void NoiseIsAveragedOverTheNeighbours()
    {
        var random = new Random(0);
        var depth = Render(_ => 2);
        for (var i = 0; i < depth.Length; i++) depth[i] += (float)(0.002 * ((2 * random.NextDouble()) - 1)); // +-2 mm: pixels are 24 mm apart

        var normals = Estimate(depth);

        var angles = new double[depth.Length];
        for (var i = 0; i < angles.Length; i++) angles[i] = Degrees(At(normals, i), new Vector3d(0, 0, -1));
        Assert.InRange(angles.Average(), 0.1, 2); // a difference of the two direct neighbours alone has 2.4 degrees
    }

    [Fact]
    public void AnImageOfAnotherSizeIsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => SurfaceNormals.Estimate(new float[10], Camera, new float[30]));

        Assert.Contains("Depth has 10 pixels, expected 93 x 70", error.Message, StringComparison.Ordinal);
    }

    private static float[] Render(Func<Vector3d, double> depthAlong) => Render((ray, _) => depthAlong(ray));

    private static float[] Render(Func<Vector3d, int, double> depthAlong)
    {
        var depth = new float[Camera.Width * Camera.Height];
        for (var i = 0; i < depth.Length; i++)
            depth[i] = (float)depthAlong(Camera.Unproject(i % Camera.Width, i / Camera.Width, 1), i % Camera.Width);
        return depth;
    }

    private static float[] Estimate(float[] depth)
    {
        var normals = new float[3 * depth.Length];
        Array.Fill(normals, float.NaN);
        SurfaceNormals.Estimate(depth, Camera, normals);
        return normals;
    }

    private static bool HasNeighbours(float[] depth, int i)
    {
        var (u, v) = (i % Camera.Width, i / Camera.Width);
        return depth[i] > 0 && depth[u > 0 ? i - 1 : i + 1] > 0 && depth[v > 0 ? i - Camera.Width : i + Camera.Width] > 0;
    }

    private static Vector3d At(float[] normals, int i)
    {
        var plane = normals.Length / 3;
        return new Vector3d(normals[i], normals[plane + i], normals[(2 * plane) + i]);
    }

    private static double Degrees(Vector3d a, Vector3d b) =>
        Math.Atan2(Vector3d.Cross(a, b).Length, Vector3d.Dot(a, b)) * 180 / Math.PI;

    private static void AssertAngle(float[] normals, int i, Vector3d expected, double maxDegrees, string where)
    {
        var actual = At(normals, i);
        var angle = Degrees(actual, expected);
        if (angle <= maxDegrees && Math.Abs(actual.Length - 1) < 1e-5) return;
        Assert.Fail($"{where}, pixel ({i % Camera.Width}, {i / Camera.Width}): {actual} is {angle:F2} degrees from {expected}.");
    }
}
