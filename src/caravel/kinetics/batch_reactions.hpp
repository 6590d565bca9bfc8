// Uptakes and general reactions of a block of lanes: as bound_model.cpp and rate_program.cpp have
// them for one individual, operation by operation.
#pragma once

#include "caravel/kinetics/batch_lanes.hpp"
#include "caravel/kinetics/batch_pack.hpp"
#include "caravel/kinetics/factor.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>

namespace caravel::kinetics::lanes {

template <class L>
[[gnu::always_inline]] inline typename L::Pack load(const double* from, std::size_t entry) {
    return L::load(from + entry * L::count);
}

template <class L>
[[gnu::always_inline]] inline void store(double* to, std::size_t entry,
                                         const typename L::Pack& value) {
    L::store(to + entry * L::count, value);
}

template <class L>
[[gnu::always_inline]] inline void add(double* to, std::size_t entry,
                                       const typename L::Pack& value) {
    store<L>(to, entry, load<L>(to, entry) + value);
}

template <class L>
[[gnu::always_inline]] inline void subtract(double* from, std::size_t entry,
                                            const typename L::Pack& value) {
    store<L>(from, entry, load<L>(from, entry) - value);
}

inline std::size_t at(int index) { return static_cast<std::size_t>(index); }

template <class L>
[[gnu::always_inline]] inline void add_uptakes(const LaneBlock& b, const double* y, double* rates) {
    using Pack = typename L::Pack;
    const double* entries = b.uptakes;
    for (const BoundModel::Uptake& uptake : b.program.uptakes()) {
        const Pack k = load<L>(entries, uptake_coefficient);
        const Pack share =
            L::all(1.0) - load<L>(y, at(uptake.load)) * load<L>(entries, uptake_inverse_capacity);
        const Pack room = L::keep(L::less(L::all(0.0), share), share);
        const Pack rate = k * load<L>(y, at(uptake.from)) * room;
        const typename L::Mask used = L::not_zero(k);
        const Pack from = load<L>(rates, at(uptake.from));
        store<L>(rates, at(uptake.from), L::select(used, from - rate, from));
        const Pack to = load<L>(rates, at(uptake.to));
        store<L>(rates, at(uptake.to), L::select(used, to + rate, to));
        entries += uptake_entries * L::count;
    }
}

template <class L>
[[gnu::always_inline]] inline void linearise_uptakes(LaneBlock& b) {
    using Pack = typename L::Pack;
    double* entries = b.uptakes;
    for (const BoundModel::Uptake& uptake : b.program.uptakes()) {
        const Pack inverse_capacity = load<L>(entries, uptake_inverse_capacity);
        const Pack k = load<L>(entries, uptake_coefficient);
        const Pack load_now = load<L>(b.y, at(uptake.load));
        const Pack source = load<L>(b.y, at(uptake.from));
        const Pack room = L::all(1.0) - load_now * inverse_capacity;
        const Pack curvature = -k * inverse_capacity;
        const typename L::Mask open = L::less(L::all(0.0), room);
        const Pack by_source = L::keep(open, k * room);
        const Pack by_load = L::keep(open, curvature * source);
        const Pack headroom = load<L>(entries, uptake_capacity) - load_now;
        // no shift is below this where the load has reached the capacity
        const Pack none = L::all(-std::numeric_limits<double>::infinity());
        store<L>(entries, uptake_headroom,
                 L::select(L::less(L::all(0.0), headroom), headroom, none));
        store<L>(entries, uptake_curvature, curvature);
        store<L>(entries, uptake_by_source, by_source);
        store<L>(entries, uptake_by_load, by_load);
        store<L>(entries, uptake_rate, by_source * source);
        add<L>(b.values, at(uptake.positions[0]), by_source);
        subtract<L>(b.values, at(uptake.positions[1]), by_source);
        add<L>(b.values, at(uptake.positions[2]), by_load);
        subtract<L>(b.values, at(uptake.positions[3]), by_load);
        entries += uptake_entries * L::count;
    }
}

/// Remainder of an uptake with the entries e where a load is at or above its capacity.
template <class L>
[[gnu::always_inline]] inline typename L::Pack saturated_remainder(const LaneBlock& b,
                                                                   const BoundModel::Uptake& uptake,
                                                                   const double* e,
                                                                   const double* shift) {
    using Pack = typename L::Pack;
    const Pack from = load<L>(shift, at(uptake.from));
    const Pack more = load<L>(shift, at(uptake.load));
    const Pack share =
        L::all(1.0) - (load<L>(b.y, at(uptake.load)) + more) * load<L>(e, uptake_inverse_capacity);
    const Pack room = L::keep(L::less(L::all(0.0), share), share);
    return load<L>(e, uptake_coefficient) * (load<L>(b.y, at(uptake.from)) + from) * room -
           (load<L>(e, uptake_rate) + load<L>(e, uptake_by_source) * from +
            load<L>(e, uptake_by_load) * more);
}

/// Whether the mask holds in all lanes.
template <class L>
[[gnu::always_inline]] inline bool holds(const typename L::Mask& mask) {
    typename L::Bits all = mask.v[0];
#pragma GCC unroll 4
    for (std::size_t i = 1; i < L::parts; ++i) all &= mask.v[i];
    std::int64_t everywhere = -1;
#pragma GCC unroll 8
    for (std::size_t lane = 0; lane < L::width; ++lane) everywhere &= all[lane];
    return everywhere != 0;
}

/// Adds the remainders of uptakes whose loads stay below their capacities; false, with nothing of
/// use added, where one does not.
template <class L>
[[gnu::always_inline]] inline bool add_unsaturated_remainders(const LaneBlock& b,
                                                              const double* shift, double* rates) {
    using Pack = typename L::Pack;
    typename L::Mask below = L::everywhere();
    const double* e = b.uptakes;
    for (const BoundModel::Uptake& uptake : b.program.uptakes()) {
        const Pack more = load<L>(shift, at(uptake.load));
        const Pack headroom = load<L>(e, uptake_headroom);
        const Pack remainder =
            load<L>(e, uptake_curvature) * load<L>(shift, at(uptake.from)) * more;
        below &= L::less(more, headroom);
        subtract<L>(rates, at(uptake.from), remainder);
        add<L>(rates, at(uptake.to), remainder);
        e += uptake_entries * L::count;
    }
    return holds<L>(below);
}

template <class L>
[[gnu::always_inline]] inline void add_remainders(const LaneBlock& b, const double* shift,
                                                  double* rates) {
    using Pack = typename L::Pack;
    const double* e = b.uptakes;
    for (const BoundModel::Uptake& uptake : b.program.uptakes()) {
        const Pack more = load<L>(shift, at(uptake.load));
        const Pack headroom = load<L>(e, uptake_headroom);
        const Pack remainder =
            L::select(L::less(more, headroom),
                      load<L>(e, uptake_curvature) * load<L>(shift, at(uptake.from)) * more,
                      saturated_remainder<L>(b, uptake, e, shift));
        subtract<L>(rates, at(uptake.from), remainder);
        add<L>(rates, at(uptake.to), remainder);
        e += uptake_entries * L::count;
    }
}

/// Value and derivative of a factor, lane by lane.
void evaluate_factor(Shape shape, std::size_t lane_count, const double* x, const double* a,
                     const double* b, double* value, double* derivative);

template <class L>
struct FactorPacks {
    typename L::Pack value;
    typename L::Pack derivative;
};

template <class L>
[[gnu::always_inline]] inline FactorPacks<L> evaluate_shape(Shape shape, const typename L::Pack& x,
                                                            const double* a_lanes,
                                                            const double* b_lanes) {
    using Pack = typename L::Pack;
    const Pack a = load<L>(a_lanes, 0);
    switch (shape) {
    case Shape::capacity: {
        const typename L::Mask below = L::less(x, a);
        return {L::keep(below, L::all(1.0) - x / a), L::keep(below, L::all(-1.0) / a)};
    }
    case Shape::michaelis: {
        const Pack value = L::all(1.0) / (L::all(1.0) + x / a);
        return {value, -value * value / a};
    }
    case Shape::linear: return {x / a, L::all(1.0) / a};
    default: break;
    }
    alignas(64) double arguments[L::count];
    alignas(64) double values[L::count];
    alignas(64) double derivatives[L::count];
    store<L>(arguments, 0, x);
    evaluate_factor(shape, L::count, arguments, a_lanes, b_lanes, values, derivatives);
    return {load<L>(values, 0), load<L>(derivatives, 0)};
}

template <class L>
struct ArgumentPacks {
    typename L::Pack value;
    typename L::Pack divisor;
    typename L::Mask held;
};

template <class L>
[[gnu::always_inline]] inline ArgumentPacks<L> argument(const LaneBlock& b,
                                                        const FlatFactor& factor) {
    using Pack = typename L::Pack;
    const Pack above = load<L>(b.sums, at(factor.sum));
    if (factor.divisor < 0) {
        return {above, L::all(1.0), L::everywhere()};
    }
    const Pack divisor = load<L>(b.sums, at(factor.divisor));
    const Pack smallest = L::all(smallest_divisor);
    const typename L::Mask held = L::less(divisor, smallest);
    const Pack used = L::select(held, smallest, divisor);
    return {above / used, used, held};
}

template <class L>
[[gnu::always_inline]] inline void evaluate_sums(const LaneBlock& b, const double* y) {
    const RateProgram& program = b.program.rates();
    std::size_t t = 0;
    for (std::size_t s = 0; s < program.sum_constants.size(); ++s) {
        typename L::Pack value = load<L>(b.sum_constants, s);
        for (const std::size_t end = at(program.sum_starts[s + 1]); t < end; ++t) {
            value += load<L>(b.sum_weights, t) * load<L>(y, at(program.sum_terms[t].species));
        }
        store<L>(b.sums, s, value);
    }
}

template <class L>
[[gnu::always_inline]] inline typename L::Pack reaction_rate(const LaneBlock& b, std::size_t index,
                                                             const double* y) {
    const RateProgram& program = b.program.rates();
    const FlatReaction& reaction = program.reactions[index];
    typename L::Pack rate = load<L>(b.reaction_coefficients, index);
    if (reaction.substrate >= 0) {
        rate *= load<L>(y, at(reaction.substrate));
    }
    if (reaction.second >= 0) {
        rate *= load<L>(y, at(reaction.second));
    }
    for (std::size_t f = at(reaction.factor_begin); f < at(reaction.factor_end); ++f) {
        rate *=
            evaluate_shape<L>(program.factors[f].shape, argument<L>(b, program.factors[f]).value,
                              b.factor_a + f * L::count, b.factor_b + f * L::count)
                .value;
    }
    return rate;
}

template <class L>
[[gnu::always_inline]] inline void add_reactions(const LaneBlock& b, const double* y,
                                                 double* rates) {
    const RateProgram& program = b.program.rates();
    if (program.reactions.empty()) {
        return;
    }
    evaluate_sums<L>(b, y);
    for (std::size_t r = 0; r < program.reactions.size(); ++r) {
        const FlatReaction& reaction = program.reactions[r];
        const typename L::Mask used = L::not_zero(load<L>(b.reaction_coefficients, r));
        const typename L::Pack rate = reaction_rate<L>(b, r, y);
        for (int t = reaction.term_begin; t < reaction.term_end; ++t) {
            const FlatTerm& term = program.terms[at(t)];
            const typename L::Pack before = load<L>(rates, at(term.species));
            store<L>(rates, at(term.species),
                     L::select(used, before + L::all(term.weight) * rate, before));
        }
    }
}

/// Rate and derivatives of the reactions by the product rule, see `linearise`.
template <class L>
class Linearisation {
  public:
    using Pack = typename L::Pack;

