#include "caravel/tissue/fields/constant_diffusion_lanes.hpp"

namespace caravel::tissue {

namespace {

struct Narrow {
    using Value = double;
    using Values [[gnu::vector_size(16)]] = double;
    static constexpr index_t width = 2;
};
struct Middle {
    using Value = double;
    using Values [[gnu::vector_size(32)]] = double;
    static constexpr index_t width = 4;
};
struct Wide {
    using Value = double;
    using Values [[gnu::vector_size(64)]] = double;
    static constexpr index_t width = 8;
};

template <TimeScheme Scheme>
void plain_columns(const ColumnSweep<double>& s) {
    lanes::step_all_columns<Narrow, Scheme>(s);
}

template <TimeScheme Scheme>
void plain_lines(const LineSweep<double>& s) {
    lanes::step_all_lines<Narrow, Scheme>(s);
}

#if defined(__x86_64__)
template <TimeScheme Scheme>
[[gnu::target("avx2")]] void avx2_columns(const ColumnSweep<double>& s) {
    lanes::step_all_columns<Middle, Scheme>(s);
}

template <TimeScheme Scheme>
[[gnu::target("avx2")]] void avx2_lines(const LineSweep<double>& s) {
    lanes::step_all_lines<Middle, Scheme>(s);
}

template <TimeScheme Scheme>
[[gnu::target("avx512f,avx512dq")]] void avx512_columns(const ColumnSweep<double>& s) {
    lanes::step_all_columns<Wide, Scheme>(s);
}

template <TimeScheme Scheme>
[[gnu::target("avx512f,avx512dq")]] void avx512_lines(const LineSweep<double>& s) {
    lanes::step_all_lines<Wide, Scheme>(s);
}
#endif

constexpr std::array<LineKernels<double>, 3> list_kernels() {
    constexpr auto first = TimeScheme::backward_euler;
    constexpr auto second = TimeScheme::crank_nicolson;
    constexpr auto third = TimeScheme::l_stable;
    std::array<LineKernels<double>, 3> kernels{};
    kernels[0] = {"plain",
                  {plain_columns<first>, plain_columns<second>, plain_columns<third>},
                  {plain_lines<first>, plain_lines<second>, plain_lines<third>}};
#if defined(__x86_64__)
    kernels[1] = {"avx2",
                  {avx2_columns<first>, avx2_columns<second>, avx2_columns<third>},
                  {avx2_lines<first>, avx2_lines<second>, avx2_lines<third>}};
    kernels[2] = {"avx512",
                  {avx512_columns<first>, avx512_columns<second>, avx512_columns<third>},
                  {avx512_lines<first>, avx512_lines<second>, avx512_lines<third>}};
#endif
    return kernels;
}

constexpr std::array<LineKernels<double>, 3> all_kernels = list_kernels();

std::size_t count_usable() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) return 3;
    if (__builtin_cpu_supports("avx2")) return 2;
#endif
    return 1;
}

}  // namespace

template <>
std::span<const LineKernels<double>> usable_line_kernels() {
    return {all_kernels.data(), count_usable()};
}

}  // namespace caravel::tissue
