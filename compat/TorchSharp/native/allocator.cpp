// A CPU allocator that keeps large blocks for reuse: malloc returns them to the system, and the page faults of the next
// frame cost more than many of its operators (40 ms a frame at 640 x 480).
#include "shim.h"

#include <algorithm>
#include <c10/core/CPUAllocator.h>
#include <cstdlib>
#include <iterator>
#include <map>
#include <mutex>
#include <torch/version.h>
#include <unordered_map>

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
        while (!_ages.empty())
            freeOldest();
    }

private:
    static constexpr size_t SmallestCached = 256 << 10;
    static constexpr size_t LeastBudget = size_t(2) << 30;
    static constexpr size_t Alignment = 64;

    std::mutex _mutex;
    std::map<std::pair<size_t, uint64_t>, void*> _free; // by size class and age
    std::map<uint64_t, size_t> _ages;                   // size class of each free block, the oldest first
    std::unordered_map<void*, size_t> _live;            // size class of each large block handed out
    size_t _liveBytes = 0, _cachedBytes = 0, _peak = 0;
    uint64_t _clock = 0;

    // Eight classes to a power of two: at most an eighth is wasted.
    static size_t sizeClass(size_t bytes) {
        auto step = (size_t(1) << (63 - __builtin_clzll(bytes))) >> 3;
        return (bytes + step - 1) / step * step;
    }

    at::DataPtr allocateBlock(size_t bytes) {
        void* block = nullptr;
        if (bytes >= SmallestCached) {
            std::lock_guard<std::mutex> lock(_mutex);
            auto size = sizeClass(bytes);
            if (!take(size, block)) {
                makeRoom(size);
                TORCH_CHECK(posix_memalign(&block, Alignment, size) == 0, "Out of memory: a tensor of ", bytes, " bytes.");
            }
            _live[block] = size;
            _liveBytes += size;
            _peak = std::max(_peak, _liveBytes);
        } else if (bytes > 0) {
            TORCH_CHECK(posix_memalign(&block, Alignment, bytes) == 0, "Out of memory: a tensor of ", bytes, " bytes.");
        }
        return {block, block, &release, at::Device(at::kCPU)};
    }

    // The block of the smallest class that is large enough, up to a quarter larger (sizes that follow the number of voxels differ from frame to
    // frame); of its class the one that was in use last. Sets size to the block's class.
    bool take(size_t& size, void*& block) {
        auto found = _free.lower_bound({size, 0});
        if (found == _free.end() || found->first.first > size + size / 4)
            return false;
        size = found->first.first;
        found = std::prev(_free.lower_bound({size + 1, 0}));
        block = found->second;
        _ages.erase(found->first.second);
        _free.erase(found);
        _cachedBytes -= size;
        return true;
    }

    // Blocks in use and kept ones together take 2 GiB, or a quarter more than was ever in use at once: what has not been asked for longest goes.
    void makeRoom(size_t size) {
        auto budget = std::max(LeastBudget, _peak + _peak / 4);
        while (!_ages.empty() && _liveBytes + _cachedBytes + size > budget)
            freeOldest();
    }

    void freeOldest() {
        auto oldest = _ages.begin();
        auto entry = _free.find({oldest->second, oldest->first});
        std::free(entry->second);
        _cachedBytes -= oldest->second;
        _free.erase(entry);
        _ages.erase(oldest);
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
                self._free[{size, ++self._clock}] = block;
                self._ages[self._clock] = size;
                self._liveBytes -= size;
                self._cachedBytes += size;
                return;
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
