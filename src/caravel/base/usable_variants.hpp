// Which variants of a kernel this machine can run.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

namespace caravel {

/// How many of plain, avx2, avx512f, in this order, the processor can run: 1 to 3.
inline std::size_t usable_variants() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return 3;
    if (__builtin_cpu_supports("avx2")) return 2;
#endif
    return 1;
}

/// Of an array of variants in that order (or of the plain one alone), those that the machine can
/// run; the last is the fastest.
template <class Variants>
auto usable_of(const Variants& all) {
    const std::span list(all);
    return list.first(std::min(list.size(), usable_variants()));
}

}  // namespace caravel
