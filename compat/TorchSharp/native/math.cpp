// Pointwise arithmetic, comparisons, matrix products: one line an operator.
#include "shim.h"

using namespace alster;

#define UNARY(name)                                                                                                    \
    ALSTER_API TensorPtr at_##name(TensorPtr x) { RETURN_TENSOR(at::name(*x)); }
#define UNARY_(name)                                                                                                   \
    ALSTER_API int at_##name##_(TensorPtr x) { RETURN_DONE(x->name##_()); }
#define UNARY_BOTH(name) UNARY(name) UNARY_(name)

UNARY_BOTH(exp)
UNARY_BOTH(log)
UNARY_BOTH(log2)
UNARY_BOTH(log10)
UNARY_BOTH(log1p)
UNARY_BOTH(expm1)
UNARY_BOTH(sqrt)
UNARY_BOTH(rsqrt)
UNARY_BOTH(square)
UNARY_BOTH(abs)
UNARY_BOTH(neg)
UNARY_BOTH(sign)
UNARY_BOTH(floor)
UNARY_BOTH(ceil)
UNARY_BOTH(round)
UNARY_BOTH(trunc)
UNARY_BOTH(reciprocal)
UNARY_BOTH(sin)
UNARY_BOTH(cos)
UNARY_BOTH(tan)
UNARY_BOTH(asin)
UNARY_BOTH(acos)
UNARY_BOTH(atan)
UNARY_BOTH(tanh)
UNARY_BOTH(erf)
UNARY_BOTH(sigmoid)
UNARY_BOTH(relu)
UNARY(relu6)
UNARY(silu)
UNARY(hardswish)
UNARY(logical_not)
UNARY(bitwise_not)
UNARY(isnan)
UNARY(isinf)
UNARY(isfinite)

#define BINARY(name)                                                                                                   \
    ALSTER_API TensorPtr at_##name(TensorPtr x, TensorPtr y) { RETURN_TENSOR(at::name(*x, *y)); }
#define BINARY_SCALAR(name)                                                                                            \
    ALSTER_API TensorPtr at_##name##_scalar(TensorPtr x, ScalarValue y) { RETURN_TENSOR(at::name(*x, scalar(y))); }
#define BINARY_BOTH(name) BINARY(name) BINARY_SCALAR(name)
#define BINARY_INPLACE(name)                                                                                           \
    ALSTER_API int at_##name##_(TensorPtr x, TensorPtr y) { RETURN_DONE(x->name##_(*y)); }                             \
    ALSTER_API int at_##name##_scalar_(TensorPtr x, ScalarValue y) { RETURN_DONE(x->name##_(scalar(y))); }
#define WITH_ALPHA(name)                                                                                               \
    ALSTER_API TensorPtr at_##name(TensorPtr x, TensorPtr y, ScalarValue alpha) { RETURN_TENSOR(at::name(*x, *y, scalar(alpha))); } \
    ALSTER_API TensorPtr at_##name##_scalar(TensorPtr x, ScalarValue y, ScalarValue alpha) { RETURN_TENSOR(at::name(*x, scalar(y), scalar(alpha))); } \
    ALSTER_API int at_##name##_(TensorPtr x, TensorPtr y, ScalarValue alpha) { RETURN_DONE(x->name##_(*y, scalar(alpha))); } \
    ALSTER_API int at_##name##_scalar_(TensorPtr x, ScalarValue y, ScalarValue alpha) { RETURN_DONE(x->name##_(scalar(y), scalar(alpha))); }

WITH_ALPHA(add)
WITH_ALPHA(sub)
BINARY_BOTH(mul)
BINARY_INPLACE(mul)
BINARY_BOTH(pow)
BINARY_INPLACE(pow)
BINARY_BOTH(remainder)
BINARY_INPLACE(remainder)
BINARY_BOTH(eq)
BINARY_BOTH(ne)
BINARY_BOTH(lt)
BINARY_BOTH(le)
BINARY_BOTH(gt)
BINARY_BOTH(ge)
BINARY_BOTH(bitwise_and)
BINARY_BOTH(bitwise_or)
BINARY(logical_and)
BINARY(logical_or)
BINARY(logical_xor)
BINARY(maximum)
BINARY(minimum)
BINARY(atan2)
BINARY(mm)
BINARY(bmm)
BINARY(matmul)
BINARY(mv)
BINARY(dot)
BINARY(outer)

