using OpenCvSharp;

namespace AlsterNode.Tests.Unit.OpenCv;

public sealed class MatTests
{
    [Fact]
    public void AWrappedArrayIsSharedAndACloneIsNot()
    {
        float[] values = [1, 2, 3, 4];
        using var wrapped = Mat.FromPixelData(2, 2, MatType.CV_32FC1, values);
        using var clone = wrapped.Clone();

        values[3] = 9;

        wrapped.GetArray(out float[] seen);
        clone.GetArray(out float[] kept);
        Assert.Equal([1, 2, 3, 9], seen);
        Assert.Equal([1, 2, 3, 4], kept);
    }

    [Fact]
    public void ArraysOfAnotherTypeAreRefused()
    {
        using var image = new Mat(2, 2, MatType.CV_16UC1);

        Assert.Throws<OpenCvSharpException>(() => image.GetArray(out float[] _));
        Assert.Throws<OpenCvSharpException>(() => image.GetArray(out byte[] _));
        Assert.Throws<OpenCvSharpException>(() => image.SetArray<ushort>(1, 2, 3));
    }

    [Fact]
    public void ADisposedMatRefusesToBeUsed()
    {
        var image = new Mat(2, 2, MatType.CV_8UC1);
        image.Dispose();
        image.Dispose();

        Assert.True(image.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => image.Rows);
    }

    [Fact]
    public void TypesAreCodedAsInOpenCV()
    {
        Assert.Equal(16, MatType.CV_8UC3.Value);
        Assert.Equal(2, MatType.CV_16UC1.Value);
        Assert.Equal(13, MatType.CV_32FC2.Value);
        Assert.Equal((MatType.CV_32F, 2), (MatType.CV_32FC2.Depth, MatType.CV_32FC2.Channels));
        Assert.Equal("CV_8UC3", MatType.CV_8UC3.ToString());
        Assert.Equal(MatType.CV_8UC1, (MatType)MatType.CV_8U);
    }

    [Fact]
    public void EveryInterpolationKeepsItsPromise()
    {
        using var image = Mat.FromPixelData(1, 4, MatType.CV_32FC1, new float[] { 0, 2, 4, 8 });

        Assert.Equal([1, 6], Resized(image, InterpolationFlags.Area)); // means of pairs
        Assert.Equal([0, 4], Resized(image, InterpolationFlags.Nearest));
        Assert.Equal([1, 6], Resized(image, InterpolationFlags.Linear)); // the sample lies between two pixels
    }

    [Fact]
    public void AFailingCallThrowsOpenCVsReason()
    {
        using var empty = new Mat();
        using var target = new Mat();

        var error = Assert.Throws<OpenCVException>(() => Cv2.CvtColor(empty, target, ColorConversionCodes.BGR2RGB));

        Assert.Equal(ErrorCode.StsAssert, error.Status);
        Assert.Contains("empty()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OutsideTheImageRemapGivesTheBorderValue()
    {
        using var image = Mat.FromPixelData(1, 2, MatType.CV_8UC1, new byte[] { 10, 20 });
        using var mapX = Mat.FromPixelData(1, 3, MatType.CV_32FC1, new float[] { 1, 0.4f, 7 });
        using var mapY = Mat.FromPixelData(1, 3, MatType.CV_32FC1, new float[] { 0, 0, 0 });
        using var target = new Mat();

        Cv2.Remap(image, target, mapX, mapY, InterpolationFlags.Nearest, BorderTypes.Constant, Scalar.All(99));

        target.GetArray(out byte[] values);
        Assert.Equal([20, 10, 99], values);
    }

    [Fact]
    public void UndistortionMapsFollowThePlumbBobModel()
    {
        const double F = 100, C = 50, K1 = -0.2, K2 = 0.05, P1 = 0.01, P2 = -0.02, K3 = 0.03;
        using var camera = Mat.FromPixelData(3, 3, MatType.CV_64FC1, new[] { F, 0, C, 0, F, C, 0, 0, 1 });
        using var distortion = Mat.FromPixelData(1, 5, MatType.CV_64FC1, new[] { K1, K2, P1, P2, K3 });
        using var mapX = new Mat();
        using var mapY = new Mat();

        Cv2.InitUndistortRectifyMap(camera, distortion, null, camera, new Size(101, 101), MatType.CV_32FC1, mapX, mapY);

        mapX.GetArray(out float[] us);
        mapY.GetArray(out float[] vs);
        foreach (var (column, row) in new[] { (50, 50), (10, 80), (100, 0) })
        {
            var (x, y) = ((column - C) / F, (row - C) / F);
            var r2 = (x * x) + (y * y);
            var radial = 1 + (K1 * r2) + (K2 * r2 * r2) + (K3 * r2 * r2 * r2);
            var u = (F * ((x * radial) + (2 * P1 * x * y) + (P2 * (r2 + (2 * x * x))))) + C;
            var v = (F * ((y * radial) + (P1 * (r2 + (2 * y * y))) + (2 * P2 * x * y))) + C;
            Assert.Equal(u, us[(101 * row) + column], 1e-3);
            Assert.Equal(v, vs[(101 * row) + column], 1e-3);
        }
    }

    [Fact]
    public void UndistortingAnUndistortedImageChangesNothing()
    {
        var pixels = Enumerable.Range(0, 64).Select(i => (byte)(4 * i)).ToArray();
        using var image = Mat.FromPixelData(8, 8, MatType.CV_8UC1, pixels);
        using var camera = Mat.FromPixelData(3, 3, MatType.CV_64FC1, new double[] { 10, 0, 4, 0, 10, 4, 0, 0, 1 });
        using var none = Mat.FromPixelData(1, 5, MatType.CV_64FC1, new double[5]);
        using var target = new Mat();

        Cv2.Undistort(image, target, camera, none);

        target.GetArray(out byte[] values);
        Assert.Equal(pixels, values);
    }

    [Fact]
    public void BlurKeepsTheMean()
    {
        using var image = new Mat(9, 9, MatType.CV_32FC1, Scalar.All(0));
        var impulse = new float[81];
        impulse[40] = 1;
        image.SetArray(impulse);
        using var target = new Mat();

        Cv2.GaussianBlur(image, target, new Size(5, 5), 1);

        target.GetArray(out float[] values);
        Assert.Equal(1, values.Sum(), 1e-5);
        Assert.InRange(values[40], 0.1f, 0.25f); // 1 / (2 pi) in the continuous case
    }

    [Fact]
    public void OpenCVWorksOnTheCallersThreadOnly() => Assert.Equal(1, Cv2.GetNumThreads());

    private static float[] Resized(Mat image, InterpolationFlags interpolation)
    {
        using var half = new Mat();
        Cv2.Resize(image, half, new Size(2, 1), interpolation: interpolation);
        half.GetArray(out float[] values);
        return values;
    }
}
