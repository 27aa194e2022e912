namespace TorchSharp;

public static partial class torch
{
    /// <summary>Pointwise functions of one tensor; a name that ends in _ changes the tensor and returns it.</summary>
    public partial class Tensor
    {
        public Tensor exp() => Wrap(Native.at_exp(Handle), this);

        public Tensor exp_() => Changed(Native.at_exp_(Handle));

        public Tensor log() => Wrap(Native.at_log(Handle), this);

        public Tensor log_() => Changed(Native.at_log_(Handle));

        public Tensor log2() => Wrap(Native.at_log2(Handle), this);

        public Tensor log2_() => Changed(Native.at_log2_(Handle));

        public Tensor log10() => Wrap(Native.at_log10(Handle), this);

        public Tensor log10_() => Changed(Native.at_log10_(Handle));

        public Tensor log1p() => Wrap(Native.at_log1p(Handle), this);

        public Tensor log1p_() => Changed(Native.at_log1p_(Handle));

        public Tensor expm1() => Wrap(Native.at_expm1(Handle), this);

        public Tensor expm1_() => Changed(Native.at_expm1_(Handle));

        public Tensor sqrt() => Wrap(Native.at_sqrt(Handle), this);

        public Tensor sqrt_() => Changed(Native.at_sqrt_(Handle));

        public Tensor rsqrt() => Wrap(Native.at_rsqrt(Handle), this);

        public Tensor rsqrt_() => Changed(Native.at_rsqrt_(Handle));

        public Tensor square() => Wrap(Native.at_square(Handle), this);

        public Tensor square_() => Changed(Native.at_square_(Handle));

        public Tensor abs() => Wrap(Native.at_abs(Handle), this);

        public Tensor abs_() => Changed(Native.at_abs_(Handle));

        public Tensor neg() => Wrap(Native.at_neg(Handle), this);

        public Tensor neg_() => Changed(Native.at_neg_(Handle));

        public Tensor sign() => Wrap(Native.at_sign(Handle), this);

        public Tensor sign_() => Changed(Native.at_sign_(Handle));

        public Tensor floor() => Wrap(Native.at_floor(Handle), this);

        public Tensor floor_() => Changed(Native.at_floor_(Handle));

        public Tensor ceil() => Wrap(Native.at_ceil(Handle), this);

        public Tensor ceil_() => Changed(Native.at_ceil_(Handle));

        public Tensor round() => Wrap(Native.at_round(Handle), this);

        public Tensor round_() => Changed(Native.at_round_(Handle));

        public Tensor trunc() => Wrap(Native.at_trunc(Handle), this);

        public Tensor trunc_() => Changed(Native.at_trunc_(Handle));

        public Tensor reciprocal() => Wrap(Native.at_reciprocal(Handle), this);

        public Tensor reciprocal_() => Changed(Native.at_reciprocal_(Handle));

        public Tensor sin() => Wrap(Native.at_sin(Handle), this);

        public Tensor sin_() => Changed(Native.at_sin_(Handle));

        public Tensor cos() => Wrap(Native.at_cos(Handle), this);

        public Tensor cos_() => Changed(Native.at_cos_(Handle));

        public Tensor tan() => Wrap(Native.at_tan(Handle), this);

        public Tensor tan_() => Changed(Native.at_tan_(Handle));

        public Tensor asin() => Wrap(Native.at_asin(Handle), this);

        public Tensor asin_() => Changed(Native.at_asin_(Handle));

        public Tensor acos() => Wrap(Native.at_acos(Handle), this);

        public Tensor acos_() => Changed(Native.at_acos_(Handle));

        public Tensor atan() => Wrap(Native.at_atan(Handle), this);

        public Tensor atan_() => Changed(Native.at_atan_(Handle));

        public Tensor tanh() => Wrap(Native.at_tanh(Handle), this);

        public Tensor tanh_() => Changed(Native.at_tanh_(Handle));

        public Tensor erf() => Wrap(Native.at_erf(Handle), this);

        public Tensor erf_() => Changed(Native.at_erf_(Handle));

        public Tensor sigmoid() => Wrap(Native.at_sigmoid(Handle), this);

        public Tensor sigmoid_() => Changed(Native.at_sigmoid_(Handle));

        public Tensor relu() => Wrap(Native.at_relu(Handle), this);

        public Tensor relu_() => Changed(Native.at_relu_(Handle));

        public Tensor relu6() => Wrap(Native.at_relu6(Handle), this);

        public Tensor silu() => Wrap(Native.at_silu(Handle), this);

        public Tensor hardswish() => Wrap(Native.at_hardswish(Handle), this);

        public Tensor logical_not() => Wrap(Native.at_logical_not(Handle), this);

        public Tensor isnan() => Wrap(Native.at_isnan(Handle), this);

        public Tensor isinf() => Wrap(Native.at_isinf(Handle), this);

        public Tensor isfinite() => Wrap(Native.at_isfinite(Handle), this);

        public Tensor negative() => neg();
    }

    public static Tensor exp(Tensor input) => input.exp();

    public static Tensor log(Tensor input) => input.log();

    public static Tensor log2(Tensor input) => input.log2();

    public static Tensor log10(Tensor input) => input.log10();

    public static Tensor log1p(Tensor input) => input.log1p();

    public static Tensor expm1(Tensor input) => input.expm1();

    public static Tensor sqrt(Tensor input) => input.sqrt();

    public static Tensor rsqrt(Tensor input) => input.rsqrt();

    public static Tensor square(Tensor input) => input.square();

    public static Tensor abs(Tensor input) => input.abs();

    public static Tensor neg(Tensor input) => input.neg();

    public static Tensor sign(Tensor input) => input.sign();

    public static Tensor floor(Tensor input) => input.floor();

    public static Tensor ceil(Tensor input) => input.ceil();

    public static Tensor round(Tensor input) => input.round();

    public static Tensor trunc(Tensor input) => input.trunc();

    public static Tensor reciprocal(Tensor input) => input.reciprocal();

    public static Tensor sin(Tensor input) => input.sin();

    public static Tensor cos(Tensor input) => input.cos();

    public static Tensor tan(Tensor input) => input.tan();

    public static Tensor asin(Tensor input) => input.asin();

    public static Tensor acos(Tensor input) => input.acos();

    public static Tensor atan(Tensor input) => input.atan();

    public static Tensor tanh(Tensor input) => input.tanh();

    public static Tensor erf(Tensor input) => input.erf();

    public static Tensor sigmoid(Tensor input) => input.sigmoid();

    public static Tensor logical_not(Tensor input) => input.logical_not();

    public static Tensor isnan(Tensor input) => input.isnan();

    public static Tensor isinf(Tensor input) => input.isinf();

    public static Tensor isfinite(Tensor input) => input.isfinite();

    public static Tensor negative(Tensor input) => input.negative();
}
