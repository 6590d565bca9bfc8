// The sensitivities of a step for one kind of vector; included by sensitivity_lanes.cpp alone.
#pragma once

#include "caravel/kinetics/sensitivity_lanes.hpp"

#include <span>

namespace caravel::kinetics::tile {

/// `parts` vectors of `width` doubles: the lanes of one entry.
template <std::size_t width, std::size_t parts>
struct Row {
    using Values [[gnu::vector_size(8 * width), gnu::aligned(8), gnu::may_alias]] = double;
    static constexpr std::size_t lanes = width * parts;
    Values v[parts];

    [[gnu::always_inline]] static Row load(const double* from) {
        Row row;
#pragma GCC unroll 12
        for (std::size_t i = 0; i < parts; ++i) {
            row.v[i] = *reinterpret_cast<const Values*>(from + i * width);
        }
        return row;
    }
    [[gnu::always_inline]] static Row zero() {
        Row row;
#pragma GCC unroll 12
        for (std::size_t i = 0; i < parts; ++i) row.v[i] = Values{};
        return row;
    }
    [[gnu::always_inline]] void store(double* to) const {
#pragma GCC unroll 12
        for (std::size_t i = 0; i < parts; ++i) {
            *reinterpret_cast<Values*>(to + i * width) = v[i];
        }
    }
    /// this += factor x
    [[gnu::always_inline]] void add(double factor, const double* x) {
        const Values all = factor - Values{};  // x - 0 is x, x + 0 is not
#pragma GCC unroll 12
        for (std::size_t i = 0; i < parts; ++i) {
            v[i] += all * *reinterpret_cast<const Values*>(x + i * width);
        }
    }
    [[gnu::always_inline]] void subtract(double factor, const double* x) {
        const Values all = factor - Values{};  // x - 0 is x, x + 0 is not
#pragma GCC unroll 12
        for (std::size_t i = 0; i < parts; ++i) {
            v[i] -= all * *reinterpret_cast<const Values*>(x + i * width);
        }
    }
    /// to += factor this
    [[gnu::always_inline]] void add_to(double* to, double factor) const {
        const Values all = factor - Values{};  // x - 0 is x, x + 0 is not
#pragma GCC unroll 12
        for (std::size_t i = 0; i < parts; ++i) {
            *reinterpret_cast<Values*>(to + i * width) += all * v[i];
        }
    }
    [[gnu::always_inline]] static Row product(double factor, const double* x) {
        const Values all = factor - Values{};  // x - 0 is x, x + 0 is not
        Row row;
#pragma GCC unroll 12
        for (std::size_t i = 0; i < parts; ++i) {
            row.v[i] = all * *reinterpret_cast<const Values*>(x + i * width);
        }
        return row;
    }
};

/// The lanes of A, then those of B: vectors of two widths.
template <class A, class B>
struct Joined {
    static constexpr std::size_t lanes = A::lanes + B::lanes;
    A a;
    B b;

