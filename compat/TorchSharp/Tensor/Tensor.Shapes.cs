namespace TorchSharp;

public static partial class torch
{
    /// <summary>Views, joining, splitting: the memory is shared wherever it can be.</summary>
    public partial class Tensor
    {
        public unsafe Tensor view(params long[] shape)
        {
            fixed (long* values = shape)
                return Wrap(Native.at_view(Handle, values, shape.Length), this);
        }

        public unsafe Tensor reshape(params long[] shape)
        {
            fixed (long* values = shape)
                return Wrap(Native.at_reshape(Handle, values, shape.Length), this);
        }

        public unsafe Tensor permute(params long[] permutation)
        {
            fixed (long* values = permutation)
                return Wrap(Native.at_permute(Handle, values, permutation.Length), this);
        }

        public unsafe Tensor expand(params long[] sizes)
        {
            fixed (long* values = sizes)
                return Wrap(Native.at_expand(Handle, values, sizes.Length), this);
        }

        public Tensor expand_as(Tensor other) => expand(other.shape);

        public Tensor view_as(Tensor other) => view(other.shape);

        public unsafe Tensor repeat(params long[] sizes)
        {
            fixed (long* values = sizes)
                return Wrap(Native.at_repeat(Handle, values, sizes.Length), this);
        }

        public unsafe Tensor flip(params long[] dims)
        {
            fixed (long* values = dims)
                return Wrap(Native.at_flip(Handle, values, dims.Length), this);
        }

        public Tensor transpose(long dim0, long dim1) => Wrap(Native.at_transpose(Handle, dim0, dim1), this);

        public Tensor t() => Wrap(Native.at_t(Handle), this);

        /// <summary>All dimensions in reverse order.</summary>
        public Tensor T
        {
            get
            {
                var order = new long[Dimensions];
                for (var i = 0; i < order.Length; i++)
                    order[i] = order.Length - 1 - i;
                return permute(order);
            }
        }

        public Tensor mT => transpose(-2, -1);

        public Tensor contiguous() => Wrap(Native.at_contiguous(Handle), this);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Wrap(Native.at_flatten(Handle, start_dim, end_dim), this);

        public Tensor squeeze(long? dim = null) =>
            Wrap(dim is { } one ? Native.at_squeeze_dim(Handle, one) : Native.at_squeeze(Handle), this);

        public Tensor unsqueeze(long dim) => Wrap(Native.at_unsqueeze(Handle, dim), this);

        public Tensor narrow(long dim, long start, long length) => Wrap(Native.at_narrow(Handle, dim, start, length), this);

        public Tensor select(long dim, long index) => Wrap(Native.at_select(Handle, dim, index), this);

        public Tensor slice(long dim, long start, long finish, long step) => Wrap(Native.at_slice(Handle, dim, start, finish, step), this);

        public Tensor tril(long diagonal = 0) => Wrap(Native.at_tril(Handle, diagonal), this);

        public Tensor triu(long diagonal = 0) => Wrap(Native.at_triu(Handle, diagonal), this);

        public Tensor diag(long diagonal = 0) => Wrap(Native.at_diag(Handle, diagonal), this);

        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null)
        {
            if (dim is { } along)
                return Wrap(Native.at_repeat_interleave(Handle, repeats.Handle, along), this, repeats);
            using var flat = flatten();
            return Wrap(Native.at_repeat_interleave(flat.Handle, repeats.Handle, 0), flat, repeats);
        }

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null)
        {
            if (dim is { } along)
                return Wrap(Native.at_repeat_interleave_int(Handle, repeats, along), this);
            using var flat = flatten();
            return Wrap(Native.at_repeat_interleave_int(flat.Handle, repeats, 0), flat);
        }

        /// <summary>Parts of a size each; the last may be smaller.</summary>
        public unsafe Tensor[] split(long size, long dim = 0)
        {
            var along = this.size((int)dim);
            var parts = new nint[size > 0 ? Math.Max(1, (along + size - 1) / size) : 1];
            fixed (nint* target = parts)
                return Parts(Native.at_split(Handle, size, dim, target, parts.Length), parts);
        }

        public unsafe Tensor[] split(long[] sizes, long dim = 0)
        {
            var parts = new nint[sizes.Length];
            fixed (long* values = sizes)
            fixed (nint* target = parts)
                return Parts(Native.at_split_sizes(Handle, values, sizes.Length, dim, target, parts.Length), parts);
        }

        public unsafe Tensor[] chunk(long chunks, long dim = 0)
        {
            var parts = new nint[Math.Max(1, chunks)];
            fixed (nint* target = parts)
                return Parts(Native.at_chunk(Handle, chunks, dim, target, parts.Length), parts);
        }

        public unsafe Tensor[] unbind(long dim = 0)
        {
            var parts = new nint[size((int)dim)];
            fixed (nint* target = parts)
                return Parts(Native.at_unbind(Handle, dim, target, parts.Length), parts);
        }

        private Tensor[] Parts(int count, nint[] parts)
        {
            if (count == 0)
                Native.Check(); // zero parts without an error: unbinding a dimension of size 0
            var result = new Tensor[count];
            for (var i = 0; i < count; i++)
                result[i] = Wrap(parts[i], this);
            return result;
        }
    }

    public static unsafe Tensor cat(IList<Tensor> tensors, long dim = 0)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.Count == 0)
            throw new ArgumentException("Nothing to concatenate.", nameof(tensors));
        if (tensors.Count == 1)
            return tensors[0];

        var handles = Handles([.. tensors]);
        fixed (nint* list = handles)
        {
            var result = Native.at_cat(list, handles.Length, dim);
            GC.KeepAlive(tensors);
            return new Tensor(result);
        }
    }

    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    public static unsafe Tensor stack(IEnumerable<Tensor> tensors, long dim = 0)
    {
        var handles = Handles([.. tensors]);
        fixed (nint* list = handles)
        {
            var result = Native.at_stack(list, handles.Length, dim);
            GC.KeepAlive(tensors);
            return new Tensor(result);
        }
    }

    public static Tensor[] split(Tensor tensor, long split_size_or_sections, long dim = 0) => tensor.split(split_size_or_sections, dim);

    public static Tensor[] split(Tensor tensor, long[] split_size_or_sections, long dim = 0) => tensor.split(split_size_or_sections, dim);

    public static Tensor[] chunk(Tensor input, long chunks, long dim = 0) => input.chunk(chunks, dim);

    public static Tensor[] unbind(Tensor input, long dim = 0) => input.unbind(dim);

    public static Tensor reshape(Tensor input, params long[] shape) => input.reshape(shape);

    public static Tensor permute(Tensor input, params long[] permutation) => input.permute(permutation);

    public static Tensor transpose(Tensor input, long dim0, long dim1) => input.transpose(dim0, dim1);

    public static Tensor t(Tensor input) => input.t();

    public static Tensor flatten(Tensor input, long start_dim = 0, long end_dim = -1) => input.flatten(start_dim, end_dim);

    public static Tensor squeeze(Tensor input, long? dim = null) => input.squeeze(dim);

    public static Tensor unsqueeze(Tensor input, long dim) => input.unsqueeze(dim);

    public static Tensor narrow(Tensor input, long dim, long start, long length) => input.narrow(dim, start, length);

    public static Tensor flip(Tensor input, params long[] dims) => input.flip(dims);

    public static Tensor tril(Tensor input, long diagonal = 0) => input.tril(diagonal);

    public static Tensor triu(Tensor input, long diagonal = 0) => input.triu(diagonal);

    public static Tensor diag(Tensor input, long diagonal = 0) => input.diag(diagonal);
}
