namespace TorchSharp;

public static partial class torch
{
    /// <summary>Copies, conversions, filling.</summary>
    public partial class Tensor
    {
        private Tensor To(ScalarType? type, Device? device, bool copy, bool disposeAfter, bool non_blocking)
        {
            var result = Wrap(Native.at_to(Handle, TypeOr(type), device is null ? -1 : (int)device.type, device?.index ?? -1, Flag(copy), Flag(non_blocking)), this);
            if (disposeAfter)
                Dispose();
            return result;
        }

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => To(type, null, copy, disposeAfter, non_blocking);

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => To(type, null, copy, disposeAfter, non_blocking);

        public Tensor type(ScalarType dtype) => To(dtype, null, false, false, false);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => To(null, device, copy, disposeAfter, non_blocking);

        public Tensor to(Device device, ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => To(type, device, copy, disposeAfter, non_blocking);

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            To(null, new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => To(null, new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(Tensor other, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => To(other.dtype, other.device, copy, disposeAfter, non_blocking);

        public Tensor cpu(bool disposeAfter = false) => To(null, CPU, false, disposeAfter, false);

        public Tensor cuda(Device? device = null, bool disposeAfter = false, bool non_blocking = false) => To(null, device ?? CUDA, false, disposeAfter, non_blocking);

        public Tensor @float() => to_type(ScalarType.Float32);

        public Tensor @double() => to_type(ScalarType.Float64);

        public Tensor @long() => to_type(ScalarType.Int64);

        public Tensor @int() => to_type(ScalarType.Int32);

        public Tensor @bool() => to_type(ScalarType.Bool);

        public Tensor half() => to_type(ScalarType.Float16);

        public Tensor bfloat16() => to_type(ScalarType.BFloat16);

        public Tensor clone() => Wrap(Native.at_clone(Handle), this);

        /// <summary>The same memory, cut off from the graph.</summary>
        public Tensor detach() => Wrap(Native.at_detach(Handle), this);

        public Tensor detach_() => Changed(Native.at_detach_(Handle));

        /// <summary>A second handle of the same tensor.</summary>
        public Tensor alias() => Wrap(Native.at_alias(Handle), this);

        public Tensor copy_(Tensor source, bool non_blocking = false) => Changed(Native.at_copy_(Handle, source.Handle, Flag(non_blocking)), source);

        public Tensor fill_(Scalar value) => Changed(Native.at_fill_(Handle, value.Value));

        public Tensor zero_() => Changed(Native.at_zero_(Handle));

        public Tensor uniform_(double from, double to) => Changed(Native.at_uniform_(Handle, from, to));

        public Tensor normal_(double mean = 0.0, double stddev = 1.0) => Changed(Native.at_normal_(Handle, mean, stddev));

        public Tensor bernoulli_(double p = 0.5) => Changed(Native.at_bernoulli_(Handle, p));

        private Tensor Like(int what, Scalar value, ScalarType? dtype, Device? device, bool requires_grad)
        {
            var result = Wrap(Native.at_like(Handle, what, value.Value, TypeOr(dtype), device is null ? -1 : (int)device.type, device?.index ?? -1), this);
            return requires_grad ? result.requires_grad_() : result;
        }

        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like(0, One, dtype, device, requires_grad);

        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like(1, One, dtype, device, requires_grad);

        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like(2, One, dtype, device, requires_grad);

        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like(3, One, dtype, device, requires_grad);

        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like(4, One, dtype, device, requires_grad);

        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => Like(5, value, dtype, device, requires_grad);
    }
}