    [[gnu::always_inline]] static Pack run(const LaneBlock& b, std::size_t index) {
        const RateProgram& program = b.program.rates();
        const FlatReaction& reaction = program.reactions[index];
        const Pack k = load<L>(b.reaction_coefficients, index);
        const Pack one = L::all(1.0);
        const Pack first = reaction.substrate >= 0 ? load<L>(b.y, at(reaction.substrate)) : one;
        const Pack second = reaction.second >= 0 ? load<L>(b.y, at(reaction.second)) : one;
        std::size_t next = at(reaction.gradient_begin);
        if (reaction.substrate >= 0) {
            store<L>(b.gradients, next++, k * second);
        }
        if (reaction.second >= 0) {
            store<L>(b.gradients, next++, k * first);
        }
        Pack product = k * first * second;
        for (int f = reaction.factor_begin; f < reaction.factor_end; ++f) {
            multiply_by(b, at(f), at(reaction.gradient_begin), next, product);
        }
        return product;
    }

  private:
    [[gnu::always_inline]] static void multiply_by(const LaneBlock& b, std::size_t f,
                                                   std::size_t begin, std::size_t& next,
                                                   Pack& product) {
        const FlatFactor& factor = b.program.rates().factors[f];
        const ArgumentPacks<L> x = argument<L>(b, factor);
        const FactorPacks<L> g = evaluate_shape<L>(factor.shape, x.value, b.factor_a + f * L::count,
                                                   b.factor_b + f * L::count);
        for (std::size_t i = begin; i < next; ++i) {
            store<L>(b.gradients, i, load<L>(b.gradients, i) * g.value);
        }
        const Pack slope = product * g.derivative / x.divisor;
        append(b, factor.sum, slope, next);
        if (factor.divisor >= 0) {
            append(b, factor.divisor, L::keep(~x.held, -slope * x.value), next);
        }
        product *= g.value;
    }

