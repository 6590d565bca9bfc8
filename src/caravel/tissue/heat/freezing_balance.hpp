// What a voxel's own balance asks of its temperature, in vectors: included by the sweeps.
#pragma once

#include "caravel/tissue/heat/enthalpy_point.hpp"
#include "caravel/tissue/heat/freezing_sweeps.hpp"

namespace caravel::tissue::freezing {

/// What a voxel's balance asks:  H(T) + pull integral(T) + exchange T = right.
template <class V>
struct Balance {
    V right;
    V pull;
    V exchange;
};

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

constexpr double far = 1e30;

/// What the pieces of the curve take up, and how much is left before and after all of them: of the
/// balance at the lowest point and at the highest.
template <bool Particles, class V>
struct Pieces {
    static constexpr std::size_t count = Particles ? 3 : 1;
    V width[count];
    V lowest;
    V highest;
};

template <bool Particles, class V>
[[gnu::always_inline]] inline void find_pieces(const EnthalpyCurve& c, const V& factor,
                                               const V& latent, const Balance<V>& balance,
                                               Pieces<Particles, V>& p) {
    p.lowest = balance.right - balance.pull * c.first_integral - balance.exchange * c.first;
    for (std::size_t j = 0; j < p.count; ++j) {
        p.width[j] = c.sensible[j] * factor + c.latent[j];
        if constexpr (Particles) p.width[j] = p.width[j] + c.particle_share[j] * latent;
        p.lowest = p.lowest + c.below_zero[j] * p.width[j];
    }
    p.highest = p.lowest;
    for (std::size_t j = 0; j < p.count; ++j) {
        p.highest =
            p.highest - (p.width[j] + balance.pull * c.integral[j] + balance.exchange * c.rise[j]);
    }
}

/// Below the lowest point.
template <class V>
[[gnu::always_inline]] inline void freeze(const EnthalpyCurve& c, const Stretch& stretch,
                                          const V& factor, const V& rest, const V& old,
                                          const Balance<V>& balance, Branch<V>& b) {
    const V zero{};
    b.base = zero + c.first;
    b.rest = rest;
    b.slope = c.cold * factor + balance.pull * c.frozen + balance.exchange;
    b.floor = zero - far;
    b.top = b.base;
    b.stretch = old <= b.base ? zero + stretch.frozen : zero + 1.0;
}

/// Above the highest point.
template <class V>
[[gnu::always_inline]] inline void melt(const EnthalpyCurve& c, const Stretch& stretch,
                                        const V& factor, const V& rest, const V& old,
                                        const Balance<V>& balance, Branch<V>& b) {
    const V zero{};
    b.base = zero + c.last;
    V mean = zero + c.last_conductivity;
    if (c.slope != 0.0) {
        V hot = old - b.base;
        enthalpy::lift(hot, zero + 1e-9);
        V sloped = hot;
        enthalpy::cap(sloped, zero + c.last_sloped);
        mean = mean + c.slope * (sloped - (0.5 * sloped) * (sloped / hot));
    }
    b.rest = rest;
    b.slope = c.warm * factor + balance.pull * mean + balance.exchange;
    b.floor = b.base;
    b.top = zero + far;
    b.stretch = old >= b.base ? zero + stretch.unfrozen : zero + 1.0;
}

template <class V, class Mask>
[[gnu::always_inline]] inline void choose(const Mask& here, const Branch<V>& other, Branch<V>& b) {
    b.base = here ? other.base : b.base;
    b.rest = here ? other.rest : b.rest;
    b.slope = here ? other.slope : b.slope;
    b.floor = here ? other.floor : b.floor;
    b.top = here ? other.top : b.top;
    b.stretch = here ? other.stretch : b.stretch;
}

template <bool Particles, class V>
[[gnu::always_inline]] inline void find_branch(const EnthalpyCurve& c, const Stretch& stretch,
                                               const V& factor, const Pieces<Particles, V>& p,
                                               const V& old, const Balance<V>& balance,
                                               Branch<V>& b) {
    const V zero{};
    freeze(c, stretch, factor, p.lowest, old, balance, b);
    V rest = p.lowest;
    Branch<V> other;
    other.stretch = zero + 1.0;
    V start = b.base;
    for (std::size_t j = 0; j < p.count; ++j) {
        other.base = start;
        other.floor = start;
        other.top = start + c.rise[j];
        V inside = old - start;
        enthalpy::lift(inside, zero);
        enthalpy::cap(inside, zero + c.rise[j]);
        const V mean = c.conductivity[j] + (0.5 * c.steepness[j]) * inside;
        other.slope = p.width[j] * c.per_kelvin[j] + balance.pull * mean + balance.exchange;
        other.rest = rest * (c.rise[j] > 0.0 ? 1.0 : 0.0);
        choose(rest > zero, other, b);
        rest = rest - (p.width[j] + balance.pull * c.integral[j] + balance.exchange * c.rise[j]);
        start = other.top;
    }
    melt(c, stretch, factor, p.highest, old, balance, other);
    choose(rest > zero, other, b);
}

/// Joins the values of a vector by halves.
template <class L, class Join>
[[gnu::always_inline]] inline double reduce(const typename L::Values& values, const Join& join) {
    if constexpr (L::width == 1) {
        return values;
    } else {
        typename L::Values v = values;
        if constexpr (L::width == 8) {
            join(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3));
            join(v, __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5));
            join(v, __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6));
        } else {
            join(v, __builtin_shufflevector(v, v, 2, 3, 0, 1));
            join(v, __builtin_shufflevector(v, v, 1, 0, 3, 2));
        }
        return v[0];
    }
}

