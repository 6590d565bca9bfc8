// Vectors of doubles of several widths, and the kernels of them that a processor can run.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace caravel::tissue::vectors {

// Vectors as the compilers' extension has them. In memory they are packed, so that they may lie
// anywhere; all targets run the same operations on wider or narrower registers.
struct Lanes8 {
    using Values [[gnu::vector_size(64)]] = double;
    struct [[gnu::packed, gnu::may_alias]] Memory {
        Values v;
    };
};
struct Lanes4 {
    using Values [[gnu::vector_size(32)]] = double;
    struct [[gnu::packed, gnu::may_alias]] Memory {
        Values v;
    };
};
struct Lanes1 {
    using Values = double;
    struct [[gnu::may_alias]] Memory {
        Values v;
    };
};

/// The vector that begins at p.
template <class L>
[[gnu::always_inline]] inline const typename L::Memory& at(const double* p) {
    return *reinterpret_cast<const typename L::Memory*>(p);
}

template <class L>
[[gnu::always_inline]] inline typename L::Memory& at(double* p) {
    return *reinterpret_cast<typename L::Memory*>(p);
}

/// Of kernels listed plain, avx2, avx512f (or plain alone, on other processors): those that this
/// processor can run.
template <class Kernels, std::size_t Count>
std::span<const Kernels> usable_of(const std::array<Kernels, Count>& all) {
    std::size_t usable = 1;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) usable = 2;
    if (__builtin_cpu_supports("avx512f")) usable = 3;
#endif
    return {all.data(), usable};
}

}  // namespace caravel::tissue::vectors
