// The step of a block of lanes for one kind of vector and one of the methods in
// rosenbrock_tableau.hpp; included by batch_lanes.cpp and voxel_lanes.cpp alone.
#pragma once

#include "caravel/kinetics/batch_lanes.hpp"
#include "caravel/kinetics/batch_reactions.hpp"
#include "caravel/kinetics/rosenbrock_tableau.hpp"
#include "caravel/kinetics/stage_weights.hpp"

#include <utility>

namespace caravel::kinetics::lanes {

/// What a row of a sweep begins with.
enum class First { result, product, negative_product };

template <class L, First first>
[[gnu::always_inline]] inline typename L::Pack begin_row(std::uint32_t row, const double* x,
                                                         const double* product,
                                                         const double* result) {
    if constexpr (first == First::result) {
        return L::load(result + row);
    } else if constexpr (first == First::product) {
        return L::load(x + row) * L::load(product + row);
    } else {
        return -(L::load(product + row) * L::load(x + row));
    }
}

/// As SparseLu::run; rows of one entry, the most frequent, have a loop of their own.
template <class L, First first>
[[gnu::always_inline]] inline void sweep(const LaneSweep& rows, const double* values,
                                         const double* x, const double* product, double* result) {
    const double* value = values + rows.first_value;
    const RowEntry* entry = rows.entries.data();
    for (const LuProgram::Group& group : rows.groups) {
        if (group.width == 1) {
            for (const RowEntry* const end = entry + group.rows; entry != end; ++entry) {
                const auto [row, column] = *entry;
                typename L::Pack sum = begin_row<L, first>(row, x, product, result);
                sum -= L::load(value) * L::load(x + column);
                L::store(result + row, sum);
                value += L::count;
            }
            continue;
        }
        for (std::uint32_t i = 0; i < group.rows; ++i) {
            const std::uint32_t row = entry->row;
            typename L::Pack sum = begin_row<L, first>(row, x, product, result);
            for (const RowEntry* const end = entry + group.width; entry != end; ++entry) {
                sum -= L::load(value) * L::load(x + entry->column);
                value += L::count;
            }
            entry += group.width == 0 ? 1 : 0;
            L::store(result + row, sum);
        }
    }
}

/// x <- (I d - J)^-1 x
template <class L>
[[gnu::always_inline]] inline void solve(const LaneBlock& b, double* x) {
    sweep<L, First::result>(b.program.lower(), b.values, x, nullptr, x);
    sweep<L, First::product>(b.program.upper(), b.values, x, b.values, x);
}

template <class L>
[[gnu::always_inline]] inline void evaluate(LaneBlock& b, const double* y, double* rates) {
    sweep<L, First::negative_product>(b.program.upper(), b.linear, y, b.linear, rates);
    sweep<L, First::result>(b.program.lower(), b.linear, y, nullptr, rates);
    add_uptakes<L>(b, y, rates);
    add_reactions<L>(b, y, rates);
}

/// The matrix I d - J of first-order reactions in `values`, as far as a step changes it.
template <class L>
[[gnu::always_inline]] inline void begin_matrix(LaneBlock& b, const typename L::Pack& diagonal) {
    for (std::size_t i = 0; i < b.program.size(); ++i) {
        store<L>(b.values, i, load<L>(b.linear, i) + diagonal);
    }
    for (const std::uint32_t p : b.program.varying()) {
        L::store(b.values + p, L::load(b.linear + p));
    }
}

/// Factors what is in `values` and `linear`; the diagonal becomes the inverse pivots. A pivot of 0
/// makes the result of the step not finite; one that is not finite itself is a flaw.
template <class L>
[[gnu::always_inline]] inline void eliminate(LaneBlock& b) {
    using Pack = typename L::Pack;
    const LaneElimination& e = b.program.elimination();
    double* const values = b.values;
    const double* const linear = b.linear;  // `values` come next
    const auto* target = e.targets.data();
    const auto* update = e.updates.data();
    const auto* pivot = e.pivots.data();
    const auto* lower = e.lower.data();
    const Pack zero = L::all(0.0);
    Pack flaw = zero;
    for (const LaneElimination::Level& level : e.levels) {
        for (const auto* const end = e.targets.data() + level.targets_end; target != end;
             ++target) {
            Pack value = L::load(linear + target->from);
            const auto* const updates_end = e.updates.data() + target->updates_end;
            for (; update != updates_end; ++update) {
                value -= L::load(values + update->lower) * L::load(linear + update->upper);
            }
            L::store(values + target->value, value);
        }
        for (const auto* const end = e.pivots.data() + level.pivots_end; pivot != end; ++pivot) {
            const Pack value = L::load(values + *pivot);
            flaw += value * zero;
            L::store(values + *pivot, L::all(1.0) / value);
        }
        for (const auto* const end = e.lower.data() + level.lower_end; lower != end; ++lower) {
            L::store(values + lower->value,
                     L::load(linear + lower->from) * L::load(values + lower->pivot));
        }
    }
    for (const LaneElimination::Scaling& upper : e.upper) {
        L::store(values + upper.value,
                 L::load(linear + upper.from) * L::load(values + upper.pivot));
    }
    L::store(b.flaw, flaw);
}

template <class L, class T>
[[gnu::always_inline]] inline void factor(LaneBlock& b) {
    const typename L::Pack h = L::load(b.h);
    L::store(b.inverse_step, L::all(1.0) / h);
    begin_matrix<L>(b, L::all(1.0) / (L::all(T::gamma) * h));
    linearise_uptakes<L>(b);
    linearise_reactions<L>(b);
    eliminate<L>(b);
}

template <class T>
inline constexpr StageWeights<T> step_weights{};
inline constexpr std::size_t stage_count = Rodas5P::stages;

/// Whether the state of stage i is another than y.
template <class T>
constexpr bool is_shifted(std::size_t i) {
    for (std::size_t j = 0; j < i; ++j) {
        if (step_weights<T>.shift[i][j] != 0.0) {
            return true;
        }
    }
    return false;
}

/// Right side of stage i without its remainder, and the shift of its state where it is needed.
template <class L, class T, std::size_t i, std::size_t... J>
[[gnu::always_inline]] inline void combine(const LaneBlock& b, std::index_sequence<J...>) {
    using Pack = typename L::Pack;
    constexpr const StageWeights<T>& weights = step_weights<T>;
    const std::size_t stride = b.program.size() * L::count;
    const Pack scale = L::load(b.inverse_step);
    const double* const stages = b.stages;
    const double* const rates = b.rates;
    double* const shift = b.shift;
    double* const right = b.stages + i * stride;
    for (const std::uint32_t p : b.program.shifted()) {
        Pack sum = L::all(0.0);
        Pack moved = L::all(0.0);
        [[maybe_unused]] const auto add_stage = [&](std::size_t j) __attribute__((always_inline)) {
            const Pack stage = L::load(stages + j * stride + p);
            if (weights.right[i][j] != 0.0) {
                sum += L::all(weights.right[i][j]) * stage;
            }
            if (!weights.shift_is_previous[i] && weights.shift[i][j] != 0.0) {
                moved += L::all(weights.shift[i][j]) * stage;
            }
        };
        (add_stage(J), ...);
        L::store(right + p, L::load(rates + p) + scale * sum);
        if constexpr (is_shifted<T>(i) && !weights.shift_is_previous[i]) {
            L::store(shift + p, moved);
        }
    }
    for (const std::uint32_t p : b.program.unshifted()) {
        Pack sum = L::all(0.0);
        ((sum += L::all(weights.right[i][J]) * L::load(stages + J * stride + p)), ...);
        L::store(right + p, L::load(rates + p) + scale * sum);
    }
}

template <class L, class T, std::size_t i>
[[gnu::always_inline]] inline void run_stage(LaneBlock& b) {
    const std::size_t stride = b.program.size() * L::count;
    double* const stage = b.stages + i * stride;
    constexpr std::make_index_sequence<i> before{};
    combine<L, T, i>(b, before);
    if (is_shifted<T>(i) && b.program.nonlinear()) {
        const double* const shift = step_weights<T>.shift_is_previous[i] ? stage - stride : b.shift;
        if (!add_unsaturated_remainders<L>(b, shift, stage)) {
            combine<L, T, i>(b, before);  // once more, without what was added
            add_remainders<L>(b, shift, stage);
        }
        add_reaction_remainders<L>(b, shift, stage);
    }
    L::solve(b, stage);
}

// Eight partial sums per lane, as StepNorm is summed along the species.
template <class L, class T>
[[gnu::always_inline]] inline void finish(LaneBlock& b) {
    using Pack = typename L::Pack;
    const std::size_t size = b.program.size();
    const double* const increments = b.stages + (T::stages - 1) * size * L::count;
    const double* const lower = b.stages + (T::stages - 2) * size * L::count;
    const Pack relative = L::all(b.relative);
    alignas(64) double sums[block_width * L::count] = {};
    typename L::Mask below = L::less(L::all(0.0), L::all(0.0));
    for (std::size_t i = 0; i < size; ++i) {
        const Pack before = load<L>(b.y, i);
        const Pack increment = load<L>(increments, i);
        const Pack after = before + increment;
        store<L>(b.result, i, after);
        below |= L::less(after, load<L>(b.least, i));
        const Pack size_before = L::magnitude(before);
        const Pack size_after = L::magnitude(after);
        const Pack extent = L::select(L::less(size_before, size_after), size_after, size_before);
        const Pack error = increment - load<L>(lower, i);
        const Pack ratio = error / (load<L>(b.absolute, i) + relative * extent);
        add<L>(sums, i % block_width, ratio * ratio);
    }
    const auto pair = [&](std::size_t i) __attribute__((always_inline)) {
        return load<L>(sums, i) + load<L>(sums, i + 4);
    };
    L::store(b.squares, (pair(0) + pair(1)) + (pair(2) + pair(3)));
    L::store(b.below, below);
}

template <class L, class T, std::size_t... I>
[[gnu::always_inline]] inline void step(LaneBlock& b, std::index_sequence<I...>) {
    factor<L, T>(b);
    evaluate<L>(b, b.y, b.rates);
    (run_stage<L, T, I>(b), ...);
    finish<L, T>(b);
}

/// One vector of lanes, which begins with `lane`: few lanes pass an output time in the same step.
template <class L, std::size_t... J>
[[gnu::always_inline]] inline void interpolate(LaneBlock& b, std::size_t lane,
                                               std::index_sequence<J...>) {
    using Part = Lanes<L::width, L::width>;
    using Pack = typename Part::Pack;
    const Pack x = Part::load(b.x + lane);
    Pack weights[stage_count];
#pragma GCC unroll 8
    for (std::size_t j = 0; j < stage_count; ++j) {
        weights[j] = Part::all(0.0);
        for (int m = Rodas5P::dense_terms - 1; m >= 0; --m) {
            weights[j] = weights[j] * x + Part::all(step_weights<Rodas5P>.dense[m][j]);
        }
    }
    const Pack rest = Part::all(1.0) - x;
    const std::size_t stride = b.program.size() * L::count;
    for (std::size_t p = lane; p < stride; p += L::count) {
        Pack bend = Part::all(0.0);
        ((bend += weights[J] * Part::load(b.stages + J * stride + p)), ...);
        const Pack end = Part::load(b.result + p) + rest * bend;
        Part::store(b.between + p, rest * Part::load(b.y + p) + x * end);
    }
}

template <class L>
[[gnu::always_inline]] inline void commit(LaneBlock& b) {
    const typename L::Mask accepted = L::load(b.accepted);
    for (std::size_t i = 0; i < b.program.size(); ++i) {
        store<L>(b.y, i, L::select(accepted, load<L>(b.result, i), load<L>(b.y, i)));
    }
}

}  // namespace caravel::kinetics::lanes
