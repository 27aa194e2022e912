using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Datasets;

public sealed class ScanNetFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ScanNetFolderTests()
    {
        using var writer = new ScanNetWriter(_folder.FullName, Scenes.Color, Scenes.Depth, new ScanNetWriterOptions { ColorAsPng = true });
        foreach (var number in new[] { 0, 2, 10 }) writer.Write(number, Scenes.Frame(number));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatTheWriterWritesTheReaderReads()
    {
        using var source = FrameSources.Open(_folder.FullName);

        var frames = source.ReadAll().ConvertAll(reading => reading.Frame!);

        Assert.IsType<ScanNetFolder>(source);
        Assert.Equal(3, source.FrameCount);
        foreach (var (frame, number) in frames.Zip([0, 2, 10])) // numerical order: "10" is after "2"
        {
            var written = Scenes.Frame(number);
            Assert.Equal(written.Stamp, frame.Stamp, 2.0); // ns
            Assert.Equal(written.Color.Pixels, frame.Color.Pixels);
            Assert.Equal(written.Depth.Metres, frame.Depth.Metres);
            Assert.Equal(written.Labels!.Labels, frame.Labels!.Labels);
            Assert.Equal(Scenes.Color, frame.ColorIntrinsics);
            Assert.Equal(Scenes.Depth, frame.DepthIntrinsics);
            Assert.Equal(RigidTransform.Identity, frame.DepthToColor);
            Scenes.AssertNear(written.CameraToWorld, frame.CameraToWorld);
        }
        Assert.Empty(Directory.GetFiles(_folder.FullName, "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public void OnlyWantedFramesAreRead()
    {
        using var source = new ScanNetFolder(_folder.FullName);

        Assert.Equal([1], source.Read(number => number == 1).Select(reading => reading.Number));
    }

    [Fact]
    public void TheOffsetBetweenTheCamerasSurvives()
    {
        using var other = new TemporaryFolder();
        var depthToColor = Scenes.Pose(0) with { Translation = new Vector3d(-0.025, 0.001, 0) };
        using (var writer = new ScanNetWriter(other.FullName, Scenes.Color, Scenes.Depth)) writer.Write(0, Scenes.Frame(0) with { DepthToColor = depthToColor });

        using var source = new ScanNetFolder(other.FullName);

        Scenes.AssertNear(depthToColor, source.ReadAll()[0].Frame!.DepthToColor);
    }

    [Theory]
    [InlineData("pose/2.txt", null, DropReason.PoseMissing)]
    [InlineData("pose/2.txt", "", DropReason.PoseMissing)]
    [InlineData("pose/2.txt", "-inf -inf -inf -inf -inf -inf -inf -inf -inf -inf -inf -inf -inf -inf -inf -inf", DropReason.TrackingLost)]
    [InlineData("pose/2.txt", "nan 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1", DropReason.TrackingLost)]
    [InlineData("pose/2.txt", "2 0 0 0 0 2 0 0 0 0 2 0 0 0 0 1", DropReason.PoseNotRigid)]
    [InlineData("pose/2.txt", "1 0 0 0 0 1 0 0 0 0 1 0", DropReason.PoseNotRigid)]
    [InlineData("pose/2.txt", "no pose", DropReason.PoseNotRigid)]
    [InlineData("color/2.png", null, DropReason.ColorUnreadable)]
    [InlineData("color/2.png", "no image", DropReason.ColorUnreadable)]
    [InlineData("depth/2.png", null, DropReason.DepthUnreadable)]
    [InlineData("depth/2.png", "no image", DropReason.DepthUnreadable)]
    public void ADamagedFrameIsDroppedWithItsReason(string file, string? content, string reason)
    {
        if (content is null) File.Delete(_folder[file]);
        else File.WriteAllText(_folder[file], content);

        using var source = new ScanNetFolder(_folder.FullName);

        Assert.Equal([null, reason, null], source.ReadAll().Select(reading => reading.Reason));
    }

    [Fact]
    public void OneImageOfAnotherSizeIsDropped()
    {
        File.WriteAllBytes(_folder["depth/0.png"], ImageCodec.EncodePng16(4, 3, new ushort[12]));
        File.WriteAllBytes(_folder["color/10.png"], ImageCodec.EncodePng(new ColorImage(4, 3, new byte[36])));

        using var source = new ScanNetFolder(_folder.FullName);

        Assert.Equal([DropReason.DepthSizeDiffers, null, DropReason.ColorSizeDiffers], source.ReadAll().Select(reading => reading.Reason));
    }

    [Theory]
    [InlineData("{0}/scannetv2-labels.combined.tsv", null)]
    [InlineData("{0}/../scannetv2-labels.combined.tsv", null)]
    [InlineData("{0}/../../scannetv2-labels.combined.tsv", null)]
    [InlineData("{0}/elsewhere.tsv", "{0}/elsewhere.tsv")]
    public void IdsOfScanNetsTableBecomeNyu40(string place, string? named)
    {
        using var data = new TemporaryFolder();
        var scene = data["scans/scene0000_00"];
        using (var writer = new ScanNetWriter(scene, Scenes.Color, Scenes.Depth)) writer.Write(0, Scenes.Frame(0));
        WriteIds(scene, 0, 2, 3, 1163);
        File.WriteAllText(string.Format(null, place, scene), Table);

        using var source = new ScanNetFolder(scene, new SourceOptions { LabelIds = named is null ? null : string.Format(null, named, scene), LabelSpace = LabelSpace.Nyu40 });

        var labels = source.ReadAll()[0].Frame!.Labels!.Labels;
        Assert.Equal([0, 5, 2, 40], labels.Take(4).Select(label => LabelSpace.Nyu40.ToNyu40(label))); // nothing, chair, floor, otherprop
    }

    [Fact]
    public void IdsOfNyu40StayWhatTheyAreBesideATableThatIsNotTheirs()
    {
        WriteIds(_folder.FullName, 0, 2, 3, 40);
        File.WriteAllText(_folder["scannetv2-labels.combined.tsv"], Table);

        using var source = new ScanNetFolder(_folder.FullName, new SourceOptions { LabelIds = SourceOptions.Nyu40LabelIds, LabelSpace = LabelSpace.Nyu40 });

        Assert.Equal([0, 2, 3, 40], source.ReadAll()[0].Frame!.Labels!.Labels.Take(4).Select(label => LabelSpace.Nyu40.ToNyu40(label)));
    }

    [Fact]
    public void IdsBeyondNyu40NeedATable()
    {
        WriteIds(_folder.FullName, 0, 2, 3, 1163);
        using var source = new ScanNetFolder(_folder.FullName);

        var error = Assert.Throws<InputException>(() => source.ReadAll());

        Assert.Contains(Path.Combine("label-filt", "0.png"), error.Message, StringComparison.Ordinal);
        Assert.Contains("id 1163, expected NYU40 ids (0 to 40)", error.Message, StringComparison.Ordinal);
        Assert.Contains("scannetv2-labels.combined.tsv", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "does not exist")]
    [InlineData("", "no columns id and nyu40id")]
    [InlineData("id\tname\n1\twall", "no columns id and nyu40id")]
    [InlineData("id\tnyu40id\n1\t1\n2\tchair", "line 3")]
    [InlineData("id\tnyu40id\n1\t41", "line 2")]
    [InlineData("id\tnyu40id\n1", "line 2")]
    public void ADamagedTableIsRefused(string? content, string expected)
    {
        if (content is not null) File.WriteAllText(_folder["table.tsv"], content);

        var error = Assert.Throws<InputException>(() => new ScanNetFolder(_folder.FullName, new SourceOptions { LabelIds = _folder["table.tsv"] }));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("table.tsv", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 3, "principal point")] // (3.5, 2.5) of 4 x 3
    [InlineData(9, 7, "says 8 x 6")] // plausible, but the summary knows better
    public void ImagesThatDoNotFitTheIntrinsicsAreRefused(int width, int height, string message)
    {
        foreach (var number in new[] { 0, 2, 10 }) File.WriteAllBytes(_folder[$"depth/{number}.png"], ImageCodec.EncodePng16(width, height, new ushort[width * height]));

        var error = Assert.Throws<InputException>(() => new ScanNetFolder(_folder.FullName));

        Assert.Contains($"{width} x {height}", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("intrinsic/intrinsic_depth.txt", null, "missing")]
    [InlineData("intrinsic/intrinsic_color.txt", null, "missing")]
    [InlineData("intrinsic/intrinsic_depth.txt", "577 0 320", "3 numbers")]
    [InlineData("intrinsic/intrinsic_depth.txt", "0 0 3.5 0 0 0 2.5 0 0 0 1 0 0 0 0 1", "focal lengths")]
    [InlineData("intrinsic/extrinsic_color.txt", "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0", "rigid motion")]
    public void CamerasThatAreNotKnownAreRefused(string file, string? content, string message)
    {
        if (content is null) File.Delete(_folder[file]);
        else File.WriteAllText(_folder[file], content);

        var error = Assert.Throws<InputException>(() => new ScanNetFolder(_folder.FullName));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoisyDepthAndPosesAreReadWhenChosen()
    {
        using (var writer = new ScanNetWriter(_folder.FullName, Scenes.Color, Scenes.Depth))
        {
            foreach (var number in new[] { 0, 2, 10 })
            {
                writer.WriteDepth("depth_noisy", number, new DepthImage(8, 6, [.. Enumerable.Repeat(2.5f, 48)]));
                writer.WritePose("pose_noisy", number, Scenes.Pose(100));
            }
        }

        using var source = new ScanNetFolder(_folder.FullName, new SourceOptions { DepthFolder = "depth_noisy", PoseFolder = "pose_noisy" });

        var frame = source.ReadAll()[1].Frame!;
        Assert.All(frame.Depth.Metres, metres => Assert.Equal(2.5f, metres));
        Scenes.AssertNear(Scenes.Pose(100), frame.CameraToWorld);
        var error = Assert.Throws<InputException>(() => new ScanNetFolder(_folder.FullName, new SourceOptions { DepthFolder = "depth_raw" }));
        Assert.Contains("depth_raw", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LabelsOfAnotherSizeAreResampledToTheColourImage()
    {
        ushort[] quarters = [1, 2, 3, 39]; // wall, floor, cabinet, otherfurniture
        ushort[] ids = [.. Enumerable.Range(0, 8 * 6).Select(i => quarters[(i / 8 / 3 * 2) + (i % 8 / 4)])];
        File.WriteAllBytes(_folder["label-filt/0.png"], ImageCodec.EncodePng16(8, 6, ids));

        using var source = new ScanNetFolder(_folder.FullName);

        var labels = source.ReadAll()[0].Frame!.Labels!.Labels;
        Assert.Equal([0, 0, 1, 1, 2, 2, 19, 19], new[] { 0, 7, 8, 15, 6 * 16, (11 * 16) + 7, (6 * 16) + 8, (11 * 16) + 15 }.Select(at => (int)labels[at]));
    }

    [Fact]
    public void TheWorldIsTurnedUpright()
    {
        var up = new Vector3d(-0.01, -0.89, -0.45);
        using var source = new ScanNetFolder(_folder.FullName, new SourceOptions { WorldUp = up });

        var frame = source.ReadAll()[1].Frame!;

        var upInCamera = Scenes.Pose(2).Inverse().Rotate(up.Normalized());
        var turned = frame.CameraToWorld.Rotate(upInCamera);
        Assert.Equal(1, turned.Z, 1e-6);
        var distance = frame.CameraToWorld.Translation.Length;
        Assert.Equal(Scenes.Pose(2).Translation.Length, distance, 1e-6); // about the origin, nothing else moves
    }

    [Theory]
    [InlineData(-0.9, 0)]
    [InlineData(0, 2)]
    public void GivenIntrinsicsReplaceTheRecordedOnesAndDistortionIsTakenOut(double k1, double k4)
    {
        var bent = Scenes.Depth with { Distortion = new Distortion(k1, 0, 0, 0, 0) { K4 = k4 } };
        using var source = new ScanNetFolder(_folder.FullName, new SourceOptions { DepthIntrinsics = bent });

        var frame = source.ReadAll()[0].Frame!;

        Assert.Equal(Scenes.Depth, frame.DepthIntrinsics); // rectified
        // The rectified upper right corner looks along ((7 - 3.5) / 10, -2.5 / 10.5); the lens drew that ray nearer to the centre.
        var (x, y) = (0.35, -2.5 / 10.5);
        var shrink = (1 + (k1 * ((x * x) + (y * y)))) / (1 + (k4 * ((x * x) + (y * y))));
        var (u, v) = ((int)Math.Round((10 * x * shrink) + 3.5), (int)Math.Round((10.5 * y * shrink) + 2.5));
        Assert.Equal(Scenes.Frame(0).Depth.Metres[(v * 8) + u], frame.Depth.Metres[7]);
        Assert.NotEqual(Scenes.Frame(0).Depth.Metres[7], frame.Depth.Metres[7]);
        Assert.Throws<InputException>(() => new ScanNetFolder(_folder.FullName, new SourceOptions { DepthIntrinsics = Scenes.Color }));
    }

    /// <summary>Three rows as in ScanNet's table, with the line ends and trailing tabs that its copies have.</summary>
    private const string Table = "id\traw_category\tcount\tnyu40id\r\n2\tchair\t4646\t5\r\n3\tfloor\t1553\t2\t\t\n1163\tobject\t1\t40\n\n";

    /// <summary>A first label image that begins with these ids.</summary>
    private static void WriteIds(string scene, params ushort[] ids)
    {
        var pixels = new ushort[16 * 12];
        ids.CopyTo(pixels, 0);
        File.WriteAllBytes(Path.Combine(scene, "label-filt", "0.png"), ImageCodec.EncodePng16(16, 12, pixels));
    }
}
