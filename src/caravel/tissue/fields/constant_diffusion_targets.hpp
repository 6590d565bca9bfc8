// The line kernels of one precision, for every instruction set; included by the kernels' sources
// alone, one for each precision, as they take long to compile.
#pragma once

#include "caravel/tissue/fields/constant_diffusion_lanes.hpp"

namespace caravel::tissue::lanes {

template <class T, int bytes>
struct Vector {
    using Value = T;
    using Values [[gnu::vector_size(bytes)]] = T;
    static constexpr index_t width = bytes / static_cast<int>(sizeof(T));
};

template <class T, TimeScheme Scheme>
void plain_columns(const ColumnSweep<T>& s) {
    step_all_columns<Vector<T, 16>, Scheme>(s);
}

template <class T, TimeScheme Scheme>
void plain_lines(const LineSweep<T>& s) {
    step_all_lines<Vector<T, 16>, Scheme>(s);
}

#if defined(__x86_64__)
template <class T, TimeScheme Scheme>
[[gnu::target("avx2")]] void avx2_columns(const ColumnSweep<T>& s) {
    step_all_columns<Vector<T, 32>, Scheme>(s);
}

template <class T, TimeScheme Scheme>
[[gnu::target("avx2")]] void avx2_lines(const LineSweep<T>& s) {
    step_all_lines<Vector<T, 32>, Scheme>(s);
}

template <class T, TimeScheme Scheme>
[[gnu::target("avx512f,avx512dq")]] void avx512_columns(const ColumnSweep<T>& s) {
    step_all_columns<Vector<T, 64>, Scheme>(s);
}

template <class T, TimeScheme Scheme>
[[gnu::target("avx512f,avx512dq")]] void avx512_lines(const LineSweep<T>& s) {
    step_all_lines<Vector<T, 64>, Scheme>(s);
}
#endif

template <class T>
constexpr std::array<LineKernels<T>, 3> list_kernels() {
    constexpr auto first = TimeScheme::backward_euler;
    constexpr auto second = TimeScheme::crank_nicolson;
    constexpr auto third = TimeScheme::l_stable;
    std::array<LineKernels<T>, 3> kernels{};
    kernels[0] = {"plain",
                  {plain_columns<T, first>, plain_columns<T, second>, plain_columns<T, third>},
                  {plain_lines<T, first>, plain_lines<T, second>, plain_lines<T, third>}};
#if defined(__x86_64__)
    kernels[1] = {"avx2",
                  {avx2_columns<T, first>, avx2_columns<T, second>, avx2_columns<T, third>},
                  {avx2_lines<T, first>, avx2_lines<T, second>, avx2_lines<T, third>}};
    kernels[2] = {"avx512",
                  {avx512_columns<T, first>, avx512_columns<T, second>, avx512_columns<T, third>},
                  {avx512_lines<T, first>, avx512_lines<T, second>, avx512_lines<T, third>}};
#endif
    return kernels;
}

template <class T>
constexpr std::array<LineKernels<T>, 3> all_kernels = list_kernels<T>();

/// Those of all_kernels that this machine can run.
template <class T>
std::span<const LineKernels<T>> usable_of_all() {
    std::size_t count = 1;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) count = 2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) count = 3;
#endif
    return {all_kernels<T>.data(), count};
}

}  // namespace caravel::tissue::lanes
