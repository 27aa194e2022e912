namespace OpenCvSharp;

/// <summary>OpenCV's functions, as far as we call them.</summary>
public static unsafe class Cv2
{
    public static void SetNumThreads(int nThreads) => NativeMethods.Check(NativeMethods.alsteropencv_set_num_threads(nThreads));

    public static int GetNumThreads()
    {
        NativeMethods.Check(NativeMethods.alsteropencv_get_num_threads(out var count));
        return count;
    }

    /// <summary>Decodes an image file; an empty matrix when it is damaged.</summary>
    public static Mat ImDecode(ReadOnlySpan<byte> span, ImreadModes flags)
    {
        if (span.IsEmpty) throw new ArgumentException("Empty span", nameof(span));
        fixed (byte* bytes = span)
        {
            NativeMethods.Check(NativeMethods.alsteropencv_imdecode(bytes, span.Length, (int)flags, out var result));
            return new Mat(result);
        }
    }

    /// <inheritdoc cref="ImDecode(ReadOnlySpan{byte}, ImreadModes)"/>
    public static Mat ImDecode(byte[] buf, ImreadModes flags)
    {
        ArgumentNullException.ThrowIfNull(buf);
        return ImDecode(buf.AsSpan(), flags);
    }

    public static bool ImEncode(string ext, InputArray img, out byte[] buf, params ImageEncodingParam[] prms)
    {
        ArgumentNullException.ThrowIfNull(img);
        var parameters = Flatten(prms);
        NativeMethods.Check(NativeMethods.alsteropencv_imencode(ext, img.Mat.Handle, parameters, parameters.Length, out var handle));
        using var encoded = new Mat(handle);
        buf = new ReadOnlySpan<byte>((void*)encoded.Data, encoded.Cols).ToArray();
        return true;
    }

    public static Mat ImRead(string fileName, ImreadModes flags = ImreadModes.Color)
    {
        NativeMethods.Check(NativeMethods.alsteropencv_imread(fileName, (int)flags, out var result));
        return new Mat(result);
    }

    public static bool ImWrite(string fileName, Mat img, params ImageEncodingParam[] prms)
    {
        ArgumentNullException.ThrowIfNull(img);
        var parameters = Flatten(prms);
        NativeMethods.Check(NativeMethods.alsteropencv_imwrite(fileName, img.Handle, parameters, parameters.Length, out var written));
        return written != 0;
    }

    public static void CvtColor(InputArray src, OutputArray dst, ColorConversionCodes code, int dstCn = 0)
    {
        ArgumentNullException.ThrowIfNull(src);
        ArgumentNullException.ThrowIfNull(dst);
        NativeMethods.Check(NativeMethods.alsteropencv_cvt_color(src.Mat.Handle, dst.Mat.Handle, (int)code, dstCn));
    }

    public static void Resize(InputArray src, OutputArray dst, Size dsize, double fx = 0, double fy = 0,
        InterpolationFlags interpolation = InterpolationFlags.Linear)
    {
        ArgumentNullException.ThrowIfNull(src);
        ArgumentNullException.ThrowIfNull(dst);
        NativeMethods.Check(NativeMethods.alsteropencv_resize(src.Mat.Handle, dst.Mat.Handle, dsize.Width, dsize.Height, fx, fy, (int)interpolation));
    }

    public static void Remap(InputArray src, OutputArray dst, InputArray map1, InputArray map2,
        InterpolationFlags interpolation = InterpolationFlags.Linear, BorderTypes borderMode = BorderTypes.Constant, Scalar? borderValue = null)
    {
        ArgumentNullException.ThrowIfNull(src);
        ArgumentNullException.ThrowIfNull(dst);
        ArgumentNullException.ThrowIfNull(map1);
        ArgumentNullException.ThrowIfNull(map2);
        NativeMethods.Check(NativeMethods.alsteropencv_remap(src.Mat.Handle, dst.Mat.Handle, map1.Mat.Handle, map2.Mat.Handle,
            (int)interpolation, (int)borderMode, borderValue ?? default(Scalar)));
    }

    public static void GaussianBlur(InputArray src, OutputArray dst, Size ksize, double sigmaX, double sigmaY = 0,
        BorderTypes borderType = BorderTypes.Default)
    {
        ArgumentNullException.ThrowIfNull(src);
        ArgumentNullException.ThrowIfNull(dst);
        NativeMethods.Check(NativeMethods.alsteropencv_gaussian_blur(src.Mat.Handle, dst.Mat.Handle, ksize.Width, ksize.Height, sigmaX, sigmaY,
            (int)borderType));
    }

    public static void InitUndistortRectifyMap(InputArray cameraMatrix, InputArray distCoeffs, InputArray? r, InputArray newCameraMatrix,
        Size size, MatType m1Type, OutputArray map1, OutputArray map2)
    {
        ArgumentNullException.ThrowIfNull(cameraMatrix);
        ArgumentNullException.ThrowIfNull(distCoeffs);
        ArgumentNullException.ThrowIfNull(newCameraMatrix);
        ArgumentNullException.ThrowIfNull(map1);
        ArgumentNullException.ThrowIfNull(map2);
        using var none = new Mat();
        NativeMethods.Check(NativeMethods.alsteropencv_init_undistort_rectify_map(cameraMatrix.Mat.Handle, distCoeffs.Mat.Handle,
            (r?.Mat ?? none).Handle, newCameraMatrix.Mat.Handle, size.Width, size.Height, m1Type, map1.Mat.Handle, map2.Mat.Handle));
    }

    public static void Undistort(InputArray src, OutputArray dst, InputArray cameraMatrix, InputArray distCoeffs, InputArray? newCameraMatrix = null)
    {
        ArgumentNullException.ThrowIfNull(src);
        ArgumentNullException.ThrowIfNull(dst);
        ArgumentNullException.ThrowIfNull(cameraMatrix);
        ArgumentNullException.ThrowIfNull(distCoeffs);
        using var none = new Mat();
        NativeMethods.Check(NativeMethods.alsteropencv_undistort(src.Mat.Handle, dst.Mat.Handle, cameraMatrix.Mat.Handle,
            distCoeffs.Mat.Handle, (newCameraMatrix?.Mat ?? none).Handle));
    }

    private static int[] Flatten(ImageEncodingParam[] parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return [.. parameters.SelectMany(p => new[] { (int)p.EncodingId, p.Value })];
    }
}