namespace {
// Rounding as C# numbers it: 0 none, 1 toward zero, 2 down.
c10::optional<c10::string_view> rounding(int mode) {
    if (mode == 0)
        return c10::nullopt;
    return c10::string_view(mode == 1 ? "trunc" : "floor");
}
} // namespace

ALSTER_API TensorPtr at_div(TensorPtr x, TensorPtr y, int mode) { RETURN_TENSOR(at::div(*x, *y, rounding(mode))); }
ALSTER_API TensorPtr at_div_scalar(TensorPtr x, ScalarValue y, int mode) { RETURN_TENSOR(at::div(*x, scalar(y), rounding(mode))); }
ALSTER_API int at_div_(TensorPtr x, TensorPtr y, int mode) { RETURN_DONE(x->div_(*y, rounding(mode))); }
ALSTER_API int at_div_scalar_(TensorPtr x, ScalarValue y, int mode) { RETURN_DONE(x->div_(scalar(y), rounding(mode))); }
ALSTER_API TensorPtr at_rsub_scalar(TensorPtr x, ScalarValue y) { RETURN_TENSOR(at::rsub(*x, scalar(y), 1)); }
ALSTER_API TensorPtr at_pow_base(ScalarValue x, TensorPtr exponent) { RETURN_TENSOR(at::pow(scalar(x), *exponent)); }

ALSTER_API TensorPtr at_addmm(TensorPtr x, TensorPtr a, TensorPtr b, ScalarValue beta, ScalarValue alpha) { RETURN_TENSOR(at::addmm(*x, *a, *b, scalar(beta), scalar(alpha))); }
ALSTER_API int at_addmm_(TensorPtr x, TensorPtr a, TensorPtr b, ScalarValue beta, ScalarValue alpha) { RETURN_DONE(x->addmm_(*a, *b, scalar(beta), scalar(alpha))); }
ALSTER_API TensorPtr at_addcmul(TensorPtr x, TensorPtr a, TensorPtr b, ScalarValue value) { RETURN_TENSOR(at::addcmul(*x, *a, *b, scalar(value))); }
ALSTER_API int at_addcmul_(TensorPtr x, TensorPtr a, TensorPtr b, ScalarValue value) { RETURN_DONE(x->addcmul_(*a, *b, scalar(value))); }
ALSTER_API TensorPtr at_addcdiv(TensorPtr x, TensorPtr a, TensorPtr b, ScalarValue value) { RETURN_TENSOR(at::addcdiv(*x, *a, *b, scalar(value))); }
ALSTER_API int at_addcdiv_(TensorPtr x, TensorPtr a, TensorPtr b, ScalarValue value) { RETURN_DONE(x->addcdiv_(*a, *b, scalar(value))); }
ALSTER_API TensorPtr at_lerp_scalar(TensorPtr x, TensorPtr end, ScalarValue weight) { RETURN_TENSOR(at::lerp(*x, *end, scalar(weight))); }
ALSTER_API int at_lerp_scalar_(TensorPtr x, TensorPtr end, ScalarValue weight) { RETURN_DONE(x->lerp_(*end, scalar(weight))); }

ALSTER_API TensorPtr at_clamp(TensorPtr x, const ScalarValue* min, const ScalarValue* max) { RETURN_TENSOR(at::clamp(*x, orNone(min), orNone(max))); }
ALSTER_API int at_clamp_(TensorPtr x, const ScalarValue* min, const ScalarValue* max) { RETURN_DONE(x->clamp_(orNone(min), orNone(max))); }

ALSTER_API TensorPtr at_einsum(const char* equation, TensorPtr const* tensors, int count) { RETURN_TENSOR(at::einsum(equation, list(tensors, count))); }
ALSTER_API int at_equal(TensorPtr x, TensorPtr y) { return guard([&] { return at::equal(*x, *y) ? 1 : 0; }); }
ALSTER_API int at_allclose(TensorPtr x, TensorPtr y, double rtol, double atol, int equalNan) { return guard([&] { return at::allclose(*x, *y, rtol, atol, equalNan != 0) ? 1 : 0; }); }
