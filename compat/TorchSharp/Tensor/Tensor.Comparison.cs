namespace TorchSharp;

public static partial class torch
{
    /// <summary>Comparisons and logic; the results are boolean tensors.</summary>
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Wrap(Native.at_eq(Handle, target.Handle), this, target);

        public Tensor eq(Scalar target) => Wrap(Native.at_eq_scalar(Handle, target.Value), this);

        public Tensor ne(Tensor target) => Wrap(Native.at_ne(Handle, target.Handle), this, target);

        public Tensor ne(Scalar target) => Wrap(Native.at_ne_scalar(Handle, target.Value), this);

        public Tensor lt(Tensor target) => Wrap(Native.at_lt(Handle, target.Handle), this, target);

        public Tensor lt(Scalar target) => Wrap(Native.at_lt_scalar(Handle, target.Value), this);

        public Tensor le(Tensor target) => Wrap(Native.at_le(Handle, target.Handle), this, target);

        public Tensor le(Scalar target) => Wrap(Native.at_le_scalar(Handle, target.Value), this);

        public Tensor gt(Tensor target) => Wrap(Native.at_gt(Handle, target.Handle), this, target);

        public Tensor gt(Scalar target) => Wrap(Native.at_gt_scalar(Handle, target.Value), this);

        public Tensor ge(Tensor target) => Wrap(Native.at_ge(Handle, target.Handle), this, target);

        public Tensor ge(Scalar target) => Wrap(Native.at_ge_scalar(Handle, target.Value), this);

        public Tensor logical_and(Tensor other) => Wrap(Native.at_logical_and(Handle, other.Handle), this, other);

        public Tensor logical_or(Tensor other) => Wrap(Native.at_logical_or(Handle, other.Handle), this, other);

        public Tensor logical_xor(Tensor other) => Wrap(Native.at_logical_xor(Handle, other.Handle), this, other);

        public Tensor bitwise_and(Tensor other) => Wrap(Native.at_bitwise_and(Handle, other.Handle), this, other);

        public Tensor bitwise_or(Tensor other) => Wrap(Native.at_bitwise_or(Handle, other.Handle), this, other);

        public Tensor bitwise_not() => Wrap(Native.at_bitwise_not(Handle), this);

        public bool equal(Tensor target) => Equals(target);

        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false)
        {
            var close = Native.at_allclose(Handle, target.Handle, rtol, atol, equal_nan ? 1 : 0) != 0;
            GC.KeepAlive(target);
            Native.Check();
            return close;
        }
    }

    public static Tensor eq(Tensor left, Tensor right) => left.eq(right);

    public static Tensor ne(Tensor left, Tensor right) => left.ne(right);

    public static Tensor lt(Tensor left, Tensor right) => left.lt(right);

    public static Tensor le(Tensor left, Tensor right) => left.le(right);

    public static Tensor gt(Tensor left, Tensor right) => left.gt(right);

    public static Tensor ge(Tensor left, Tensor right) => left.ge(right);

    public static Tensor logical_and(Tensor input, Tensor other) => input.logical_and(other);

    public static Tensor logical_or(Tensor input, Tensor other) => input.logical_or(other);

    public static bool equal(Tensor tensor1, Tensor tensor2) => tensor1.Equals(tensor2);

    public static bool allclose(Tensor tensor, Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) =>
        tensor.allclose(target, rtol, atol, equal_nan);
}
