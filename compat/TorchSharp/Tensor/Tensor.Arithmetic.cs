namespace TorchSharp;

public enum RoundingMode
{
    None,
    trunc,
    floor,
}

public static partial class torch
{
    private static readonly Scalar One = 1;

    /// <summary>Arithmetic of two tensors, or of a tensor and a number.</summary>
    public partial class Tensor
    {
        public Tensor add(Tensor target) => add(target, One);

        public Tensor add(Tensor target, Scalar alpha) => Wrap(Native.at_add(Handle, target.Handle, alpha.Value), this, target);

        public Tensor add(Scalar scalar) => add(scalar, One);

        public Tensor add(Scalar scalar, Scalar alpha) => Wrap(Native.at_add_scalar(Handle, scalar.Value, alpha.Value), this);

        public Tensor add_(Tensor target) => add_(target, One);

        public Tensor add_(Tensor target, Scalar alpha) => Changed(Native.at_add_(Handle, target.Handle, alpha.Value), target);

        public Tensor add_(Scalar scalar) => add_(scalar, One);

        public Tensor add_(Scalar scalar, Scalar alpha) => Changed(Native.at_add_scalar_(Handle, scalar.Value, alpha.Value));

        public Tensor sub(Tensor target) => sub(target, One);

        public Tensor sub(Tensor target, Scalar alpha) => Wrap(Native.at_sub(Handle, target.Handle, alpha.Value), this, target);

        public Tensor sub(Scalar scalar) => Wrap(Native.at_sub_scalar(Handle, scalar.Value, One.Value), this);

        public Tensor sub_(Tensor target) => sub_(target, One);

        public Tensor sub_(Tensor target, Scalar alpha) => Changed(Native.at_sub_(Handle, target.Handle, alpha.Value), target);

        public Tensor sub_(Scalar scalar) => Changed(Native.at_sub_scalar_(Handle, scalar.Value, One.Value));

        public Tensor mul(Tensor target) => Wrap(Native.at_mul(Handle, target.Handle), this, target);

        public Tensor mul(Scalar scalar) => Wrap(Native.at_mul_scalar(Handle, scalar.Value), this);

        public Tensor mul_(Tensor target) => Changed(Native.at_mul_(Handle, target.Handle), target);

        public Tensor mul_(Scalar scalar) => Changed(Native.at_mul_scalar_(Handle, scalar.Value));

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Wrap(Native.at_div(Handle, target.Handle, (int)rounding_mode), this, target);

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Wrap(Native.at_div_scalar(Handle, target.Value, (int)rounding_mode), this);

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Changed(Native.at_div_(Handle, target.Handle, (int)rounding_mode), target);

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Changed(Native.at_div_scalar_(Handle, target.Value, (int)rounding_mode));

        public Tensor floor_divide(Tensor other) => div(other, RoundingMode.floor);

        public Tensor pow(Tensor exponent) => Wrap(Native.at_pow(Handle, exponent.Handle), this, exponent);

        public Tensor pow(Scalar exponent) => Wrap(Native.at_pow_scalar(Handle, exponent.Value), this);

        public Tensor pow_(Tensor exponent) => Changed(Native.at_pow_(Handle, exponent.Handle), exponent);

        public Tensor pow_(Scalar exponent) => Changed(Native.at_pow_scalar_(Handle, exponent.Value));

        public Tensor remainder(Tensor other) => Wrap(Native.at_remainder(Handle, other.Handle), this, other);

        public Tensor remainder(Scalar other) => Wrap(Native.at_remainder_scalar(Handle, other.Value), this);

        public Tensor remainder_(Tensor other) => Changed(Native.at_remainder_(Handle, other.Handle), other);

        public Tensor remainder_(Scalar other) => Changed(Native.at_remainder_scalar_(Handle, other.Value));

        public Tensor atan2(Tensor other) => Wrap(Native.at_atan2(Handle, other.Handle), this, other);

        public Tensor maximum(Tensor other) => Wrap(Native.at_maximum(Handle, other.Handle), this, other);

        public Tensor minimum(Tensor other) => Wrap(Native.at_minimum(Handle, other.Handle), this, other);

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Wrap(Native.at_addcmul(Handle, tensor1.Handle, tensor2.Handle, value.Value), this, tensor1, tensor2);

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => Changed(Native.at_addcmul_(Handle, tensor1.Handle, tensor2.Handle, value.Value), tensor1, tensor2);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Wrap(Native.at_addcdiv(Handle, tensor1.Handle, tensor2.Handle, value.Value), this, tensor1, tensor2);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => Changed(Native.at_addcdiv_(Handle, tensor1.Handle, tensor2.Handle, value.Value), tensor1, tensor2);

