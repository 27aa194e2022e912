using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Datasets;

public sealed class SevenScenesFolderTests : IDisposable
{
    private const string Identity = "1 0 0 0.5\n0 1 0 0\n0 0 1 0\n0 0 0 1\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("png")] // as Microsoft published them
    [InlineData("jpg")]
    public void ColourAndDepthHaveCamerasOfTheirOwn(string extension)
    {
        Write(0, extension, [0, 1000, 65535, 3500]);
        Write(20, extension, [1, 2, 3, 4]);

        using var source = FrameSources.Open(_folder.FullName);
        var frames = source.ReadAll().ConvertAll(reading => reading.Frame!);

        Assert.IsType<SevenScenesFolder>(source);
        Assert.Equal([0, 666_666_666], frames.Select(frame => frame.Stamp));
        Assert.Equal([0f, 1f, 0f, 3.5f], frames[0].Depth.Metres[..4]); // 65535 is "no measurement"
        Assert.Equal(new CameraIntrinsics(640, 480, 585, 585, 320, 240), frames[0].DepthIntrinsics);
        Assert.Equal(new CameraIntrinsics(640, 480, 525, 525, 320, 240), frames[0].ColorIntrinsics);
        var pointInColor = frames[0].DepthToColor.Apply(new Vector3d(0, 0, 1));
        Assert.Equal(-0.0256, pointInColor.X, 1e-4); // the colour camera is to the right
        Assert.Equal(0.5, frames[0].CameraToWorld.Translation.X);
    }

    [Fact]
    public void TheFolderKnowsTheDepthCamera()
    {
        Write(0, "jpg", [1000]);
        File.WriteAllText(_folder["camera-intrinsics.txt"], "5.7e+02 0 310\n0 5.8e+02 250\n0 0 1\n");

        using var source = new SevenScenesFolder(_folder.FullName);

        Assert.Equal(new CameraIntrinsics(640, 480, 570, 580, 310, 250), source.ReadAll()[0].Frame!.DepthIntrinsics);
    }

    [Fact]
    public void FramesWithoutPoseOrColourAreDropped()
    {
        foreach (var number in new[] { 0, 1, 2 }) Write(number, "jpg", [1000]);
        File.Delete(_folder["frame-000000.pose.txt"]);
        File.Delete(_folder["frame-000002.color.jpg"]);

        using var source = new SevenScenesFolder(_folder.FullName);

        Assert.Equal([DropReason.PoseMissing, null, DropReason.ColorUnreadable], source.ReadAll().Select(reading => reading.Reason));
    }

    [Fact]
    public void PrincetonDepthHasItsBitsRotated()
    {
        // 1.2345 m = 12345 units; stored rotated left by 3 bits.
        Write(0, "png", [((12345 << 3) & 0xFFFF) | (12345 >> 13)]);
        File.WriteAllText(_folder["camera-intrinsics.color.txt"], "611 0 317\n0 612 243\n0 0 1\n");

        using var source = FrameSources.Open(_folder.FullName);
        var frame = source.ReadAll()[0].Frame!;

        Assert.Equal(1.2345f, frame.Depth.Metres[0]);
        Assert.Equal(frame.ColorIntrinsics, frame.DepthIntrinsics);
        Assert.Equal(611, frame.DepthIntrinsics.Fx);
        Assert.Equal(RigidTransform.Identity, frame.DepthToColor);
    }

    private void Write(int number, string extension, int[] depth)
    {
        var pixels = new ushort[640 * 480];
        for (var i = 0; i < depth.Length; i++) pixels[i] = (ushort)depth[i];
        var color = new ColorImage(640, 480, new byte[640 * 480 * 3]);
        File.WriteAllBytes(_folder[$"frame-{number:D6}.depth.png"], ImageCodec.EncodePng16(640, 480, pixels));
        File.WriteAllBytes(_folder[$"frame-{number:D6}.color.{extension}"], extension == "png" ? ImageCodec.EncodePng(color) : ImageCodec.EncodeJpeg(color));
        File.WriteAllText(_folder[$"frame-{number:D6}.pose.txt"], Identity);
    }
}
