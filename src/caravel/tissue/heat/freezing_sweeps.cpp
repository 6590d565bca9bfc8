#include "caravel/tissue/heat/freezing_sweeps.hpp"

#include "caravel/tissue/heat/enthalpy_point.hpp"

#include <algorithm>

namespace caravel::tissue::freezing {

namespace {

struct Lanes1 {
    using Values = double;
    using Floats = float;
    static constexpr index_t width = 1;
};
struct Lanes4 {
    using Values [[gnu::vector_size(32)]] = double;
    using Floats [[gnu::vector_size(16)]] = float;
    static constexpr index_t width = 4;
};
struct Lanes8 {
    using Values [[gnu::vector_size(64)]] = double;
    using Floats [[gnu::vector_size(32)]] = float;
    static constexpr index_t width = 8;
};

// Packed, for it may lie anywhere.
template <class Values>
struct [[gnu::packed, gnu::may_alias]] Memory {
    Values v;
};
template <class L>
[[gnu::always_inline]] inline const Memory<typename L::Values>& at(const double* p) {
    return *reinterpret_cast<const Memory<typename L::Values>*>(p);
}
template <class L>
[[gnu::always_inline]] inline Memory<typename L::Values>& at(double* p) {
    return *reinterpret_cast<Memory<typename L::Values>*>(p);
}
template <class L>
[[gnu::always_inline]] inline void widen(const float* from, typename L::Values& to) {
    if constexpr (L::width == 1) {
        to = static_cast<double>(*from);
    } else {
        using Floats = Memory<typename L::Floats>;
        to = __builtin_convertvector(reinterpret_cast<const Floats*>(from)->v, typename L::Values);
    }
}

/// What a voxel's balance asks:  H(T) + pull integral(T) + exchange T = right.
template <class V>
struct Balance {
    V right;
    V pull;
    V exchange;
};

template <class L, bool Crossings>
[[gnu::always_inline]] inline void collect(const RelaxRow& row, index_t m,
                                           Balance<typename L::Values>& balance) {
    using V = typename L::Values;
    V ways{};
    V brought{};
    for (std::size_t n = 0; n < 6; ++n) {
        V way;
        widen<L>(row.integral_way[n] + m, way);
        ways = ways + way;
        brought = brought + way * at<L>(row.integral[n] + m).v;
    }
    balance.pull = row.dt * ways;
    balance.right = at<L>(row.supply + m).v + row.dt * brought;
    balance.exchange = at<L>(row.exchange + m).v;
    if constexpr (Crossings) {
        V crossing{};
        V carried{};
        for (std::size_t n = 0; n < 6; ++n) {
            V way;
            widen<L>(row.way[n] + m, way);
            crossing = crossing + way;
            carried = carried + way * at<L>(row.temperature[n] + m).v;
        }
        balance.exchange = balance.exchange + row.dt * crossing;
        balance.right = balance.right + row.dt * carried;
    }
}

/// A stretch of the curve: the answer is base + rest/slope, from `floor` to `top`.
template <class V>
struct Branch {
    V base;
    V rest;
    V slope;
    V floor;
    V top;
    V stretch;
};

template <bool Particles, class V>
[[gnu::always_inline]] inline void find_branch(const EnthalpyCurve& c, const Stretch& stretch,
                                               const V& factor, const V& latent, const V& old,
                                               const Balance<V>& balance, Branch<V>& b) {
    constexpr std::size_t pieces = Particles ? 3 : 1;
    constexpr double far = 1e30;
    const V zero{};
    const V one = zero + 1.0;
    V width[pieces];
    V rest = balance.right - balance.pull * c.first_integral - balance.exchange * c.first;
    for (std::size_t j = 0; j < pieces; ++j) {
        width[j] = c.sensible[j] * factor + c.latent[j];
        if constexpr (Particles) width[j] = width[j] + c.particle_share[j] * latent;
        rest = rest + c.below_zero[j] * width[j];
    }
    V start = zero + c.first;
    b.base = start;
    b.rest = rest;
    b.slope = c.cold * factor + balance.pull * c.frozen + balance.exchange;
    b.floor = zero - far;
    b.top = start;
    b.stretch = old <= start ? zero + stretch.frozen : one;
    for (std::size_t j = 0; j < pieces; ++j) {
        const V end = start + c.rise[j];
        V inside = old - start;
        enthalpy::lift(inside, zero);
        enthalpy::cap(inside, zero + c.rise[j]);
        const V mean = c.conductivity[j] + (0.5 * c.steepness[j]) * inside;
        const V slope = width[j] * c.per_kelvin[j] + balance.pull * mean + balance.exchange;
        const auto here = rest > zero;
        b.base = here ? start : b.base;
        b.floor = here ? start : b.floor;
        b.top = here ? end : b.top;
        b.rest = here ? rest * (c.rise[j] > 0.0 ? 1.0 : 0.0) : b.rest;
        b.slope = here ? slope : b.slope;
        b.stretch = here ? one : b.stretch;
        rest = rest - (width[j] + balance.pull * c.integral[j] + balance.exchange * c.rise[j]);
        start = end;
    }
    const V last = zero + c.last;
    V mean = zero + c.last_conductivity;
    if (c.slope != 0.0) {
        V hot = old - last;
        enthalpy::lift(hot, zero + 1e-9);
        V sloped = hot;
        enthalpy::cap(sloped, zero + c.last_sloped);
        mean = mean + c.slope * (sloped - (0.5 * sloped) * (sloped / hot));
    }
    const V capacity = c.warm * factor;
    const auto here = rest > zero;
    b.base = here ? last : b.base;
    b.floor = here ? last : b.floor;
    b.top = here ? zero + far : b.top;
    b.rest = here ? rest : b.rest;
    b.slope = here ? capacity + balance.pull * mean + balance.exchange : b.slope;
    b.stretch = here ? (old >= last ? zero + stretch.unfrozen : one) : b.stretch;
    enthalpy::lift(b.slope, zero + 1e-30);
}

template <class L, bool Particles>
[[gnu::always_inline]] inline void voxel_of(const RelaxRow& row, index_t m,
                                            typename L::Values& factor,
                                            typename L::Values& latent) {
    using V = typename L::Values;
    const V zero{};
    factor = zero + 1.0;
    latent = zero;
    if (row.factor != nullptr) factor = at<L>(row.factor + m).v;
    if constexpr (Particles) latent = at<L>(row.latent + m).v;
}

template <class L, bool Particles, bool Crossings>
[[gnu::always_inline]] inline void relax_at(const RelaxRow& row, Relaxing how, std::uint16_t curve,
                                            index_t m, typename L::Values& largest) {
    using V = typename L::Values;
    const V zero{};
    Balance<V> balance;
    collect<L, Crossings>(row, m, balance);
    V factor;
    V latent;
    voxel_of<L, Particles>(row, m, factor, latent);
    const V old = at<L>(row.own_temperature + m).v;
    const EnthalpyCurve& c = row.curves[curve];
    Branch<V> b;
    find_branch<Particles, V>(c, row.stretch[curve], factor, latent, old, balance, b);
    V found = b.base + b.rest / b.slope;
    if (how == Relaxing::stretched) found = old + b.stretch * (found - old);
    enthalpy::cap(found, b.top);
    enthalpy::lift(found, b.floor);
    V conductivity;
    V integral;
    enthalpy::conduct(c, found, conductivity, integral);
    at<L>(row.own_temperature + m).v = found;
    at<L>(row.own_integral + m).v = integral;
    const V change = found - old;
    enthalpy::lift(largest, change);
    enthalpy::lift(largest, zero - change);
}

template <class L, bool Particles>
[[gnu::always_inline]] inline void start_at(const RelaxRow& row, std::uint16_t curve, index_t m) {
    using V = typename L::Values;
    V factor;
    V latent;
    voxel_of<L, Particles>(row, m, factor, latent);
    const V enthalpy = at<L>(row.supply + m).v;
    enthalpy::Point<V> point;
    enthalpy::evaluate<Particles, V>(row.curves[curve], factor, latent, enthalpy, point);
    at<L>(row.own_temperature + m).v = point.temperature;
    at<L>(row.own_integral + m).v = point.integral;
}

/// Calls body.at<L>(curve, element) for as many elements as the lanes hold where they share a
/// curve, and body.at<Lanes1> for each of the others.
template <class L, class Body>
[[gnu::always_inline]] inline void over_row(const RelaxRow& row, Body& body) {
    index_t m = 0;
    for (; m + L::width <= row.count; m += L::width) {
        const std::uint16_t curve = row.curve[m];
        bool same = true;
        if (!row.is_single) {
            for (index_t l = 1; l < L::width; ++l) same = same && row.curve[m + l] == curve;
        }
        if (same) {
            body.template at<L>(curve, m);
        } else {
            for (index_t l = m; l < m + L::width; ++l) body.template at<Lanes1>(row.curve[l], l);
        }
    }
    for (; m < row.count; ++m) body.template at<Lanes1>(row.curve[m], m);
}

template <class L, bool Particles, bool Crossings>
struct RelaxBody {
    const RelaxRow& row;
    Relaxing how;
    typename L::Values largest{};
    double single = 0.0;

