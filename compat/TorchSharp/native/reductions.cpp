// Sums, extremes, norms, softmax.
#include "shim.h"

using namespace alster;

// dims = 0: over everything. keep: the reduced dimensions stay with size 1.
ALSTER_API TensorPtr at_sum(TensorPtr x, const int64_t* dims, int count, int keep, int dtype) {
    RETURN_TENSOR(count == 0 ? at::sum(*x, dtypeOrNone(dtype)) : at::sum(*x, ints(dims, count), keep != 0, dtypeOrNone(dtype)));
}

ALSTER_API TensorPtr at_mean(TensorPtr x, const int64_t* dims, int count, int keep, int dtype) {
    RETURN_TENSOR(count == 0 ? at::mean(*x, dtypeOrNone(dtype)) : at::mean(*x, ints(dims, count), keep != 0, dtypeOrNone(dtype)));
}

ALSTER_API TensorPtr at_std(TensorPtr x, const int64_t* dims, int count, int unbiased, int keep) {
    RETURN_TENSOR(count == 0 ? at::std(*x, unbiased != 0) : at::std(*x, ints(dims, count), unbiased != 0, keep != 0));
}

ALSTER_API TensorPtr at_var(TensorPtr x, const int64_t* dims, int count, int unbiased, int keep) {
    RETURN_TENSOR(count == 0 ? at::var(*x, unbiased != 0) : at::var(*x, ints(dims, count), unbiased != 0, keep != 0));
}

ALSTER_API TensorPtr at_norm(TensorPtr x, ScalarValue p, const int64_t* dims, int count, int keep) {
    RETURN_TENSOR(count == 0 ? at::norm(*x, scalar(p)) : at::norm(*x, scalar(p), ints(dims, count), keep != 0));
}

#define WHOLE(name)                                                                                                    \
    ALSTER_API TensorPtr at_##name##_all(TensorPtr x) { RETURN_TENSOR(at::name(*x)); }
WHOLE(max)
WHOLE(min)
WHOLE(any)
WHOLE(all)
WHOLE(prod)

ALSTER_API TensorPtr at_any(TensorPtr x, int64_t dim, int keep) { RETURN_TENSOR(at::any(*x, dim, keep != 0)); }
ALSTER_API TensorPtr at_all(TensorPtr x, int64_t dim, int keep) { RETURN_TENSOR(at::all(*x, dim, keep != 0)); }
ALSTER_API TensorPtr at_prod(TensorPtr x, int64_t dim, int keep) { RETURN_TENSOR(at::prod(*x, dim, keep != 0)); }
ALSTER_API TensorPtr at_amax(TensorPtr x, const int64_t* dims, int count, int keep) { RETURN_TENSOR(at::amax(*x, ints(dims, count), keep != 0)); }
ALSTER_API TensorPtr at_amin(TensorPtr x, const int64_t* dims, int count, int keep) { RETURN_TENSOR(at::amin(*x, ints(dims, count), keep != 0)); }
ALSTER_API TensorPtr at_cumsum(TensorPtr x, int64_t dim, int dtype) { RETURN_TENSOR(at::cumsum(*x, dim, dtypeOrNone(dtype))); }
ALSTER_API TensorPtr at_softmax(TensorPtr x, int64_t dim, int dtype) { RETURN_TENSOR(at::softmax(*x, dim, dtypeOrNone(dtype))); }
ALSTER_API TensorPtr at_log_softmax(TensorPtr x, int64_t dim, int dtype) { RETURN_TENSOR(at::log_softmax(*x, dim, dtypeOrNone(dtype))); }
ALSTER_API TensorPtr at_logsumexp(TensorPtr x, int64_t dim, int keep) { RETURN_TENSOR(at::logsumexp(*x, dim, keep != 0)); }

// dim null: over everything.
ALSTER_API TensorPtr at_argmax(TensorPtr x, const int64_t* dim, int keep) { RETURN_TENSOR(at::argmax(*x, dim ? c10::optional<int64_t>(*dim) : c10::nullopt, keep != 0)); }
ALSTER_API TensorPtr at_argmin(TensorPtr x, const int64_t* dim, int keep) { RETURN_TENSOR(at::argmin(*x, dim ? c10::optional<int64_t>(*dim) : c10::nullopt, keep != 0)); }

namespace {
int pair(const std::tuple<at::Tensor, at::Tensor>& both, TensorPtr* first, TensorPtr* second) {
    *first = new at::Tensor(std::get<0>(both));
    *second = new at::Tensor(std::get<1>(both));
    return 1;
}
} // namespace

ALSTER_API int at_max(TensorPtr x, int64_t dim, int keep, TensorPtr* values, TensorPtr* indices) { return guard([&] { return pair(at::max(*x, dim, keep != 0), values, indices); }); }
ALSTER_API int at_min(TensorPtr x, int64_t dim, int keep, TensorPtr* values, TensorPtr* indices) { return guard([&] { return pair(at::min(*x, dim, keep != 0), values, indices); }); }

ALSTER_API int at_sort(TensorPtr x, int64_t dim, int descending, int stable, TensorPtr* values, TensorPtr* indices) {
    return guard([&] { return pair(at::sort(*x, stable != 0, dim, descending != 0), values, indices); });
}

ALSTER_API int at_topk(TensorPtr x, int64_t k, int64_t dim, int largest, int sorted, TensorPtr* values, TensorPtr* indices) {
    return guard([&] { return pair(at::topk(*x, k, dim, largest != 0, sorted != 0), values, indices); });
}
