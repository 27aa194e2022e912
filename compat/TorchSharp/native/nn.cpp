// What modules and optimizers need beyond single tensor operations: initialisation, and whole optimizer steps
// in one call. Float32 on the CPU runs in one pass over memory; everything else takes tensor operations.
#include "shim.h"

#include <ATen/Parallel.h>
#include <cmath>

// One library for every x86-64: the loader picks the widest of these.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define WIDEST __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WIDEST
#endif

namespace {

constexpr int64_t Grain = 32768; // elements for which starting a thread pays

struct AdamSettings {
    double learningRate, beta1, beta2, epsilon, weightDecay;
    int32_t maximize, decoupled;
};

struct SgdSettings {
    double learningRate, momentum, dampening, weightDecay;
    int32_t nesterov, maximize;
};

struct AdamFactors {
    float sign, decayGradient, keepWeight, beta1, oneMinusBeta1, beta2, oneMinusBeta2, rootCorrection2, epsilon, minusStep;
};

WIDEST void adamRange(
    float* weight, const float* gradient, float* average, float* square, float* maximum, int64_t begin, int64_t end, AdamFactors f) {
    for (int64_t i = begin; i < end; i++) {
        float w = weight[i] * f.keepWeight;
        float g = f.sign * gradient[i] + f.decayGradient * w;
        float m = average[i] * f.beta1 + f.oneMinusBeta1 * g;
        float v = square[i] * f.beta2 + f.oneMinusBeta2 * g * g;
        average[i] = m;
        square[i] = v;
        if (maximum) {
            v = maximum[i] > v ? maximum[i] : v;
            maximum[i] = v;
        }
        weight[i] = w + f.minusStep * (m / (std::sqrt(v) / f.rootCorrection2 + f.epsilon));
    }
}

bool plain(const at::Tensor& t) {
    return !t.defined() || (t.is_cpu() && t.scalar_type() == at::kFloat && t.layout() == at::kStrided && t.is_contiguous());
}

void adamPlain(at::Tensor& p, const at::Tensor& grad, at::Tensor& m, at::Tensor& v, at::Tensor& vMax, AdamFactors f) {
    auto contiguous = grad.contiguous();
    float *weight = p.data_ptr<float>(), *average = m.data_ptr<float>(), *square = v.data_ptr<float>();
    float* maximum = vMax.defined() ? vMax.data_ptr<float>() : nullptr;
    const float* gradient = contiguous.data_ptr<float>();
    at::parallel_for(0, p.numel(), Grain, [&](int64_t begin, int64_t end) {
        adamRange(weight, gradient, average, square, maximum, begin, end, f);
    });
    for (auto* changed : {&p, &m, &v, &vMax})
        if (changed->defined())
            changed->unsafeGetTensorImpl()->bump_version();
}

void adamOperations(at::Tensor& p, at::Tensor grad, at::Tensor& m, at::Tensor& v, at::Tensor& vMax, const AdamSettings& s, int64_t step) {
    if (s.maximize)
        grad = -grad;
    if (s.decoupled)
        p.mul_(1 - s.learningRate * s.weightDecay);
    else if (s.weightDecay != 0)
        grad = grad.add(p, s.weightDecay);
    m.mul_(s.beta1).add_(grad, 1 - s.beta1);
    v.mul_(s.beta2).addcmul_(grad, grad, 1 - s.beta2);
    if (vMax.defined())
        vMax.copy_(at::maximum(vMax, v));
    auto denominator = (vMax.defined() ? vMax : v).sqrt().div_(std::sqrt(1 - std::pow(s.beta2, step))).add_(s.epsilon);
    p.addcdiv_(m, denominator, -s.learningRate / (1 - std::pow(s.beta1, step)));
}

void adamStep(TensorPtr const* tensors, int64_t* step, const AdamSettings& s) {
    auto p = *tensors[0], m = *tensors[1], v = *tensors[2], vMax = alster::orUndefined(tensors[3]);
    const auto& grad = p.grad();
    if (!grad.defined())
        return;
    ++*step;
    if (!(plain(p) && plain(m) && plain(v) && plain(vMax) && grad.is_cpu() && grad.scalar_type() == at::kFloat)) {
        adamOperations(p, grad, m, v, vMax, s, *step);
        return;
    }
    AdamFactors f;
    f.sign = s.maximize ? -1.0f : 1.0f;
    f.decayGradient = s.decoupled ? 0.0f : static_cast<float>(s.weightDecay);
    f.keepWeight = s.decoupled ? static_cast<float>(1 - s.learningRate * s.weightDecay) : 1.0f;
    f.beta1 = static_cast<float>(s.beta1);
    f.oneMinusBeta1 = static_cast<float>(1 - s.beta1);
    f.beta2 = static_cast<float>(s.beta2);
    f.oneMinusBeta2 = static_cast<float>(1 - s.beta2);
    f.rootCorrection2 = static_cast<float>(std::sqrt(1 - std::pow(s.beta2, *step)));
    f.epsilon = static_cast<float>(s.epsilon);
    f.minusStep = static_cast<float>(-s.learningRate / (1 - std::pow(s.beta1, *step)));
    adamPlain(p, grad, m, v, vMax, f);
}

void sgdStep(at::Tensor p, at::Tensor buffer, bool fresh, const SgdSettings& s) {
    auto grad = p.grad();
    if (!grad.defined())
        return;
    if (s.weightDecay != 0)
        grad = grad.add(p, s.weightDecay);
    if (buffer.defined()) {
        if (fresh)
            buffer.copy_(grad);
        else
            buffer.mul_(s.momentum).add_(grad, 1 - s.dampening);
        grad = s.nesterov ? grad.add(buffer, s.momentum) : buffer;
    }
    p.add_(grad, s.maximize ? s.learningRate : -s.learningRate);
}

double gradientNorm(const std::vector<at::Tensor>& gradients, double type) {
    double total = 0;
    for (const auto& gradient : gradients) {
        double norm = at::norm(gradient, type).item<double>();
        if (std::isinf(type))
            total = norm > total || std::isnan(norm) ? norm : total;
        else
            total += std::pow(norm, type);
    }
    return std::isinf(type) ? total : std::pow(total, 1 / type);
}

// Inverse transform sampling: the uniform quantiles between the cuts, through the inverse error function.
void truncatedNormal(at::Tensor t, double mean, double std, double low, double high) {
    auto quantile = [&](double x) { return (1 + std::erf((x - mean) / std / std::sqrt(2.0))) / 2; };
    t.uniform_(2 * quantile(low) - 1, 2 * quantile(high) - 1);
    t.erfinv_().mul_(std * std::sqrt(2.0)).add_(mean).clamp_(low, high);
}

// Runs without gradients; 1 when done, 0 on failure.
template <class F>
int quietly(F&& call) {
    return alster::guard([&]() -> int {
        at::NoGradGuard noGradients;
        call();
        return 1;
    });
}

} // namespace

