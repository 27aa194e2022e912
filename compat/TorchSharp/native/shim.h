// What every file of the shim shares. The interface is plain C: a tensor is a pointer to a heap-boxed at::Tensor
// owned by the caller, a null result means "failed, the text is in alster_take_error", and nothing throws across it.
#pragma once

#include <ATen/ATen.h>
#include <exception>
#include <string>

#define ALSTER_API extern "C" __attribute__((visibility("default")))

using TensorPtr = at::Tensor*;

// A C# Scalar: kind 0 integer, 1 floating point (bits of a double), 2 boolean.
struct ScalarValue {
    int64_t bits;
    int32_t kind;
};

namespace alster {

void setError(const char* text) noexcept;

template <class F>
auto guard(F&& call) noexcept -> decltype(call()) {
    try {
        return call();
    } catch (const c10::Error& error) {
        setError(error.what_without_backtrace());
    } catch (const std::exception& error) {
        setError(error.what());
    } catch (...) {
        setError("unknown native exception");
    }
    return decltype(call())();
}

inline at::IntArrayRef ints(const int64_t* values, int count) { return {values, static_cast<size_t>(count)}; }

inline at::Tensor orUndefined(TensorPtr tensor) { return tensor ? *tensor : at::Tensor(); }

inline c10::optional<at::Tensor> orNone(TensorPtr tensor) {
    return tensor ? c10::optional<at::Tensor>(*tensor) : c10::nullopt;
}

inline at::Scalar scalar(ScalarValue value) {
    if (value.kind == 1) {
        double real;
        static_assert(sizeof real == sizeof value.bits, "a double travels in the bits");
        __builtin_memcpy(&real, &value.bits, sizeof real);
        return at::Scalar(real);
    }
    return value.kind == 2 ? at::Scalar(value.bits != 0) : at::Scalar(value.bits);
}

inline c10::optional<at::Scalar> orNone(const ScalarValue* value) {
    return value ? c10::optional<at::Scalar>(scalar(*value)) : c10::nullopt;
}

// -1 stands for "not given".
inline c10::optional<at::ScalarType> dtypeOrNone(int dtype) {
    return dtype < 0 ? c10::nullopt : c10::optional<at::ScalarType>(static_cast<at::ScalarType>(dtype));
}

inline at::Device device(int type, int index) {
    return at::Device(static_cast<at::DeviceType>(type), static_cast<at::DeviceIndex>(index));
}

inline at::TensorOptions options(int dtype, int deviceType, int deviceIndex) {
    return at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)).device(device(deviceType, deviceIndex));
}

inline std::vector<at::Tensor> list(TensorPtr const* tensors, int count) {
    std::vector<at::Tensor> result;
    result.reserve(count);
    for (int i = 0; i < count; i++)
        result.push_back(orUndefined(tensors[i]));
    return result;
}

} // namespace alster

// One tensor out; null on failure.
#define RETURN_TENSOR(expression) return alster::guard([&]() -> TensorPtr { return new at::Tensor(expression); })
// Nothing out; 1 when done, 0 on failure.
#define RETURN_DONE(statement) return alster::guard([&]() -> int { statement; return 1; })