    [[gnu::always_inline]] static void append(const LaneBlock& b, int sum, const Pack& slope,
                                              std::size_t& next) {
        const RateProgram& program = b.program.rates();
        for (int i = program.sum_starts[at(sum)]; i < program.sum_starts[at(sum) + 1]; ++i) {
            store<L>(b.gradients, next++, slope * load<L>(b.sum_weights, at(i)));
        }
    }
};

template <class L>
[[gnu::always_inline]] inline void linearise_reactions(LaneBlock& b) {
    const RateProgram& program = b.program.rates();
    if (program.reactions.empty()) {
        return;
    }
    evaluate_sums<L>(b, b.y);
    for (std::size_t r = 0; r < program.reactions.size(); ++r) {
        store<L>(b.reaction_rates, r, Linearisation<L>::run(b, r));
    }
    for (const FlatReaction& reaction : program.reactions) {
        const int* position = b.program.lu_positions().data() + reaction.position_begin;
        for (int g = reaction.gradient_begin; g < reaction.gradient_end; ++g) {
            const typename L::Pack derivative = -load<L>(b.gradients, at(g));
            for (int t = reaction.term_begin; t < reaction.term_end; ++t) {
                add<L>(b.values, at(*position++), L::all(program.terms[at(t)].weight) * derivative);
            }
        }
    }
}

template <class L>
[[gnu::always_inline]] inline void add_reaction_remainders(const LaneBlock& b, const double* shift,
                                                           double* rates) {
    using Pack = typename L::Pack;
    const RateProgram& program = b.program.rates();
    if (program.reactions.empty()) {
        return;
    }
    for (const std::uint32_t p : b.program.shifted()) {
        L::store(b.moved + p, L::load(b.y + p) + L::load(shift + p));
    }
    evaluate_sums<L>(b, b.moved);
    for (std::size_t r = 0; r < program.reactions.size(); ++r) {
        const FlatReaction& reaction = program.reactions[r];
        Pack remainder = L::all(0.0);
        if (reaction.factor_begin != reaction.factor_end) {
            remainder = reaction_rate<L>(b, r, b.moved) - load<L>(b.reaction_rates, r);
            for (int g = reaction.gradient_begin; g < reaction.gradient_end; ++g) {
                remainder -= load<L>(b.gradients, at(g)) *
                             load<L>(shift, at(program.gradient_columns[at(g)]));
            }
        } else if (reaction.substrate >= 0 && reaction.second >= 0) {  // mass action is bilinear
            remainder = load<L>(b.reaction_coefficients, r) *
                        load<L>(shift, at(reaction.substrate)) *
                        load<L>(shift, at(reaction.second));
        }
        for (int t = reaction.term_begin; t < reaction.term_end; ++t) {
            const FlatTerm& term = program.terms[at(t)];
            add<L>(rates, at(term.species), L::all(term.weight) * remainder);
        }
    }
}

}  // namespace caravel::kinetics::lanes
