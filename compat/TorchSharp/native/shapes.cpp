// Views, joining, splitting.
#include "shim.h"

using namespace alster;

#define BY_SIZES(name)                                                                                                 \
    ALSTER_API TensorPtr at_##name(TensorPtr x, const int64_t* values, int count) { RETURN_TENSOR(x->name(ints(values, count))); }
BY_SIZES(view)
BY_SIZES(reshape)
BY_SIZES(permute)
BY_SIZES(expand)
BY_SIZES(repeat)
BY_SIZES(flip)

ALSTER_API TensorPtr at_transpose(TensorPtr x, int64_t first, int64_t second) { RETURN_TENSOR(x->transpose(first, second)); }
ALSTER_API TensorPtr at_t(TensorPtr x) { RETURN_TENSOR(x->t()); }
ALSTER_API TensorPtr at_flatten(TensorPtr x, int64_t start, int64_t end) { RETURN_TENSOR(x->flatten(start, end)); }
ALSTER_API TensorPtr at_squeeze(TensorPtr x) { RETURN_TENSOR(x->squeeze()); }
ALSTER_API TensorPtr at_squeeze_dim(TensorPtr x, int64_t dim) { RETURN_TENSOR(x->squeeze(dim)); }
ALSTER_API TensorPtr at_unsqueeze(TensorPtr x, int64_t dim) { RETURN_TENSOR(x->unsqueeze(dim)); }
ALSTER_API TensorPtr at_narrow(TensorPtr x, int64_t dim, int64_t start, int64_t length) { RETURN_TENSOR(x->narrow(dim, start, length)); }
ALSTER_API TensorPtr at_select(TensorPtr x, int64_t dim, int64_t index) { RETURN_TENSOR(x->select(dim, index)); }
ALSTER_API TensorPtr at_slice(TensorPtr x, int64_t dim, int64_t start, int64_t end, int64_t step) { RETURN_TENSOR(x->slice(dim, start, end, step)); }
ALSTER_API TensorPtr at_tril(TensorPtr x, int64_t diagonal) { RETURN_TENSOR(x->tril(diagonal)); }
ALSTER_API TensorPtr at_triu(TensorPtr x, int64_t diagonal) { RETURN_TENSOR(x->triu(diagonal)); }
ALSTER_API TensorPtr at_diag(TensorPtr x, int64_t diagonal) { RETURN_TENSOR(x->diag(diagonal)); }
ALSTER_API TensorPtr at_repeat_interleave(TensorPtr x, TensorPtr repeats, int64_t dim) { RETURN_TENSOR(at::repeat_interleave(*x, *repeats, dim)); }
ALSTER_API TensorPtr at_repeat_interleave_int(TensorPtr x, int64_t repeats, int64_t dim) { RETURN_TENSOR(at::repeat_interleave(*x, repeats, dim)); }

ALSTER_API TensorPtr at_cat(TensorPtr const* tensors, int count, int64_t dim) { RETURN_TENSOR(at::cat(list(tensors, count), dim)); }
ALSTER_API TensorPtr at_stack(TensorPtr const* tensors, int count, int64_t dim) { RETURN_TENSOR(at::stack(list(tensors, count), dim)); }

namespace {
// Boxes the parts in `out`, which holds `capacity`; returns how many there are, 0 on failure.
int boxed(const std::vector<at::Tensor>& parts, TensorPtr* out, int capacity) {
    TORCH_CHECK(static_cast<int>(parts.size()) <= capacity, "Room for ", capacity, " parts, got ", parts.size(), ".");
    for (size_t i = 0; i < parts.size(); i++)
        out[i] = new at::Tensor(parts[i]);
    return static_cast<int>(parts.size());
}
} // namespace

ALSTER_API int at_split(TensorPtr x, int64_t size, int64_t dim, TensorPtr* out, int capacity) {
    return guard([&] { return boxed(x->split(size, dim), out, capacity); });
}

ALSTER_API int at_split_sizes(TensorPtr x, const int64_t* sizes, int count, int64_t dim, TensorPtr* out, int capacity) {
    return guard([&] { return boxed(x->split_with_sizes(ints(sizes, count), dim), out, capacity); });
}

ALSTER_API int at_chunk(TensorPtr x, int64_t chunks, int64_t dim, TensorPtr* out, int capacity) {
    return guard([&] { return boxed(x->chunk(chunks, dim), out, capacity); });
}

ALSTER_API int at_unbind(TensorPtr x, int64_t dim, TensorPtr* out, int capacity) {
    return guard([&] { return boxed(x->unbind(dim), out, capacity); });
}
