using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        private const int MostDims = 64;

        public long ndim => Dimensions;

        public long Dimensions
        {
            get
            {
                var dims = Native.at_dim(Handle);
                GC.KeepAlive(this);
                return dims;
            }
        }

        public long dim() => Dimensions;

        public long NumberOfElements => numel();

        public long numel()
        {
            var count = Native.at_numel(Handle);
            GC.KeepAlive(this);
            return count;
        }

        /// <summary>Bytes of one element.</summary>
        public long ElementSize => Describe().ElementSize;

        public long element_size() => ElementSize;

        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[Native.at_dim(Handle)];
                fixed (long* target = sizes)
                    Native.at_sizes(Handle, target);
                GC.KeepAlive(this);
                return sizes;
            }
        }

        public long[] size() => shape;

        /// <summary>The size along a dimension; negative ones count from the end.</summary>
        public unsafe long size(int dim)
        {
            var count = Native.at_dim(Handle);
            var index = dim < 0 ? dim + count : dim;
            ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(dim));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count, nameof(dim));
            var sizes = stackalloc long[MostDims];
            Native.at_sizes(Handle, sizes);
            GC.KeepAlive(this);
            return sizes[index];
        }

        public unsafe long[] stride()
        {
            var strides = new long[Native.at_dim(Handle)];
            fixed (long* target = strides)
                Native.at_strides(Handle, target);
            GC.KeepAlive(this);
            return strides;
        }

        public long stride(long dim)
        {
            var strides = stride();
            return strides[dim < 0 ? dim + strides.Length : dim];
        }

        public long storage_offset()
        {
            var offset = Native.at_storage_offset(Handle);
            GC.KeepAlive(this);
            return offset;
        }

        public ScalarType dtype
        {
            get
            {
                var type = (ScalarType)Native.at_dtype(Handle);
                GC.KeepAlive(this);
                return type;
            }
        }

        public Device device
        {
            get
            {
                var description = Describe();
                return new Device((DeviceType)description.DeviceType, description.DeviceType == 0 ? -1 : description.DeviceIndex);
            }
        }

        public DeviceType device_type => (DeviceType)Describe().DeviceType;

        public int device_index => Describe().DeviceIndex;

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_contiguous() => Describe().Contiguous != 0;

        public bool is_floating_point() => dtype.IsFloatingPoint();

        /// <summary>The memory itself, without a copy; a contiguous CPU tensor only.</summary>
        /// <remarks>Valid while the tensor lives: keep it referenced and undisposed.</remarks>
        public unsafe Span<byte> bytes
        {
            get
            {
                var description = Describe();
                if (description.DeviceType != 0)
                    throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
                if (description.Contiguous == 0)
                    throw new NotImplementedException("Bytes() called on non-contiguous tensor.");
                return new Span<byte>(description.Data, checked((int)(description.Elements * description.ElementSize)));
            }

            set
            {
                var target = bytes;
                if (value.Length != target.Length)
                    throw new ArgumentException("Mismatched data sizes in SetBytes().");
                value.CopyTo(target);
            }
        }

        /// <summary>Reads and writes the elements in order, whatever the strides; <typeparamref name="T"/> must be the tensor's.</summary>
        public TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            ValidateType(typeof(T));
            return new TensorAccessor<T>(this);
        }

        public T item<T>()
            where T : unmanaged
        {
            if (numel() != 1)
                throw new ArgumentException("Number of elements in the tensor must be 1");
            ValidateType(typeof(T));
            if (device_type == DeviceType.CPU)
                return data<T>()[0];
            using var here = cpu();
            return here.data<T>()[0];
        }

        internal unsafe Scalar ReadScalar()
        {
            ScalarValue value;
            Native.Done(Native.at_item(Handle, &value));
            GC.KeepAlive(this);
            return new Scalar(value);
        }

        internal unsafe TensorDescription Describe()
        {
            TensorDescription description;
            Native.Done(Native.at_describe(Handle, &description));
            GC.KeepAlive(this);
            return description;
        }

        internal void ValidateType(Type dotnetType)
        {
            var type = dtype;
            if (type != ToScalarType(dotnetType))
                throw new ArgumentException($"{dotnetType.Name} is not compatible with {type}");
        }
    }

    internal static bool IsFloatingPoint(this ScalarType type) =>
        type is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;

    internal static ScalarType ToScalarType(Type type) =>
        type == typeof(float) ? ScalarType.Float32
        : type == typeof(double) ? ScalarType.Float64
        : type == typeof(long) ? ScalarType.Int64
        : type == typeof(int) ? ScalarType.Int32
        : type == typeof(byte) ? ScalarType.Byte
        : type == typeof(bool) ? ScalarType.Bool
        : type == typeof(Half) ? ScalarType.Float16
        : type == typeof(short) ? ScalarType.Int16
        : type == typeof(sbyte) ? ScalarType.Int8
        : throw new NotSupportedException($"The type {type.FullName} is not supported.");
}
