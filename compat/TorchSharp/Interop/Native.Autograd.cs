using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>Gradients, gradient modes, managed functions. The mirror of native/autograd.cpp.</summary>
internal static unsafe partial class Native
{
    [LibraryImport(Library)] internal static partial int at_requires_grad(nint tensor);
    [LibraryImport(Library)] internal static partial int at_set_requires_grad(nint tensor, int wanted);
    [LibraryImport(Library)] internal static partial int at_is_leaf(nint tensor);
    [LibraryImport(Library)] internal static partial int at_retain_grad(nint tensor);
    [LibraryImport(Library)] internal static partial nint at_grad(nint tensor);
    [LibraryImport(Library)] internal static partial int at_set_grad(nint tensor, nint grad);
    [LibraryImport(Library)] internal static partial int at_backward(nint* tensors, int count, nint* gradients, int gradientCount, int retainGraph, int createGraph, nint* inputs, int inputCount);
    [LibraryImport(Library)] internal static partial int at_autograd_grad(nint* outputs, int count, nint* inputs, int inputCount, nint* gradients, int gradientCount, int retainGraph, int createGraph, int allowUnused, nint* results);
    [LibraryImport(Library)] internal static partial int alster_grad_enabled();
    [LibraryImport(Library)] internal static partial void alster_set_grad_enabled(int enabled);
    [LibraryImport(Library)] internal static partial int alster_inference_enabled();
    [LibraryImport(Library)] internal static partial nint alster_inference_enter(int enabled);
    [LibraryImport(Library)] internal static partial void alster_inference_leave(nint mode);
    [LibraryImport(Library)] internal static partial nint alster_node_create(nint* inputs, int count, delegate* unmanaged<nint, nint*, int, nint*, int, int> backward, delegate* unmanaged<nint, void> release, nint managed);
    [LibraryImport(Library)] internal static partial int alster_node_output(nint holder, nint output, int differentiable);
    [LibraryImport(Library)] internal static partial int alster_node_save(nint holder, nint* tensors, int count);
    [LibraryImport(Library)] internal static partial int alster_node_saved(nint raw, nint* @out, int count);
    [LibraryImport(Library)] internal static partial nint alster_node_pointer(nint holder);
    [LibraryImport(Library)] internal static partial void alster_node_free(nint holder);
}
