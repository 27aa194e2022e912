using System.Collections;

namespace TorchSharp.Utils;

/// <summary>The elements of a CPU tensor in row-major order, through its strides where it is a view.</summary>
public sealed class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly unsafe T* _data;
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly bool _contiguous;
    private torch.Tensor? _tensor; // keeps the memory alive

    internal unsafe TensorAccessor(torch.Tensor tensor)
    {
        var description = tensor.Describe();
        if (description.DeviceType != 0)
            throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
        _data = (T*)description.Data;
        _contiguous = description.Contiguous != 0;
        Count = description.Elements;
        _shape = tensor.shape;
        _strides = tensor.stride();
        _tensor = tensor;
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    /// <summary>One number: the position in row-major order. As many numbers as dimensions: the coordinates.</summary>
    public unsafe T this[params long[] indices]
    {
        get => _data[Offset(indices)];
        set => _data[Offset(indices)] = value;
    }

    private long Offset(long[] indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        if (indices.Length == 1)
            return Offset(indices[0]);

        var offset = 0L;
        for (var i = 0; i < indices.Length; i++)
        {
            if (indices[i] < 0 || indices[i] >= _shape[i])
                throw new IndexOutOfRangeException($"{indices[i]} >= {_shape[i]} in dimension {i}.");
            offset += indices[i] * _strides[i];
        }

        return offset;
    }

    private long Offset(long position)
    {
        if (position < 0 || position >= Count)
            throw new IndexOutOfRangeException($"Element {position} of a tensor with {Count}.");
        if (_contiguous)
            return position;

        var offset = 0L;
        for (var i = _shape.Length - 1; i >= 0; i--)
        {
            offset += position % _shape[i] * _strides[i];
            position /= _shape[i];
        }

        return offset;
    }

    public T[] ToArray()
    {
        var result = new T[Count];
        CopyTo(result);
        return result;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public unsafe void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var target = array[arrayIndex..];
        var count = (int)Math.Min(target.Length, Count - tensorIndex);
        if (_contiguous)
        {
            new ReadOnlySpan<T>(_data + tensorIndex, count).CopyTo(target);
        }
        else
        {
            for (var i = 0; i < count; i++)
                target[i] = _data[Offset(tensorIndex + i)];
        }

        GC.KeepAlive(_tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public unsafe void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var source = array[arrayIndex..];
        var count = (int)Math.Min(source.Length, Count - tensorIndex);
        if (_contiguous)
        {
            source[..count].CopyTo(new Span<T>(_data + tensorIndex, count));
        }
        else
        {
            for (var i = 0; i < count; i++)
                _data[Offset(tensorIndex + i)] = source[i];
        }

        GC.KeepAlive(_tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0L; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => _tensor = null;
}
