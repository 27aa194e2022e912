using System.IO.Compression;
using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Datasets;

public sealed class SensTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["scan.sens"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatTheWriterWritesTheReaderReads()
    {
        var depthToColor = RigidTransform.Identity with { Translation = new Vector3d(-0.025, 0, 0) };
        WriteFrames(3, depthToColor);

        using var source = FrameSources.Open(FilePath);
        var readings = source.ReadAll();

        Assert.Equal(3, source.FrameCount);
        Assert.Equal([null, DropReason.TrackingLost, null], readings.Select(reading => reading.Reason));
        var (written, read) = (Scenes.Frame(2), readings[2].Frame!);
        Assert.Equal(written.Stamp / 1000, read.Stamp / 1000); // the file has microseconds
        Assert.Equal(written.Depth.Metres, read.Depth.Metres);
        Assert.Equal((16, 12), (read.Color.Width, read.Color.Height));
        Assert.Equal(Scenes.Color, read.ColorIntrinsics);
        Assert.Equal(Scenes.Depth, read.DepthIntrinsics);
        Scenes.AssertNear(written.CameraToWorld, read.CameraToWorld);
        Scenes.AssertNear(depthToColor, read.DepthToColor);
        Assert.Equal(Scenes.Frame(0).Depth.Metres, source.Read().First().Frame!.Depth.Metres); // a source can be read again
    }

    [Fact]
    public void LabelImagesBesideTheFileBecomeTheFramesLabels()
    {
        WriteFrames(3, RigidTransform.Identity);
        Directory.CreateDirectory(_folder["label-filt"]);
        File.WriteAllBytes(_folder["label-filt/2.png"], ImageCodec.EncodePng16(16, 12, Enumerable.Repeat((ushort)5, 16 * 12).ToArray()));

        var readings = FrameSources.Open(FilePath).ReadAll();

        Assert.Null(readings[0].Frame!.Labels);
        Assert.All(readings[2].Frame!.Labels!.Labels, label => Assert.Equal(LabelSpace.ScanNet20.FromNyu40(5), label)); // chair
    }

    [Fact]
    public void FramesBeforeACutAreReadThenOneErrorSaysWhereTheFileEnds()
    {
        WriteFrames(3, RigidTransform.Identity);
        var whole = new FileInfo(FilePath).Length;
        using (var file = File.OpenWrite(FilePath)) file.SetLength(whole - 20); // the IMU count and the end of frame 2
        var read = new List<int>();

        using var source = new SensReader(FilePath);
        var error = Assert.Throws<InputException>(() =>
        {
            foreach (var reading in source.Read()) read.Add(reading.Number);
        });

        Assert.Equal([0, 1], read);
        Assert.Contains("frame 2 of 3", error.Message, StringComparison.Ordinal);
        Assert.Contains($"ends at byte {whole - 20}", error.Message, StringComparison.Ordinal);
        Assert.Equal([0, 1], source.Read(number => number < 2).Select(reading => reading.Number)); // who does not want frame 2 does not miss it
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(300)]
    public void AHeaderThatIsCutOffIsRefused(int length)
    {
        WriteFrames(1, RigidTransform.Identity);
        using (var file = File.OpenWrite(FilePath)) file.SetLength(length);

        var error = Assert.Throws<InputException>(() => new SensReader(FilePath));

        Assert.Contains($"ends at byte {length}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 3, "version 3")]
    [InlineData(4, 100000, "sensor name")]
    [InlineData(0 + 22 + 256, 9, "colour coding 9")]
    [InlineData(4 + 22 + 256, 2, "OCCI")]
    [InlineData(4 + 22 + 256, 7, "depth coding 7")]
    [InlineData(8 + 22 + 256, 0, "colour images of 0 x 12")]
    public void WhatCannotBeReadIsRefusedByName(int offset, int value, string message)
    {
        WriteFrames(1, RigidTransform.Identity); // the sensor's name has 10 bytes: the codings begin at 4 + 8 + 10 + 4 * 64
        Patch(offset, BitConverter.GetBytes(value));

        var error = Assert.Throws<InputException>(() => FrameSources.Open(FilePath));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RawColourAndRawDepthAreReadToo()
    {
        var color = Enumerable.Range(0, 16 * 12 * 3).Select(i => (byte)i).ToArray();
        var depth = Enumerable.Range(0, 8 * 6).Select(i => (ushort)(1000 + i)).ToArray();
        WriteByHand(SensColor.Raw, SensDepth.Raw, color, depth.SelectMany(BitConverter.GetBytes).ToArray());

        using var source = new SensReader(FilePath);
        var frame = source.ReadAll()[0].Frame!;

        Assert.Equal("by hand", source.SensorName);
        Assert.Equal(color, frame.Color.Pixels);
        Assert.Equal(1.047f, frame.Depth.Metres[47]);
    }

    [Theory]
    [InlineData(96)] // as announced
    [InlineData(95)]
    [InlineData(97)]
    [InlineData(-1)] // no zlib data at all
    public void DepthThatDoesNotFillItsImageIsDropped(int bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(new byte[Math.Max(0, bytes)]);
        WriteByHand(SensColor.Raw, SensDepth.Zlib, new byte[16 * 12 * 3], bytes < 0 ? [1, 2, 3] : packed.ToArray());

        using var source = new SensReader(FilePath);

        Assert.Equal(bytes == 96 ? null : DropReason.DepthUnreadable, source.ReadAll()[0].Reason);
    }

    private void WriteFrames(int count, RigidTransform depthToColor)
    {
        using var writer = new SensWriter(FilePath, Scenes.Color, Scenes.Depth, depthToColor);
        for (var number = 0; number < count; number++)
        {
            var frame = Scenes.Frame(number);
            if (number == 1) writer.WriteLost(frame.Stamp, frame.Color, frame.Depth);
            else writer.Write(frame);
        }
    }

    private void WriteByHand(SensColor colorCoding, SensDepth depthCoding, byte[] color, byte[] depth)
    {
        using var writer = new BinaryWriter(File.Create(FilePath));
        new SensHeader
        {
            SensorName = "by hand",
            Color = Scenes.Color,
            Depth = Scenes.Depth,
            ColorExtrinsic = RigidTransform.Identity.ToMatrix(),
            DepthExtrinsic = RigidTransform.Identity.ToMatrix(),
            ColorCoding = colorCoding,
            DepthCoding = depthCoding,
            DepthShift = 1000,
            FrameCount = 1,
        }.Write(writer);
        SensHeader.WriteMatrix(writer, Scenes.Pose(0).ToMatrix());
        foreach (var number in new[] { 0, 0, color.Length, depth.Length }) writer.Write((ulong)number);
        writer.Write(color);
        writer.Write(depth);
    }

    private void Patch(int offset, byte[] bytes)
    {
        using var file = File.OpenWrite(FilePath);
        file.Position = offset;
        file.Write(bytes);
    }
}
