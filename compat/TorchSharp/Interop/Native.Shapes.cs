using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>Views, joining, splitting. The mirror of native/shapes.cpp.</summary>
internal static unsafe partial class Native
{
    [LibraryImport(Library)] internal static partial nint at_view(nint x, long* values, int count);
    [LibraryImport(Library)] internal static partial nint at_reshape(nint x, long* values, int count);
    [LibraryImport(Library)] internal static partial nint at_permute(nint x, long* values, int count);
    [LibraryImport(Library)] internal static partial nint at_expand(nint x, long* values, int count);
    [LibraryImport(Library)] internal static partial nint at_repeat(nint x, long* values, int count);
    [LibraryImport(Library)] internal static partial nint at_flip(nint x, long* values, int count);
    [LibraryImport(Library)] internal static partial nint at_transpose(nint x, long first, long second);
    [LibraryImport(Library)] internal static partial nint at_t(nint x);
    [LibraryImport(Library)] internal static partial nint at_flatten(nint x, long start, long end);
    [LibraryImport(Library)] internal static partial nint at_squeeze(nint x);
    [LibraryImport(Library)] internal static partial nint at_squeeze_dim(nint x, long dim);
    [LibraryImport(Library)] internal static partial nint at_unsqueeze(nint x, long dim);
    [LibraryImport(Library)] internal static partial nint at_narrow(nint x, long dim, long start, long length);
    [LibraryImport(Library)] internal static partial nint at_select(nint x, long dim, long index);
    [LibraryImport(Library)] internal static partial nint at_slice(nint x, long dim, long start, long end, long step);
    [LibraryImport(Library)] internal static partial nint at_tril(nint x, long diagonal);
    [LibraryImport(Library)] internal static partial nint at_triu(nint x, long diagonal);
    [LibraryImport(Library)] internal static partial nint at_diag(nint x, long diagonal);
    [LibraryImport(Library)] internal static partial nint at_repeat_interleave(nint x, nint repeats, long dim);
    [LibraryImport(Library)] internal static partial nint at_repeat_interleave_int(nint x, long repeats, long dim);
    [LibraryImport(Library)] internal static partial nint at_cat(nint* tensors, int count, long dim);
    [LibraryImport(Library)] internal static partial nint at_stack(nint* tensors, int count, long dim);
    [LibraryImport(Library)] internal static partial int at_split(nint x, long size, long dim, nint* @out, int capacity);
    [LibraryImport(Library)] internal static partial int at_split_sizes(nint x, long* sizes, int count, long dim, nint* @out, int capacity);
    [LibraryImport(Library)] internal static partial int at_chunk(nint x, long chunks, long dim, nint* @out, int capacity);
    [LibraryImport(Library)] internal static partial int at_unbind(nint x, long dim, nint* @out, int capacity);
}
