using AlsterNode.Core;
using AlsterNode.Datasets;

namespace AlsterNode.Tests.Unit.Datasets;

public sealed class ImageCodecTests
{
    [Fact]
    public void RedStaysRed()
    {
        var red = new ColorImage(8, 8, [.. Enumerable.Repeat(new byte[] { 250, 20, 10 }, 64).SelectMany(pixel => pixel)]);

        Assert.Equal(red.Pixels, ImageCodec.DecodeColor(ImageCodec.EncodePng(red))!.Pixels);
        var jpeg = ImageCodec.DecodeColor(ImageCodec.EncodeJpeg(red))!;
        Assert.InRange(jpeg.Pixels[0], 240, 255);
        Assert.InRange(jpeg.Pixels[2], 0, 30);
    }

    [Fact]
    public void AJpegWithoutItsEndIsDamaged()
    {
        var noise = new byte[64 * 64 * 3];
        new Random(0).NextBytes(noise);
        var file = ImageCodec.EncodeJpeg(new ColorImage(64, 64, noise));

        foreach (var length in new[] { 0, 3, 100, file.Length / 2, file.Length - 2, file.Length - 1 })
        {
            Assert.True(ImageCodec.DecodeColor(file.AsSpan(0, length)) is null, $"The first {length} of {file.Length} bytes gave an image.");
        }
        Assert.NotNull(ImageCodec.DecodeColor([.. file, 0, 0, 0])); // some cameras pad
    }

    [Fact]
    public void DepthHasSixteenBitsAndIdsEightOrSixteen()
    {
        ushort[] pixels = [0, 7, 300, 65535];
        var deep = ImageCodec.EncodePng16(2, 2, pixels);
        var colour = ImageCodec.EncodePng(new ColorImage(2, 2, new byte[12]));
        using var grey = OpenCvSharp.Mat.FromPixelData(2, 2, OpenCvSharp.MatType.CV_8UC1, new byte[] { 0, 7, 40, 255 });
        var flat = grey.ToBytes();

        Assert.Equal(pixels, ImageCodec.DecodeDepth(deep)!.Value.Pixels);
        Assert.Equal(pixels, ImageCodec.DecodeIds(deep)!.Value.Pixels);
        Assert.Equal([0, 7, 40, 255], ImageCodec.DecodeIds(flat)!.Value.Pixels);
        Assert.Null(ImageCodec.DecodeDepth(flat));
        Assert.Null(ImageCodec.DecodeDepth(colour));
        Assert.Null(ImageCodec.DecodeIds(colour));
        Assert.Null(ImageCodec.DecodeDepth(deep.AsSpan(0, deep.Length - 20)));
    }

    [Fact]
    public void SizesAreReadWithoutDecoding()
    {
        var image = new ColorImage(33, 17, new byte[33 * 17 * 3]);
        foreach (var file in new[] { ImageCodec.EncodePng(image), ImageCodec.EncodeJpeg(image) })
        {
            Assert.True(ImageHeader.TryReadSize(file, out var width, out var height));
            Assert.Equal((33, 17), (width, height));
        }
        Assert.False(ImageHeader.TryReadSize("no image at all, but long enough"u8, out _, out _));
    }
}
