// Wide vectors are passed only between functions that are always inlined into one kernel.
#pragma GCC diagnostic ignored "-Wpsabi"

#include "caravel/formulation/optics/mie_batch.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/expects.hpp"
#include "caravel/formulation/optics/layered_sphere.hpp"
#include "caravel/formulation/optics/mie_setup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <vector>

namespace caravel::formulation::optics {
namespace {

using mie::Complex;

constexpr int max_layers = 4;
constexpr int group_size = 8;  // spheres that share their orders, for every width of the lanes

// Vectors of the compiler, not a library: no link dependency, and as no operation is fused, every
// instruction set gives the same bits.
template <int width>
struct Lanes;
template <>
struct Lanes<2> {
    using Pack = double __attribute__((vector_size(16)));
};
template <>
struct Lanes<4> {
    using Pack = double __attribute__((vector_size(32)));
};
template <>
struct Lanes<8> {
    using Pack = double __attribute__((vector_size(64)));
};

struct LaneColumn {
    double re[group_size];
    double im[group_size];
    void set(std::size_t j, std::complex<double> value) {
        re[j] = value.real();
        im[j] = value.imag();
    }
};

/// A group of eight spheres, layer by layer.
struct Group {
    std::size_t count = 0;  // spheres in it that exist
    int orders = 0;
    std::array<int, 2 * max_layers> starts{};  // [2l] inner, [2l + 1] outer surface
    int medium_start = 0;
    double x[max_layers][group_size];
    LaneColumn index[max_layers];
    LaneColumn delta_inner[max_layers];  // of the shells at order 0, likewise
    LaneColumn delta_outer[max_layers];
    LaneColumn ratio[max_layers];
};

/// Memory that is aligned for the widest lanes.
struct alignas(64) CacheLine {
    double values[group_size];
};

struct Sums {
    double extinction[group_size];
    double scattering[group_size];
    double absorption[group_size];
    double asymmetry[group_size];
    double back_re[group_size];
    double back_im[group_size];
};

void load_layer(const SphereBatch& batch, std::size_t l, std::size_t begin, std::size_t total,
                Group& g) {
    for (std::size_t j = 0; j < group_size; ++j) {
        const std::size_t i = l * total + begin + std::min(j, g.count - 1);
        g.x[l][j] = batch.size_parameters[i];
        const std::complex<double> m{batch.index_real[i], batch.index_imag[i]};
        g.index[l].set(j, m);
        if (l == 0) continue;
        const mie::ShellStart start = mie::shell_start(m, g.x[l - 1][j], g.x[l][j]);
        g.delta_inner[l].set(j, start.delta_inner);
        g.delta_outer[l].set(j, start.delta_outer);
        g.ratio[l].set(j, start.ratio);
    }
}

Group load(const SphereBatch& batch, std::size_t begin, std::size_t total) {
    Group g;
    g.count = std::min<std::size_t>(group_size, total - begin);
    const auto layers = static_cast<std::size_t>(batch.layers);
    for (std::size_t l = 0; l < layers; ++l) load_layer(batch, l, begin, total, g);
    const double largest = *std::max_element(g.x[layers - 1], g.x[layers - 1] + group_size);
    g.orders = mie_orders(largest);
    g.medium_start = mie::downward_start(largest, g.orders);
    for (std::size_t l = 0; l < layers; ++l) {
        double inner = 0.0;
        double outer = 0.0;
        for (std::size_t j = 0; j < group_size; ++j) {
            const double m = g.index[l].re[j] + g.index[l].im[j];  // not below |m|
            if (l > 0) inner = std::max(inner, m * g.x[l - 1][j]);
            outer = std::max(outer, m * g.x[l][j]);
        }
        g.starts[2 * l] = mie::downward_start(inner, g.orders);
        g.starts[2 * l + 1] = mie::downward_start(outer, g.orders);
    }
    return g;
}

template <class Pack>
[[gnu::always_inline]] inline Pack gather(const double* from) {
    Pack pack;
    __builtin_memcpy(&pack, from, sizeof(Pack));
    return pack;
}

template <class Pack>
[[gnu::always_inline]] inline void scatter(double* to, const Pack& pack) {
    __builtin_memcpy(to, &pack, sizeof(Pack));
}

template <class Pack>
[[gnu::always_inline]] inline Complex<Pack> gather(const LaneColumn& from, std::size_t j) {
    return {gather<Pack>(&from.re[j]), gather<Pack>(&from.im[j])};
}

/// Permittivity of `to` over that of `from`, and that less 1.
template <class Pack>
[[gnu::always_inline]] inline void contrast(const Complex<Pack>& from, const Complex<Pack>& to,
                                            Complex<Pack>& kappa, Complex<Pack>& less_one) {
    const Complex<Pack> fraction = mie::reciprocal(from);
    const Complex<Pack> ratio = to * fraction;
    kappa = ratio * ratio;
    less_one = (to - from) * fraction * Complex<Pack>{ratio.re + 1.0, ratio.im};
}

/// Shell l for the lanes from j on; `rho` has room for its two columns.
template <class Pack>
[[gnu::always_inline]] inline void prepare_shell(const Group& g, std::size_t l, std::size_t j,
                                                 Complex<Pack>* rho, mie::Shell<Pack>& shell) {
    const Complex<Pack> m = gather<Pack>(g.index[l], j);
    shell.permittivity = m * m;
    contrast(gather<Pack>(g.index[l - 1], j), m, shell.kappa, shell.less_one);
    shell.inverse_inner = 1.0 / gather<Pack>(&g.x[l - 1][j]);
    shell.inverse_outer = 1.0 / gather<Pack>(&g.x[l][j]);
    shell.at.delta_inner = gather<Pack>(g.delta_inner[l], j);
    shell.at.delta_outer = gather<Pack>(g.delta_outer[l], j);
    shell.at.ratio = gather<Pack>(g.ratio[l], j);
    Complex<Pack>* const outer = rho + g.orders + 1;
    mie::fill_rho<Pack>(shell.permittivity, shell.inverse_inner, g.starts[2 * l], g.orders, rho);
    mie::fill_rho<Pack>(shell.permittivity, shell.inverse_outer, g.starts[2 * l + 1], g.orders,
                        outer);
    shell.rho_inner = rho;
    shell.rho_outer = outer;
}

/// The `width` lanes from j on. Memory holds two columns of rho per layer; the core has no inner
/// surface, and its first column is the medium's.
template <int width>
[[gnu::always_inline]] inline void sum_lanes(const Group& g, int layers, std::size_t j,
                                             double* memory, Sums& sums) {
    using Pack = typename Lanes<width>::Pack;
    auto* const rho = reinterpret_cast<Complex<Pack>*>(memory);
    auto* const medium = reinterpret_cast<Pack*>(memory);
    Complex<Pack>* const core = rho + g.orders + 1;
    mie::Shell<Pack> shells[max_layers];
    mie::Sphere<Pack> sphere;
    Complex<Pack> m = gather<Pack>(g.index[0], j);
    sphere.inverse_core = 1.0 / gather<Pack>(&g.x[0][j]);
    mie::fill_rho<Pack>(m * m, sphere.inverse_core, g.starts[1], g.orders, core);
    sphere.rho_core = core;
    const auto shell_count = static_cast<std::size_t>(layers) - 1;
    for (std::size_t l = 1; l <= shell_count; ++l)
        prepare_shell<Pack>(g, l, j, rho + static_cast<int>(2 * l) * (g.orders + 1), shells[l - 1]);
    sphere.shells = shells;
    sphere.shell_count = layers - 1;
    m = gather<Pack>(g.index[shell_count], j);
    contrast(m, Complex<Pack>{Pack{} + 1.0, Pack{}}, sphere.kappa, sphere.less_one);
    sphere.inverse_outer = 1.0 / gather<Pack>(&g.x[shell_count][j]);
    mie::fill_rho<Pack>(sphere.inverse_outer, g.medium_start, g.orders, medium);
    sphere.rho_medium = medium;
    mie::EfficiencySums<Pack> s;
    mie::sum_orders(sphere, g.orders, s);
    scatter(&sums.extinction[j], s.extinction);
    scatter(&sums.scattering[j], s.scattering);
    scatter(&sums.absorption[j], s.absorption);
    scatter(&sums.asymmetry[j], s.asymmetry);
    scatter(&sums.back_re[j], s.back.re);
    scatter(&sums.back_im[j], s.back.im);
}

void sum_baseline(const Group& g, int layers, double* memory, Sums& sums) {
    for (std::size_t j = 0; j < group_size; j += 2) sum_lanes<2>(g, layers, j, memory, sums);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void sum_avx2(const Group& g, int layers, double* memory,
                                              Sums& sums) {
    for (std::size_t j = 0; j < group_size; j += 4) sum_lanes<4>(g, layers, j, memory, sums);
}

__attribute__((target("avx512f"))) void sum_avx512(const Group& g, int layers, double* memory,
                                                   Sums& sums) {
    sum_lanes<8>(g, layers, 0, memory, sums);
}
#endif

using SumGroup = void (*)(const Group&, int, double*, Sums&);

SumGroup kernel(MieLanes lanes) {
    CARAVEL_EXPECTS(static_cast<int>(lanes) <= static_cast<int>(widest_mie_lanes()));
#if defined(__x86_64__)
    if (lanes == MieLanes::avx512) return sum_avx512;
    if (lanes == MieLanes::avx2) return sum_avx2;
#endif
    return sum_baseline;
}

void store(const Group& g, const Sums& sums, std::size_t outer, std::size_t begin,
           const SphereBatchResult& result) {
    for (std::size_t j = 0; j < g.count; ++j) {
        const double area = 1.0 / (g.x[outer][j] * g.x[outer][j]);
        const std::size_t i = begin + j;
        if (!std::isfinite(sums.extinction[j] + sums.scattering[j] + sums.absorption[j]))
            throw NumericalError({"Mie series", "efficiencies", fmt::format("sphere {}", i + 1),
                                  0.0, 0.0, "are not finite",
                                  "change a radius or an index in its last digits"});
        if (!result.extinction.empty()) result.extinction[i] = 2.0 * area * sums.extinction[j];
        if (!result.scattering.empty()) result.scattering[i] = 2.0 * area * sums.scattering[j];
        if (!result.absorption.empty()) result.absorption[i] = 2.0 * area * sums.absorption[j];
        if (!result.backscattering.empty())
            result.backscattering[i] =
                area * (sums.back_re[j] * sums.back_re[j] + sums.back_im[j] * sums.back_im[j]);
        if (!result.anisotropy.empty())
            result.anisotropy[i] =
                sums.scattering[j] > 0.0 ? 2.0 * sums.asymmetry[j] / sums.scattering[j] : 0.0;
    }
}

[[noreturn]] void refuse(std::string what, std::string expected) {
    throw InputError(Diagnostic{{}, std::move(what), std::move(expected), ""});
}

std::size_t checked_count(const SphereBatch& batch, const SphereBatchResult& result) {
    if (batch.layers < 1 || batch.layers > max_layers)
        refuse(fmt::format("batch of spheres with {} layers", batch.layers), "1 to 4 layers");
    const auto layers = static_cast<std::size_t>(batch.layers);
    const std::size_t values = batch.size_parameters.size();
    if (values % layers != 0 || batch.index_real.size() != values ||
        batch.index_imag.size() != values)
        refuse(fmt::format("batch with {} sizes, {} and {} parts of indices", values,
                           batch.index_real.size(), batch.index_imag.size()),
               "equal numbers, a multiple of the layers");
    const std::size_t count = values / layers;
    for (const std::span<double> column : {result.extinction, result.scattering, result.absorption,
                                           result.backscattering, result.anisotropy})
        if (!column.empty() && column.size() != count)
            refuse(fmt::format("result column of {} values", column.size()),
                   fmt::format("{} values, one per sphere", count));
    return count;
}

void check_sphere(const SphereBatch& batch, std::size_t count, std::size_t i) {
    std::array<double, max_layers> x{};
    std::array<std::complex<double>, max_layers> m{};
    const auto layers = static_cast<std::size_t>(batch.layers);
    for (std::size_t l = 0; l < layers; ++l) {
        x[l] = batch.size_parameters[l * count + i];
        m[l] = {batch.index_real[l * count + i], batch.index_imag[l * count + i]};
    }
    try {
        mie::check_layers({x.data(), layers}, {m.data(), layers});
    } catch (const InputError& error) {
        Diagnostic d = error.diagnostics().front();
        d.what = fmt::format("sphere {} of the batch: {}", i + 1, d.what);
        throw InputError(d);
    }
    if (mie::is_conductor(m[0]))
        refuse(fmt::format("sphere {} of the batch is a perfect conductor", i + 1),
               "layers with finite indices");
}

}  // namespace

MieLanes widest_mie_lanes() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") != 0) return MieLanes::avx512;
    if (__builtin_cpu_supports("avx2") != 0) return MieLanes::avx2;
#endif
    return MieLanes::baseline;
}

void layered_spheres(exec::ThreadTeam& team, const SphereBatch& batch,
                     const SphereBatchResult& result, MieLanes lanes) {
    const std::size_t count = checked_count(batch, result);
    for (std::size_t i = 0; i < count; ++i) check_sphere(batch, count, i);
    const SumGroup sum = kernel(lanes);
    constexpr std::size_t tile = 16 * group_size;
    const auto outer = static_cast<std::size_t>(batch.layers) - 1;
    team.run(static_cast<index_t>((count + tile - 1) / tile), [&](index_t t) {
        const std::size_t first = static_cast<std::size_t>(t) * tile;
        const std::size_t end = std::min(first + tile, count);
        std::vector<CacheLine> memory;
        for (std::size_t i = first; i < end; i += group_size) {
            const Group g = load(batch, i, count);
            const std::size_t lines = 4 * (outer + 1) * (static_cast<std::size_t>(g.orders) + 1);
            if (memory.size() < lines) memory.resize(lines);
            Sums sums;
            sum(g, batch.layers, memory.front().values, sums);
            store(g, sums, outer, i, result);
        }
    });
}

}  // namespace caravel::formulation::optics
