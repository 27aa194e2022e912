// What nn.functional stands on.
#include "shim.h"

using namespace alster;

ALSTER_API TensorPtr at_conv(TensorPtr x, TensorPtr weight, TensorPtr bias, int dims, const int64_t* stride, const int64_t* padding, const int64_t* dilation, int64_t groups) {
    return guard([&]() -> TensorPtr {
        TORCH_CHECK(dims >= 1 && dims <= 3, "Convolution in ", dims, " dimensions, expected 1 to 3.");
        auto apply = [&](auto convolution) {
            return new at::Tensor(convolution(*x, *weight, orNone(bias), ints(stride, dims), ints(padding, dims), ints(dilation, dims), groups));
        };
        using IntArrays = at::Tensor (*)(const at::Tensor&, const at::Tensor&, const c10::optional<at::Tensor>&, at::IntArrayRef, at::IntArrayRef, at::IntArrayRef, int64_t);
        return dims == 1 ? apply(static_cast<IntArrays>(at::conv1d))
             : dims == 2 ? apply(static_cast<IntArrays>(at::conv2d))
                         : apply(static_cast<IntArrays>(at::conv3d));
    });
}

ALSTER_API TensorPtr at_conv_transpose2d(TensorPtr x, TensorPtr weight, TensorPtr bias, const int64_t* stride, const int64_t* padding, const int64_t* outputPadding, int64_t groups, const int64_t* dilation) {
    RETURN_TENSOR(at::conv_transpose2d(*x, *weight, orNone(bias), ints(stride, 2), ints(padding, 2), ints(outputPadding, 2), groups, ints(dilation, 2)));
}

ALSTER_API TensorPtr at_conv_transpose3d(TensorPtr x, TensorPtr weight, TensorPtr bias, const int64_t* stride, const int64_t* padding, const int64_t* outputPadding, int64_t groups, const int64_t* dilation) {
    RETURN_TENSOR(at::conv_transpose3d(*x, *weight, orNone(bias), ints(stride, 3), ints(padding, 3), ints(outputPadding, 3), groups, ints(dilation, 3)));
}

ALSTER_API TensorPtr at_linear(TensorPtr x, TensorPtr weight, TensorPtr bias) { RETURN_TENSOR(at::linear(*x, *weight, orNone(bias))); }

ALSTER_API TensorPtr at_batch_norm(TensorPtr x, TensorPtr weight, TensorPtr bias, TensorPtr mean, TensorPtr variance, int training, double momentum, double eps) {
    RETURN_TENSOR(at::batch_norm(*x, orNone(weight), orNone(bias), orNone(mean), orNone(variance), training != 0, momentum, eps, at::globalContext().userEnabledCuDNN()));
}

ALSTER_API TensorPtr at_layer_norm(TensorPtr x, const int64_t* shape, int dims, TensorPtr weight, TensorPtr bias, double eps) {
    RETURN_TENSOR(at::layer_norm(*x, ints(shape, dims), orNone(weight), orNone(bias), eps));
}

ALSTER_API TensorPtr at_gelu(TensorPtr x, int approximateTanh) { RETURN_TENSOR(at::gelu(*x, approximateTanh ? "tanh" : "none")); }
ALSTER_API TensorPtr at_leaky_relu(TensorPtr x, double slope) { RETURN_TENSOR(at::leaky_relu(*x, slope)); }
ALSTER_API TensorPtr at_softplus(TensorPtr x, double beta, double threshold) { RETURN_TENSOR(at::softplus(*x, beta, threshold)); }
ALSTER_API TensorPtr at_dropout(TensorPtr x, double p, int training) { RETURN_TENSOR(at::dropout(*x, p, training != 0)); }
ALSTER_API int at_dropout_(TensorPtr x, double p, int training) { RETURN_DONE(at::dropout_(*x, p, training != 0)); }

ALSTER_API TensorPtr at_avg_pool2d(TensorPtr x, const int64_t* kernel, const int64_t* stride, const int64_t* padding, int ceilMode, int countPadding, const int64_t* divisor) {
    RETURN_TENSOR(at::avg_pool2d(*x, ints(kernel, 2), ints(stride, 2), ints(padding, 2), ceilMode != 0, countPadding != 0, divisor ? c10::optional<int64_t>(*divisor) : c10::nullopt));
}

