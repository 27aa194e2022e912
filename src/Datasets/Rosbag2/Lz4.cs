using System.Runtime.InteropServices;

namespace AlsterNode.Datasets.Rosbag2;

/// <summary>LZ4 frames by the system's library (Debian: liblz4-1). Damaged data is an <see cref="InvalidDataException"/>.</summary>
internal static unsafe partial class Lz4
{
    private const string Library = "liblz4.so.1";
    private const uint Version = 100; // LZ4F_VERSION
    private const int MaxRatio = 255; // a byte of LZ4 stands for 255 at most

    /// <summary>Unpacks one frame of a known size.</summary>
    public static byte[] Decompress(ReadOnlySpan<byte> frame, int size)
    {
        if (size > (long)frame.Length * MaxRatio) throw new InvalidDataException($"an LZ4 frame of {frame.Length} bytes cannot unpack to {size}");
        Check(CreateContext(out var context, Version));
        try
        {
            var result = GC.AllocateUninitializedArray<byte>(size);
            var (read, written) = (0, 0);
            nuint hint = 1;
            fixed (byte* source = frame, target = result)
            {
                while (read < frame.Length && hint != 0)
                {
                    var (produced, consumed) = ((nuint)(size - written), (nuint)(frame.Length - read));
                    hint = Check(DecompressPart(context, target + written, ref produced, source + read, ref consumed, 0));
                    if (produced == 0 && consumed == 0) break; // there is more than there is room for
                    written += (int)produced;
                    read += (int)consumed;
                }
            }
            return hint == 0 && written == size ? result : throw new InvalidDataException($"an LZ4 frame unpacks to {written} bytes or more, expected {size}");
        }
        finally
        {
            _ = FreeContext(context);
        }
    }

    private static nuint Check(nuint code) => IsError(code) == 0 ? code : throw new InvalidDataException($"LZ4: {Marshal.PtrToStringUTF8(ErrorName(code))}");

    [LibraryImport(Library, EntryPoint = "LZ4F_createDecompressionContext")]
    private static partial nuint CreateContext(out nint context, uint version);

    [LibraryImport(Library, EntryPoint = "LZ4F_freeDecompressionContext")]
    private static partial nuint FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "LZ4F_decompress")]
    private static partial nuint DecompressPart(nint context, byte* target, ref nuint targetSize, byte* source, ref nuint sourceSize, nint options);

    [LibraryImport(Library, EntryPoint = "LZ4F_isError")]
    private static partial uint IsError(nuint code);

    [LibraryImport(Library, EntryPoint = "LZ4F_getErrorName")]
    private static partial nint ErrorName(nuint code);
}
