using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OpenCvSharp;

/// <summary>A matrix or image in native memory (cv::Mat). Whoever creates it disposes it.</summary>
public class Mat : IDisposable
{
    private readonly MatHandle _handle;

    /// <summary>An empty matrix.</summary>
    public Mat()
    {
        NativeMethods.Check(NativeMethods.alsteropencv_mat_new(out _handle));
    }

    /// <summary>A matrix whose elements are not set.</summary>
    public Mat(int rows, int cols, MatType type)
    {
        NativeMethods.Check(NativeMethods.alsteropencv_mat_new_size(rows, cols, type, out _handle));
    }

    /// <summary>A matrix whose elements are not set.</summary>
    public Mat(Size size, MatType type) : this(size.Height, size.Width, type) { }

    /// <summary>A matrix filled with one value.</summary>
    public Mat(int rows, int cols, MatType type, Scalar s)
    {
        NativeMethods.Check(NativeMethods.alsteropencv_mat_new_scalar(rows, cols, type, s, out _handle));
    }

    internal Mat(MatHandle handle) => _handle = handle;

    public bool IsDisposed => _handle.IsClosed;

    public int Rows => Info.Rows;

    public int Cols => Info.Cols;

    public int Width => Info.Cols;

    public int Height => Info.Rows;

    /// <summary>The first element; valid while the matrix lives.</summary>
    public nint Data => Info.Data;

    internal MatHandle Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
            return _handle;
        }
    }

    private MatInfo Info
    {
        get
        {
            NativeMethods.Check(NativeMethods.alsteropencv_mat_info(Handle, out var info));
            return info;
        }
    }

    /// <summary>Wraps memory of the caller without a copy; it has to outlive the matrix.</summary>
    public static Mat FromPixelData(int rows, int cols, MatType type, IntPtr data, long step = 0)
    {
        NativeMethods.Check(NativeMethods.alsteropencv_mat_new_data(rows, cols, type, data, step, out var handle));
        return new Mat(handle);
    }

    /// <summary>Wraps a managed array without a copy; it stays pinned until the matrix is disposed.</summary>
    public static Mat FromPixelData(int rows, int cols, MatType type, Array data, long step = 0)
    {
        ArgumentNullException.ThrowIfNull(data);
        var pinned = GCHandle.Alloc(data, GCHandleType.Pinned);
        var status = NativeMethods.alsteropencv_mat_new_data(rows, cols, type, pinned.AddrOfPinnedObject(), step, out var handle);
        if (status != 0) pinned.Free();
        NativeMethods.Check(status);
        handle.Pinned = pinned;
        return new Mat(handle);
    }

    public MatType Type() => Info.Type;

    public int Depth() => Type().Depth;

    public int Channels() => Type().Channels;

    /// <summary>Bytes of one element, all channels.</summary>
    public int ElemSize() => Info.ElemSize;

    /// <summary>Bytes from one row to the next.</summary>
    public long Step() => Info.Step;

    public Size Size()
    {
        var info = Info;
        return new Size(info.Cols, info.Rows);
    }

    /// <summary>Number of elements.</summary>
    public long Total()
    {
        var info = Info;
        return (long)info.Rows * info.Cols;
    }

    public bool Empty() => Info.Data == 0 || Total() == 0;

    public bool IsContinuous()
    {
        var info = Info;
        return info.Rows <= 1 || info.Step == (long)info.Cols * info.ElemSize;
    }

    public Mat Clone()
    {
        NativeMethods.Check(NativeMethods.alsteropencv_mat_clone(Handle, out var copy));
        return new Mat(copy);
    }

    /// <summary>Writes value * alpha + beta in another element type.</summary>
    public void ConvertTo(OutputArray m, MatType rtype, double alpha = 1, double beta = 0)
    {
        ArgumentNullException.ThrowIfNull(m);
        NativeMethods.Check(NativeMethods.alsteropencv_mat_convert_to(Handle, m.Mat.Handle, rtype, alpha, beta));
    }

    /// <summary>The image as bytes of an image file.</summary>
    public byte[] ToBytes(string ext = ".png", params ImageEncodingParam[] prms)
    {
        Cv2.ImEncode(ext, this, out var bytes, prms);
        return bytes;
    }

    /// <summary>Copies a one-channel matrix into a new array; false when the matrix is empty.</summary>
    public unsafe bool GetArray<T>(out T[] data) where T : unmanaged
    {
        var info = CheckedInfo<T>();
        data = new T[info.Rows * info.Cols];
        for (var row = 0; row < info.Rows; row++)
        {
            new ReadOnlySpan<T>((byte*)info.Data + (row * info.Step), info.Cols).CopyTo(data.AsSpan(row * info.Cols));
        }
        GC.KeepAlive(this);
        return data.Length > 0;
    }

    /// <summary>Fills a one-channel matrix from an array in row order.</summary>
    public unsafe bool SetArray<T>(params T[] data) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        var info = CheckedInfo<T>();
        if (data.Length != info.Rows * info.Cols)
            throw new OpenCvSharpException($"The array has {data.Length} elements, expected {info.Rows} x {info.Cols}.");
        for (var row = 0; row < info.Rows; row++)
        {
            data.AsSpan(row * info.Cols, info.Cols).CopyTo(new Span<T>((byte*)info.Data + (row * info.Step), info.Cols));
        }
        GC.KeepAlive(this);
        return data.Length > 0;
    }

    public override string ToString()
    {
        var info = Info;
        return $"Mat [ {info.Rows}*{info.Cols}*{new MatType(info.Type)} ]";
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing) _handle.Dispose(); // otherwise the handle's own finalizer frees it
    }

    private MatInfo CheckedInfo<T>() where T : unmanaged
    {
        var info = Info;
        var type = new MatType(info.Type);
        var isFloat = typeof(T) == typeof(float) || typeof(T) == typeof(double);
        if (type.Channels != 1 || info.ElemSize != Unsafe.SizeOf<T>() || isFloat == type.IsInteger)
            throw new OpenCvSharpException($"Mat data type is not compatible: T = {typeof(T).Name}, Mat.Type() = {type}.");
        return info;
    }
}