ALSTER_API TensorPtr at_max_pool2d(TensorPtr x, const int64_t* kernel, const int64_t* stride, const int64_t* padding, const int64_t* dilation, int ceilMode) {
    RETURN_TENSOR(at::max_pool2d(*x, ints(kernel, 2), ints(stride, 2), ints(padding, 2), ints(dilation, 2), ceilMode != 0));
}

ALSTER_API TensorPtr at_adaptive_avg_pool2d(TensorPtr x, const int64_t* size) { RETURN_TENSOR(at::adaptive_avg_pool2d(*x, ints(size, 2))); }

// mode: 0 nearest, 1 bilinear. scales: two factors or null, as PyTorch's scale_factors are given to the kernel.
ALSTER_API TensorPtr at_interpolate2d(TensorPtr x, const int64_t* size, int mode, int alignCorners, const double* scales) {
    return guard([&]() -> TensorPtr {
        auto vertical = scales ? c10::optional<double>(scales[0]) : c10::nullopt;
        auto horizontal = scales ? c10::optional<double>(scales[1]) : c10::nullopt;
        return new at::Tensor(mode == 0 ? at::upsample_nearest2d(*x, ints(size, 2), vertical, horizontal)
                                        : at::upsample_bilinear2d(*x, ints(size, 2), alignCorners != 0, vertical, horizontal));
    });
}

// mode: 0 constant, 1 reflect, 2 replicate, 3 circular.
ALSTER_API TensorPtr at_pad(TensorPtr x, const int64_t* pad, int count, int mode, double value) {
    return guard([&]() -> TensorPtr {
        static const char* names[] = {"constant", "reflect", "replicate", "circular"};
        return new at::Tensor(at::pad(*x, ints(pad, count), names[mode], mode == 0 ? c10::optional<double>(value) : c10::nullopt));
    });
}

// reduction: 0 none, 1 mean, 2 sum.
ALSTER_API TensorPtr at_cross_entropy(TensorPtr x, TensorPtr target, TensorPtr weight, int reduction, int64_t ignoreIndex, double smoothing) {
    RETURN_TENSOR(at::cross_entropy_loss(*x, *target, orNone(weight), reduction, ignoreIndex, smoothing));
}

ALSTER_API TensorPtr at_nll_loss(TensorPtr x, TensorPtr target, TensorPtr weight, int reduction, int64_t ignoreIndex) {
    RETURN_TENSOR(at::nll_loss_nd(*x, *target, orNone(weight), reduction, ignoreIndex));
}

ALSTER_API TensorPtr at_mse_loss(TensorPtr x, TensorPtr target, int reduction) { RETURN_TENSOR(at::mse_loss(*x, *target, reduction)); }
ALSTER_API TensorPtr at_l1_loss(TensorPtr x, TensorPtr target, int reduction) { RETURN_TENSOR(at::l1_loss(*x, *target, reduction)); }
ALSTER_API TensorPtr at_binary_cross_entropy_with_logits(TensorPtr x, TensorPtr target, TensorPtr weight, TensorPtr positiveWeight, int reduction) {
    RETURN_TENSOR(at::binary_cross_entropy_with_logits(*x, *target, orNone(weight), orNone(positiveWeight), reduction));
}

// sampling: mode 0 bilinear, 1 nearest; padding 0 zeros, 1 border, 2 reflection.
ALSTER_API TensorPtr at_grid_sample(TensorPtr x, TensorPtr grid, int mode, int padding, int alignCorners) {
    RETURN_TENSOR(at::grid_sampler(*x, *grid, mode, padding, alignCorners != 0));
}

ALSTER_API TensorPtr at_one_hot(TensorPtr x, int64_t classes) { RETURN_TENSOR(at::one_hot(*x, classes)); }
ALSTER_API TensorPtr at_unfold2d(TensorPtr x, const int64_t* kernel, const int64_t* dilation, const int64_t* padding, const int64_t* stride) {
    RETURN_TENSOR(at::im2col(*x, ints(kernel, 2), ints(dilation, 2), ints(padding, 2), ints(stride, 2)));
}
