using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The caching CPU allocator. The mirror of native/allocator.cpp.</summary>
internal static unsafe partial class Native
{
    [LibraryImport(Library)] internal static partial int alster_use_caching_allocator();
    [LibraryImport(Library)] internal static partial int alster_trim_allocator();
}
