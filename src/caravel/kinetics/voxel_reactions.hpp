// General reactions of a block of voxels; equations as in batch_reactions.hpp.
#pragma once

#include "caravel/kinetics/batch_reactions.hpp"
#include "caravel/kinetics/voxel_block.hpp"
#include "caravel/kinetics/voxel_math.hpp"

#include <cstddef>

namespace caravel::kinetics::lanes {

/// x is above 0 and above a; p = (x/a)^b or its inverse, whichever is below 1; rest = 1/(1+p).
template <class L>
struct Saturation {
    typename L::Mask positive;
    typename L::Mask above;
    typename L::Pack inverse;  // 1/x
    typename L::Pack ratio;    // x/a or a/x, at most 1
    typename L::Pack p;
    typename L::Pack rest;
};

template <class L>
[[gnu::always_inline]] inline Saturation<L> saturate(const typename L::Pack& x, double a,
                                                     double b) {
    using Pack = typename L::Pack;
    constexpr double tiny = 1e-300;
    Saturation<L> s;
    s.positive = L::less(L::all(0.0), x);
    s.above = L::less(L::all(a), x);
    const Pack used = at_least<L>(x, tiny);
    s.inverse = L::all(1.0) / used;
    s.ratio = at_least<L>(L::select(s.above, L::all(a) * s.inverse, used * L::all(1.0 / a)), tiny);
    s.p = raise<L>(s.ratio, b);
    s.rest = L::all(1.0) / (L::all(1.0) + s.p);
    return s;
}

/// Value and derivative of a factor as in factor.hpp, where exp and pow go through voxel_math.hpp.
template <class L>
[[gnu::always_inline]] inline FactorPacks<L> evaluate_shared(const FlatFactor& factor,
                                                             const typename L::Pack& x) {
    using Pack = typename L::Pack;
    const double a = factor.a;
    const double b = factor.b;
    const Pack zero = L::all(0.0);
    const Pack one = L::all(1.0);
    switch (factor.shape) {
    case Shape::capacity: {
        const typename L::Mask below = L::less(x, L::all(a));
        return {L::keep(below, one - x * L::all(1.0 / a)), L::keep(below, L::all(-1.0 / a))};
    }
    case Shape::michaelis: {
        const Pack value = one / (one + x * L::all(1.0 / a));
        return {value, -value * value * L::all(1.0 / a)};
    }
    case Shape::linear: return {x * L::all(1.0 / a), L::all(1.0 / a)};
    case Shape::hill: {
        const Saturation<L> s = saturate<L>(x, a, b);
        const Pack share = s.p * s.rest;
        return {L::keep(s.positive, L::select(s.above, s.rest, share)),
                L::keep(s.positive, L::all(b) * s.rest * share * s.inverse)};
    }
    case Shape::inhibition: {
        const Saturation<L> s = saturate<L>(x, a, b);
        const Pack share = s.p * s.rest;
        return {L::select(s.positive, L::select(s.above, share, s.rest), one),
                L::keep(s.positive, -(L::all(b) * s.rest * share * s.inverse))};
    }
    case Shape::simeoni: {
        const Saturation<L> s = saturate<L>(x, a, b);
        const Pack share = L::select(s.above, s.rest, s.p * s.rest);
        const Pack root = exponential<L>(L::all(1.0 / b) * logarithm<L>(s.rest));
        const Pack value = root * L::select(s.above, s.ratio, one);
        return {L::select(s.positive, value, one),
                L::keep(s.positive, -(value * share * s.inverse))};
    }
    case Shape::exponential: {
        const Pack value = exponential<L>(-x * L::all(1.0 / a));
        return {value, -value * L::all(1.0 / a)};
    }
    case Shape::power:
    case Shape::logarithm:
    case Shape::logistic: break;
    }
    const Pack ratio = x * L::all(1.0 / a);
    const typename L::Mask free = L::less(L::all(smallest_ratio), ratio);
    const Pack held = at_least<L>(ratio, smallest_ratio);
    if (factor.shape == Shape::logarithm) {
        return {-logarithm<L>(held), L::keep(free, L::all(-1.0 / a) / held)};
    }
    if (b == 1.0) {
        const Pack slope = L::keep(free, L::all(1.0 / a));
        return factor.shape == Shape::power ? FactorPacks<L>{held, slope}
                                            : FactorPacks<L>{one - held, zero - slope};
    }
    const Pack value = raise<L>(held, b);
    const Pack slope = L::keep(free, L::all(b / a) * value / held);
    return factor.shape == Shape::power ? FactorPacks<L>{value, slope}
                                        : FactorPacks<L>{one - value, zero - slope};
}

template <class L>
[[gnu::always_inline]] inline void evaluate_shared_sums(const VoxelBlock& b, const double* y) {
    const RateProgram& program = b.program.rates();
    const FlatTerm* term = program.sum_terms.data();
    for (std::size_t s = 0; s < program.sum_constants.size(); ++s) {
        typename L::Pack value = L::all(program.sum_constants[s]);
        const auto* const end = program.sum_terms.data() + program.sum_starts[s + 1];
        for (; term != end; ++term) {
            value += L::all(term->weight) * load<L>(y, at(term->species));
        }
        store<L>(b.sums, s, value);
    }
}

/// Values of the factors at y, and with `slopes` their derivatives.
template <class L, bool slopes>
[[gnu::always_inline]] inline void evaluate_factors(const VoxelBlock& b, const double* y) {
    using Pack = typename L::Pack;
    evaluate_shared_sums<L>(b, y);
    for (std::size_t f = 0; f < b.shared.factors.size(); ++f) {
        const FlatFactor& factor = b.shared.factors[f];
        Pack x = load<L>(b.sums, at(factor.sum));
        if (factor.divisor < 0) {
            const FactorPacks<L> g = evaluate_shared<L>(factor, x);
            store<L>(b.factor_values, f, g.value);
            if constexpr (slopes) {
                store<L>(b.factor_slopes, f, g.derivative);
            }
            continue;
        }
        const Pack below = load<L>(b.sums, at(factor.divisor));
        const typename L::Mask held = L::less(below, L::all(smallest_divisor));
        const Pack inverse = L::all(1.0) / at_least<L>(below, smallest_divisor);
        x = x * inverse;
        const FactorPacks<L> g = evaluate_shared<L>(factor, x);
        store<L>(b.factor_values, f, g.value);
        if constexpr (slopes) {
            const Pack slope = g.derivative * inverse;
            store<L>(b.factor_slopes, f, slope);
            store<L>(b.divisor_slopes, f, L::keep(~held, -slope * x));
        }
    }
}

template <class L>
[[gnu::always_inline]] inline typename L::Pack shared_rate(const VoxelBlock& b, std::size_t index,
                                                           const double* y) {
    const FlatReaction& reaction = b.program.rates().reactions[index];
    typename L::Pack rate = load<L>(b.reaction_coefficients, index);
    if (reaction.substrate >= 0) {
        rate *= load<L>(y, at(reaction.substrate));
    }
    if (reaction.second >= 0) {
        rate *= load<L>(y, at(reaction.second));
    }
    for (std::size_t f = at(reaction.factor_begin); f < at(reaction.factor_end); ++f) {
        rate *= load<L>(b.factor_values, b.shared.place[f]);
    }
    return rate;
}

/// Rate and derivatives of a reaction by the product rule.
template <class L>
class SharedLinearisation {
  public:
    using Pack = typename L::Pack;

