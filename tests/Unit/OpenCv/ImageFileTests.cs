using System.Runtime.InteropServices;
using AlsterNode.Tests.TestSupport;
using OpenCvSharp;

namespace AlsterNode.Tests.Unit.OpenCv;

public sealed partial class ImageFileTests
{
    [Fact]
    public void PngKeepsSixteenBits()
    {
        ushort[] pixels = [0, 1, 255, 256, 1000, 65535];
        using var image = Mat.FromPixelData(2, 3, MatType.CV_16UC1, pixels);

        using var decoded = Cv2.ImDecode(image.ToBytes(".png"), ImreadModes.Unchanged);

        Assert.True(decoded.GetArray(out ushort[] values));
        Assert.Equal((3, 2, MatType.CV_16UC1), (decoded.Width, decoded.Height, decoded.Type()));
        Assert.Equal(pixels, values);
    }

    [Fact]
    public void ColourChannelsAreStoredBlueFirst()
    {
        using var image = new Mat(1, 1, MatType.CV_8UC3, new Scalar(10, 20, 30));

        using var decoded = Cv2.ImDecode(image.ToBytes(".png"), ImreadModes.Color);

        Assert.Equal([10, 20, 30], Bytes(decoded));
    }

    [Fact]
    public void JpegQualityIsHandedOn()
    {
        using var image = Noise(64, 64);

        var fine = image.ToBytes(".jpg", new ImageEncodingParam(ImwriteFlags.JpegQuality, 95));
        var coarse = image.ToBytes(".jpg", new ImageEncodingParam(ImwriteFlags.JpegQuality, 10));

        Assert.True(coarse.Length * 3 < fine.Length, $"Quality 10 takes {coarse.Length} bytes, quality 95 {fine.Length}.");
    }

    [Fact]
    public void FilesAreWrittenAndRead()
    {
        using var folder = new TemporaryFolder();
        using var image = Noise(7, 5);

        var written = Cv2.ImWrite(folder["noise.png"], image);

        using var read = Cv2.ImRead(folder["noise.png"]);
        using var missing = Cv2.ImRead(folder["missing.png"]);
        Assert.True(written);
        Assert.Equal(Bytes(image), Bytes(read));
        Assert.True(missing.Empty());
    }

    [Fact]
    public void DamagedImagesGiveAnEmptyMatWithoutAWordOnStandardError()
    {
        using var folder = new TemporaryFolder();
        using var image = Noise(64, 64);
        var png = image.ToBytes(".png");
        var broken = (byte[])png.Clone();
        for (var i = 0; i < 64; i++) broken[(broken.Length / 2) + i] ^= 0x5A;

        bool[] empty = [];
        var said = CaptureStandardError(folder["stderr.txt"], () =>
        {
            empty = [.. new[] { png[..(png.Length / 2)], broken, png[..20], [1, 2, 3] }.Select(bytes =>
            {
                using var decoded = Cv2.ImDecode(bytes, ImreadModes.Unchanged);
                return decoded.Empty();
            })];
        });

        Assert.All(empty, Assert.True);
        Assert.DoesNotContain("png", said, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void UnknownFileTypesAreRefusedInOpenCVsWords()
    {
        using var image = new Mat(2, 2, MatType.CV_8UC1, Scalar.All(0));

        var error = Assert.Throws<OpenCVException>(() => image.ToBytes(".nonsense"));

        Assert.Contains("encoder", error.Message, StringComparison.Ordinal);
    }

    private static Mat Noise(int width, int height)
    {
        var bytes = new byte[width * height * 3];
        new Random(0).NextBytes(bytes);
        return Mat.FromPixelData(height, width, MatType.CV_8UC3, bytes);
    }

    private static byte[] Bytes(Mat image)
    {
        Assert.True(image.IsContinuous());
        var bytes = new byte[image.Total() * image.ElemSize()];
        Marshal.Copy(image.Data, bytes, 0, bytes.Length);
        return bytes;
    }

    /// <summary>What reaches file descriptor 2, where native libraries complain.</summary>
    private static string CaptureStandardError(string path, Action action)
    {
        using (var file = File.Create(path))
        {
            var saved = dup(2);
            Assert.True(saved >= 0 && dup2((int)file.SafeFileHandle.DangerousGetHandle(), 2) == 2);
            try
            {
                action();
            }
            finally
            {
                Assert.Equal(2, dup2(saved, 2));
                Assert.Equal(0, close(saved));
            }
        }
        return File.ReadAllText(path);
    }

    [LibraryImport("libc")]
    private static partial int dup(int descriptor);

    [LibraryImport("libc")]
    private static partial int dup2(int from, int to);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
