// Making, describing, copying tensors.
#include "shim.h"

using namespace alster;

#define FACTORY(name)                                                                                                  \
    ALSTER_API TensorPtr at_##name(const int64_t* sizes, int dims, int dtype, int deviceType, int deviceIndex) {       \
        RETURN_TENSOR(at::name(ints(sizes, dims), options(dtype, deviceType, deviceIndex)));                           \
    }
FACTORY(empty)
FACTORY(zeros)
FACTORY(ones)
FACTORY(rand)
FACTORY(randn)

ALSTER_API TensorPtr at_full(const int64_t* sizes, int dims, ScalarValue value, int dtype, int deviceType, int deviceIndex) {
    RETURN_TENSOR(at::full(ints(sizes, dims), scalar(value), options(dtype, deviceType, deviceIndex)));
}

ALSTER_API TensorPtr at_randint(int64_t low, int64_t high, const int64_t* sizes, int dims, int dtype, int deviceType, int deviceIndex) {
    RETURN_TENSOR(at::randint(low, high, ints(sizes, dims), options(dtype, deviceType, deviceIndex)));
}

ALSTER_API TensorPtr at_randperm(int64_t n, int dtype, int deviceType, int deviceIndex) {
    RETURN_TENSOR(at::randperm(n, options(dtype, deviceType, deviceIndex)));
}

ALSTER_API TensorPtr at_eye(int64_t rows, int64_t columns, int dtype, int deviceType, int deviceIndex) {
    RETURN_TENSOR(at::eye(rows, columns, options(dtype, deviceType, deviceIndex)));
}

ALSTER_API TensorPtr at_arange(ScalarValue start, ScalarValue stop, ScalarValue step, int dtype, int deviceType, int deviceIndex) {
    RETURN_TENSOR(at::arange(scalar(start), scalar(stop), scalar(step), options(dtype, deviceType, deviceIndex)));
}

ALSTER_API TensorPtr at_linspace(double start, double end, int64_t steps, int dtype, int deviceType, int deviceIndex) {
    RETURN_TENSOR(at::linspace(start, end, steps, options(dtype, deviceType, deviceIndex)));
}

// like: 0 empty, 1 zeros, 2 ones, 3 rand, 4 randn, 5 full; dtype and device -1: as the tensor's.
ALSTER_API TensorPtr at_like(TensorPtr tensor, int like, ScalarValue value, int dtype, int deviceType, int deviceIndex) {
    return guard([&]() -> TensorPtr {
        auto wanted = tensor->options();
        if (dtype >= 0)
            wanted = wanted.dtype(static_cast<at::ScalarType>(dtype));
        if (deviceType >= 0)
            wanted = wanted.device(device(deviceType, deviceIndex));
        switch (like) {
        case 0: return new at::Tensor(at::empty_like(*tensor, wanted));
        case 1: return new at::Tensor(at::zeros_like(*tensor, wanted));
        case 2: return new at::Tensor(at::ones_like(*tensor, wanted));
        case 3: return new at::Tensor(at::rand_like(*tensor, wanted));
        case 4: return new at::Tensor(at::randn_like(*tensor, wanted));
        default: return new at::Tensor(at::full_like(*tensor, scalar(value), wanted));
        }
    });
}

// Copies `bytes` from managed memory into a new contiguous CPU tensor of the element type given.
ALSTER_API TensorPtr at_from_memory(const void* data, int64_t bytes, const int64_t* sizes, int dims, int dtype) {
    return guard([&]() -> TensorPtr {
        auto result = at::empty(ints(sizes, dims), at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)));
        TORCH_CHECK(static_cast<int64_t>(result.nbytes()) == bytes, "The array has ", bytes, " bytes, the shape ",
                    result.sizes(), " needs ", result.nbytes(), ".");
        if (bytes > 0)
            memcpy(result.data_ptr(), data, bytes);
        return new at::Tensor(std::move(result));
    });
}

// Shares the memory of a pinned managed array; `release` unpins it when the last tensor on it is gone.
using ReleaseBlob = void (*)(void* managed);

ALSTER_API TensorPtr at_share_memory(void* data, const int64_t* sizes, int dims, int dtype, void* managed, ReleaseBlob release) {
    RETURN_TENSOR(at::from_blob(data, ints(sizes, dims), [managed, release](void*) { release(managed); },
                                at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype))));
}

struct TensorDescription {
    void* data; // null for storage that is not on the CPU
    int64_t elements;
    int32_t dims, dtype, deviceType, deviceIndex, elementSize, contiguous;
};

