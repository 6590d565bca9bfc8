#include "caravel/base/large_pages.hpp"

#if defined(__linux__)
#include <sys/mman.h>

#include <cstdint>
#endif

namespace caravel {

void advise_large_pages([[maybe_unused]] void* begin, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(__linux__)
    constexpr std::size_t least = std::size_t{1} << 22U;
    constexpr std::size_t page = 4096;
    if (bytes < least) return;
    const auto at = reinterpret_cast<std::uintptr_t>(begin);
    const std::size_t skipped = (page - at % page) % page;
    // an end within a page of 2 MiB has small pages: nothing beyond the array is claimed
    madvise(static_cast<char*>(begin) + skipped, (bytes - skipped) / page * page, MADV_HUGEPAGE);
#endif
}

}  // namespace caravel
