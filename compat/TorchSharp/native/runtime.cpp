// Errors, threads, seeds, devices: everything that is not about a tensor.
#include "shim.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <algorithm>
#include <c10/util/Logging.h>
#include <cstring>
#include <torch/csrc/autograd/generated/variable_factories.h>
#include <torch/version.h>

namespace {
thread_local std::string lastError;
thread_local bool hasError = false;
constexpr int InterfaceVersion = 1; // raised with every change of an existing entry point; see Interop/NativeLibraryLoader.cs
} // namespace

void alster::setError(const char* text) noexcept {
    hasError = true;
    try {
        lastError = text;
    } catch (...) {
        lastError.clear();
    }
}

// Copies the pending error text (0-terminated, cut to capacity), clears it; returns 0 when there was none.
ALSTER_API int alster_take_error(char* buffer, int capacity) {
    if (!hasError)
        return 0;
    hasError = false;
    auto length = std::min<size_t>(lastError.size(), capacity - 1);
    std::memcpy(buffer, lastError.data(), length);
    buffer[length] = 0;
    return 1;
}

ALSTER_API void alster_set_error(const char* text) { alster::setError(text); }

ALSTER_API int alster_interface_version() { return InterfaceVersion; }

ALSTER_API const char* alster_torch_version() { return TORCH_VERSION; }

// A C++ stack trace costs 2 ms an exception and helps nobody in C#.
ALSTER_API int alster_no_stack_traces() {
    RETURN_DONE(c10::SetStackTraceFetcher([]() -> std::string { return {}; }));
}

ALSTER_API int alster_set_num_threads(int count) { RETURN_DONE(at::set_num_threads(count)); }

ALSTER_API int alster_get_num_threads() { return alster::guard([] { return at::get_num_threads(); }); }

ALSTER_API int alster_set_num_interop_threads(int count) { RETURN_DONE(at::set_num_interop_threads(count)); }

ALSTER_API int alster_get_num_interop_threads() { return alster::guard([] { return at::get_num_interop_threads(); }); }

ALSTER_API int alster_manual_seed(int64_t seed) { RETURN_DONE(at::manual_seed(static_cast<uint64_t>(seed))); }

ALSTER_API TensorPtr alster_get_rng_state() {
    RETURN_TENSOR(at::detail::getDefaultCPUGenerator().get_state());
}

ALSTER_API int alster_set_rng_state(TensorPtr state) {
    RETURN_DONE(auto generator = at::detail::getDefaultCPUGenerator();
                std::lock_guard<std::mutex> lock(generator.mutex());
                generator.set_state(*state));
}

ALSTER_API int alster_cuda_is_available() {
    return alster::guard([] { return at::globalContext().hasCUDA() ? 1 : 0; });
}

ALSTER_API int alster_cuda_device_count() {
    return alster::guard([] { return static_cast<int>(at::detail::getCUDAHooks().getNumGPUs()); });
}

ALSTER_API int alster_cudnn_is_available() {
    return alster::guard([] { return at::globalContext().hasCuDNN() ? 1 : 0; });
}

ALSTER_API int alster_cuda_synchronize(int device) {
    RETURN_DONE(at::detail::getCUDAHooks().deviceSynchronize(device));
}

ALSTER_API void alster_free(TensorPtr tensor) { delete tensor; }
