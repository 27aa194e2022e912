namespace TorchSharp;

public static partial class torch
{
    /// <summary>Choosing, gathering, scattering.</summary>
    public partial class Tensor
    {
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => SetAt(indices, value);
        }

        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => SetAt(Array.ConvertAll(indices, TensorIndex.Tensor), value);
        }

        public Tensor index(params Tensor[] indices) => index(Array.ConvertAll(indices, TensorIndex.Tensor));

        public unsafe Tensor index(params TensorIndex[] indices)
        {
            var items = TensorIndex.Items(indices);
            fixed (IndexItem* list = items)
            {
                var result = Native.at_index(Handle, list, items.Length);
                GC.KeepAlive(indices);
                return Wrap(result, this);
            }
        }

        private unsafe Tensor SetAt(TensorIndex[] indices, Tensor value)
        {
            var items = TensorIndex.Items(indices);
            fixed (IndexItem* list = items)
            {
                var status = Native.at_index_set_(Handle, list, items.Length, value.Handle);
                GC.KeepAlive(indices);
                return Changed(status, value);
            }
        }

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => SetAt(indices, value);

        public unsafe Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            var items = TensorIndex.Items(indices);
            fixed (IndexItem* list = items)
            {
                var status = Native.at_index_set_scalar_(Handle, list, items.Length, value.Value);
                GC.KeepAlive(indices);
                return Changed(status);
            }
        }

        /// <summary>Puts values at the places that index tensors name, one tensor for each leading dimension.</summary>
        public unsafe Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false)
        {
            var handles = Handles(indices);
            fixed (nint* list = handles)
            {
                var status = Native.at_index_put_(Handle, list, handles.Length, value.Handle, Flag(accumulate));
                GC.KeepAlive(indices);
                return Changed(status, value);
            }
        }

        public Tensor index_select(long dim, Tensor index) => Wrap(Native.at_index_select(Handle, dim, index.Handle), this, index);

        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) => Wrap(Native.at_index_add(Handle, dim, index.Handle, source.Handle, alpha.Value), this, index, source);

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) => Changed(Native.at_index_add_(Handle, dim, index.Handle, source.Handle, alpha.Value), index, source);

        public Tensor index_copy(long dim, Tensor index, Tensor source) => Wrap(Native.at_index_copy(Handle, dim, index.Handle, source.Handle), this, index, source);

        public Tensor index_copy_(long dim, Tensor index, Tensor source) => Changed(Native.at_index_copy_(Handle, dim, index.Handle, source.Handle), index, source);

        public Tensor index_fill(long dim, Tensor index, Scalar value) => Wrap(Native.at_index_fill(Handle, dim, index.Handle, value.Value), this, index);

        public Tensor index_fill_(long dim, Tensor index, Scalar value) => Changed(Native.at_index_fill_(Handle, dim, index.Handle, value.Value), index);

        public Tensor gather(long dim, Tensor index) => Wrap(Native.at_gather(Handle, dim, index.Handle), this, index);

        public Tensor scatter(long dim, Tensor index, Tensor src) => Wrap(Native.at_scatter(Handle, dim, index.Handle, src.Handle), this, index, src);

        public Tensor scatter_(long dim, Tensor index, Tensor src) => Changed(Native.at_scatter_(Handle, dim, index.Handle, src.Handle), index, src);

        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Wrap(Native.at_scatter_add(Handle, dim, index.Handle, src.Handle), this, index, src);

        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Changed(Native.at_scatter_add_(Handle, dim, index.Handle, src.Handle), index, src);

        public Tensor take(Tensor index) => Wrap(Native.at_take(Handle, index.Handle), this, index);

        /// <summary>This where the condition holds, y elsewhere.</summary>
        public Tensor where(Tensor condition, Tensor y) => Wrap(Native.at_where(condition.Handle, Handle, y.Handle), this, condition, y);

        public Tensor masked_select(Tensor mask) => Wrap(Native.at_masked_select(Handle, mask.Handle), this, mask);

        public Tensor masked_fill(Tensor mask, Scalar value) => Wrap(Native.at_masked_fill(Handle, mask.Handle, value.Value), this, mask);

        public Tensor masked_fill_(Tensor mask, Scalar value) => Changed(Native.at_masked_fill_(Handle, mask.Handle, value.Value), mask);

        /// <summary>One row of coordinates for each element that is not zero.</summary>
        public Tensor nonzero() => Wrap(Native.at_nonzero(Handle), this);

        public Tensor bincount(Tensor? weights = null, long minlength = 0) => Wrap(Native.at_bincount(Handle, weights?.Handle ?? 0, minlength), this, weights);

        public unsafe (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null)
        {
            var results = stackalloc nint[3];
            long along = dim ?? 0;
            Native.Done(Native.at_unique(Handle, dim is null ? null : &along, Flag(sorted), Flag(return_inverse), Flag(return_counts), results));
            return (Wrap(results[0], this), results[1] == 0 ? null : new Tensor(results[1]), results[2] == 0 ? null : new Tensor(results[2]));
        }
    }

    public static Tensor where(Tensor condition, Tensor x, Tensor y) => x.where(condition, y);

    public static Tensor index_select(Tensor input, long dim, Tensor index) => input.index_select(dim, index);

    public static Tensor index_add(Tensor input, long dim, Tensor index, Tensor source, Scalar alpha) => input.index_add(dim, index, source, alpha);

    public static Tensor gather(Tensor input, long dim, Tensor index) => input.gather(dim, index);

    public static Tensor scatter(Tensor input, long dim, Tensor index, Tensor src) => input.scatter(dim, index, src);

    public static Tensor scatter_add(Tensor input, long dim, Tensor index, Tensor src) => input.scatter_add(dim, index, src);

    public static Tensor masked_select(Tensor input, Tensor mask) => input.masked_select(mask);

    public static Tensor nonzero(Tensor input) => input.nonzero();

    public static Tensor bincount(Tensor input, Tensor? weights = null, long minlength = 0) => input.bincount(weights, minlength);

    public static Tensor searchsorted(Tensor sorted_sequence, Tensor values, bool out_int32 = false, bool right = false)
    {
        var found = Tensor.Wrap(Native.at_searchsorted(sorted_sequence.Handle, values.Handle, right ? 1 : 0), sorted_sequence, values);
        return out_int32 ? found.to_type(ScalarType.Int32, disposeAfter: true) : found;
    }

    public static (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(Tensor input, bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null) =>
        input.unique(sorted, return_inverse, return_counts, dim);
}
