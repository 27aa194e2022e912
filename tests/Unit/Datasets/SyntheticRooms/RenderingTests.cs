using System.Diagnostics;
using AlsterNode.Core;
using AlsterNode.Datasets.SyntheticRooms;
using Xunit.Abstractions;

namespace AlsterNode.Tests.Unit.Datasets.SyntheticRooms;

public sealed class RenderingTests(ITestOutputHelper output)
{
    private static readonly CameraIntrinsics Camera = SyntheticScene.Camera(80, 60);

    [Fact]
    public void DepthIsTheDistanceAlongTheOpticalAxisToASphereInABox()
    {
        var builder = new MeshBuilder(RigidTransform.Identity);
        var white = new Material { Color = new(0.8f) };
        using (builder.Object(Nyu40.Wall)) builder.Box(white, -3, -3, -3, 3, 3, 3);
        using (builder.Object(Nyu40.Chair)) Sphere(builder, white, new Vector3d(2, 0, 0), 0.5);
        var caster = new RayCaster(builder.Build(), [new Light(new(0, 0, 2), new(1), 0.1f)]);
        var pose = RigidTransform.LookAt(Vector3d.Zero, new Vector3d(1, 0, 0), new Vector3d(0, 0, 1));

        var image = caster.Render(Camera, pose);

        var (onSphere, onWall) = (0, 0);
        for (var v = 0; v < 60; v++)
        {
            for (var u = 0; u < 80; u++)
            {
                var ray = Camera.Unproject(u, v, 1);
                var (depth, label) = (image.Depth[(v * 80) + u], image.Nyu40Ids[(v * 80) + u]);
                // |z ray - (0, 0, 2)|^2 = 0.5^2, and the wall is the plane z = 3
                double a = Vector3d.Dot(ray, ray), b = -2 * 2 * ray.Z, c = 4 - 0.25, discriminant = (b * b) - (4 * a * c);
                if (discriminant > 0.4)
                {
                    Assert.Equal((-b - Math.Sqrt(discriminant)) / (2 * a), depth, 5e-3);
                    Assert.Equal(Nyu40.Chair, label);
                    onSphere++;
                }
                else if (discriminant < -0.4)
                {
                    Assert.Equal(3, depth, 1e-4);
                    Assert.Equal(Nyu40.Wall, label);
                    onWall++;
                }
            }
        }
        Assert.True(onSphere > 50 && onWall > 500, $"{onSphere} pixels on the sphere, {onWall} on the wall.");
    }

    [Fact]
    public void ALightIsBlockedByWhatStandsBeforeIt()
    {
        var builder = new MeshBuilder(RigidTransform.Identity);
        var white = new Material { Color = new(0.8f) };
        using (builder.Object(Nyu40.Floor)) builder.Box(white, -3, -3, -0.1, 3, 3, 0);
        using (builder.Object(Nyu40.Table)) builder.Box(white, -0.5, -0.5, 1, 0.5, 0.5, 1.02);
        var caster = new RayCaster(builder.Build(), [new Light(new(0, 0, 2), new(2), 0)]);
        var pose = RigidTransform.LookAt(new Vector3d(0, -2.5, 0.7), new Vector3d(0, 0, 0), new Vector3d(0, 0, 1));

        var image = caster.Render(Camera, pose);

        var (below, beside) = (At(0, 0), At(0, -1.4));
        Assert.True(below < 0.3 * beside, $"{below} under the table, {beside} beside it.");

        double At(double x, double y)
        {
            var (u, v) = Camera.Project(pose.Inverse().Apply(new Vector3d(x, y, 0)));
            return image.Radiance[((int)Math.Round(v) * 80) + (int)Math.Round(u)].Y;
        }
    }

    [Fact]
    public void TheSameSceneRendersTheSameBytesTwice()
    {
        var a = new SyntheticScene(4).RenderView(3, 10, Camera);
        var b = new SyntheticScene(4).RenderView(3, 10, Camera);

        Assert.Equal(a.Frame.Color.Pixels, b.Frame.Color.Pixels);
        Assert.Equal(a.NoisyDepth, b.NoisyDepth);
        Assert.Equal(a.Frame.Labels!.Labels, b.Frame.Labels!.Labels);
    }

