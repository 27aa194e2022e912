using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp;

/// <summary>Entry points of libalstertorch. Tensors are opaque pointers; 0 means "failed, see the error text".</summary>
internal static unsafe partial class Native
{
    private const string Library = "alstertorch";

    [LibraryImport(Library)] internal static partial int alster_take_error(byte* buffer, int capacity);
    [LibraryImport(Library)] internal static partial void alster_free(nint tensor);

    /// <summary>Throws the error that the last native call on this thread left, if any.</summary>
    internal static void Check()
    {
        var buffer = stackalloc byte[8192];
        if (alster_take_error(buffer, 8192) != 0)
            throw new ExternalException(Marshal.PtrToStringUTF8((nint)buffer));
    }

    /// <summary>Throws for a call that returned no result.</summary>
    internal static void Throw()
    {
        Check();
        throw new ExternalException("libtorch failed without saying why.");
    }
}
