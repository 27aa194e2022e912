using AlsterNode.Core;
using AlsterNode.Datasets.SyntheticRooms;
using AlsterNode.Training;

namespace AlsterNode.Tests.Models.Training;

public class AugmentationTests
{
    private static readonly CameraIntrinsics Camera = SyntheticScene.Camera(96, 72) with { Cx = 40.3, Cy = 33.1 };

    private static readonly SensorFaults Bad = new(Holes: 0.6, Noise: 0.6, PoseErrors: 0.6);

    [Fact]
    public void AMirroredFrameShowsTheMirroredScene()
    {
        var frame = Frame();
        var mirrored = Mirror.Of(frame);

        foreach (var (u, v) in new[] { (3, 4), (50, 60), (95, 71) })
        {
            var z = frame.Depth.Metres[(v * 96) + u];
            var point = frame.CameraToWorld.Apply(frame.DepthIntrinsics.Unproject(u, v, z));
            var twin = mirrored.CameraToWorld.Apply(mirrored.DepthIntrinsics.Unproject(95 - u, v, mirrored.Depth.Metres[(v * 96) + 95 - u]));
            Assert.True((Mirror.Of(point) - twin).Length < 1e-9, $"({u}, {v}) is {point}, its twin {twin}");
            Assert.Equal(frame.Labels!.Labels[(v * 96) + u], mirrored.Labels!.Labels[(v * 96) + 95 - u]);
            Assert.Equal(frame.Color.Pixels[3 * ((v * 96) + u)], mirrored.Color.Pixels[3 * ((v * 96) + 95 - u)]);
        }
    }

    [Fact]
    public void WhatAFrameSeesStaysWhereItIs()
    {
        var frame = Frame();
        var surface = Points(frame).ToArray();

        for (var seed = 0; seed < 40; seed++)
        {
            var view = Augmentation.Apply(frame, Bad, new Random(seed));

            Assert.InRange(view.Depth.Width, 62, 96);
            Assert.Equal(view.Depth.Width * view.Depth.Height, view.Depth.Metres.Length);
            foreach (var point in Points(view).Where((_, i) => i % 97 == 0))
            {
                var distance = surface.Min(other => (other - point).Length);
                Assert.True(distance < 0.09, $"seed {seed}: {point} is {distance} m away from everything that was seen"); // noise, half a degree, 1 cm
            }
        }
    }

    [Fact]
    public void TheSameSeedGivesTheSameView()
    {
        var frame = Frame();

        var (first, second, other) = (Augmentation.Apply(frame, Bad, new Random(5)), Augmentation.Apply(frame, Bad, new Random(5)), Augmentation.Apply(frame, Bad, new Random(6)));

        Assert.Equal(first.Color.Pixels, second.Color.Pixels);
        Assert.Equal(first.Depth.Metres, second.Depth.Metres);
        Assert.Equal(first.CameraToWorld, second.CameraToWorld);
        Assert.NotEqual(first.Color.Pixels, other.Color.Pixels);
    }

    [Fact]
    public void ACameraWithoutFaultsChangesColoursAndTheFieldOfViewOnly()
    {
        var frame = Frame();
        var depths = frame.Depth.Metres.ToHashSet();

        for (var seed = 0; seed < 20; seed++)
        {
            var view = Augmentation.Apply(frame, default, new Random(seed));

            Assert.All(view.Depth.Metres, z => Assert.Contains(z, depths));
            Assert.Equal(frame.CameraToWorld, view.CameraToWorld);
            Assert.NotEqual(frame.Color.Pixels, view.Color.Pixels);
        }
    }

    [Fact]
    public void MostCamerasOfExactDepthHaveNoFaultAndOthersHaveOneNowAndThen()
    {
        static double Ideal(bool isExact) => Enumerable.Range(0, 2000).Average(seed => SensorFaults.Draw(isExact, new Random(seed)) == default ? 1 : 0);

        Assert.Equal(0.71, Ideal(isExact: true), 0.05); // 2/3 + 1/3 / 8
        Assert.Equal(0.125, Ideal(isExact: false), 0.03);
    }

    private static RgbdFrame Frame() => SyntheticWriter.SceneOf(12, 1).RenderView(0, 3, Camera).Frame;

    private static IEnumerable<Vector3d> Points(RgbdFrame frame)
    {
        for (var i = 0; i < frame.Depth.Metres.Length; i++)
        {
            var z = frame.Depth.Metres[i];
            if (z is > 0 and < 3) yield return frame.CameraToWorld.Apply(frame.DepthIntrinsics.Unproject(i % frame.Depth.Width, i / frame.Depth.Width, z));
        }
    }
}
