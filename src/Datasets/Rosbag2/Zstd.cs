using System.Runtime.InteropServices;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>Zstandard by the system's library (Debian: libzstd1). Damaged data is an <see cref="InvalidDataException"/>.</summary>
internal static unsafe partial class Zstd
{
    private const string Library = "libzstd.so.1";
    private const int FastLevel = 1; // as rosbag2's zstd_fast: recording must keep up
    private const int MaxRatio = 1 << 15; // a block of four bytes unpacks to 128 KiB at most
    private const ulong SizeUnknown = ulong.MaxValue;
    private const ulong NotAFrame = ulong.MaxValue - 1;

    /// <summary>The first bytes of every frame.</summary>
    public static ReadOnlySpan<byte> Magic => [0x28, 0xB5, 0x2F, 0xFD];

    /// <summary>Unpacks one frame of a known size.</summary>
    public static byte[] Decompress(ReadOnlySpan<byte> frame, int size)
    {
        CheckSize(frame, size);
        var result = GC.AllocateUninitializedArray<byte>(size);
        fixed (byte* source = frame, target = result)
        {
            var length = Check(ZstdDecompress(target, (nuint)size, source, (nuint)frame.Length));
            if (length != (nuint)size) throw new InvalidDataException($"a zstd frame unpacks to {length} bytes, expected {size}");
        }
        return result;
    }

    /// <summary>Unpacks one frame of a size it says itself; refuses more than <paramref name="maxSize"/>.</summary>
    public static byte[] Decompress(ReadOnlySpan<byte> frame, long maxSize)
    {
        fixed (byte* source = frame)
        {
            var size = ContentSize(source, (nuint)frame.Length);
            if (size >= NotAFrame) throw new InvalidDataException("a zstd frame does not say its size");
            if (size > (ulong)maxSize) throw new InvalidDataException($"a zstd frame unpacks to {size} bytes, expected {maxSize} at most");
            return Decompress(frame, (int)size);
        }
    }

    public static byte[] Compress(ReadOnlySpan<byte> data)
    {
        var target = new byte[(int)CompressBound((nuint)data.Length)];
        fixed (byte* source = data, destination = target)
        {
            var length = Check(ZstdCompress(destination, (nuint)target.Length, source, (nuint)data.Length, FastLevel));
            return target.AsSpan(0, (int)length).ToArray();
        }
    }

    /// <summary>Unpacks a whole file, piece by piece.</summary>
    public static void DecompressFile(Stream source, Stream target)
    {
        var stream = CreateStream();
        try
        {
            var (input, output) = (new byte[1 << 17], new byte[1 << 18]);
            nuint hint = 1;
            for (int read; (read = source.Read(input)) > 0;)
            {
                fixed (byte* from = input, to = output)
                {
                    var piece = new Buffer { Data = from, Size = (nuint)read };
                    while (piece.Position < piece.Size)
                    {
                        var unpacked = new Buffer { Data = to, Size = (nuint)output.Length };
                        hint = Check(DecompressStream(stream, &unpacked, &piece));
                        target.Write(output, 0, (int)unpacked.Position);
                    }
                }
            }
            if (hint != 0) throw new InvalidDataException("the zstd data is cut off");
        }
        finally
        {
            _ = FreeStream(stream);
        }
    }

    private static void CheckSize(ReadOnlySpan<byte> frame, int size)
    {
        fixed (byte* source = frame)
        {
            if (size > (long)frame.Length * MaxRatio) throw new InvalidDataException($"a zstd frame of {frame.Length} bytes cannot unpack to {size}");
            var said = ContentSize(source, (nuint)frame.Length);
            if (said == NotAFrame || (said != SizeUnknown && said != (ulong)size)) throw new InvalidDataException($"a zstd frame is damaged or does not unpack to {size} bytes");
        }
    }

    private static nuint Check(nuint code) => IsError(code) == 0 ? code : throw new InvalidDataException($"zstd: {Marshal.PtrToStringUTF8(ErrorName(code))}");

    [StructLayout(LayoutKind.Sequential)]
    private struct Buffer
    {
        public byte* Data;
        public nuint Size;
        public nuint Position;
    }

    [LibraryImport(Library, EntryPoint = "ZSTD_decompress")]
    private static partial nuint ZstdDecompress(byte* target, nuint capacity, byte* source, nuint size);

    [LibraryImport(Library, EntryPoint = "ZSTD_compress")]
    private static partial nuint ZstdCompress(byte* target, nuint capacity, byte* source, nuint size, int level);

    [LibraryImport(Library, EntryPoint = "ZSTD_compressBound")]
    private static partial nuint CompressBound(nuint size);

    [LibraryImport(Library, EntryPoint = "ZSTD_getFrameContentSize")]
    private static partial ulong ContentSize(byte* source, nuint size);

    [LibraryImport(Library, EntryPoint = "ZSTD_createDStream")]
    private static partial nint CreateStream();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDStream")]
    private static partial nuint FreeStream(nint stream);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressStream")]
    private static partial nuint DecompressStream(nint stream, Buffer* output, Buffer* input);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint code);

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint ErrorName(nuint code);
}
