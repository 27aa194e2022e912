namespace TorchSharp;

public static partial class torch
{
    /// <summary>Sums, extremes, norms, softmax; <c>keepdim</c> leaves the reduced dimension with size 1.</summary>
    public partial class Tensor
    {
        private static int Flag(bool value) => value ? 1 : 0;

        private static int TypeOr(ScalarType? type) => type is { } given ? (int)given : -1;

        private unsafe Tensor Sum(ReadOnlySpan<long> dim, bool keepdim, ScalarType? type)
        {
            fixed (long* dims = dim)
                return Wrap(Native.at_sum(Handle, dims, dim.Length, Flag(keepdim), TypeOr(type)), this);
        }

        private unsafe Tensor Mean(ReadOnlySpan<long> dim, bool keepdim, ScalarType? type)
        {
            fixed (long* dims = dim)
                return Wrap(Native.at_mean(Handle, dims, dim.Length, Flag(keepdim), TypeOr(type)), this);
        }

        private unsafe Tensor Std(ReadOnlySpan<long> dim, bool unbiased, bool keepdim, ScalarType? type)
        {
            using var converted = type is { } wanted ? to_type(wanted) : null;
            var source = converted ?? this;
            fixed (long* dims = dim)
                return Wrap(Native.at_std(source.Handle, dims, dim.Length, Flag(unbiased), Flag(keepdim)), source);
        }

        private unsafe Tensor Var(ReadOnlySpan<long> dim, bool unbiased, bool keepdim, ScalarType? type)
        {
            using var converted = type is { } wanted ? to_type(wanted) : null;
            var source = converted ?? this;
            fixed (long* dims = dim)
                return Wrap(Native.at_var(source.Handle, dims, dim.Length, Flag(unbiased), Flag(keepdim)), source);
        }

        private unsafe Tensor Norm(float p, ReadOnlySpan<long> dim, bool keepdim)
        {
            fixed (long* dims = dim)
                return Wrap(Native.at_norm(Handle, ((Scalar)p).Value, dims, dim.Length, Flag(keepdim)), this);
        }