ALSTER_API int at_describe(TensorPtr tensor, TensorDescription* out) {
    return guard([&] {
        auto device = tensor->device();
        out->data = device.is_cpu() ? tensor->data_ptr() : nullptr;
        out->elements = tensor->numel();
        out->dims = static_cast<int32_t>(tensor->dim());
        out->dtype = static_cast<int32_t>(tensor->scalar_type());
        out->deviceType = static_cast<int32_t>(device.type());
        out->deviceIndex = device.index();
        out->elementSize = static_cast<int32_t>(tensor->element_size());
        out->contiguous = tensor->is_contiguous();
        return 1;
    });
}

ALSTER_API int at_dim(TensorPtr tensor) { return static_cast<int>(tensor->dim()); }
ALSTER_API int64_t at_numel(TensorPtr tensor) { return tensor->numel(); }
// What freeing the tensor gives back: nothing while another one shares its storage.
ALSTER_API int64_t at_owned_bytes(TensorPtr tensor) {
    return tensor->defined() && tensor->has_storage() && tensor->storage().use_count() == 1 ? static_cast<int64_t>(tensor->storage().nbytes()) : 0;
}
ALSTER_API int at_dtype(TensorPtr tensor) { return static_cast<int>(tensor->scalar_type()); }
ALSTER_API void at_sizes(TensorPtr tensor, int64_t* out) { std::copy(tensor->sizes().begin(), tensor->sizes().end(), out); }
ALSTER_API void at_strides(TensorPtr tensor, int64_t* out) { std::copy(tensor->strides().begin(), tensor->strides().end(), out); }
ALSTER_API int64_t at_storage_offset(TensorPtr tensor) { return tensor->storage_offset(); }

// Memory formats: 0 contiguous, 2 channels last.
ALSTER_API int at_is_contiguous(TensorPtr tensor, int format) {
    return tensor->is_contiguous(static_cast<at::MemoryFormat>(format));
}

ALSTER_API TensorPtr at_contiguous(TensorPtr tensor) { RETURN_TENSOR(tensor->contiguous()); }
ALSTER_API TensorPtr at_clone(TensorPtr tensor) { RETURN_TENSOR(tensor->clone()); }
ALSTER_API TensorPtr at_detach(TensorPtr tensor) { RETURN_TENSOR(tensor->detach()); }
ALSTER_API int at_detach_(TensorPtr tensor) { RETURN_DONE(tensor->detach_()); }
ALSTER_API TensorPtr at_alias(TensorPtr tensor) { RETURN_TENSOR(tensor->alias()); }
ALSTER_API TensorPtr at_same(TensorPtr tensor) { RETURN_TENSOR(*tensor); }
ALSTER_API int at_copy_(TensorPtr tensor, TensorPtr source, int nonBlocking) { RETURN_DONE(tensor->copy_(*source, nonBlocking != 0)); }
ALSTER_API int at_fill_(TensorPtr tensor, ScalarValue value) { RETURN_DONE(tensor->fill_(scalar(value))); }
ALSTER_API int at_fill_tensor_(TensorPtr tensor, TensorPtr value) { RETURN_DONE(tensor->fill_(*value)); }
ALSTER_API int at_zero_(TensorPtr tensor) { RETURN_DONE(tensor->zero_()); }
ALSTER_API int at_uniform_(TensorPtr tensor, double from, double to) { RETURN_DONE(tensor->uniform_(from, to)); }
ALSTER_API int at_normal_(TensorPtr tensor, double mean, double std) { RETURN_DONE(tensor->normal_(mean, std)); }
ALSTER_API int at_bernoulli_(TensorPtr tensor, double p) { RETURN_DONE(tensor->bernoulli_(p)); }
ALSTER_API int at_set_data(TensorPtr tensor, TensorPtr source) { RETURN_DONE(tensor->set_data(*source)); }

ALSTER_API TensorPtr at_to(TensorPtr tensor, int dtype, int deviceType, int deviceIndex, int copy, int nonBlocking) {
    return guard([&]() -> TensorPtr {
        auto wanted = at::TensorOptions();
        if (dtype >= 0)
            wanted = wanted.dtype(static_cast<at::ScalarType>(dtype));
        if (deviceType >= 0)
            wanted = wanted.device(device(deviceType, deviceIndex));
        return new at::Tensor(tensor->to(wanted, nonBlocking != 0, copy != 0));
    });
}

// The single element as a double or an integer; *kind as in ScalarValue.
ALSTER_API int at_item(TensorPtr tensor, ScalarValue* out) {
    return guard([&] {
        auto value = tensor->item();
        if (value.isFloatingPoint()) {
            auto real = value.toDouble();
            memcpy(&out->bits, &real, sizeof real);
            out->kind = 1;
        } else {
            out->kind = value.isBoolean() ? 2 : 0;
            out->bits = value.isBoolean() ? value.toBool() : value.toLong();
        }
        return 1;
    });
}
