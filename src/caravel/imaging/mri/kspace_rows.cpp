#include "caravel/imaging/mri/kspace_rows.hpp"

#include <cstring>

namespace caravel::imaging {
namespace {

struct Lanes2 {
    using Values [[gnu::vector_size(16)]] = double;
    static constexpr index_t width = 2;
};
struct Lanes4 {
    using Values [[gnu::vector_size(32)]] = double;
    static constexpr index_t width = 4;
};

template <class V>
[[gnu::always_inline]] inline void add(double weight, const double* from, V& sum) {
    V values;
    std::memcpy(&values, from, sizeof(V));
    sum += weight * values;
}

template <class Lanes>
[[gnu::always_inline]] inline void rows_of(double* out, index_t n, const double* weights,
                                           index_t count, const double* rows, index_t stride) {
    using V = typename Lanes::Values;
    constexpr index_t block = 4 * Lanes::width;
    index_t i = 0;
    for (; i + block <= n; i += block) {
        V a{};
        V b{};
        V c{};
        V d{};
        for (index_t r = 0; r < count; ++r) {
            const double* row = rows + r * stride + i;
            const double w = weights[r];
            add(w, row, a);
            add(w, row + Lanes::width, b);
            add(w, row + 2 * Lanes::width, c);
            add(w, row + 3 * Lanes::width, d);
        }
        std::memcpy(out + i, &a, sizeof(V));
        std::memcpy(out + i + Lanes::width, &b, sizeof(V));
        std::memcpy(out + i + 2 * Lanes::width, &c, sizeof(V));
        std::memcpy(out + i + 3 * Lanes::width, &d, sizeof(V));
    }
    for (; i < n; ++i) {
        double sum = 0.0;
        for (index_t r = 0; r < count; ++r) sum += weights[r] * rows[r * stride + i];
        out[i] = sum;
    }
}

using Kernel = void (*)(double*, index_t, const double*, index_t, const double*, index_t);

void rows_plain(double* out, index_t n, const double* weights, index_t count, const double* rows,
                index_t stride) {
    rows_of<Lanes2>(out, n, weights, count, rows, stride);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void rows_avx2(double* out, index_t n, const double* weights, index_t count,
                                       const double* rows, index_t stride) {
    rows_of<Lanes4>(out, n, weights, count, rows, stride);
}
#endif

Kernel choose_kernel() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return rows_avx2;
#endif
    return rows_plain;
}

}  // namespace

void weighted_rows(double* out, index_t n, const double* weights, index_t count, const double* rows,
                   index_t stride) {
    static const Kernel kernel = choose_kernel();
    kernel(out, n, weights, count, rows, stride);
}

}  // namespace caravel::imaging
