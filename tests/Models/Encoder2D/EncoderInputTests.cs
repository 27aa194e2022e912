using AlsterNode.Core;
using AlsterNode.Encoder2D;

namespace AlsterNode.Tests.Models.Encoder2D;

public class EncoderInputTests
{
    private static readonly CameraIntrinsics DepthCamera = new(160, 120, 145, 140, 79.5, 59.5);

    /// <summary>Red is the column and green is the row of each colour pixel, so that a sample tells where it was taken.</summary>
    private static readonly Func<int, int, (byte, byte, byte)> Coordinates = (u, v) => ((byte)u, (byte)v, 0);

    [Theory]
    [InlineData(160, 120, 160, 120)]
    [InlineData(160, 120, 80, 60)]
    [InlineData(160, 120, 53, 41)]
    [InlineData(250, 190, 80, 60)] // ScanNet: colour is finer than depth
    [InlineData(81, 63, 160, 120)]
    public void RegisteredColorIsSampledOnTheSameRay(int colorWidth, int colorHeight, int width, int height)
    {
        var color = DepthCamera.ScaledTo(colorWidth, colorHeight) with { Fx = 145.0 * colorWidth / 160 * 0.9, Cx = (colorWidth / 2.0) + 3 };
        var frame = Frame(color, Coordinates);

        var input = EncoderInput.FromFrame(frame, width, height);

        var compared = 0;
        for (var v = 0; v < height; v++)
        {
            for (var u = 0; u < width; u++)
            {
                var (x, y) = color.Project(input.Intrinsics.Unproject(u, v, 1));
                if (x < 4 || y < 4 || x > colorWidth - 5 || y > colorHeight - 5) continue; // the image's border is repeated
                AssertColor(input, u, v, x, y);
                compared++;
            }
        }
        Assert.True(compared > width * height / 2, $"Only {compared} pixels were compared.");
    }

    [Fact]
    public void ShrinkingByTwoAveragesInsteadOfAliasing()
    {
        var frame = Frame(DepthCamera, (u, v) => (u + v) % 2 == 0 ? ((byte)255, (byte)255, (byte)255) : ((byte)0, (byte)0, (byte)0));

        var input = EncoderInput.FromFrame(frame, 80, 60);

        for (var i = 0; i < 80 * 60; i++) Assert.Equal(0.5, (input.Planes[i] * 0.229) + 0.485, 1e-5);
    }

    [Fact]
    public void UnregisteredColorIsFoundByProjectingEachPoint()
    {
        var color = new CameraIntrinsics(200, 150, 130, 131, 101, 72);
        Assert.True(RigidTransform.TryFromQuaternion(0.01, -0.02, 0.005, 1, new Vector3d(0.05, -0.02, 0.01), out var depthToColor, out _));
        var frame = Frame(color, Coordinates) with { DepthToColor = depthToColor };

        var input = EncoderInput.FromFrame(frame, 80, 60);

        var compared = 0;
        for (var i = 0; i < input.Depth.Length; i++)
        {
            if (input.Depth[i] == 0) continue;
            var (x, y) = color.Project(depthToColor.Apply(input.Intrinsics.Unproject(i % 80, i / 80, input.Depth[i])));
            if (x < 1 || y < 1 || x > 198 || y > 148) continue;
            AssertColor(input, i % 80, i / 80, x, y);
            compared++;
        }
        Assert.True(compared > 3000, $"Only {compared} pixels were compared.");
    }

    [Fact]
    public void WithoutDepthTheColorIsTakenAtTheRowsLastDepthOrAtTwoMetres()
    {
        var color = DepthCamera;
        var depthToColor = RigidTransform.Identity with { Translation = new Vector3d(0.1, 0, 0) };
        var metres = new float[160 * 120];
        metres[(60 * 160) + 50] = 1; // the only measurement
        var frame = Frame(color, Coordinates) with { DepthToColor = depthToColor, Depth = new DepthImage(160, 120, metres) };

        var input = EncoderInput.FromFrame(frame, 160, 120);

        foreach (var (u, depth) in new[] { (20, 2.0), (49, 2.0), (50, 1.0), (51, 1.0), (120, 1.0) })
            AssertColor(input, u, 60, u + (145 * 0.1 / depth), 60);
        AssertColor(input, 51, 61, 51 + (145 * 0.1 / 2), 61);
    }

