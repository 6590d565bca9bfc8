#include "caravel/kinetics/vector_kernels.hpp"

#include "caravel/base/usable_variants.hpp"
#include "caravel/kinetics/padded_array.hpp"

#include <cstdint>
#include <utility>

namespace caravel::kinetics {

namespace {

// Vectors as the compilers' extension has them. They are held in memory of doubles, hence
// may_alias.
struct Lanes2 {
    using Values [[gnu::vector_size(16), gnu::aligned(8), gnu::may_alias]] = double;
    using Bits [[gnu::vector_size(16), gnu::aligned(8), gnu::may_alias]] = std::int64_t;
    static constexpr std::size_t width = 2;
};
struct Lanes4 {
    using Values [[gnu::vector_size(32), gnu::aligned(8), gnu::may_alias]] = double;
    using Bits [[gnu::vector_size(32), gnu::aligned(8), gnu::may_alias]] = std::int64_t;
    static constexpr std::size_t width = 4;
};
struct Lanes8 {
    using Values [[gnu::vector_size(64), gnu::aligned(8), gnu::may_alias]] = double;
    using Bits [[gnu::vector_size(64), gnu::aligned(8), gnu::may_alias]] = std::int64_t;
    static constexpr std::size_t width = 8;
};

template <class Lanes>
[[gnu::always_inline]] inline const typename Lanes::Values& load(const double* p) {
    return *reinterpret_cast<const typename Lanes::Values*>(p);
}

template <class Lanes>
[[gnu::always_inline]] inline typename Lanes::Values& store(double* p) {
    return *reinterpret_cast<typename Lanes::Values*>(p);
}

template <class Lanes, std::size_t... J>
[[gnu::always_inline]] inline void combine_at(const Combination& c, std::size_t p,
                                              std::index_sequence<J...>) {
    const double* const stages = c.stages + p;
    if (c.shift != nullptr) {
        typename Lanes::Values shift{};
        ((shift += c.shift_weights[J] * load<Lanes>(stages + J * c.size)), ...);
        store<Lanes>(c.shift + p) = shift;
    }
    typename Lanes::Values right{};
    ((right += c.right_weights[J] * load<Lanes>(stages + J * c.size)), ...);
    store<Lanes>(c.right + p) = load<Lanes>(c.base + p) + c.scale * right;
}

template <class Lanes, std::size_t Count>
[[gnu::always_inline]] inline void combine_all(const Combination& combination) {
    const Combination c = combination;  // what is stored cannot change it
    for (std::size_t p = 0; p < c.size; p += Lanes::width) {
        combine_at<Lanes>(c, p, std::make_index_sequence<Count>{});
    }
}

// Partial sums of eight interleaved series, whatever the width, so that rounding is the same.
template <class Lanes>
[[gnu::always_inline]] inline StepNorm finish_all(const StepEnd& s) {
    using Values = typename Lanes::Values;
    using Bits = typename Lanes::Bits;
    constexpr std::size_t parts = block_width / Lanes::width;
    const Bits magnitude = Bits{} + std::int64_t{0x7fff'ffff'ffff'ffff};
    Values squares[parts] = {};
    Bits below = {};
    for (std::size_t block = 0; block < s.size; block += block_width) {
        for (std::size_t part = 0; part < parts; ++part) {
            const std::size_t p = block + part * Lanes::width;
            const Values before = load<Lanes>(s.before + p);
            const Values increment = load<Lanes>(s.increment + p);
            const Values after = before + increment;
            store<Lanes>(s.result + p) = after;
            below |= (Bits)(after < load<Lanes>(s.least + p));
            const Values size_before = (Values)((Bits)before & magnitude);
            const Values size_after = (Values)((Bits)after & magnitude);
            const Values size = size_before < size_after ? size_after : size_before;
            const Values error = increment - load<Lanes>(s.lower_increment + p);
            const Values ratio = error / (load<Lanes>(s.absolute + p) + s.relative * size);
            squares[part] += ratio * ratio;
        }
    }
    double sums[block_width];
    std::int64_t any = 0;
    for (std::size_t i = 0; i < block_width; ++i) {
        sums[i] = squares[i / Lanes::width][i % Lanes::width];
    }
    for (std::size_t i = 0; i < Lanes::width; ++i) {
        any |= below[i];
    }
    return {
        ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7])),
        any != 0};
}

template <std::size_t Count>
void combine_plain(const Combination& c) {
    combine_all<Lanes2, Count>(c);
}

StepNorm finish_plain(const StepEnd& s) { return finish_all<Lanes2>(s); }

#if defined(__x86_64__)
template <std::size_t Count>
[[gnu::target("avx2")]] void combine_avx2(const Combination& c) {
    combine_all<Lanes4, Count>(c);
}

[[gnu::target("avx2")]] StepNorm finish_avx2(const StepEnd& s) { return finish_all<Lanes4>(s); }

template <std::size_t Count>
[[gnu::target("avx512f")]] void combine_avx512(const Combination& c) {
    combine_all<Lanes8, Count>(c);
}

[[gnu::target("avx512f")]] StepNorm finish_avx512(const StepEnd& s) {
    return finish_all<Lanes8>(s);
}
#endif

using Counts = std::make_index_sequence<most_stages + 1>;

template <std::size_t... Count>
constexpr std::array<VectorKernels, 3> list_kernels(std::index_sequence<Count...>) {
    std::array<VectorKernels, 3> kernels{};
    kernels[0] = {"plain", {combine_plain<Count>...}, finish_plain};
#if defined(__x86_64__)
    kernels[1] = {"avx2", {combine_avx2<Count>...}, finish_avx2};
    kernels[2] = {"avx512f", {combine_avx512<Count>...}, finish_avx512};
#endif
    return kernels;
}

constexpr std::array<VectorKernels, 3> all_kernels = list_kernels(Counts{});

}  // namespace

std::span<const VectorKernels> usable_kernels() { return usable_of(all_kernels); }

}  // namespace caravel::kinetics