    [[gnu::always_inline]] static Pack run(const VoxelBlock& b, std::size_t index) {
        const FlatReaction& reaction = b.program.rates().reactions[index];
        const Pack k = load<L>(b.reaction_coefficients, index);
        const auto begin = at(reaction.gradient_begin);
        const Pack one = L::all(1.0);
        const Pack first = reaction.substrate >= 0 ? load<L>(b.y, at(reaction.substrate)) : one;
        const Pack second = reaction.second >= 0 ? load<L>(b.y, at(reaction.second)) : one;
        std::size_t next = begin;
        if (reaction.substrate >= 0) {
            store<L>(b.gradients, next++, k * second);
        }
        if (reaction.second >= 0) {
            store<L>(b.gradients, next++, k * first);
        }
        Pack product = k * first * second;
        for (int f = reaction.factor_begin; f < reaction.factor_end; ++f) {
            multiply_by(b, b.shared.place[at(f)], begin, next, product);
        }
        return product;
    }

  private:
    [[gnu::always_inline]] static void multiply_by(const VoxelBlock& b, std::size_t f,
                                                   std::size_t begin, std::size_t& next,
                                                   Pack& product) {
        const FlatFactor& factor = b.shared.factors[f];
        const Pack value = load<L>(b.factor_values, f);
        for (std::size_t i = begin; i < next; ++i) {
            store<L>(b.gradients, i, load<L>(b.gradients, i) * value);
        }
        append(b, factor.sum, product * load<L>(b.factor_slopes, f), next);
        if (factor.divisor >= 0) {
            append(b, factor.divisor, product * load<L>(b.divisor_slopes, f), next);
        }
        product *= value;
    }