        public Tensor lerp(Tensor end, Scalar weight) => Wrap(Native.at_lerp_scalar(Handle, end.Handle, weight.Value), this, end);

        public Tensor lerp_(Tensor end, Scalar weight) => Changed(Native.at_lerp_scalar_(Handle, end.Handle, weight.Value), end);

        public unsafe Tensor clamp(Scalar? min = null, Scalar? max = null)
        {
            var (low, high) = (min?.Value ?? default, max?.Value ?? default);
            return Wrap(Native.at_clamp(Handle, min is null ? null : &low, max is null ? null : &high), this);
        }

        public unsafe Tensor clamp_(Scalar? min = null, Scalar? max = null)
        {
            var (low, high) = (min?.Value ?? default, max?.Value ?? default);
            return Changed(Native.at_clamp_(Handle, min is null ? null : &low, max is null ? null : &high));
        }

        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);

        public Tensor mm(Tensor target) => Wrap(Native.at_mm(Handle, target.Handle), this, target);

        public Tensor bmm(Tensor batch2) => Wrap(Native.at_bmm(Handle, batch2.Handle), this, batch2);

        public Tensor matmul(Tensor target) => Wrap(Native.at_matmul(Handle, target.Handle), this, target);

        public Tensor mv(Tensor target) => Wrap(Native.at_mv(Handle, target.Handle), this, target);

        public Tensor dot(Tensor target) => Wrap(Native.at_dot(Handle, target.Handle), this, target);

        public Tensor outer(Tensor vec2) => Wrap(Native.at_outer(Handle, vec2.Handle), this, vec2);

        /// <summary>beta * this + alpha * mat1 @ mat2.</summary>
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Wrap(Native.at_addmm(Handle, mat1.Handle, mat2.Handle, ((Scalar)beta).Value, ((Scalar)alpha).Value), this, mat1, mat2);

        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Changed(Native.at_addmm_(Handle, mat1.Handle, mat2.Handle, ((Scalar)beta).Value, ((Scalar)alpha).Value), mat1, mat2);
    }

    public static Tensor add(Tensor left, Tensor right) => left.add(right);

    public static Tensor add(Tensor left, Tensor right, Scalar alpha) => left.add(right, alpha);

    public static Tensor add(Tensor left, Scalar right) => left.add(right);

    public static Tensor sub(Tensor left, Tensor right) => left.sub(right);

    public static Tensor sub(Tensor left, Scalar right) => left.sub(right);

    public static Tensor mul(Tensor left, Tensor right) => left.mul(right);

    public static Tensor mul(Tensor left, Scalar right) => left.mul(right);

    public static Tensor div(Tensor left, Tensor right, RoundingMode rounding_mode = RoundingMode.None) => left.div(right, rounding_mode);

    public static Tensor div(Tensor left, Scalar right, RoundingMode rounding_mode = RoundingMode.None) => left.div(right, rounding_mode);

    public static Tensor pow(Tensor left, Tensor exponent) => left.pow(exponent);

    public static Tensor pow(Tensor left, Scalar exponent) => left.pow(exponent);

    public static Tensor clamp(Tensor input, Scalar? min = null, Scalar? max = null) => input.clamp(min, max);

    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);

    public static Tensor minimum(Tensor input, Tensor other) => input.minimum(other);

    public static Tensor atan2(Tensor input, Tensor other) => input.atan2(other);

    public static Tensor mm(Tensor input, Tensor target) => input.mm(target);

    public static Tensor bmm(Tensor input, Tensor batch2) => input.bmm(batch2);

    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);

    public static Tensor dot(Tensor input, Tensor target) => input.dot(target);

    public static Tensor outer(Tensor input, Tensor vec2) => input.outer(vec2);

    public static Tensor addmm(Tensor input, Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => input.addmm(mat1, mat2, beta, alpha);

    public static unsafe Tensor einsum(string equation, params Tensor[] tensors)
    {
        ArgumentNullException.ThrowIfNull(equation);
        var text = System.Text.Encoding.UTF8.GetBytes(equation + '\0');
        var handles = Handles(tensors);
        fixed (byte* first = text)
        fixed (nint* list = handles)
        {
            var result = Native.at_einsum(first, list, handles.Length);
            GC.KeepAlive(tensors);
            return new Tensor(result);
        }
    }

    /// <summary>The native pointers of a list; keep the list alive until the native call is over.</summary>
    internal static nint[] Handles(IReadOnlyList<Tensor?> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var handles = new nint[tensors.Count];
        for (var i = 0; i < handles.Length; i++)
            handles[i] = tensors[i]?.Handle ?? 0;
        return handles;
    }
}
