using System.Globalization;
using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Datasets;

public sealed class TumFolderTests : IDisposable
{
    private readonly TemporaryFolder _parent = new();

    public void Dispose() => _parent.Dispose();

    [Fact]
    public void ImagesArePairedAndPosesInterpolated()
    {
        var folder = Write("rgbd_dataset_freiburg3_desk", rgb: [10.000, 10.033, 10.066], depth: [10.005, 10.0335, 10.095]);
        File.WriteAllText(Path.Combine(folder, "groundtruth.txt"), """
            # timestamp tx ty tz qx qy qz qw
            10.000 0 0 1 0 0 0 1
            10.010 0.1 0 1 0 0 0.7071068 0.7071068
            10.050 0.5 0 1 0 0 -1 0
            10.110 0.5 0 1 0 0 0.7071068 0.7071068
            """);

        using var source = FrameSources.Open(folder);
        var frames = source.ReadAll().ConvertAll(reading => reading.Frame!);

        Assert.IsType<TumFolder>(source);
        Assert.Equal([10_005_000_000, 10_033_500_000], frames.Select(frame => frame.Stamp)); // 10.095 is 29 ms from any colour image
        Assert.Equal(0.2f, frames[0].Depth.Metres[1]); // 1000 of 5000 units
        Assert.Equal(new CameraIntrinsics(640, 480, 535.4, 539.2, 320.1, 247.6), frames[0].ColorIntrinsics);
        Assert.Equal(frames[0].ColorIntrinsics, frames[0].DepthIntrinsics);
        var half = Math.PI / 8; // half way to a quarter turn about z
        Scenes.AssertNear(new RigidTransform(0, 0, Math.Sin(half), Math.Cos(half), new Vector3d(0.05, 0, 1)), frames[0].CameraToWorld);
        var later = Math.PI / 4 * (1 + 0.5875); // from a quarter to half a turn, written as -q: the short way all the same
        Scenes.AssertNear(new RigidTransform(0, 0, Math.Sin(later), Math.Cos(later), new Vector3d(0.335, 0, 1)), frames[1].CameraToWorld);
    }

    [Fact]
    public void FramesWithoutAPoseNearbyAreDropped()
    {
        var folder = Write("freiburg3", rgb: [1, 2, 3, 4, 5], depth: [1, 2, 3, 4, 5]);
        File.WriteAllText(Path.Combine(folder, "groundtruth.txt"), "1.01 0 0 0 0 0 0 1\n1.9 0 0 0 0 0 0 1\n2.1 0 0 0 0 0 0 1\n3 0 0 0 0 0 0 2\n4 nan 0 0 0 0 0 1\n");

        using var source = FrameSources.Open(folder);

        Assert.Equal([null, DropReason.PoseMissing, DropReason.PoseNotRigid, DropReason.TrackingLost, DropReason.PoseMissing],
            source.ReadAll().Select(reading => reading.Reason));
    }

    [Fact]
    public void TheLensDistortionOfFreiburg1IsTakenOut()
    {
        var folder = Write("rgbd_dataset_freiburg1_xyz", rgb: [1], depth: [1]);
        File.WriteAllText(Path.Combine(folder, "groundtruth.txt"), "1 0 0 0 0 0 0 1\n");

        using var source = FrameSources.Open(folder);
        var frame = source.ReadAll()[0].Frame!;

        Assert.Equal(new CameraIntrinsics(640, 480, 517.3, 516.5, 318.6, 255.3), frame.ColorIntrinsics);
        Assert.Equal(0, frame.Depth.Metres[1]); // the corner moved
    }

    [Theory]
    [InlineData("525 0 319.5\n0 526 239.5\n0 0 1", 526, 0)]
    [InlineData("525 526 319.5 239.5", 526, 0)]
    [InlineData("525 526 319.5 239.5 0.1 0 0 0 0", 526, 0)]
    public void AnIntrinsicsFileIsTakenFirst(string text, double fy, double distortion)
    {
        var folder = Write("some_sequence_freiburg1", rgb: [1], depth: [1]);
        File.WriteAllText(Path.Combine(folder, "groundtruth.txt"), "1 0 0 0 0 0 0 1\n");
        File.WriteAllText(Path.Combine(folder, "camera-intrinsics.txt"), text);

        using var source = FrameSources.Open(folder);
        var camera = source.ReadAll()[0].Frame!.ColorIntrinsics;

        Assert.Equal((525, fy, 319.5, 239.5, distortion), (camera.Fx, camera.Fy, camera.Cx, camera.Cy, camera.Distortion.K1));
    }

    [Theory]
    [InlineData("office", "1 0 0 0 0 0 0 1", "1 rgb/1.png", "freiburg1")] // whose camera is not known
    [InlineData("freiburg1", "1 0 0 0", "1 rgb/1.png", "stamp tx ty tz qx qy qz qw")]
    [InlineData("freiburg1", null, "1 rgb/1.png", "groundtruth.txt")]
    [InlineData("freiburg1", "1 0 0 0 0 0 0 1", "9 rgb/1.png", "within 20 ms")]
    [InlineData("freiburg1", "1 0 0 0 0 0 0 1", "one rgb/1.png", "time stamp")]
    public void WhatIsMissingIsNamed(string name, string? trajectory, string rgb, string message)
    {
        var folder = Write(name, rgb: [1], depth: [1]);
        File.WriteAllText(Path.Combine(folder, "rgb.txt"), rgb);
        if (trajectory is not null) File.WriteAllText(Path.Combine(folder, "groundtruth.txt"), trajectory);

        var error = Assert.Throws<InputException>(() => FrameSources.Open(folder));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheClosestImagesPairFirst()
    {
        List<(double, string)> color = [(0.000, "a"), (0.011, "b")];
        List<(double, string)> depth = [(0.010, "A"), (0.019, "B")];

        Assert.Equal([(0.010, "b", "A"), (0.019, "a", "B")], TumFolder.Associate(color, depth));
    }

    private string Write(string name, double[] rgb, double[] depth)
    {
        var folder = Directory.CreateDirectory(_parent[name]).FullName;
        var pixels = new ushort[640 * 480];
        pixels[1] = 1000;
        WriteList(folder, "rgb", rgb, ImageCodec.EncodePng(new ColorImage(640, 480, new byte[640 * 480 * 3])));
        WriteList(folder, "depth", depth, ImageCodec.EncodePng16(640, 480, pixels));
        return folder;
    }

    private static void WriteList(string folder, string kind, double[] stamps, byte[] image)
    {
        Directory.CreateDirectory(Path.Combine(folder, kind));
        var lines = new List<string> { $"# {kind} images", "# timestamp filename" };
        foreach (var stamp in stamps)
        {
            var name = $"{kind}/{stamp.ToString(CultureInfo.InvariantCulture)}.png";
            File.WriteAllBytes(Path.Combine(folder, name), image);
            lines.Add(FormattableString.Invariant($"{stamp} {name}"));
        }
        File.WriteAllLines(Path.Combine(folder, $"{kind}.txt"), lines);
    }
}
