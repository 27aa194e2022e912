// A CPU allocator that keeps large blocks for reuse: malloc returns them to the system, and the page faults of the next
// frame cost more than many of its operators (40 ms a frame at 640 x 480).
#include "shim.h"

#include <c10/core/CPUAllocator.h>
#include <cstdlib>
#include <mutex>
#include <torch/version.h>
#include <unordered_map>
#include <vector>

namespace {

class CachingAllocator final : public c10::Allocator {
public:
    static CachingAllocator& instance() {
        static auto* allocator = new CachingAllocator; // never destroyed: tensors may outlive static objects
        return *allocator;
    }

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 3)
    at::DataPtr allocate(size_t bytes) override { return allocateBlock(bytes); }
    void copy_data(void* target, const void* source, std::size_t bytes) const override { default_copy_data(target, source, bytes); }
#else
    at::DataPtr allocate(size_t bytes) const override { return instance().allocateBlock(bytes); }
#endif
    at::DeleterFnPtr raw_deleter() const override { return &release; }

    void trim() {
        std::lock_guard<std::mutex> lock(_mutex);
        for (auto& entry : _free)
            for (auto* block : entry.second)
                std::free(block);
        _free.clear();
        _cached = 0;
    }

private:
    static constexpr size_t SmallestCached = 256 << 10;
    static constexpr size_t LargestCache = size_t(2) << 30;
    static constexpr size_t Alignment = 64;

    std::mutex _mutex;
    std::unordered_map<size_t, std::vector<void*>> _free; // by size class
    std::unordered_map<void*, size_t> _live;              // size class of each large block handed out
    size_t _cached = 0;

    // Eight classes to a power of two: at most an eighth is wasted.
    static size_t sizeClass(size_t bytes) {
        auto step = (size_t(1) << (63 - __builtin_clzll(bytes))) >> 3;
        return (bytes + step - 1) / step * step;
    }

    at::DataPtr allocateBlock(size_t bytes) {
        void* block = nullptr;
        if (bytes >= SmallestCached) {
            auto size = sizeClass(bytes);
            std::lock_guard<std::mutex> lock(_mutex);
            auto& blocks = _free[size];
            if (!blocks.empty()) {
                block = blocks.back();
                blocks.pop_back();
                _cached -= size;
            } else {
                TORCH_CHECK(posix_memalign(&block, Alignment, size) == 0, "Out of memory: a tensor of ", bytes, " bytes.");
            }
            _live[block] = size;
        } else if (bytes > 0) {
            TORCH_CHECK(posix_memalign(&block, Alignment, bytes) == 0, "Out of memory: a tensor of ", bytes, " bytes.");
        }
        return {block, block, &release, at::Device(at::kCPU)};
    }

    static void release(void* block) {
        if (!block)
            return;
        auto& self = instance();
        {
            std::lock_guard<std::mutex> lock(self._mutex);
            auto found = self._live.find(block);
            if (found != self._live.end()) {
                auto size = found->second;
                self._live.erase(found);
                if (self._cached + size <= LargestCache) {
                    self._free[size].push_back(block);
                    self._cached += size;
                    return;
                }
            }
        }
        std::free(block);
    }
};

} // namespace

ALSTER_API int alster_use_caching_allocator() {
    RETURN_DONE(c10::SetCPUAllocator(&CachingAllocator::instance(), 10));
}

ALSTER_API int alster_trim_allocator() { RETURN_DONE(CachingAllocator::instance().trim()); }
