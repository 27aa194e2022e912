using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>Sums, extremes, norms, softmax. The mirror of native/reductions.cpp.</summary>
internal static unsafe partial class Native
{
    [LibraryImport(Library)] internal static partial nint at_sum(nint x, long* dims, int count, int keep, int dtype);
    [LibraryImport(Library)] internal static partial nint at_mean(nint x, long* dims, int count, int keep, int dtype);
    [LibraryImport(Library)] internal static partial nint at_std(nint x, long* dims, int count, int unbiased, int keep);
    [LibraryImport(Library)] internal static partial nint at_var(nint x, long* dims, int count, int unbiased, int keep);
    [LibraryImport(Library)] internal static partial nint at_norm(nint x, ScalarValue p, long* dims, int count, int keep);
    [LibraryImport(Library)] internal static partial nint at_max_all(nint x);
    [LibraryImport(Library)] internal static partial nint at_min_all(nint x);
    [LibraryImport(Library)] internal static partial nint at_any_all(nint x);
    [LibraryImport(Library)] internal static partial nint at_all_all(nint x);
    [LibraryImport(Library)] internal static partial nint at_prod_all(nint x);
    [LibraryImport(Library)] internal static partial nint at_any(nint x, long dim, int keep);
    [LibraryImport(Library)] internal static partial nint at_all(nint x, long dim, int keep);
    [LibraryImport(Library)] internal static partial nint at_prod(nint x, long dim, int keep);
    [LibraryImport(Library)] internal static partial nint at_amax(nint x, long* dims, int count, int keep);
    [LibraryImport(Library)] internal static partial nint at_amin(nint x, long* dims, int count, int keep);
    [LibraryImport(Library)] internal static partial nint at_cumsum(nint x, long dim, int dtype);
    [LibraryImport(Library)] internal static partial nint at_softmax(nint x, long dim, int dtype);
    [LibraryImport(Library)] internal static partial nint at_log_softmax(nint x, long dim, int dtype);
    [LibraryImport(Library)] internal static partial nint at_logsumexp(nint x, long dim, int keep);
    [LibraryImport(Library)] internal static partial nint at_argmax(nint x, long* dim, int keep);
    [LibraryImport(Library)] internal static partial nint at_argmin(nint x, long* dim, int keep);
    [LibraryImport(Library)] internal static partial int at_max(nint x, long dim, int keep, nint* values, nint* indices);
    [LibraryImport(Library)] internal static partial int at_min(nint x, long dim, int keep, nint* values, nint* indices);
    [LibraryImport(Library)] internal static partial int at_sort(nint x, long dim, int descending, int stable, nint* values, nint* indices);
    [LibraryImport(Library)] internal static partial int at_topk(nint x, long k, long dim, int largest, int sorted, nint* values, nint* indices);
}
