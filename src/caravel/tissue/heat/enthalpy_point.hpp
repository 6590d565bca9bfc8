// The enthalpy curve in vectors: included by the sources that evaluate it.
#pragma once

#include "caravel/tissue/heat/enthalpy_curve.hpp"

namespace caravel::tissue::enthalpy {

// In place: functions that return vectors would depend on the processor.
template <class V>
[[gnu::always_inline]] inline void cap(V& value, const V& most) {
    value = value < most ? value : most;
}
template <class V>
[[gnu::always_inline]] inline void lift(V& value, const V& least) {
    value = value > least ? value : least;
}

template <class V>
struct Point {
    V temperature;
    V slope;
    V conductivity;
    V integral;
};

/// k(T) and its integral.
template <class V>
[[gnu::always_inline]] inline void conduct(const EnthalpyCurve& c, const V& temperature,
                                           V& conductivity, V& integral) {
    const V zero{};
    const V frozen = zero + c.frozen;
    const V over = temperature - c.solidus;
    V cold = over;
    cap(cold, zero);
    V mush = over - cold;
    cap(mush, zero + c.melting_width);
    V hot = temperature - c.liquidus;
    lift(hot, zero);
    V sloped = hot;
    cap(sloped, zero + c.sloped);
    const V above = c.melting_start + c.melting_change * mush + c.slope * sloped;
    conductivity = over > zero ? above : frozen;
    integral = c.frozen * cold + mush * (c.melting_start + (0.5 * c.melting_change) * mush) +
               c.unfrozen * hot + (c.slope * sloped) * (hot - 0.5 * sloped);
}

/// The integral alone at and above the liquidus: the same bits.
template <class V>
[[gnu::always_inline]] inline void conduct_unfrozen(const EnthalpyCurve& c, const V& temperature,
                                                    V& integral) {
    const V hot = temperature - c.liquidus;
    integral = c.liquidus_integral + c.unfrozen * hot;
    if (c.slope == 0.0) return;
    V sloped = hot;
    cap(sloped, V{} + c.sloped);
    integral = integral + (c.slope * sloped) * (hot - 0.5 * sloped);
}

/// What a voxel makes of its tissue's curve. With `Particles` false the curve has one piece
/// between, the first.
template <bool Particles, class V>
struct Rates {
    static constexpr std::size_t count = Particles ? 3 : 1;
    V cold;          // K m3/J, below the lowest point
    V warm;          // above the highest
    V width[count];  // J/m3, of the pieces
    V rate[count];   // K m3/J, within them
};

template <bool Particles, class V>
[[gnu::always_inline]] inline void find_rates(const EnthalpyCurve& c, const V& factor,
                                              const V& particle_latent, Rates<Particles, V>& r) {
    r.cold = 1.0 / (c.cold * factor);
    r.warm = 1.0 / (c.warm * factor);
    for (std::size_t j = 0; j < r.count; ++j) {
        r.width[j] = c.sensible[j] * factor + c.latent[j];
        if constexpr (Particles) r.width[j] = r.width[j] + c.particle_share[j] * particle_latent;
        V floor = r.width[j];
        lift(floor, V{} + 1e-300);  // a piece without width is never entered
        r.rate[j] = c.rise[j] / floor;
    }
}

/// The temperature and its slope.
template <bool Particles, class V>
[[gnu::always_inline]] inline void follow(const EnthalpyCurve& c, const Rates<Particles, V>& r,
                                          const V& enthalpy, V& temperature, V& slope) {
    const V zero{};
    V x = enthalpy;  // above the lowest point
    for (std::size_t j = 0; j < r.count; ++j) x = x + c.below_zero[j] * r.width[j];
    V part = x;
    cap(part, zero);
    temperature = c.first + r.cold * part;
    slope = r.cold;
    for (std::size_t j = 0; j < r.count; ++j) {
        part = x;
        lift(part, zero);
        cap(part, r.width[j]);
        temperature = temperature + r.rate[j] * part;
        slope = x > zero ? r.rate[j] : slope;
        x = x - r.width[j];
    }
    part = x;
    lift(part, zero);
    temperature = temperature + r.warm * part;
    slope = x > zero ? r.warm : slope;
}

template <bool Particles, class V>
[[gnu::always_inline]] inline void evaluate(const EnthalpyCurve& c, const V& factor,
                                            const V& particle_latent, const V& enthalpy,
                                            Point<V>& to) {
    Rates<Particles, V> rates;
    find_rates(c, factor, particle_latent, rates);
    follow(c, rates, enthalpy, to.temperature, to.slope);
    conduct(c, to.temperature, to.conductivity, to.integral);
}

}  // namespace caravel::tissue::enthalpy