    [[gnu::always_inline]] static void append(const VoxelBlock& b, int sum, const Pack& slope,
                                              std::size_t& next) {
        const RateProgram& program = b.program.rates();
        for (int i = program.sum_starts[at(sum)]; i < program.sum_starts[at(sum) + 1]; ++i) {
            store<L>(b.gradients, next++, slope * L::all(program.sum_terms[at(i)].weight));
        }
    }
};

/// Rates and derivatives at y, which go into the matrix.
template <class L>
[[gnu::always_inline]] inline void linearise_shared(VoxelBlock& b) {
    const RateProgram& program = b.program.rates();
    evaluate_factors<L, true>(b, b.y);
    const int* position = b.program.lu_positions().data();
    for (std::size_t r = 0; r < program.reactions.size(); ++r) {
        store<L>(b.reaction_rates, r, SharedLinearisation<L>::run(b, r));
        const FlatReaction& reaction = program.reactions[r];
        position = b.program.lu_positions().data() + reaction.position_begin;
        for (int g = reaction.gradient_begin; g < reaction.gradient_end; ++g) {
            const typename L::Pack derivative = load<L>(b.gradients, at(g));
            for (int t = reaction.term_begin; t < reaction.term_end; ++t) {
                subtract<L>(b.values, at(*position++),
                            L::all(program.terms[at(t)].weight) * derivative);
            }
        }
    }
}

template <class L>
[[gnu::always_inline]] inline void add_to_terms(const VoxelBlock& b, const FlatReaction& reaction,
                                                const typename L::Pack& rate, double* rates) {
    for (int t = reaction.term_begin; t < reaction.term_end; ++t) {
        const FlatTerm& term = b.program.rates().terms[at(t)];
        add<L>(rates, at(term.species), L::all(term.weight) * rate);
    }
}

/// The rates that linearisation has left.
template <class L>
[[gnu::always_inline]] inline void add_known_rates(const VoxelBlock& b, double* rates) {
    const double* entries = b.uptakes;
    for (const BoundModel::Uptake& uptake : b.program.uptakes()) {
        const typename L::Pack rate = load<L>(entries, uptake_rate);
        subtract<L>(rates, at(uptake.from), rate);
        add<L>(rates, at(uptake.to), rate);
        entries += uptake_entries * L::count;
    }
    const RateProgram& program = b.program.rates();
    for (std::size_t r = 0; r < program.reactions.size(); ++r) {
        add_to_terms<L>(b, program.reactions[r], load<L>(b.reaction_rates, r), rates);
    }
}

template <class L>
[[gnu::always_inline]] inline void add_shared_remainders(const VoxelBlock& b, const double* shift,
                                                         double* rates) {
    using Pack = typename L::Pack;
    const RateProgram& program = b.program.rates();
    if (program.reactions.empty()) {
        return;
    }
    for (const std::uint32_t p : b.program.shifted()) {
        L::store(b.moved + p, L::load(b.y + p) + L::load(shift + p));
    }
    evaluate_factors<L, false>(b, b.moved);
    for (std::size_t r = 0; r < program.reactions.size(); ++r) {
        const FlatReaction& reaction = program.reactions[r];
        if (reaction.factor_begin != reaction.factor_end) {
            Pack remainder = shared_rate<L>(b, r, b.moved) - load<L>(b.reaction_rates, r);
            for (int g = reaction.gradient_begin; g < reaction.gradient_end; ++g) {
                remainder -= load<L>(b.gradients, at(g)) *
                             load<L>(shift, at(program.gradient_columns[at(g)]));
            }
            add_to_terms<L>(b, reaction, remainder, rates);
        } else if (reaction.substrate >= 0 && reaction.second >= 0) {  // mass action is bilinear
            add_to_terms<L>(b, reaction,
                            load<L>(b.reaction_coefficients, r) *
                                load<L>(shift, at(reaction.substrate)) *
                                load<L>(shift, at(reaction.second)),
                            rates);
        }
    }
}

}  // namespace caravel::kinetics::lanes
