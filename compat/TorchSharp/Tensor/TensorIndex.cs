namespace TorchSharp;

public static partial class torch
{
    /// <summary>One place in an index expression: a number, a range, a tensor, all, new axis, or the ellipsis.</summary>
    public sealed class TensorIndex
    {
        private readonly IndexItem _item;
        private readonly Tensor? _tensor;

        private TensorIndex(int kind, Tensor? tensor = null)
        {
            _item = new IndexItem { Kind = kind };
            _tensor = tensor;
        }

        private TensorIndex(IndexItem item) => _item = item;

        public static readonly TensorIndex Ellipsis = new(3);

        public static readonly TensorIndex None = new(4);

        public static readonly TensorIndex Null = new(4);

        public static readonly TensorIndex Colon = Slice();

        /// <summary>start up to, not including, stop, in steps.</summary>
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new(new IndexItem
        {
            Kind = 1,
            A = start ?? 0,
            B = stop ?? 0,
            C = step ?? 0,
            Flags = (start is null ? 0 : 1) | (stop is null ? 0 : 2) | (step is null ? 0 : 4),
        });

        public static TensorIndex Single(long? index) => new(new IndexItem { Kind = 0, A = index ?? 0 });

        public static TensorIndex Bool(bool value) => new(new IndexItem { Kind = 5, A = value ? 1 : 0 });

        public static TensorIndex Tensor(Tensor tensor) => new(2, tensor);

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex(Tensor value) => Tensor(value);

        public static implicit operator TensorIndex(bool value) => Bool(value);

        public static implicit operator TensorIndex(Range range) => Slice(Bound(range.Start, isEnd: false), Bound(range.End, isEnd: true));

        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);

        // "up to ^0" is "up to the end".
        private static long? Bound(Index index, bool isEnd)
        {
            if (!index.IsFromEnd)
                return index.Value;
            return isEnd && index.Value == 0 ? null : -index.Value;
        }

        internal static IndexItem[] Items(TensorIndex[] indices)
        {
            ArgumentNullException.ThrowIfNull(indices);
            var items = new IndexItem[indices.Length];
            for (var i = 0; i < items.Length; i++)
            {
                items[i] = indices[i]._item;
                items[i].Tensor = indices[i]._tensor?.Handle ?? 0;
            }

            return items;
        }
    }
}
