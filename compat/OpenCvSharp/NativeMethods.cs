using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

[assembly: DisableRuntimeMarshalling]

namespace OpenCvSharp;

/// <summary>Owns one native cv::Mat, and the pin of the managed array it looks at, if any.</summary>
internal sealed class MatHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    internal GCHandle Pinned;

    protected override bool ReleaseHandle()
    {
        var freed = NativeMethods.alsteropencv_mat_free(handle) == 0;
        if (Pinned.IsAllocated) Pinned.Free();
        return freed;
    }
}

[StructLayout(LayoutKind.Sequential)]
internal struct MatInfo
{
    public nint Data;
    public long Step;
    public int Rows, Cols, Type, ElemSize;
}

/// <summary>The shim's entry points (native/alsteropencv.cpp); all return 0 when done.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "alsteropencv";
    private const int ExpectedVersion = 1;

    static NativeMethods()
    {
        Check(alsteropencv_version(out var version));
        if (version != ExpectedVersion)
            throw new OpenCvSharpException($"libalsteropencv.so has version {version}, expected {ExpectedVersion}; run compat/build-native.sh.");
    }

    /// <summary>Turns a failed call into the exception that says why.</summary>
    internal static void Check(int status)
    {
        if (status == 0) return;
        const int Capacity = 1024;
        var text = stackalloc byte[3 * Capacity];
        _ = alsteropencv_last_error(out var code, out var line, text, text + Capacity, text + (2 * Capacity), Capacity);
        throw new OpenCVException((ErrorCode)code, Read(text), Read(text + Capacity), Read(text + (2 * Capacity)), line);

        static string Read(byte* utf8) => Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(utf8));
    }

    [LibraryImport(Library)]
    internal static partial int alsteropencv_version(out int version);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_last_error(out int code, out int line, byte* function, byte* message, byte* file, int capacity);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_mat_new(out MatHandle result);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_mat_new_size(int rows, int cols, int type, out MatHandle result);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_mat_new_scalar(int rows, int cols, int type, in Scalar scalar, out MatHandle result);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_mat_new_data(int rows, int cols, int type, nint data, long step, out MatHandle result);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_mat_free(nint mat);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_mat_info(MatHandle mat, out MatInfo info);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_mat_clone(MatHandle mat, out MatHandle result);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_mat_convert_to(MatHandle mat, MatHandle target, int type, double alpha, double beta);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_set_num_threads(int count);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_get_num_threads(out int count);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_imdecode(byte* bytes, int length, int flags, out MatHandle result);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int alsteropencv_imencode(string extension, MatHandle image, int[] parameters, int count, out MatHandle result);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int alsteropencv_imread(string path, int flags, out MatHandle result);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int alsteropencv_imwrite(string path, MatHandle image, int[] parameters, int count, out int written);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_cvt_color(MatHandle source, MatHandle target, int code, int channels);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_resize(MatHandle source, MatHandle target, int width, int height, double fx, double fy, int interpolation);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_remap(MatHandle source, MatHandle target, MatHandle map1, MatHandle map2, int interpolation,
        int border, in Scalar value);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_gaussian_blur(MatHandle source, MatHandle target, int width, int height, double sigmaX,
        double sigmaY, int border);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_init_undistort_rectify_map(MatHandle camera, MatHandle distortion, MatHandle rotation,
        MatHandle newCamera, int width, int height, int type, MatHandle map1, MatHandle map2);

    [LibraryImport(Library)]
    internal static partial int alsteropencv_undistort(MatHandle source, MatHandle target, MatHandle camera, MatHandle distortion, MatHandle newCamera);
}
