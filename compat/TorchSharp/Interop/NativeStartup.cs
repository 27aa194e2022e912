using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>Sets the process up before libtorch is loaded: OpenMP and BLAS read their settings only once.</summary>
internal static unsafe partial class NativeStartup
{
    private const int InterfaceVersion = 1;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static partial int setenv(string name, string value, int overwrite);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static partial int unsetenv(string name);

    /// <summary>.NET's own environment is a copy that native code does not see, hence libc's.</summary>
#pragma warning disable CA2255 // A library must get in before the first native call; no other place is early enough.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void SetEnvironment()
    {
        if (!OperatingSystem.IsLinux())
            return;

        // Waiting threads that spin starve every other process on a small machine.
        _ = setenv("OMP_WAIT_POLICY", "passive", 0);
        // A core type pinned below the CPU's halves the speed of matrix products.
        _ = unsetenv("OPENBLAS_CORETYPE");
    }

    /// <summary>
    /// Where both builds of Debian's OpenBLAS are installed, the default is the one with threads of its own: they ignore the number of threads and spin while
    /// they wait. Libraries already loaded are taken by their names, so libtorch gets the build that shares its threads.
    /// </summary>
    private static void PreferOpenMpBlas()
    {
        var machine = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64";
        foreach (var library in (string[])["libopenblas.so.0", "libblas.so.3", "liblapack.so.3"])
            _ = NativeLibrary.TryLoad($"/usr/lib/{machine}-linux-gnu/openblas-openmp/{library}", out _); // elsewhere the default serves
    }

    /// <summary>Called once, by the first native call that goes through <see cref="Native"/>.</summary>
    internal static void SetEngine()
    {
        PreferOpenMpBlas();
        int found;
        try
        {
            found = Native.alster_interface_version();
        }
        catch (DllNotFoundException missing)
        {
            throw new DllNotFoundException("libalstertorch, or the libtorch under it, is not there: run compat/build-native.sh.", missing);
        }

        if (found != InterfaceVersion)
            throw new DllNotFoundException($"libalstertorch has interface version {found}, expected {InterfaceVersion}: run compat/build-native.sh.");

        _ = Native.alster_no_stack_traces();
        _ = Native.alster_use_caching_allocator();
        _ = Native.alster_set_num_threads(Environment.ProcessorCount);
    }
}
