using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp;

/// <summary>
/// Entry points of libalstertorch. Tensors are opaque pointers; a pointer of 0 or a status of 0 means "failed, see the
/// error text". One file for each C++ file.
/// </summary>
internal static unsafe partial class Native
{
    private const string Library = "alstertorch";
    private const int LongestError = 16384;

    [LibraryImport(Library)] private static partial int alster_take_error(byte* buffer, int capacity);

    /// <summary>What a C# callback threw while native code ran on this thread; becomes the inner exception.</summary>
    [ThreadStatic] internal static Exception? CallbackException;

    static Native() => NativeStartup.SetEngine();

    /// <summary>Throws what the last native call on this thread left as its error, if anything.</summary>
    internal static void Check()
    {
        var buffer = stackalloc byte[LongestError];
        if (alster_take_error(buffer, LongestError) == 0)
            return;

        var inner = CallbackException;
        CallbackException = null;
        throw new ExternalException(Marshal.PtrToStringUTF8((nint)buffer), inner);
    }

    /// <summary>Throws for a call that failed.</summary>
    [DoesNotReturn]
    internal static void Throw()
    {
        Check();
        throw new ExternalException("libtorch failed without saying why.");
    }

    /// <summary>Throws unless the status is "done".</summary>
    internal static void Done(int status)
    {
        if (status == 0)
            Throw();
    }
}
