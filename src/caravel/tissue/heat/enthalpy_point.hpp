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

/// With `Particles` false the curve has one piece between, the first.
template <bool Particles, class V>
[[gnu::always_inline]] inline void evaluate(const EnthalpyCurve& c, const V& factor,
                                            const V& particle_latent, const V& enthalpy,
                                            Point<V>& to) {
    const V zero{};
    const V cold = 1.0 / (c.cold * factor);
    const V warm = 1.0 / (c.warm * factor);
    constexpr std::size_t pieces = Particles ? 3 : 1;
    V width[pieces];
    V x = enthalpy;  // above the lowest point
    for (std::size_t j = 0; j < pieces; ++j) {
        width[j] = c.sensible[j] * factor + c.latent[j];
        if constexpr (Particles) width[j] = width[j] + c.particle_share[j] * particle_latent;
        x = x + c.below_zero[j] * width[j];
    }
    V part = x;
    cap(part, zero);
    to.temperature = c.first + cold * part;
    to.slope = cold;
    for (std::size_t j = 0; j < pieces; ++j) {
        V floor = width[j];
        lift(floor, zero + 1e-300);  // a piece without width is never entered
        const V rate = c.rise[j] / floor;
        part = x;
        lift(part, zero);
        cap(part, width[j]);
        to.temperature = to.temperature + rate * part;
        to.slope = x > zero ? rate : to.slope;
        x = x - width[j];
    }
    part = x;
    lift(part, zero);
    to.temperature = to.temperature + warm * part;
    to.slope = x > zero ? warm : to.slope;
    conduct(c, to.temperature, to.conductivity, to.integral);
}

}  // namespace caravel::tissue::enthalpy