    [Fact]
    public void TwoViewsAgreeWhereTheSurfacesAre()
    {
        var scene = new SyntheticScene(9);
        var (agree, through, seen) = (0, 0, 0);
        for (var pair = 0; pair < 6; pair++)
        {
            var a = scene.RenderView(2 * pair, 40, Camera);
            var b = scene.RenderView((2 * pair) + 1, 40, Camera);
            for (var i = 0; i < a.CleanDepth.Length; i += 3)
            {
                var world = a.Frame.CameraToWorld.Apply(Camera.Unproject(i % 80, i / 80, a.CleanDepth[i]));
                var inB = b.Frame.CameraToWorld.Inverse().Apply(world);
                var (u, v) = Camera.Project(inB);
                int x = (int)Math.Round(u), y = (int)Math.Round(v);
                if (inB.Z < 0.1 || x < 1 || y < 1 || x > 78 || y > 58) continue;
                seen++;
                double low = double.MaxValue, high = 0;
                for (var k = 0; k < 9; k++)
                {
                    var depth = b.CleanDepth[((y + (k / 3) - 1) * 80) + x + (k % 3) - 1];
                    (low, high) = (Math.Min(low, depth), Math.Max(high, depth));
                }
                if (low > inB.Z + 0.02) through++;
                if (inB.Z < high + 0.02) agree++;
            }
        }
        Assert.True(through < 0.01 * seen, $"The second view sees through {through} of {seen} points (thin things fall between pixels).");
        Assert.True(seen > 1000 && agree > 0.75 * seen, $"{agree} of {seen} points agree; the others are hidden in the second view.");
    }

    [Fact]
    public void LabelsAndInstancesAreThoseOfTheSurfaceAtThePixel()
    {
        var scene = new SyntheticScene(10);
        var mesh = scene.Room.Mesh;
        var view = scene.RenderView(5, 12, Camera);
        for (var i = 0; i < view.CleanDepth.Length; i += 97)
        {
            var world = view.Frame.CameraToWorld.Apply(Camera.Unproject(i % 80, i / 80, view.CleanDepth[i]));
            var nearest = Enumerable.Range(0, mesh.Count).Where(t => DistanceToPlane(mesh, t, world) < 2e-3).Select(t => (mesh.Nyu40Ids[t], mesh.InstanceIds[t]));
            Assert.Contains((view.Image.Nyu40Ids[i], view.Image.InstanceIds[i]), nearest);
            Assert.Equal(LabelSpace.ScanNet20.FromNyu40(view.Image.Nyu40Ids[i]), view.Frame.Labels!.Labels[i]);
        }
    }

    [Fact]
    public void AFrameTakesLessThanAFifthOfASecondOnAnIdleMachine()
    {
        var scene = new SyntheticScene(2);
        var camera = SyntheticScene.Camera();
        scene.RenderView(0, 20, camera);
        using var process = Process.GetCurrentProcess();
        var (cpu, clock) = (process.TotalProcessorTime, Stopwatch.StartNew());

        for (var i = 0; i < 10; i++) Assert.Equal(320 * 240, scene.RenderView(i, 20, camera).NoisyDepth.Length);

        process.Refresh();
        var perFrame = (process.TotalProcessorTime - cpu).TotalMilliseconds / 10; // [ms] of all threads of all tests: an upper bound
        output.WriteLine($"320 x 240: {clock.Elapsed.TotalMilliseconds / 10:F1} ms wall, {perFrame:F1} ms processor time per frame.");
        Assert.True(perFrame < 2000, $"{perFrame} ms processor time per frame: something is badly wrong.");
    }

    private static double DistanceToPlane(RoomMesh mesh, int t, Vector3d p)
    {
        Vector3d Corner(int k) => new(mesh.Positions[(3 * t) + k].X, mesh.Positions[(3 * t) + k].Y, mesh.Positions[(3 * t) + k].Z);
        var n = Vector3d.Cross(Corner(1) - Corner(0), Corner(2) - Corner(0)).Normalized();
        for (var k = 0; k < 3; k++)
        {
            if (Vector3d.Dot(Vector3d.Cross(n, Corner((k + 1) % 3) - Corner(k)).Normalized(), p - Corner(k)) < -2e-3) return double.MaxValue;
        }
        return Math.Abs(Vector3d.Dot(n, p - Corner(0)));
    }

    private static void Sphere(MeshBuilder builder, Material material, Vector3d center, double radius) =>
        builder.Sheet(material, 96, 96, (s, t) => center + (radius * new Vector3d(Math.Sin(Math.PI * t) * Math.Cos(2 * Math.PI * s), Math.Sin(Math.PI * t) * Math.Sin(2 * Math.PI * s), Math.Cos(Math.PI * t))), 1, 1);
}
