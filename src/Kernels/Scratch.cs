namespace AlsterNode.Kernels;

/// <summary>The working memory of one thread; pointers are valid until the thread's next call.</summary>
internal sealed unsafe class Scratch
{
    [ThreadStatic]
    private static Scratch? _current;

    private readonly NativeBuffer<float> _a = new();
    private readonly NativeBuffer<float> _b = new();
    private readonly NativeBuffer<float> _c = new();
    private readonly NativeBuffer<float> _d = new();
    private readonly NativeBuffer<int> _map = new();
    private readonly NativeBuffer<nint> _rows = new();

    public static Scratch Current => _current ??= new Scratch();

    public float* A(long floats) => _a.Reserve(floats);

    public float* B(long floats) => _b.Reserve(floats);

    public float* C(long floats) => _c.Reserve(floats);

    public float* D(long floats) => _d.Reserve(floats);

    /// <summary>Rows of a kernel map.</summary>
    public int* Map(long count) => _map.Reserve(count);

    /// <summary>Pointers to rows of A and C.</summary>
    public float** Rows(int count) => (float**)_rows.Reserve(count);
}
