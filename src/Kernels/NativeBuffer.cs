using System.Runtime.InteropServices;

namespace AlsterNode.Kernels;

/// <summary>A growing block of native memory on a cache-line boundary; its content is lost when it grows.</summary>
internal sealed unsafe class NativeBuffer<T>
    where T : unmanaged
{
    private T* _pointer;
    private long _capacity;

    ~NativeBuffer() => NativeMemory.AlignedFree(_pointer);

    /// <summary>At least <paramref name="count"/> elements, not cleared.</summary>
    public T* Reserve(long count)
    {
        if (count <= _capacity && _pointer != null) return _pointer;
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
        _capacity = count + (count / 8) + 64;
        _pointer = (T*)NativeMemory.AlignedAlloc((nuint)(_capacity * sizeof(T)), 64);
        return _pointer;
    }

    /// <summary>Frees the memory now; the finalizer does it otherwise.</summary>
    public void Free()
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
        _capacity = 0;
    }
}
