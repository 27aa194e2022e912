using System.Buffers.Binary;
using AlsterNode.Datasets;
using AlsterNode.Datasets.Rosbag2;
using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Messages.SensorMsgs;

namespace AlsterNode.Tests.Unit.Datasets.Rosbag2;

public class RosImagesTests
{
    [Theory]
    [InlineData("rgb8", "010203")]
    [InlineData("bgr8", "030201")]
    [InlineData("rgba8", "010203FF")]
    [InlineData("bgra8", "030201FF")]
    [InlineData("mono8", "07")]
    public void ColourComesOutAsRgbWhateverItsOrder(string encoding, string pixel)
    {
        var bytes = Convert.FromHexString(pixel);
        byte[] row = [.. bytes, .. bytes, 0, 0, 0]; // rows may be longer than their pixels
        var image = RosImages.DecodeColor(View(encoding, 2, 2, (uint)row.Length, [.. row, .. row]));
        byte[] expected = encoding == "mono8" ? [7, 7, 7] : [1, 2, 3];
        Assert.Equal([.. expected, .. expected, .. expected, .. expected], image!.Pixels);
    }

    [Fact]
    public void DepthIsMillimetresOrMetresInEitherByteOrder()
    {
        Assert.Equal([1, 258], RosImages.DecodeDepth(View("16UC1", 2, 1, 4, [1, 0, 2, 1]))!.Value.Millimetres!.Value.Pixels);
        Assert.Equal([256, 513], RosImages.DecodeDepth(View("16UC1", 2, 1, 4, [1, 0, 2, 1], isBigEndian: true))!.Value.Millimetres!.Value.Pixels);
        var bytes = new byte[4];
        BinaryPrimitives.WriteSingleBigEndian(bytes, 1.25f);
        Assert.Equal([1.25f], RosImages.DecodeDepth(View("32FC1", 1, 1, 4, bytes, isBigEndian: true))!.Value.Metres!.Metres);
    }

    [Theory]
    [InlineData("rgb8", 4u, 4u, 12u, 47)] // a byte is missing
    [InlineData("rgb8", 4u, 4u, 11u, 100)] // rows overlap
    [InlineData("yuv422", 4u, 4u, 8u, 32)]
    [InlineData("rgb8", 0u, 4u, 12u, 48)]
    [InlineData("rgb8", 4000000000u, 4u, 12u, 48)]
    public void ImagesThatAreNotWholeAreRefused(string encoding, uint width, uint height, uint step, int bytes) =>
        Assert.Null(RosImages.DecodeColor(View(encoding, width, height, step, new byte[bytes])));

    [Fact]
    public void RvlGivesBackWhatWentIn()
    {
        var random = new Random(0);
        for (var i = 0; i < 300; i++)
        {
            var (width, height) = (random.Next(1, 40), random.Next(1, 30));
            var pixels = new ushort[width * height];
            for (var p = 0; p < pixels.Length; p++) pixels[p] = random.Next(3) == 0 ? (ushort)0 : random.Next(9) == 0 ? (ushort)random.Next(65536) : (ushort)(1000 + random.Next(50));
            Assert.Equal(pixels, RosImages.DecodeDepth(Packed("16UC1; compressedDepth rvl", Size(width, height), Rvl.Encode(pixels)))!.Value.Millimetres!.Value.Pixels);
        }
    }

    [Fact]
    public void DamagedRvlIsRefusedOrHarmless()
    {
        var random = new Random(0);
        var pixels = Enumerable.Range(0, 1200).Select(i => (ushort)(i % 7 == 0 ? 0 : 900 + i)).ToArray();
        var coded = Rvl.Encode(pixels);
        var refused = 0;
        for (var i = 0; i < 2000; i++)
        {
            var damaged = (byte[])coded.Clone();
            for (var n = random.Next(1, 4); n > 0; n--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            var cut = damaged.AsSpan(0, random.Next(damaged.Length));
            refused += Rvl.Decode(cut, pixels.Length) is null ? 1 : 0;
            _ = Rvl.Decode(damaged, pixels.Length);
        }
        Assert.True(refused > 1500, $"Only {refused} of 2000 cut images were refused.");
        Assert.Null(Rvl.Decode(new byte[8], int.MaxValue));
    }

    [Fact]
    public void CompressedMetresAreInverseDepth()
    {
        const float A = 100, B = 5; // depth = A / (value - B)
        var png = ImageCodec.EncodePng16(3, 1, [0, 105, 55]);
        byte[] header = [0, 0, 0, 0, .. BitConverter.GetBytes(A), .. BitConverter.GetBytes(B)];
        Assert.Equal([0f, 1f, 2f], RosImages.DecodeDepth(Packed("32FC1; compressedDepth png", header[4..], png, headerless: true))!.Value.Metres!.Metres);
        Assert.Equal([0, 105, 55], RosImages.DecodeDepth(Packed("16UC1; compressedDepth", header[4..], png, headerless: true))!.Value.Millimetres!.Value.Pixels);
        Assert.Null(RosImages.DecodeDepth(Packed("16UC1; compressedDepth", [], [], headerless: true)));
    }

    [Fact]
    public void ACameraIsReadAsItsImagesNeedIt()
    {
        var info = new CameraInfo { Width = 640, Height = 480, DistortionModel = "plumb_bob", D = [0.1, 0.2, 0.3, 0.4, 0.5], K = [500, 0, 320, 0, 501, 240, 0, 0, 1], P = [400, 0, 310, 0, 0, 401, 230, 0, 0, 0, 1, 0] };
        Assert.True(RosCamera.TryRead(info, isRectified: false, out var raw));
        Assert.Equal((500, 501, 320, 240, 0.5), (raw.Fx, raw.Fy, raw.Cx, raw.Cy, raw.Distortion.K3));
        Assert.True(RosCamera.TryRead(info, isRectified: true, out var rectified));
        Assert.Equal((400, 401, 310, 230, true), (rectified.Fx, rectified.Fy, rectified.Cx, rectified.Cy, rectified.Distortion.IsNone));

        info.DistortionModel = "rational_polynomial";
        info.D = [1, 2, 3, 4, 5, 6, 7, 8];
        Assert.True(RosCamera.TryRead(info, isRectified: false, out var rational));
        Assert.Equal((5, 6, 7, 8), (rational.Distortion.K3, rational.Distortion.K4, rational.Distortion.K5, rational.Distortion.K6));
        info.D = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0];
        Assert.False(RosCamera.TryRead(info, isRectified: false, out _));
        info.DistortionModel = "equidistant";
        Assert.False(RosCamera.TryRead(info, isRectified: false, out _));
        info.D = [0, 0, 0, 0];
        Assert.True(RosCamera.TryRead(info, isRectified: false, out _));
        info.Roi.XOffset = 10;
        Assert.False(RosCamera.TryRead(info, isRectified: false, out _));
    }

    private static ImageView View(string encoding, uint width, uint height, uint step, byte[] data, bool isBigEndian = false) =>
        ImageView.Parse(new Image { Encoding = encoding, Width = width, Height = height, Step = step, Data = data, IsBigendian = isBigEndian ? (byte)1 : (byte)0 }.ToPayload());

    private static CompressedImageView Packed(string format, byte[] head, byte[] coded, bool headerless = false) => CompressedImageView.Parse(new CompressedImage
    {
        Format = format,
        Data = headerless ? head.Length == 0 ? [] : [0, 0, 0, 0, .. head, .. coded] : [.. new byte[12], .. head, .. coded],
    }.ToPayload());

    private static byte[] Size(int width, int height) => [.. BitConverter.GetBytes(width), .. BitConverter.GetBytes(height)];
}