    [[gnu::always_inline]] static Joined load(const double* from) {
        return {A::load(from), B::load(from + A::lanes)};
    }
    [[gnu::always_inline]] static Joined zero() { return {A::zero(), B::zero()}; }
    [[gnu::always_inline]] static Joined product(double factor, const double* x) {
        return {A::product(factor, x), B::product(factor, x + A::lanes)};
    }
    [[gnu::always_inline]] void store(double* to) const {
        a.store(to);
        b.store(to + A::lanes);
    }
    [[gnu::always_inline]] void add(double factor, const double* x) {
        a.add(factor, x);
        b.add(factor, x + A::lanes);
    }
    [[gnu::always_inline]] void subtract(double factor, const double* x) {
        a.subtract(factor, x);
        b.subtract(factor, x + A::lanes);
    }
    [[gnu::always_inline]] void add_to(double* to, double factor) const {
        a.add_to(to, factor);
        b.add_to(to + A::lanes, factor);
    }
};

/// What a row of a sweep begins with: what `result` holds, or a diagonal entry times x.
enum class First { result, product, negative_product };

template <class R, First first>
[[gnu::always_inline]] inline R begin_row(TileSweep::Row row, const double* diagonal,
                                          const double* x, const double* result) {
    if constexpr (first == First::result) {
        return R::load(result + row.species);
    } else if constexpr (first == First::product) {
        return R::product(diagonal[row.index], x + row.species);
    } else {
        return R::product(-diagonal[row.index], x + row.species);
    }
}

struct Cursor {
    const double* value;
    const TileSweep::Row* row;
    const std::uint32_t* column;
};

template <class R, First first, std::size_t width>
[[gnu::always_inline]] inline void run_rows(Cursor& cursor, std::uint32_t rows,
                                            const double* diagonal, const double* x,
                                            double* result) {
    for (const TileSweep::Row* const end = cursor.row + rows; cursor.row != end; ++cursor.row) {
        R sum = begin_row<R, first>(*cursor.row, diagonal, x, result);
#pragma GCC unroll 4
        for (std::size_t j = 0; j < width; ++j) {
            sum.subtract(cursor.value[j], x + cursor.column[j]);
        }
        sum.store(result + cursor.row->species);
        cursor.value += width;
        cursor.column += width;
    }
}

template <class R, First first>
[[gnu::always_inline]] inline void run_wide_rows(Cursor& cursor, const LuProgram::Group& group,
                                                 const double* diagonal, const double* x,
                                                 double* result) {
    for (const TileSweep::Row* const end = cursor.row + group.rows; cursor.row != end;
         ++cursor.row) {
        R sum = begin_row<R, first>(*cursor.row, diagonal, x, result);
        for (std::size_t j = 0; j < group.width; ++j) {
            sum.subtract(cursor.value[j], x + cursor.column[j]);
        }
        sum.store(result + cursor.row->species);
        cursor.value += group.width;
        cursor.column += group.width;
    }
}

/// As SparseLu::run with one matrix for all lanes.
template <class R, First first>
[[gnu::always_inline]] inline void sweep(const TileSweep& rows, const double* values,
                                         const double* diagonal, const double* x, double* result) {
    Cursor cursor{values + rows.first_value, rows.rows.data(), rows.columns.data()};
    for (const LuProgram::Group& group : rows.groups) {
        switch (group.width) {
        case 1: run_rows<R, first, 1>(cursor, group.rows, diagonal, x, result); break;
        case 2: run_rows<R, first, 2>(cursor, group.rows, diagonal, x, result); break;
        case 3: run_rows<R, first, 3>(cursor, group.rows, diagonal, x, result); break;
        default: run_wide_rows<R, first>(cursor, group, diagonal, x, result);
        }
    }
}

/// What the parameters change directly.
template <class G>
[[gnu::always_inline]] inline void add_rows(const SensitivityTile& t, const double* sources,
                                            const double* weights, double* right) {
    const std::span<const TileRow> rows = t.rows;
    const std::uint32_t* const entries = t.entries.data();
    const std::uint32_t* entry = entries;
    for (const TileRow& row : rows.first(t.single_rows)) {
        G sum = G::load(right + row.place);
        sum.add(sources[*entry++], weights);
        weights += G::lanes;
        sum.store(right + row.place);
    }
    for (const TileRow& row : rows.subspan(t.single_rows)) {
        G sum = G::load(right + row.place);
        for (const std::uint32_t* const end = entries + row.entry_end; entry != end; ++entry) {
            sum.add(sources[*entry], weights);
            weights += G::lanes;
        }
        sum.store(right + row.place);
    }
}

/// rates = J S + what the parameters change directly
template <class R, class G>
[[gnu::always_inline]] inline void evaluate(SensitivityTile& t, const SensitivityStep& step) {
    const double* const now = t.now.data();
    double* const rates = t.rates.data();
    const double* const matrix = step.minus_jacobian;
    sweep<R, First::negative_product>(t.upper, matrix, matrix, now, rates);
    sweep<R, First::result>(t.lower, matrix, matrix, now, rates);
    add_rows<G>(t, step.start_sources, t.start_weights.data(), rates);
}

/// right = rates + sum of weights times the stages before, for whole rows from begin to end.
template <class R, std::size_t count>
[[gnu::always_inline]] inline void combine_right(const double* stages, std::size_t stride,
                                                 const double* weights, const double* rates,
                                                 std::size_t p, double* right) {
    R sum = R::load(rates + p);
#pragma GCC unroll 8
    for (std::size_t j = 0; j < count; ++j) {
        sum.add(weights[j], stages + j * stride + p);
    }
    sum.store(right + p);
}

/// Right side of a stage without its flows, and the shift of its state where it is needed.
template <class R, std::size_t count>
[[gnu::always_inline]] inline void combine(SensitivityTile& t, const SensitivityStage& stage) {
    const std::size_t stride = t.size * R::lanes;
    const double* const stages = t.stages.data();
    const double* const rates = t.rates.data();
    double* const shift = t.shift.data();
    double* const right = t.stages.data() + count * stride;
    double weights[count + 1];  // copies: what is stored below cannot change them
    double shift_weights[count + 1];
    for (std::size_t j = 0; j < count; ++j) {
        weights[j] = stage.right[j];
        shift_weights[j] = stage.shift[j];
    }
    if (count == 0 || stage.shift_is_previous) {
        for (std::size_t p = 0; p < stride; p += R::lanes) {
            combine_right<R, count>(stages, stride, weights, rates, p, right);
        }
        return;
    }
    const std::span<const std::uint32_t> unshifted = t.flows->unshifted;
    for (const std::uint32_t p : unshifted) {
        combine_right<R, count>(stages, stride, weights, rates, p, right);
    }
    const std::span<const std::uint32_t> shifted = t.flows->shifted;
    for (const std::uint32_t p : shifted) {
        R sum = R::load(rates + p);
        R moved = R::zero();
#pragma GCC unroll 8
        for (std::size_t j = 0; j < count; ++j) {
            sum.add(weights[j], stages + j * stride + p);
            moved.add(shift_weights[j], stages + j * stride + p);
        }
        sum.store(right + p);
        moved.store(shift + p);
    }
}

/// Whether stages i and i + 1, which need no shift of their own, are combined together.
inline bool is_pair(const SensitivityStep& step, std::size_t i) {
    return i + 1 < step.stages && step.stage[i].shift_is_previous &&
           step.stage[i + 1].shift_is_previous;
}

/// combine of stage `count`, and of the next one as far as it is known by now: the stages before
/// are read once for both.
template <class R, std::size_t count>
[[gnu::always_inline]] inline void combine_pair(SensitivityTile& t, const SensitivityStage& stage,
                                                const SensitivityStage& next) {
    const std::size_t stride = t.size * R::lanes;
    const double* const stages = t.stages.data();
    const double* const rates = t.rates.data();
    double* const right = t.stages.data() + count * stride;
    double weights[count];  // copies, as in combine
    double next_weights[count];
    for (std::size_t j = 0; j < count; ++j) {
        weights[j] = stage.right[j];
        next_weights[j] = next.right[j];
    }
    for (std::size_t p = 0; p < stride; p += R::lanes) {
        R sum = R::load(rates + p);
        R begun = sum;
#pragma GCC unroll 8
        for (std::size_t j = 0; j < count; ++j) {
            sum.add(weights[j], stages + j * stride + p);
            begun.add(next_weights[j], stages + j * stride + p);
        }
        sum.store(right + p);
        begun.store(right + stride + p);
    }
}

/// What combine_pair left of stage `count`.
template <class R, std::size_t count>
[[gnu::always_inline]] inline void complete_pair(SensitivityTile& t,
                                                 const SensitivityStage& stage) {
    const std::size_t stride = t.size * R::lanes;
    double* const right = t.stages.data() + count * stride;
    const double weight = stage.right[count - 1];
    for (std::size_t p = 0; p < stride; p += R::lanes) {
        R sum = R::load(right + p);
        sum.add(weight, right - stride + p);
        sum.store(right + p);
    }
}

template <class R>
[[gnu::always_inline]] inline void add_flows(const SensitivityTile& t,
                                             const SensitivityStage& stage, const double* shift,
                                             double* right) {
    const double* const now = t.now.data();
    const std::span<const SensitivityFlow> flows = t.flows->flows;
    const std::uint32_t* const columns = t.flows->columns.data();
    const TileTerm* const terms = t.flows->terms.data();
    const double* const by_state = stage.by_state;
    const double* const by_shift = stage.by_shift;
    const auto rate_of = [&](const SensitivityFlow& flow, std::size_t count)
        __attribute__((always_inline)) {
        R rate = R::zero();
        for (std::size_t g = 0; g < count; ++g) {
            const std::uint32_t column = columns[flow.column_begin + g];
            rate.add(by_state[flow.value_begin + g], now + column);
            rate.add(by_shift[flow.value_begin + g], shift + column);
        }
        return rate;
    };
    for (const SensitivityFlow& flow : flows) {
        if (flow.columns == 2 && flow.terms == 2) {  // the most frequent
            const R rate = rate_of(flow, 2);
            rate.add_to(right + terms[flow.term_begin].species, terms[flow.term_begin].weight);
            rate.add_to(right + terms[flow.term_begin + 1].species,
                        terms[flow.term_begin + 1].weight);
            continue;
        }
        const R rate = rate_of(flow, flow.columns);
        for (std::size_t i = flow.term_begin; i < flow.term_begin + flow.terms; ++i) {
            rate.add_to(right + terms[i].species, terms[i].weight);
        }
    }
}

/// What stage i gets besides its combination, and its solution; one copy for all stages, so that
/// the kernel stays in the instruction cache.
template <class R, class G>
[[gnu::always_inline]] inline void close_stage(SensitivityTile& t, const SensitivityStep& step,
                                               std::size_t i) {
    const SensitivityStage& stage = step.stage[i];
    const std::size_t stride = t.size * R::lanes;
    double* const right = t.stages.data() + i * stride;
    const double* const shift = i == 0                    ? t.now.data()  // times 0
                                : stage.shift_is_previous ? right - stride
                                                          : t.shift.data();
    add_flows<R>(t, stage, shift, right);
    add_rows<G>(t, stage.sources, t.weights[i], right);
    sweep<R, First::result>(t.lower, step.factors, nullptr, right, right);
    sweep<R, First::product>(t.upper, step.factors, step.inverse_pivots, right, right);
}

template <class K, std::size_t i>
[[gnu::always_inline]] inline void run_stage(SensitivityTile& t, const SensitivityStep& step) {
    using R = typename K::R;
    if (i >= step.stages) {
        return;
    }
    bool is_done = false;
    if constexpr (K::pairs && i >= 2 && i % 2 == 0) {
        is_done = is_pair(step, i);
        if (is_done) {
            combine_pair<R, i>(t, step.stage[i], step.stage[i + 1]);
        }
    } else if constexpr (K::pairs && i >= 2) {
        is_done = is_pair(step, i - 1);
        if (is_done) {
            complete_pair<R, i>(t, step.stage[i]);
        }
    }
    if (!is_done) {
        combine<R, i>(t, step.stage[i]);
    }
    K::close(t, step, i);
}

template <class R>
[[gnu::always_inline]] inline void finish(SensitivityTile& t, const SensitivityStep& step) {
    const std::size_t stride = t.size * R::lanes;
    const double* const increment = t.stages.data() + (step.stages - 1) * stride;
    R flaw = R::zero();
    for (std::size_t p = 0; p < stride; p += R::lanes) {
        R sum = R::load(t.now.data() + p);
        sum.add(1.0, increment + p);
        sum.store(t.result.data() + p);
        flaw.add(0.0, t.result.data() + p);
    }
    flaw.store(t.flaw);
}

/// (1-x) S + x (S_new + (1-x) sum of dense weights times stages)
template <class G>
[[gnu::always_inline]] inline void interpolate(const SensitivityTile& t, double x,
                                               std::span<const double> dense, double* values) {
    const std::size_t stride = t.size * t.lanes;
    double weights[most_sensitivity_stages] = {};
    for (std::size_t j = 0; j < dense.size(); ++j) {
        weights[j] = x * (1.0 - x) * dense[j];
    }
    for (std::size_t p = 0; p < stride; p += G::lanes) {
        G sum = G::product(1.0 - x, t.now.data() + p);
        sum.add(x, t.result.data() + p);
        for (std::size_t j = 0; j < dense.size(); ++j) {
            sum.add(weights[j], t.stages.data() + j * stride + p);
        }
        sum.store(values + p);
    }
}

/// K::R holds the lanes of the tile, K::G those of a group; K::close is close_stage. With K::pairs,
/// which needs many registers, stages are combined two at a time.
template <class K>
[[gnu::always_inline]] inline void run(SensitivityTile& t, const SensitivityStep& step) {
    evaluate<typename K::R, typename K::G>(t, step);
    run_stage<K, 0>(t, step);
    run_stage<K, 1>(t, step);
    run_stage<K, 2>(t, step);
    run_stage<K, 3>(t, step);
    run_stage<K, 4>(t, step);
    run_stage<K, 5>(t, step);
    run_stage<K, 6>(t, step);
    run_stage<K, 7>(t, step);
    finish<typename K::R>(t, step);
}

}  // namespace caravel::kinetics::tile
