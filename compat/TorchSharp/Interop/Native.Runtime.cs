using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>Errors, threads, seeds, devices. The mirror of native/runtime.cpp.</summary>
internal static unsafe partial class Native
{
    [LibraryImport(Library)] internal static partial void alster_set_error(byte* text);
    [LibraryImport(Library)] internal static partial int alster_interface_version();
    [LibraryImport(Library)] internal static partial byte* alster_torch_version();
    [LibraryImport(Library)] internal static partial int alster_no_stack_traces();
    [LibraryImport(Library)] internal static partial int alster_set_num_threads(int count);
    [LibraryImport(Library)] internal static partial int alster_get_num_threads();
    [LibraryImport(Library)] internal static partial int alster_set_num_interop_threads(int count);
    [LibraryImport(Library)] internal static partial int alster_get_num_interop_threads();
    [LibraryImport(Library)] internal static partial int alster_manual_seed(long seed);
    [LibraryImport(Library)] internal static partial nint alster_get_rng_state();
    [LibraryImport(Library)] internal static partial int alster_set_rng_state(nint state);
    [LibraryImport(Library)] internal static partial int alster_cuda_is_available();
    [LibraryImport(Library)] internal static partial int alster_cuda_device_count();
    [LibraryImport(Library)] internal static partial int alster_cudnn_is_available();
    [LibraryImport(Library)] internal static partial int alster_cuda_synchronize(int device);
    [LibraryImport(Library)] internal static partial void alster_free(nint tensor);
}
