namespace TorchSharp;

/// <summary>Ranges, constants, random integers.</summary>
public static partial class torch
{
    private static ScalarType s_defaultDtype = ScalarType.Float32;

    public static ScalarType get_default_dtype() => s_defaultDtype;

    public static void set_default_dtype(ScalarType dtype) => s_defaultDtype = dtype;

    private static unsafe Tensor Full(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype, Device? device, bool requires_grad)
    {
        // As PyTorch infers it: the number's own kind.
        var type = dtype ?? value.Value.Kind switch { 1 => get_default_dtype(), 2 => ScalarType.Bool, _ => ScalarType.Int64 };
        Tensor result;
        fixed (long* sizes = size)
            result = new Tensor(Native.at_full(sizes, size.Length, value.Value, (int)type, (int)(device?.type ?? DeviceType.CPU), device?.index ?? -1));
        return requires_grad ? result.requires_grad_() : result;
    }

    public static Tensor full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Full(size, value, dtype, device, requires_grad);

    public static Tensor full(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Full(size, value, dtype, device, requires_grad);

    public static Tensor full(long size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Full([size], value, dtype, device, requires_grad);

    public static Tensor full(long rows, long columns, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Full([rows, columns], value, dtype, device, requires_grad);

    public static Tensor full(long dim0, long dim1, long dim2, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Full([dim0, dim1, dim2], value, dtype, device, requires_grad);

    public static Tensor full(int size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Full([size], value, dtype, device, requires_grad);

    public static Tensor full(int rows, int columns, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Full([rows, columns], value, dtype, device, requires_grad);

    public static Tensor full(int dim0, int dim1, int dim2, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Full([dim0, dim1, dim2], value, dtype, device, requires_grad);

    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => input.full_like(value, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var type = dtype ?? (start.IsIntegral && stop.IsIntegral && step.IsIntegral ? ScalarType.Int64 : get_default_dtype());
        var result = new Tensor(Native.at_arange(start.Value, stop.Value, step.Value, (int)type, (int)(device?.type ?? DeviceType.CPU), device?.index ?? -1));
        return requires_grad ? result.requires_grad_() : result;
    }

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => arange(start, stop, One, dtype, device, requires_grad);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => arange(0, stop, One, dtype, device, requires_grad);

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var result = new Tensor(Native.at_linspace(start, end, steps, (int)(dtype ?? get_default_dtype()), (int)(device?.type ?? DeviceType.CPU), device?.index ?? -1));
        return requires_grad ? result.requires_grad_() : result;
    }

    public static Tensor eye(long rows, long columns = -1L, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var result = new Tensor(Native.at_eye(rows, columns == -1 ? rows : columns, (int)(dtype ?? get_default_dtype()), (int)(device?.type ?? DeviceType.CPU), device?.index ?? -1));
        return requires_grad ? result.requires_grad_() : result;
    }

    /// <summary>Integers from low up to, not including, high.</summary>
    public static unsafe Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        Tensor result;
        fixed (long* sizes = size)
            result = new Tensor(Native.at_randint(low, high, sizes, size.Length, (int)(dtype ?? ScalarType.Int64), (int)(device?.type ?? DeviceType.CPU), device?.index ?? -1));
        return requires_grad ? result.requires_grad_() : result;
    }

    public static Tensor randint(long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => randint(0, high, size, dtype, device, requires_grad);

    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var result = new Tensor(Native.at_randperm(n, (int)(dtype ?? ScalarType.Int64), (int)(device?.type ?? DeviceType.CPU), device?.index ?? -1));
        return requires_grad ? result.requires_grad_() : result;
    }
}