        public Tensor sum(ScalarType? type = null) => Sum([], false, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Sum([dim], keepdim, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => Sum(dim, keepdim, type);

        public Tensor mean() => Mean([], false, null);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Mean(dimensions, keepdim, type);

        public Tensor std(bool unbiased = true) => Std([], unbiased, false, null);

        public Tensor std(long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Std([dimensions], unbiased, keepdim, type);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Std(dimensions, unbiased, keepdim, type);

        public Tensor var(bool unbiased = true) => Var([], unbiased, false, null);

        public Tensor var(long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Var([dimensions], unbiased, keepdim, type);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Var(dimensions, unbiased, keepdim, type);

        public Tensor norm(float p = 2.0f) => Norm(p, [], false);

        public Tensor norm(int dim, bool keepdim = false, float p = 2.0f) => Norm(p, [dim], keepdim);

        public Tensor max() => Wrap(Native.at_max_all(Handle), this);

        public Tensor min() => Wrap(Native.at_min_all(Handle), this);

        public Tensor any() => Wrap(Native.at_any_all(Handle), this);

        public Tensor all() => Wrap(Native.at_all_all(Handle), this);

        public Tensor any(long dim, bool keepdim = false) => Wrap(Native.at_any(Handle, dim, Flag(keepdim)), this);

        public Tensor all(long dim, bool keepdim = false) => Wrap(Native.at_all(Handle, dim, Flag(keepdim)), this);

        public Tensor prod(ScalarType? type = null)
        {
            using var converted = type is { } wanted ? to_type(wanted) : null;
            var source = converted ?? this;
            return Wrap(Native.at_prod_all(source.Handle), source);
        }

        /// <summary>The largest along a dimension, and where it is.</summary>
        public unsafe (Tensor values, Tensor indexes) max(long dim, bool keepdim = false)
        {
            nint values, indexes;
            Native.Done(Native.at_max(Handle, dim, Flag(keepdim), &values, &indexes));
            return (Wrap(values, this), Wrap(indexes, this));
        }

        public unsafe (Tensor values, Tensor indexes) min(long dim, bool keepdim = false)
        {
            nint values, indexes;
            Native.Done(Native.at_min(Handle, dim, Flag(keepdim), &values, &indexes));
            return (Wrap(values, this), Wrap(indexes, this));
        }

        public Tensor max(Tensor other) => maximum(other);

        public Tensor min(Tensor other) => minimum(other);

        public unsafe Tensor amax(long[] dims, bool keepdim = false)
        {
            fixed (long* list = dims)
                return Wrap(Native.at_amax(Handle, list, dims.Length, Flag(keepdim)), this);
        }

        public unsafe Tensor amin(long[] dims, bool keepdim = false)
        {
            fixed (long* list = dims)
                return Wrap(Native.at_amin(Handle, list, dims.Length, Flag(keepdim)), this);
        }

        public unsafe Tensor argmax() => Wrap(Native.at_argmax(Handle, null, 0), this);

        public unsafe Tensor argmax(long dim, bool keepdim = false) => Wrap(Native.at_argmax(Handle, &dim, Flag(keepdim)), this);

        public unsafe Tensor argmin() => Wrap(Native.at_argmin(Handle, null, 0), this);

        public unsafe Tensor argmin(long dim, bool keepdim = false) => Wrap(Native.at_argmin(Handle, &dim, Flag(keepdim)), this);

        public Tensor cumsum(long dim, ScalarType? type = null) => Wrap(Native.at_cumsum(Handle, dim, TypeOr(type)), this);

        public Tensor softmax(long dim, ScalarType? dtype = null) => Wrap(Native.at_softmax(Handle, dim, TypeOr(dtype)), this);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Wrap(Native.at_log_softmax(Handle, dim, TypeOr(dtype)), this);

        public Tensor logsumexp(long dim, bool keepdim = false) => Wrap(Native.at_logsumexp(Handle, dim, Flag(keepdim)), this);

        public unsafe (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false)
        {
            nint values, indices;
            Native.Done(Native.at_sort(Handle, dim, Flag(descending), Flag(stable), &values, &indices));
            return (Wrap(values, this), Wrap(indices, this));
        }

        public Tensor argsort(long dim = -1, bool descending = false)
        {
            var (values, indices) = sort(dim, descending);
            values.Dispose();
            return indices;
        }

        public unsafe (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true)
        {
            nint values, indexes;
            Native.Done(Native.at_topk(Handle, k, dim, Flag(largest), Flag(sorted), &values, &indexes));
            return (Wrap(values, this), Wrap(indexes, this));
        }
    }

    public static Tensor sum(Tensor input, ScalarType? type = null) => input.sum(type);

    public static Tensor sum(Tensor input, ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => input.sum(dim, keepdim, type);

    public static Tensor sum(Tensor input, long dim, bool keepdim = false, ScalarType? type = null) => input.sum(dim, keepdim, type);

    public static Tensor mean(Tensor input) => input.mean();

    public static Tensor mean(Tensor input, long[] dimensions, bool keepdim = false, ScalarType? type = null) => input.mean(dimensions, keepdim, type);

    public static Tensor std(Tensor input, bool unbiased = true) => input.std(unbiased);

    public static Tensor var(Tensor input, bool unbiased = true) => input.var(unbiased);

    public static Tensor norm(Tensor input, float p = 2.0f) => input.norm(p);

    public static Tensor max(Tensor input) => input.max();

    public static Tensor max(Tensor input, Tensor other) => input.maximum(other);

    public static (Tensor values, Tensor indexes) max(Tensor input, long dim, bool keepdim = false) => input.max(dim, keepdim);

    public static Tensor min(Tensor input) => input.min();

    public static Tensor min(Tensor input, Tensor other) => input.minimum(other);

    public static (Tensor values, Tensor indexes) min(Tensor input, long dim, bool keepdim = false) => input.min(dim, keepdim);

    public static Tensor argmax(Tensor input) => input.argmax();

    public static Tensor argmax(Tensor input, long dim, bool keepdim = false) => input.argmax(dim, keepdim);

    public static Tensor argmin(Tensor input) => input.argmin();

    public static Tensor argmin(Tensor input, long dim, bool keepdim = false) => input.argmin(dim, keepdim);

    public static Tensor any(Tensor input) => input.any();

    public static Tensor all(Tensor input) => input.all();

    public static Tensor cumsum(Tensor input, long dim, ScalarType? type = null) => input.cumsum(dim, type);

    public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

    public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => input.log_softmax(dim, dtype);

    public static Tensor logsumexp(Tensor input, long dim, bool keepdim = false) => input.logsumexp(dim, keepdim);

    public static (Tensor Values, Tensor Indices) sort(Tensor input, long dim = -1, bool descending = false, bool stable = false) => input.sort(dim, descending, stable);

    public static (Tensor values, Tensor indexes) topk(Tensor input, int k, int dim = -1, bool largest = true, bool sorted = true) => input.topk(k, dim, largest, sorted);
}