ALSTER_API int alster_nn_fill(TensorPtr tensor, double value) {
    return quietly([&] { tensor->fill_(value); });
}

ALSTER_API int alster_nn_fill_uniform(TensorPtr tensor, double low, double high) {
    return quietly([&] { tensor->uniform_(low, high); });
}

ALSTER_API int alster_nn_fill_normal(TensorPtr tensor, double mean, double std) {
    return quietly([&] { tensor->normal_(mean, std); });
}

ALSTER_API int alster_nn_fill_trunc_normal(TensorPtr tensor, double mean, double std, double low, double high) {
    return quietly([&] { truncatedNormal(*tensor, mean, std, low, high); });
}

ALSTER_API int alster_nn_zero_grad(TensorPtr const* parameters, int count) {
    return quietly([&] {
        for (int i = 0; i < count; i++)
            if (parameters[i]->grad().defined())
                parameters[i]->mutable_grad().detach_().zero_();
    });
}

// Returns the norm before clipping. A norm that is not a number makes all gradients so, as in PyTorch.
ALSTER_API int alster_nn_clip_grad_norm(TensorPtr const* parameters, int count, double maxNorm, double normType, double* norm) {
    return quietly([&] {
        std::vector<at::Tensor> gradients;
        for (int i = 0; i < count; i++)
            if (parameters[i]->grad().defined())
                gradients.push_back(parameters[i]->grad());
        *norm = gradientNorm(gradients, normType);
        auto factor = maxNorm / (*norm + 1e-6);
        if (factor >= 1)
            return;
        for (auto& gradient : gradients)
            gradient.mul_(factor);
    });
}

// tensors: parameter, average, average of squares, maximum of those (or null), for each of count parameters.
ALSTER_API int alster_nn_adam(TensorPtr const* tensors, int64_t* steps, int count, const AdamSettings* settings) {
    return quietly([&] {
        for (int i = 0; i < count; i++)
            adamStep(tensors + 4 * i, steps + i, *settings);
    });
}

// tensors: parameter, momentum buffer (or null); fresh: 1 where the buffer still has to become the gradient.
ALSTER_API int alster_nn_sgd(TensorPtr const* tensors, const uint8_t* fresh, int count, const SgdSettings* settings) {
    return quietly([&] {
        for (int i = 0; i < count; i++)
            sgdStep(*tensors[2 * i], alster::orUndefined(tensors[2 * i + 1]), fresh[i] != 0, *settings);
    });
}
