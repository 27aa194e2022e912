using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>Making, describing, copying tensors. The mirror of native/factories.cpp.</summary>
internal static unsafe partial class Native
{
    [LibraryImport(Library)] internal static partial nint at_empty(long* sizes, int dims, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Library)] internal static partial nint at_zeros(long* sizes, int dims, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Library)] internal static partial nint at_ones(long* sizes, int dims, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Library)] internal static partial nint at_rand(long* sizes, int dims, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Library)] internal static partial nint at_randn(long* sizes, int dims, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Library)] internal static partial nint at_full(long* sizes, int dims, ScalarValue value, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Library)] internal static partial nint at_randint(long low, long high, long* sizes, int dims, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Library)] internal static partial nint at_randperm(long n, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Library)] internal static partial nint at_eye(long rows, long columns, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Library)] internal static partial nint at_arange(ScalarValue start, ScalarValue stop, ScalarValue step, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Library)] internal static partial nint at_linspace(double start, double end, long steps, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Library)] internal static partial nint at_like(nint tensor, int like, ScalarValue value, int dtype, int deviceType, int deviceIndex);
    [LibraryImport(Library)] internal static partial nint at_from_memory(void* data, long bytes, long* sizes, int dims, int dtype);
    [LibraryImport(Library)] internal static partial nint at_share_memory(void* data, long* sizes, int dims, int dtype, nint managed, delegate* unmanaged<nint, void> release);
    [LibraryImport(Library)] internal static partial int at_describe(nint tensor, TensorDescription* @out);
    [LibraryImport(Library)] internal static partial int at_dim(nint tensor);
    [LibraryImport(Library)] internal static partial long at_numel(nint tensor);
    [LibraryImport(Library)] internal static partial long at_owned_bytes(nint tensor);
    [LibraryImport(Library)] internal static partial int at_dtype(nint tensor);
    [LibraryImport(Library)] internal static partial void at_sizes(nint tensor, long* @out);
    [LibraryImport(Library)] internal static partial void at_strides(nint tensor, long* @out);
    [LibraryImport(Library)] internal static partial long at_storage_offset(nint tensor);
    [LibraryImport(Library)] internal static partial int at_is_contiguous(nint tensor, int format);
    [LibraryImport(Library)] internal static partial nint at_contiguous(nint tensor);
    [LibraryImport(Library)] internal static partial nint at_clone(nint tensor);
    [LibraryImport(Library)] internal static partial nint at_detach(nint tensor);
    [LibraryImport(Library)] internal static partial int at_detach_(nint tensor);
    [LibraryImport(Library)] internal static partial nint at_alias(nint tensor);
    [LibraryImport(Library)] internal static partial nint at_same(nint tensor);
    [LibraryImport(Library)] internal static partial int at_copy_(nint tensor, nint source, int nonBlocking);
    [LibraryImport(Library)] internal static partial int at_fill_(nint tensor, ScalarValue value);
    [LibraryImport(Library)] internal static partial int at_fill_tensor_(nint tensor, nint value);
    [LibraryImport(Library)] internal static partial int at_zero_(nint tensor);
    [LibraryImport(Library)] internal static partial int at_uniform_(nint tensor, double from, double to);
    [LibraryImport(Library)] internal static partial int at_normal_(nint tensor, double mean, double std);
    [LibraryImport(Library)] internal static partial int at_bernoulli_(nint tensor, double p);
    [LibraryImport(Library)] internal static partial int at_set_data(nint tensor, nint source);
    [LibraryImport(Library)] internal static partial nint at_to(nint tensor, int dtype, int deviceType, int deviceIndex, int copy, int nonBlocking);
    [LibraryImport(Library)] internal static partial int at_item(nint tensor, ScalarValue* @out);
}
