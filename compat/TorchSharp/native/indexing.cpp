// Choosing, gathering, scattering.
#include "shim.h"

#include <ATen/TensorIndexing.h>

using namespace alster;

ALSTER_API TensorPtr at_index_select(TensorPtr x, int64_t dim, TensorPtr index) { RETURN_TENSOR(at::index_select(*x, dim, *index)); }
ALSTER_API TensorPtr at_index_add(TensorPtr x, int64_t dim, TensorPtr index, TensorPtr source, ScalarValue alpha) { RETURN_TENSOR(at::index_add(*x, dim, *index, *source, scalar(alpha))); }
ALSTER_API int at_index_add_(TensorPtr x, int64_t dim, TensorPtr index, TensorPtr source, ScalarValue alpha) { RETURN_DONE(x->index_add_(dim, *index, *source, scalar(alpha))); }
ALSTER_API TensorPtr at_index_copy(TensorPtr x, int64_t dim, TensorPtr index, TensorPtr source) { RETURN_TENSOR(at::index_copy(*x, dim, *index, *source)); }
ALSTER_API int at_index_copy_(TensorPtr x, int64_t dim, TensorPtr index, TensorPtr source) { RETURN_DONE(x->index_copy_(dim, *index, *source)); }
ALSTER_API TensorPtr at_index_fill(TensorPtr x, int64_t dim, TensorPtr index, ScalarValue value) { RETURN_TENSOR(at::index_fill(*x, dim, *index, scalar(value))); }
ALSTER_API int at_index_fill_(TensorPtr x, int64_t dim, TensorPtr index, ScalarValue value) { RETURN_DONE(x->index_fill_(dim, *index, scalar(value))); }
ALSTER_API TensorPtr at_gather(TensorPtr x, int64_t dim, TensorPtr index) { RETURN_TENSOR(at::gather(*x, dim, *index)); }
ALSTER_API TensorPtr at_scatter(TensorPtr x, int64_t dim, TensorPtr index, TensorPtr source) { RETURN_TENSOR(at::scatter(*x, dim, *index, *source)); }
ALSTER_API int at_scatter_(TensorPtr x, int64_t dim, TensorPtr index, TensorPtr source) { RETURN_DONE(x->scatter_(dim, *index, *source)); }
ALSTER_API TensorPtr at_scatter_add(TensorPtr x, int64_t dim, TensorPtr index, TensorPtr source) { RETURN_TENSOR(at::scatter_add(*x, dim, *index, *source)); }
ALSTER_API int at_scatter_add_(TensorPtr x, int64_t dim, TensorPtr index, TensorPtr source) { RETURN_DONE(x->scatter_add_(dim, *index, *source)); }
ALSTER_API TensorPtr at_take(TensorPtr x, TensorPtr index) { RETURN_TENSOR(at::take(*x, *index)); }
ALSTER_API TensorPtr at_where(TensorPtr condition, TensorPtr x, TensorPtr y) { RETURN_TENSOR(at::where(*condition, *x, *y)); }
ALSTER_API TensorPtr at_masked_select(TensorPtr x, TensorPtr mask) { RETURN_TENSOR(at::masked_select(*x, *mask)); }
ALSTER_API TensorPtr at_masked_fill(TensorPtr x, TensorPtr mask, ScalarValue value) { RETURN_TENSOR(at::masked_fill(*x, *mask, scalar(value))); }
ALSTER_API int at_masked_fill_(TensorPtr x, TensorPtr mask, ScalarValue value) { RETURN_DONE(x->masked_fill_(*mask, scalar(value))); }
ALSTER_API TensorPtr at_nonzero(TensorPtr x) { RETURN_TENSOR(at::nonzero(*x)); }
ALSTER_API TensorPtr at_bincount(TensorPtr x, TensorPtr weights, int64_t minLength) { RETURN_TENSOR(at::bincount(*x, orNone(weights), minLength)); }
ALSTER_API TensorPtr at_searchsorted(TensorPtr sorted, TensorPtr values, int right) { RETURN_TENSOR(at::searchsorted(*sorted, *values, false, right != 0)); }

// Unique values (dim null) or slices along a dimension; the three results in order, inverse and counts possibly empty.
ALSTER_API int at_unique(TensorPtr x, const int64_t* dim, int sorted, int inverse, int counts, TensorPtr* out) {
    return guard([&] {
        auto result = dim ? at::unique_dim(*x, *dim, sorted != 0, inverse != 0, counts != 0)
                          : at::_unique2(*x, sorted != 0, inverse != 0, counts != 0);
        out[0] = new at::Tensor(std::get<0>(result));
        out[1] = inverse ? new at::Tensor(std::get<1>(result)) : nullptr;
        out[2] = counts ? new at::Tensor(std::get<2>(result)) : nullptr;
        return 1;
    });
}

// kind: 0 one index (a), 1 slice a:b:c (flags 1, 2, 4 say which are given), 2 tensor, 3 ellipsis, 4 new axis, 5 boolean (a)
struct IndexItem {
    int64_t a, b, c;
    TensorPtr tensor;
    int32_t kind, flags;
};

namespace {
std::vector<at::indexing::TensorIndex> indices(const IndexItem* items, int count) {
    using namespace at::indexing;
    std::vector<TensorIndex> result;
    result.reserve(count);
    for (int i = 0; i < count; i++) {
        const auto& item = items[i];
        switch (item.kind) {
        case 0: result.emplace_back(item.a); break;
        case 1:
            result.emplace_back(Slice(item.flags & 1 ? c10::optional<int64_t>(item.a) : c10::nullopt,
                                      item.flags & 2 ? c10::optional<int64_t>(item.b) : c10::nullopt,
                                      item.flags & 4 ? c10::optional<int64_t>(item.c) : c10::nullopt));
            break;
        case 2: result.emplace_back(*item.tensor); break;
        case 3: result.emplace_back(Ellipsis); break;
        case 4: result.emplace_back(None); break;
        default: result.emplace_back(item.a != 0); break;
        }
    }
    return result;
}
} // namespace

ALSTER_API TensorPtr at_index(TensorPtr x, const IndexItem* items, int count) { RETURN_TENSOR(x->index(indices(items, count))); }
ALSTER_API int at_index_set_(TensorPtr x, const IndexItem* items, int count, TensorPtr value) { RETURN_DONE(x->index_put_(indices(items, count), *value)); }
ALSTER_API int at_index_set_scalar_(TensorPtr x, const IndexItem* items, int count, ScalarValue value) { RETURN_DONE(x->index_put_(indices(items, count), scalar(value))); }

namespace {
c10::List<c10::optional<at::Tensor>> tensorIndices(TensorPtr const* items, int count) {
    c10::List<c10::optional<at::Tensor>> result;
    for (int i = 0; i < count; i++)
        result.push_back(orNone(items[i]));
    return result;
}
} // namespace

ALSTER_API TensorPtr at_index_put(TensorPtr x, TensorPtr const* items, int count, TensorPtr value, int accumulate) {
    RETURN_TENSOR(at::index_put(*x, tensorIndices(items, count), *value, accumulate != 0));
}

ALSTER_API int at_index_put_(TensorPtr x, TensorPtr const* items, int count, TensorPtr value, int accumulate) {
    RETURN_DONE(x->index_put_(tensorIndices(items, count), *value, accumulate != 0));
}
