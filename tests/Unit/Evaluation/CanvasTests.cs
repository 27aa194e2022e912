using System.Buffers.Binary;
using System.IO.Compression;
using AlsterNode.Core;
using AlsterNode.Datasets;
using AlsterNode.Evaluation;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Evaluation;

public class CanvasTests
{
    private static readonly Rgb White = new(255, 255, 255);
    private static readonly Rgb Black = new(0, 0, 0);

    [Fact]
    public void APngHoldsThePixelsDrawn()
    {
        var random = new Random(0);
        var image = new ColorImage(37, 19, new byte[37 * 19 * 3]);
        random.NextBytes(image.Pixels);
        using var folder = new TemporaryFolder();

        PngFile.Write(folder["a.png"], image);

        var bytes = File.ReadAllBytes(folder["a.png"]);
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], bytes[..8]);
        Assert.Equal((37, 19), (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20))));
        Assert.Equal([0xAE, 0x42, 0x60, 0x82], bytes[^4..]); // CRC-32 of "IEND", as every PNG ends
        Assert.Equal(image.Pixels, Decode(bytes, 37, 19));
    }

    [Fact]
    public void EveryCharacterOfTheClassNamesCanBeWritten()
    {
        var names = LabelSpace.ScanNet20.Classes.Concat(LabelSpace.Nyu40.Classes).Select(c => c.Name).Append("0123456789.,:-_/%()+ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        var box = Ink("\u0001");

        foreach (var character in names.SelectMany(n => n).Where(c => c != ' ').Distinct())
        {
            Assert.NotEmpty(Ink(character.ToString()));
            Assert.False(box.SequenceEqual(Ink(character.ToString())), $"The font lacks '{character}'.");
        }

        Assert.Empty(Ink(" "));
    }

    [Fact]
    public void NoTwoCharactersLookAlike()
    {
        var drawings = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".ToLookup(c => string.Join(' ', Ink(c.ToString())));

        Assert.All(drawings, same => Assert.Single(same));
    }

    [Fact]
    public void WhatLiesOutsideIsNotDrawn()
    {
        var canvas = new Canvas(4, 3, White);

        canvas.FillRectangle(-5, -5, 6, 6, Black);
        canvas.DrawLine(-10, 2, 20, 2, Black);
        canvas.DrawText(3, -4, "wide text", White);

        Assert.Equal(Black, canvas[0, 0]);
        Assert.Equal(White, canvas[1, 1]);
        Assert.All(Enumerable.Range(0, 3), x => Assert.Equal(Black, canvas[x, 2]));
    }

    [Fact]
    public void AGreyPngHoldsTheIds()
    {
        var ids = Enumerable.Range(0, 23 * 11).Select(i => (byte)(i * 7)).ToArray();
        using var folder = new TemporaryFolder();

        PngFile.WriteGrey(folder["ids.png"], 23, 11, ids);

        var image = Assert.NotNull(ImageCodec.DecodeIds(File.ReadAllBytes(folder["ids.png"])));
        Assert.Equal((23, 11), (image.Width, image.Height));
        Assert.Equal(ids.Select(id => (ushort)id), image.Pixels);
        Assert.Throws<ArgumentException>(() => PngFile.WriteGrey(folder["ids.png"], 23, 12, ids));
    }

    [Fact]
    public void TextThatRunsUpwardsIsTheSameTextTurned()
    {
        var (across, up) = (new Canvas(40, 12, White), new Canvas(12, 40, White));
        across.DrawText(0, 0, "Lq", Black, scale: 1);
        up.DrawTextUp(0, 40, "Lq", Black, scale: 1);

        for (var x = 0; x < 40; x++)
        {
            for (var y = 0; y < 12; y++) Assert.Equal(across[x, y], up[y, 39 - x]);
        }
    }

    private static List<(int, int)> Ink(string text)
    {
        var canvas = new Canvas(8, 10, White);
        canvas.DrawText(0, 0, text, Black, scale: 1);
        return [.. from y in Enumerable.Range(0, 10) from x in Enumerable.Range(0, 8) where canvas[x, y] == Black select (x, y)];
    }

    private static byte[] Decode(byte[] png, int width, int height)
    {
        const int DataAt = 8 + 25 + 8; // signature, IHDR, length and type of IDAT
        using var zlib = new ZLibStream(new MemoryStream(png, DataAt, png.Length - DataAt), CompressionMode.Decompress);
        var pixels = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            Assert.Equal(2, zlib.ReadByte()); // filter "up"
            for (var i = 0; i < width * 3; i++)
            {
                var above = y > 0 ? pixels[((y - 1) * width * 3) + i] : 0;
                pixels[(y * width * 3) + i] = (byte)(zlib.ReadByte() + above);
            }
        }

        return pixels;
    }
}
