// Wide vectors are passed only between functions that are always inlined into one kernel.
#pragma GCC diagnostic ignored "-Wpsabi"

#include "caravel/kinetics/sensitivity_lanes.hpp"

#include "caravel/base/usable_variants.hpp"
#include "caravel/kinetics/sensitivity_step.hpp"

#include <type_traits>

namespace caravel::kinetics {

namespace {

using tile::Row;

TileSweep scaled(const LuProgram::Sweep& sweep, std::size_t lanes) {
    TileSweep result;
    result.groups = sweep.groups;
    result.first_value = sweep.first_value;
    const auto factor = static_cast<std::uint32_t>(lanes);
    for (const std::uint32_t row : sweep.rows) {
        result.rows.push_back({row * factor, row});
    }
    for (const std::uint32_t column : sweep.columns) {
        result.columns.push_back(column * factor);
    }
    return result;
}

template <std::size_t groups>
struct Plain {
    static constexpr bool pairs = false;
    using R = Row<2, 2 * groups>;
    using G = Row<2, 2>;
    [[gnu::noinline]] static void close(SensitivityTile& t, const SensitivityStep& step,
                                        std::size_t i) {
        tile::close_stage<R, G>(t, step, i);
    }
};

template <std::size_t groups>
void run_plain(SensitivityTile& t, const SensitivityStep& step) {
    tile::run<Plain<groups>>(t, step);
}

void interpolate_plain(const SensitivityTile& t, double x, std::span<const double> dense,
                       double* values) {
    tile::interpolate<Row<2, 2>>(t, x, dense, values);
}

#if defined(__x86_64__)
template <std::size_t groups>
struct Avx2 {
    static constexpr bool pairs = false;
    using R = Row<4, groups>;
    using G = Row<4, 1>;
    [[gnu::target("avx2"), gnu::noinline]] static void close(SensitivityTile& t,
                                                             const SensitivityStep& step,
                                                             std::size_t i) {
        tile::close_stage<R, G>(t, step, i);
    }
};

template <std::size_t groups>
[[gnu::target("avx2")]] void run_avx2(SensitivityTile& t, const SensitivityStep& step) {
    tile::run<Avx2<groups>>(t, step);
}

[[gnu::target("avx2")]] void interpolate_avx2(const SensitivityTile& t, double x,
                                              std::span<const double> dense, double* values) {
    tile::interpolate<Row<4, 1>>(t, x, dense, values);
}

// Groups in pairs and the odd one alone: as many lanes as there are, not a multiple of eight. (Rows
// padded to eight, so that no vector crosses a cache line, are slower: they need more of the
// cache.)
template <std::size_t groups>
struct Avx512Row {
    using Pairs = Row<8, groups / 2>;
    using Type = std::conditional_t<groups % 2 == 0, Pairs, tile::Joined<Pairs, Row<4, 1>>>;
};
template <>
struct Avx512Row<1> {
    using Type = Row<4, 1>;
};

template <std::size_t groups>
struct Avx512 {
    static constexpr bool pairs = true;
    using R = typename Avx512Row<groups>::Type;
    using G = Row<4, 1>;
    [[gnu::target("avx512f"), gnu::noinline]] static void close(SensitivityTile& t,
                                                                const SensitivityStep& step,
                                                                std::size_t i) {
        tile::close_stage<R, G>(t, step, i);
    }
};

template <std::size_t groups>
[[gnu::target("avx512f")]] void run_avx512(SensitivityTile& t, const SensitivityStep& step) {
    tile::run<Avx512<groups>>(t, step);
}

[[gnu::target("avx512f")]] void interpolate_avx512(const SensitivityTile& t, double x,
                                                   std::span<const double> dense, double* values) {
    tile::interpolate<Row<4, 1>>(t, x, dense, values);
}
#endif

constexpr std::array all_kernels {
    SensitivityKernels{"plain",
                       interpolate_plain,
                       {nullptr, run_plain<1>, run_plain<2>, run_plain<3>, run_plain<4>,
                        run_plain<5>, run_plain<6>}},
#if defined(__x86_64__)
        SensitivityKernels{"avx2",
                           interpolate_avx2,
                           {nullptr, run_avx2<1>, run_avx2<2>, run_avx2<3>, run_avx2<4>,
                            run_avx2<5>, run_avx2<6>}},
        SensitivityKernels{"avx512f",
                           interpolate_avx512,
                           {nullptr, run_avx512<1>, run_avx512<2>, run_avx512<3>, run_avx512<4>,
                            run_avx512<5>, run_avx512<6>}},
#endif
};

}  // namespace

SensitivityTile::SensitivityTile(std::size_t species, std::size_t lane_number,
                                 const LuProgram& program)
    : size(species),
      lanes(lane_number),
      lower(scaled(program.lower, lane_number)),
      upper(scaled(program.upper, lane_number)),
      now(species * lane_number),
      result(species * lane_number),
      stages(species * lane_number * most_sensitivity_stages),
      rates(species * lane_number),
      shift(species * lane_number),
      start_weights(0) {}

std::span<const SensitivityKernels> usable_sensitivity_kernels() { return usable_of(all_kernels); }

}  // namespace caravel::kinetics