/// The least of a vector's values.
template <class L>
[[gnu::always_inline]] inline double least(const typename L::Values& values) {
    return reduce<L>(
        values,
        [](auto& v, const auto& other) __attribute__((always_inline)) { enthalpy::cap(v, other); });
}

/// And the greatest.
template <class L>
[[gnu::always_inline]] inline double greatest(const typename L::Values& values) {
    return reduce<L>(
        values, [](auto& v, const auto& other)
                    __attribute__((always_inline)) { enthalpy::lift(v, other); });
}

/// Where the balance holds, or part of the way, and the conductivity's integral there. Vectors
/// that melt or freeze as a whole, which are most, need one branch: the same bits.
template <class L, bool Particles>
[[gnu::always_inline]] inline void solve(const EnthalpyCurve& c, const Stretch& stretch,
                                         const typename L::Values& factor,
                                         const typename L::Values& latent,
                                         const typename L::Values& old,
                                         const Balance<typename L::Values>& balance,
                                         typename L::Values& found, typename L::Values& integral) {
    using V = typename L::Values;
    const V zero{};
    Pieces<Particles, V> pieces;
    find_pieces<Particles, V>(c, factor, latent, balance, pieces);
    Branch<V> b;
    const bool melts = least<L>(pieces.highest) > 0.0;
    const bool freezes = !melts && least<L>(zero - pieces.lowest) >= 0.0;
    if (melts) {
        melt(c, stretch, factor, pieces.highest, old, balance, b);
    } else if (freezes) {
        freeze(c, stretch, factor, pieces.lowest, old, balance, b);
    } else {
        find_branch<Particles, V>(c, stretch, factor, pieces, old, balance, b);
    }
    enthalpy::lift(b.slope, zero + 1e-30);
    found = b.base + b.rest / b.slope;
    found = old + b.stretch * (found - old);
    enthalpy::cap(found, b.top);
    enthalpy::lift(found, b.floor);
    if (freezes) {
        integral = c.frozen * (found - c.solidus);
    } else if (melts) {
        enthalpy::conduct_unfrozen(c, found, integral);
    } else {
        V conductivity;
        enthalpy::conduct(c, found, conductivity, integral);
    }
}

}  // namespace caravel::tissue::freezing
