using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>Choosing, gathering, scattering. The mirror of native/indexing.cpp.</summary>
internal static unsafe partial class Native
{
    [LibraryImport(Library)] internal static partial nint at_index_select(nint x, long dim, nint index);
    [LibraryImport(Library)] internal static partial nint at_index_add(nint x, long dim, nint index, nint source, ScalarValue alpha);
    [LibraryImport(Library)] internal static partial int at_index_add_(nint x, long dim, nint index, nint source, ScalarValue alpha);
    [LibraryImport(Library)] internal static partial nint at_index_copy(nint x, long dim, nint index, nint source);
    [LibraryImport(Library)] internal static partial int at_index_copy_(nint x, long dim, nint index, nint source);
    [LibraryImport(Library)] internal static partial nint at_index_fill(nint x, long dim, nint index, ScalarValue value);
    [LibraryImport(Library)] internal static partial int at_index_fill_(nint x, long dim, nint index, ScalarValue value);
    [LibraryImport(Library)] internal static partial nint at_gather(nint x, long dim, nint index);
    [LibraryImport(Library)] internal static partial nint at_scatter(nint x, long dim, nint index, nint source);
    [LibraryImport(Library)] internal static partial int at_scatter_(nint x, long dim, nint index, nint source);
    [LibraryImport(Library)] internal static partial nint at_scatter_add(nint x, long dim, nint index, nint source);
    [LibraryImport(Library)] internal static partial int at_scatter_add_(nint x, long dim, nint index, nint source);
    [LibraryImport(Library)] internal static partial nint at_take(nint x, nint index);
    [LibraryImport(Library)] internal static partial nint at_where(nint condition, nint x, nint y);
    [LibraryImport(Library)] internal static partial nint at_masked_select(nint x, nint mask);
    [LibraryImport(Library)] internal static partial nint at_masked_fill(nint x, nint mask, ScalarValue value);
    [LibraryImport(Library)] internal static partial int at_masked_fill_(nint x, nint mask, ScalarValue value);
    [LibraryImport(Library)] internal static partial nint at_nonzero(nint x);
    [LibraryImport(Library)] internal static partial nint at_bincount(nint x, nint weights, long minLength);
    [LibraryImport(Library)] internal static partial nint at_searchsorted(nint sorted, nint values, int right);
    [LibraryImport(Library)] internal static partial int at_unique(nint x, long* dim, int sorted, int inverse, int counts, nint* @out);
    [LibraryImport(Library)] internal static partial nint at_index(nint x, IndexItem* items, int count);
    [LibraryImport(Library)] internal static partial int at_index_set_(nint x, IndexItem* items, int count, nint value);
    [LibraryImport(Library)] internal static partial int at_index_set_scalar_(nint x, IndexItem* items, int count, ScalarValue value);
    [LibraryImport(Library)] internal static partial nint at_index_put(nint x, nint* items, int count, nint value, int accumulate);
    [LibraryImport(Library)] internal static partial int at_index_put_(nint x, nint* items, int count, nint value, int accumulate);
}
