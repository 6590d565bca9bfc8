// Vectors of doubles of several widths, and the kernels of them that a processor can run.
#pragma once

#include <cstddef>
#include <type_traits>

namespace caravel::tissue::vectors {

// Vectors as the compilers' extension has them. In memory they are packed, so that they may lie
// anywhere; all targets run the same operations on wider or narrower registers.
struct Lanes8 {
    using Values [[gnu::vector_size(64)]] = double;
    using Floats [[gnu::vector_size(32)]] = float;
    struct [[gnu::packed, gnu::may_alias]] Memory {
        Values v;
    };
    struct [[gnu::packed, gnu::may_alias]] ShortMemory {
        Floats v;
    };
};
struct Lanes4 {
    using Values [[gnu::vector_size(32)]] = double;
    using Floats [[gnu::vector_size(16)]] = float;
    struct [[gnu::packed, gnu::may_alias]] Memory {
        Values v;
    };
    struct [[gnu::packed, gnu::may_alias]] ShortMemory {
        Floats v;
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

/// The numbers that begin at p, as doubles.
template <class L>
[[gnu::always_inline]] inline void widen(const double* p, typename L::Values& to) {
    to = at<L>(p).v;
}

template <class L>
[[gnu::always_inline]] inline void widen(const float* p, typename L::Values& to) {
    if constexpr (std::is_same_v<typename L::Values, double>) {
        to = static_cast<double>(*p);
    } else {
        to = __builtin_convertvector(reinterpret_cast<const typename L::ShortMemory*>(p)->v,
                                     typename L::Values);
    }
}

}  // namespace caravel::tissue::vectors