    template <class M>
    [[gnu::always_inline]] void at(std::uint16_t curve, index_t m) {
        if constexpr (M::width == L::width) {
            relax_at<M, Particles, Crossings>(row, how, curve, m, largest);
        } else {
            relax_at<M, Particles, Crossings>(row, how, curve, m, single);
        }
    }
};

template <bool Particles>
struct StartBody {
    const RelaxRow& row;

    template <class M>
    [[gnu::always_inline]] void at(std::uint16_t curve, index_t m) {
        start_at<M, Particles>(row, curve, m);
    }
};

template <class L, bool Particles, bool Crossings>
[[gnu::always_inline]] inline double relax_as(const RelaxRow& row, Relaxing how) {
    RelaxBody<L, Particles, Crossings> body{row, how};
    over_row<L>(row, body);
    double all[L::width];
    at<L>(all).v = body.largest;
    double most = body.single;
    for (const double value : all) most = std::max(most, value);
    return most;
}

template <class L>
[[gnu::always_inline]] inline double relax_with(const RelaxRow& row, Relaxing how) {
    const bool crosses = row.way[0] != nullptr;
    if (row.latent != nullptr) {
        return crosses ? relax_as<L, true, true>(row, how) : relax_as<L, true, false>(row, how);
    }
    return crosses ? relax_as<L, false, true>(row, how) : relax_as<L, false, false>(row, how);
}

template <class L, bool Particles>
[[gnu::always_inline]] inline void start_as(const RelaxRow& row) {
    StartBody<Particles> body{row};
    over_row<L>(row, body);
}
template <class L>
[[gnu::always_inline]] inline void start_with(const RelaxRow& row) {
    if (row.latent != nullptr) return start_as<L, true>(row);
    start_as<L, false>(row);
}

template <class L>
[[gnu::always_inline]] inline void bring_at(const RelaxRow& row, index_t m, double* brought) {
    using V = typename L::Values;
    const V integral = at<L>(row.own_integral + m).v;
    const V temperature = at<L>(row.own_temperature + m).v;
    V fluxes{};
    for (std::size_t n = 0; n < 6; ++n) {
        V way;
        widen<L>(row.integral_way[n] + m, way);
        fluxes = fluxes + way * (at<L>(row.integral[n] + m).v - integral);
        if (row.way[n] != nullptr) {
            widen<L>(row.way[n] + m, way);
            fluxes = fluxes + way * (at<L>(row.temperature[n] + m).v - temperature);
        }
    }
    at<L>(brought + m).v = row.dt * fluxes - at<L>(row.exchange + m).v * temperature;
}
template <class L>
[[gnu::always_inline]] inline void bring_with(const RelaxRow& row, double* brought) {
    index_t m = 0;
    for (; m + L::width <= row.count; m += L::width) bring_at<L>(row, m, brought);
    for (; m < row.count; ++m) bring_at<Lanes1>(row, m, brought);
}

double relax_plain(const RelaxRow& row, Relaxing how) { return relax_with<Lanes1>(row, how); }
void start_plain(const RelaxRow& row) { start_with<Lanes1>(row); }
void bring_plain(const RelaxRow& row, double* brought) { bring_with<Lanes1>(row, brought); }
#if defined(__x86_64__)
[[gnu::target("avx2")]] double relax_avx2(const RelaxRow& row, Relaxing how) {
    return relax_with<Lanes4>(row, how);
}
[[gnu::target("avx2")]] void start_avx2(const RelaxRow& row) { start_with<Lanes4>(row); }
[[gnu::target("avx2")]] void bring_avx2(const RelaxRow& row, double* brought) {
    bring_with<Lanes4>(row, brought);
}
[[gnu::target("avx512f")]] double relax_avx512(const RelaxRow& row, Relaxing how) {
    return relax_with<Lanes8>(row, how);
}
[[gnu::target("avx512f")]] void start_avx512(const RelaxRow& row) { start_with<Lanes8>(row); }
[[gnu::target("avx512f")]] void bring_avx512(const RelaxRow& row, double* brought) {
    bring_with<Lanes8>(row, brought);
}
#endif

}  // namespace

RelaxRow RelaxRow::part(index_t begin, index_t most) const {
    RelaxRow p = *this;
    p.count = std::clamp(count - begin, index_t{0}, most);
    p.curve += begin;
    p.supply += begin;
    p.exchange += begin;
    if (factor != nullptr) p.factor += begin;
    if (latent != nullptr) p.latent += begin;
    for (std::size_t n = 0; n < 6; ++n) {
        p.integral[n] += begin;
        p.integral_way[n] += begin;
        p.temperature[n] += begin;
        if (way[n] != nullptr) p.way[n] += begin;
    }
    p.own_temperature += begin;
    p.own_integral += begin;
    return p;
}

double relax([[maybe_unused]] StencilWidth width, const RelaxRow& row, Relaxing how) {
#if defined(__x86_64__)
    if (width == StencilWidth::avx512) return relax_avx512(row, how);
    if (width == StencilWidth::avx2) return relax_avx2(row, how);
#endif
    return relax_plain(row, how);
}

void start([[maybe_unused]] StencilWidth width, const RelaxRow& row) {
#if defined(__x86_64__)
    if (width == StencilWidth::avx512) return start_avx512(row);
    if (width == StencilWidth::avx2) return start_avx2(row);
#endif
    start_plain(row);
}

void add_fluxes([[maybe_unused]] StencilWidth width, const RelaxRow& row, double* brought) {
#if defined(__x86_64__)
    if (width == StencilWidth::avx512) return bring_avx512(row, brought);
    if (width == StencilWidth::avx2) return bring_avx2(row, brought);
#endif
    bring_plain(row, brought);
}

}  // namespace caravel::tissue::freezing
