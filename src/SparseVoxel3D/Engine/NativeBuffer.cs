using System.Runtime.InteropServices;

namespace AlsterNode.SparseVoxel3D.Engine;

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

/// <summary>The working memory of one thread; pointers are valid until the thread's next call.</summary>
internal sealed unsafe class Scratch
{
    [ThreadStatic]
    private static Scratch? _current;

    private readonly NativeBuffer<float> _a = new();
    private readonly NativeBuffer<float> _b = new();
    private readonly NativeBuffer<float> _c = new();
    private readonly NativeBuffer<int> _inputs = new();
    private readonly NativeBuffer<int> _outputs = new();
    private readonly NativeBuffer<nint> _rows = new();

    public static Scratch Current => _current ??= new Scratch();

    public float* A(long floats) => _a.Reserve(floats);

    public float* B(long floats) => _b.Reserve(floats);

    public float* C(long floats) => _c.Reserve(floats);

    public int* Inputs(int count) => _inputs.Reserve(count);

    public int* Outputs(int count) => _outputs.Reserve(count);

    /// <summary>Pointers to rows of C.</summary>
    public float** Rows(int count) => (float**)_rows.Reserve(count);
}
