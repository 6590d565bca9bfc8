#include "caravel/response/damage/damage_kernels.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/usable_variants.hpp"
#include "caravel/response/damage/damage_lanes.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace caravel::response {
namespace {

constexpr std::size_t lanes = 8;
constexpr double reference = 316.15;     // K, of thermal dose
constexpr double zero_celsius = 273.15;  // K
constexpr double panel_change = 1.25;    // of ln(rate), for three points: error below 2e-6

/// What is the same for all voxels of a block in a step.
struct Reaction {
    double log_frequency = 0.0;
    double slope = 0.0;  // K
    double lowest = 0.0;
    double highest = 0.0;
    double top_rate = 0.0;  // 1/s
    int panels = 1;
};

Reaction reaction_of(const ArrheniusProcess& process, const DamageBlock& b) {
    Reaction r;
    r.log_frequency = std::log(process.frequency);
    r.slope = process.energy / gas_constant;
    r.lowest = process.lowest;
    r.highest = process.highest;
    r.top_rate = arrhenius_rate(process, process.highest);
    const double coldest = std::max(b.lowest, r.lowest);
    const double change = std::min(b.largest_change, r.highest - r.lowest);
    r.panels = std::max(
        1, static_cast<int>(std::ceil(r.slope * change / (coldest * coldest) / panel_change)));
    return r;
}

/// Gauss-Legendre with three points per panel. With m the middle and 1 -+ x the outer points over
/// m, their rates are k(m) exp(-s (x^2 + x^4)) exp(+-s (x + x^3)), s = E/(R m): one exponential,
/// one division and short series (x below 0.07, s x below 0.5) for all three.
template <class L>
[[gnu::always_inline]] inline typename L::Pack mean_rate(const Reaction& r,
                                                         const typename L::Part& part) {
    using Pack = typename L::Pack;
    constexpr double outer = 0.38729833462074168852;  // of the panel, sqrt(0.15)
    const Pack change = (part.end - part.start) * L::all(1.0 / r.panels);
    Pack sum = L::all(0.0);
    for (int panel = 0; panel < r.panels; ++panel) {
        const Pack middle = part.start + change * L::all(panel + 0.5);
        const Pack per_middle = L::all(1.0) / middle;
        const Pack s = L::all(r.slope) * per_middle;
        const Pack x = change * L::all(outer) * per_middle;
        const Pack xx = x * x;
        const Pack y = s * x * (L::all(1.0) + xx * (L::all(1.0) + xx));
        const Pack even = s * xx * (L::all(1.0) + xx * (L::all(1.0) + xx));
        sum +=
            L::exponential(L::all(r.log_frequency) - s) *
            (L::all(8.0) + L::all(10.0) * (L::template series<7>(-even) * L::cosh_below_half(y)));
    }
    return sum * L::all(1.0 / (18.0 * r.panels));
}

/// Adds a reaction's Omega over the block's step to a row, slowed by `relative` where given.
template <class L>
[[gnu::always_inline]] inline void react(const Reaction& r, const DamageBlock& b, double* row,
                                         const double* relative) {
    using Pack = typename L::Pack;
    if (b.highest < r.lowest) return;
    for (std::size_t i = 0; i < block_voxels; i += lanes) {
        const Pack start = L::load(b.start + i);
        const Pack end = L::load(b.end + i);
        const auto part = L::part(start, end, r.lowest, r.highest);
        Pack omega = part.share * mean_rate<L>(r, part);
        if (b.highest >= r.highest)
            omega += L::share_from(start, end, r.highest) * L::all(r.top_rate);
        omega *= L::all(b.dt);
        if (relative != nullptr) omega *= L::load(relative + i);
        L::store(row + i, L::load(row + i) + omega);
    }
}

template <class L>
[[gnu::always_inline]] inline typename L::Pack dose_of_part(const typename L::Part& part,
                                                            double slope) {
    const auto middle = L::all(0.5) * (part.start + part.end) - L::all(reference);
    const auto half = L::all(0.5 * slope) * (part.end - part.start);
    return part.share * (L::exponential(L::all(slope) * middle) * L::sinh_over(half));
}

template <class L>
[[gnu::always_inline]] inline void add_dose(const DamageConstants& c, const DamageBlock& b,
                                            double* row, double* dose) {
    using Pack = typename L::Pack;
    if (b.highest < c.limits.lowest) {
        std::fill(dose, dose + block_voxels, 0.0);
        return;
    }
    const double top = std::exp(std::numbers::ln2 * (c.limits.highest - reference));
    for (std::size_t i = 0; i < block_voxels; i += lanes) {
        const Pack start = L::load(b.start + i);
        const Pack end = L::load(b.end + i);
        Pack sum = L::all(0.0);
        if (b.lowest < reference)
            sum += dose_of_part<L>(L::part(start, end, c.limits.lowest, reference),
                                   2.0 * std::numbers::ln2);
        if (b.highest >= reference)
            sum += dose_of_part<L>(L::part(start, end, reference, c.limits.highest),
                                   std::numbers::ln2);
        if (b.highest >= c.limits.highest)
            sum += L::share_from(start, end, c.limits.highest) * L::all(top);
        sum *= L::all(b.dt);
        L::store(dose + i, sum);
        L::store(row + i, L::load(row + i) + sum);
    }
}

template <class L>
[[gnu::always_inline]] inline typename L::Pack relaxed(const typename L::Pack& y,
                                                       const typename L::Pack& gain, double loss) {
    const auto rate = gain + L::all(loss);
    const auto left = L::exponential(-rate);
    const auto next = y * left + gain / rate * (L::all(1.0) - left);
    return L::select(L::less(next, L::all(1e-9)), L::all(0.0), next);
}

/// As heat_shock_after() and relative_kill_rate().
template <class L>
[[gnu::always_inline]] inline void follow_heat_shock(const DamageConstants& c, DamageBlock& b,
                                                     const double* dose, double* relative) {
    using Pack = typename L::Pack;
    const HeatShockConstants& h = c.heat_shock;
    double* const stress = b.at(c.rows.stress);
    double* const tolerance = b.at(c.rows.tolerance);
    for (std::size_t i = 0; i < block_voxels; i += lanes) {
        const Pack before = L::load(stress + i);
        const Pack after = relaxed<L>(before, L::load(dose + i) * L::all(1.0 / h.trigger_dose),
                                      b.dt / h.stress_time);
        const Pack hot =
            L::share_from(L::load(b.start + i), L::load(b.end + i), h.blocking_temperature);
        const Pack build =
            L::all(0.5) * (before + after) * (L::all(1.0) - hot) * L::all(b.dt / h.build_time);
        const Pack old = L::load(tolerance + i);
        const Pack grown = relaxed<L>(old, build, b.dt / h.fade_time);
        const Pack mean = L::all(0.5) * (old + grown);
        L::store(stress + i, after);
        L::store(tolerance + i, grown);
        L::store(relative + i, L::all(1.0) / (L::all(1.0) + L::all(h.largest_ratio - 1.0) * mean));
    }
}

template <class L>
struct Cells {
    typename L::Pack alive;
    typename L::Pack vulnerable;
};

template <class L>
[[gnu::always_inline]] inline Cells<L> linear_step(const Cells<L>& y, const typename L::Pack& h,
                                                   const typename L::Pack& a,
                                                   const typename L::Pack& b,
                                                   const typename L::Pack& d) {
    const auto one = L::all(1.0);
    const auto both = one / (one + h * (a + b + d) + h * h * (a * d));
    return {((one + h * (b + d)) * y.alive + h * b * y.vulnerable) * both,
            ((one + h * a) * y.vulnerable + h * a * y.alive) * both};
}

/// As three_state_step(), one step of `h`.
template <class L>
[[gnu::always_inline]] inline Cells<L> patankar(const Cells<L>& y, const typename L::Pack& h,
                                                const typename L::Pack& first,
                                                const typename L::Pack& last, double back) {
    const auto one = L::all(1.0);
    const auto least = L::all(1e-140);
    const auto k0 = first * (one - y.alive);
    Cells<L> stage = linear_step<L>(y, h, k0, L::all(back), k0);
    const auto k1 = last * (one - stage.alive);
    stage.alive = L::largest(stage.alive, least);
    stage.vulnerable = L::largest(stage.vulnerable, least);
    const auto half = L::all(0.5);
    const auto per_both = half / (stage.alive * stage.vulnerable);
    const auto a = (k0 * y.alive + k1 * stage.alive) * (per_both * stage.vulnerable);
    const auto per = per_both * stage.alive;
    const auto b = L::all(back) * (y.vulnerable + stage.vulnerable) * per;
    const auto d = (k0 * y.vulnerable + k1 * stage.vulnerable) * per;
    return linear_step<L>(y, h, a, b, d);
}

template <class L>
[[gnu::always_inline]] inline Cells<L> recovered(const ThreeStateConstants& c, const Cells<L>& y,
                                                 const typename L::Pack& duration) {
    const auto rest = L::smallest(y.vulnerable, L::all(c.resting_share) * (y.alive + y.vulnerable));
    const auto left =
        L::largest(y.vulnerable * L::exponential(L::all(-c.backward) * duration), rest);
    return {y.alive + (y.vulnerable - left), left};
}

template <class L>
[[gnu::always_inline]] inline Cells<L> heated(const ThreeStateConstants& c, const Cells<L>& before,
                                              const typename L::Part& part,
                                              const typename L::Pack& duration,
                                              const typename L::Pack& relative, int steps) {
    Cells<L> y = before;
    const auto h = duration * L::all(1.0 / steps);
    const auto rate = [&](double place) __attribute__((always_inline)) {
        const auto t = part.start + (part.end - part.start) * L::all(place);
        return relative * (L::all(c.forward) *
                           L::exponential((t - L::all(zero_celsius)) * L::all(1.0 / c.scale)));
    };
    auto first = rate(0.0);
    for (int i = 1; i <= steps; ++i) {
        const auto last = rate(static_cast<double>(i) / steps);
        y = patankar<L>(y, h, first, last, c.backward);
        first = last;
    }
    return y;
}

template <class L>
[[gnu::always_inline]] inline void kill(const DamageConstants& constants, DamageBlock& b,
                                        const double* relative) {
    using Pack = typename L::Pack;
    const ThreeStateConstants& c = constants.three_state;
    double* const alive = b.at(constants.rows.alive);
    double* const vulnerable = b.at(constants.rows.vulnerable);
    const bool hot = b.highest >= c.lowest;
    const bool cold = b.lowest < c.lowest;
    const double advance = b.dt * (forward_rate(c, b.highest) + c.backward);
    const int steps = static_cast<int>(std::clamp(std::ceil(advance / 0.1), 1.0, 1e5));
    for (std::size_t i = 0; i < block_voxels; i += lanes) {
        const Pack start = L::load(b.start + i);
        const Pack end = L::load(b.end + i);
        const Pack share = L::share_from(start, end, c.lowest);
        const Pack cool = L::all(b.dt) * (L::all(1.0) - share);
        const auto falls = L::less(end, start);
        Cells<L> y{L::load(alive + i), L::load(vulnerable + i)};
        if (cold) y = recovered<L>(c, y, L::select(falls, L::all(0.0), cool));
        if (hot) {
            const typename L::Part part{L::within(start, c.lowest, c.highest),
                                        L::within(end, c.lowest, c.highest), share};
            y = heated<L>(c, y, part, share * L::all(b.dt), L::load(relative + i), steps);
        }
        if (cold) y = recovered<L>(c, y, L::select(falls, cool, L::all(0.0)));
        L::store(alive + i, y.alive);
        L::store(vulnerable + i, y.vulnerable);
    }
}

template <class L>
[[gnu::always_inline]] inline void heat_all(const DamageConstants& c, DamageBlock& b) {
    alignas(64) double dose[block_voxels];
    alignas(64) double relative[block_voxels];
    std::fill(relative, relative + block_voxels, 1.0);
    add_dose<L>(c, b, b.at(c.rows.cem43), dose);
    if (c.rows.tolerance >= 0) follow_heat_shock<L>(c, b, dose, relative);
    if (c.rows.felt_dose >= 0) {
        double* const felt = b.at(c.rows.felt_dose);
        for (std::size_t i = 0; i < block_voxels; ++i) felt[i] += relative[i] * dose[i];
    }
    if (c.rows.cells >= 0) react<L>(reaction_of(c.cells, b), b, b.at(c.rows.cells), relative);
    if (c.rows.vessels >= 0) react<L>(reaction_of(c.vessels, b), b, b.at(c.rows.vessels), nullptr);
    if (c.rows.coagulation >= 0)
        react<L>(reaction_of(c.coagulation, b), b, b.at(c.rows.coagulation), nullptr);
    if (c.rows.alive >= 0) kill<L>(c, b, relative);
}

void heat_narrow(const DamageConstants& c, DamageBlock& b) { heat_all<DamageLanes<2>>(c, b); }

#if defined(__x86_64__)
[[gnu::target("avx2")]] void heat_avx2(const DamageConstants& c, DamageBlock& b) {
    heat_all<DamageLanes<4>>(c, b);
}
[[gnu::target("avx512f")]] void heat_avx512(const DamageConstants& c, DamageBlock& b) {
    heat_all<DamageLanes<8>>(c, b);
}
constexpr std::array<DamageKernels, 3> all_kernels{
    {{"narrow", heat_narrow}, {"avx2", heat_avx2}, {"avx512f", heat_avx512}}};
#else
constexpr std::array<DamageKernels, 1> all_kernels{{{"narrow", heat_narrow}}};
#endif

}  // namespace

std::span<const DamageKernels> usable_damage_kernels() { return usable_of(all_kernels); }

}  // namespace caravel::response