    [Fact]
    public void WhereTheColorCameraSeesNothingThePlanesAreZeroAndTheLabelUnknown()
    {
        var color = DepthCamera with { Cx = 40 }; // looks aside: the left of the depth image is outside
        var frame = Frame(color, Coordinates, labels: (_, _) => 7);

        var input = EncoderInput.FromFrame(frame, 160, 120);

        Assert.Equal(0, input.Planes[(50 * 160) + 20]);
        Assert.Equal(LabelSpace.Unlabelled, input.Labels![(50 * 160) + 20]);
        Assert.NotEqual(0, input.Planes[(50 * 160) + 60]);
        Assert.Equal(7, input.Labels[(50 * 160) + 60]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void LabelsAreTakenFromTheNearestPixelAndNeverMixed(int labelScale)
    {
        var frame = Frame(DepthCamera, Coordinates) with
        {
            Labels = Labels(160 / labelScale, 120 / labelScale, (u, _) => (byte)(u * labelScale < 80 ? 3 : 9)),
        };

        var input = EncoderInput.FromFrame(frame, 80, 60);

        for (var i = 0; i < input.Labels!.Length; i++) Assert.Equal(i % 80 < 40 ? 3 : 9, input.Labels[i]);
    }

    [Fact]
    public void AnUnregisteredPixelWithoutDepthHasNoLabel()
    {
        var frame = Frame(DepthCamera, Coordinates, labels: (_, _) => 7) with
        {
            DepthToColor = RigidTransform.Identity with { Translation = new Vector3d(0.001, 0, 0) },
        };

        var input = EncoderInput.FromFrame(frame, 160, 120);

        var without = 0;
        for (var i = 0; i < input.Depth.Length; i++)
        {
            if (input.Depth[i] == 0) without++;
            if (i % 160 is > 5 and < 155) Assert.Equal(input.Depth[i] == 0 ? LabelSpace.Unlabelled : 7, input.Labels![i]);
        }
        Assert.True(without > 100);
    }

    [Fact]
    public void DepthIsTakenFromOnePixelAndScaled()
    {
        var frame = Frame(DepthCamera, Coordinates);
        var measured = frame.Depth.Metres.Where(float.IsFinite).ToHashSet();

        var input = EncoderInput.FromFrame(frame, 53, 41);

        Assert.All(input.Depth, metres => Assert.Contains(metres, measured));
        Assert.Contains(0, input.Depth);
        Assert.Contains(input.Depth, metres => metres > 6);
        for (var i = 0; i < input.Depth.Length; i++)
            Assert.Equal(Math.Min(input.Depth[i] / 3, 2), input.Planes[(3 * 53 * 41) + i], 1e-6);
    }

    [Fact]
    public void TheLastThreePlanesAreTheNormals()
    {
        var input = EncoderInput.FromFrame(Frame(DepthCamera, Coordinates), 80, 60);
        var normals = new float[3 * 80 * 60];

        SurfaceNormals.Estimate(input.Depth, input.Intrinsics, normals);

        Assert.Equal(normals, input.Planes[(4 * 80 * 60)..]);
        Assert.Contains(normals, n => n < -0.5f);
    }

    [Fact]
    public void TheTensorHoldsThePlanes()
    {
        var input = EncoderInput.FromFrame(Frame(DepthCamera, Coordinates), 50, 30);

        using var tensor = input.ToTensor();

        Assert.Equal([1, 7, 30, 50], tensor.shape);
        Assert.Equal(input.Planes, tensor.data<float>().ToArray());
    }

    /// <summary>A slanted wall with holes (0 and NaN), 1 m to 9 m away.</summary>
    private static RgbdFrame Frame(CameraIntrinsics color, Func<int, int, (byte, byte, byte)> colorAt, Func<int, int, byte>? labels = null)
    {
        var metres = new float[DepthCamera.Width * DepthCamera.Height];
        for (var i = 0; i < metres.Length; i++)
            metres[i] = (i % 31) switch { 0 => 0, 1 => float.NaN, _ => 1 + (0.05f * (i % DepthCamera.Width)) };
        var pixels = new byte[color.Width * color.Height * 3];
        for (var i = 0; i < color.Width * color.Height; i++)
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = colorAt(i % color.Width, i / color.Width);
        return new RgbdFrame
        {
            Stamp = 0,
            Color = new ColorImage(color.Width, color.Height, pixels),
            Depth = new DepthImage(DepthCamera.Width, DepthCamera.Height, metres),
            ColorIntrinsics = color,
            DepthIntrinsics = DepthCamera,
            CameraToWorld = RigidTransform.Identity,
            Labels = labels is null ? null : Labels(color.Width, color.Height, labels),
        };
    }

    private static LabelImage Labels(int width, int height, Func<int, int, byte> labelAt)
    {
        var labels = new byte[width * height];
        for (var i = 0; i < labels.Length; i++) labels[i] = labelAt(i % width, i / width);
        return new LabelImage(width, height, labels);
    }

    private static void AssertColor(EncoderInput input, int u, int v, double expectedRed, double expectedGreen)
    {
        var i = (v * input.Width) + u;
        var red = ((input.Planes[i] * 0.229) + 0.485) * 255;
        var green = ((input.Planes[(input.Width * input.Height) + i] * 0.224) + 0.456) * 255;
        if (Math.Abs(red - expectedRed) < 0.01 && Math.Abs(green - expectedGreen) < 0.01) return;
        Assert.Fail($"Pixel ({u}, {v}) was sampled at ({red:F3}, {green:F3}), expected ({expectedRed:F3}, {expectedGreen:F3}).");
    }
}
