// The line solves written once for vectors of any width and element; included by the kernels'
// sources alone. `Lanes` names the vector (Values), its element (Value) and how many it holds.
#pragma once

#include "caravel/tissue/fields/boundary.hpp"
#include "caravel/tissue/fields/constant_diffusion_kernels.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace caravel::tissue::lanes {

/// A vector in memory of plain numbers. Packed, for it may lie anywhere; an alignment of the vector
/// types themselves would not do, for clang forgets it in types that templates name.
template <class Values>
struct [[gnu::packed, gnu::may_alias]] Memory {
    Values v;
};

template <class Lanes>
[[gnu::always_inline]] inline const Memory<typename Lanes::Values>& load(
    const typename Lanes::Value* p) {
    return *reinterpret_cast<const Memory<typename Lanes::Values>*>(p);
}

template <class Lanes>
[[gnu::always_inline]] inline Memory<typename Lanes::Values>& store(typename Lanes::Value* p) {
    return *reinterpret_cast<Memory<typename Lanes::Values>*>(p);
}

/// Where the vectors of one group of columns stand: one after the other, but the last may begin
/// earlier and overlap the one before. Overlapping columns are worked out twice with equal results.
template <class T>
struct Place {
    T* values = nullptr;
    index_t stride = 0;
    index_t last = 0;  // first column of the last vector
};

/// One solve's rows, `Count` vectors wide; the sum carried along the line stays in registers. A
/// row is read before it is written.
template <class Lanes, std::size_t Count>
class Rows {
    using T = typename Lanes::Value;
    using Values = typename Lanes::Values;
    static constexpr std::size_t width = Lanes::width;

  public:
    static constexpr index_t columns = static_cast<index_t>(Count * width);

    static constexpr Place<T> whole(T* values) {
        return {values, columns, static_cast<index_t>((Count - 1) * width)};
    }

    /// While it works, as many rows from `next` on are called into the cache.
    [[gnu::always_inline]] static inline void forward(const LineFactors<T>& f, const Place<T>& from,
                                                      const Place<T>& to, const Place<T>& next) {
        Values carried[Count] = {};
        const T* const scale = f.scale;
        const T* const coupling = f.coupling;
        for (index_t i = 0; i < f.rows; ++i) {
            const T* const row = from.values + i * from.stride;
            call(next.values + i * next.stride, all);
            advance(row, from.last, scale[i], coupling[i], carried, all);
            put(carried, to.values + i * to.stride, to.last, all);
        }
    }

    /// Results of the backward half, made up with `old` as the scheme says, go to `to`.
    template <class Combine>
    [[gnu::always_inline]] static inline void backward(const LineFactors<T>& f,
                                                       const Place<T>& from, const Place<T>& old,
                                                       const Place<T>& to,
                                                       const ColumnSupply<T>& supply,
                                                       const Combine& combine) {
        Values carried[Count] = {};
        Values results[Count];
        const T* const coupling = f.coupling;
        const bool supplied = supply.with_row != nullptr || supply.field != nullptr;
        for (index_t i = f.rows - 1; i >= 0; --i) {
            retreat(from.values + i * from.stride, from.last, coupling[i], carried, all);
            mix(carried, old.values + i * old.stride, old.last, results, combine, all);
            if (supplied) add(supply, to.last, i, results, all);
            put(results, to.values + i * to.stride, to.last, all);
        }
    }

  private:
    static constexpr std::make_index_sequence<Count> all{};

    static constexpr index_t at(std::size_t vector, index_t last) {
        return vector + 1 == Count ? last : static_cast<index_t>(vector * width);
    }

    template <std::size_t... J>
    [[gnu::always_inline]] static inline void call(const T* row, std::index_sequence<J...>) {
        ((J * width * sizeof(T) % 64 == 0 ? __builtin_prefetch(row + J * width, 1, 2) : void()),
         ...);
    }

    template <std::size_t... J>
    [[gnu::always_inline]] static inline void advance(const T* row, index_t last, T scale,
                                                      T coupling, Values* carried,
                                                      std::index_sequence<J...>) {
        ((carried[J] = load<Lanes>(row + at(J, last)).v * scale + carried[J] * coupling), ...);
    }

    template <std::size_t... J>
    [[gnu::always_inline]] static inline void retreat(const T* row, index_t last, T coupling,
                                                      Values* carried, std::index_sequence<J...>) {
        ((carried[J] = load<Lanes>(row + at(J, last)).v + carried[J] * coupling), ...);
    }

    template <class Combine, std::size_t... J>
    [[gnu::always_inline]] static inline void mix(const Values* solution, const T* old,
                                                  index_t last, Values* results,
                                                  const Combine& combine,
                                                  std::index_sequence<J...>) {
        (combine(solution[J], old + at(J, last), results[J]), ...);
    }

    template <std::size_t... J>
    [[gnu::always_inline]] static inline void add(const ColumnSupply<T>& s, index_t last, index_t i,
                                                  Values* results, std::index_sequence<J...>) {
        if (s.field != nullptr) {
            const T* const row = s.field + i * s.stride;
            ((results[J] += load<Lanes>(row + at(J, last)).v), ...);
        } else {
            const T row = s.row[i];
            const T end = s.end[i];
            ((results[J] += load<Lanes>(s.with_row + at(J, last)).v * row + end), ...);
        }
    }

    template <std::size_t... J>
    [[gnu::always_inline]] static inline void put(const Values* results, T* row, index_t last,
                                                  std::index_sequence<J...>) {
        ((store<Lanes>(row + at(J, last)).v = results[J]), ...);
    }
};

template <class Lanes>
struct TakeSolution {
    using T = typename Lanes::Value;
    using Values = typename Lanes::Values;
    [[gnu::always_inline]] inline void operator()(const Values& p, const T*, Values& result) const {
        result = p;
    }
};

template <class Lanes>
struct LessOld {
    using T = typename Lanes::Value;
    using Values = typename Lanes::Values;
    [[gnu::always_inline]] inline void operator()(const Values& p, const T* old,
                                                  Values& result) const {
        result = p - load<Lanes>(old).v;
    }
};

template <class Lanes>
struct SecondStage {
    using T = typename Lanes::Value;
    using Values = typename Lanes::Values;
    static constexpr T of_old = static_cast<T>(1.41421356237309504880);
    static constexpr T of_solution = static_cast<T>(2.41421356237309504880);
    [[gnu::always_inline]] inline void operator()(const Values& p, const T* old,
                                                  Values& result) const {
        result = p * of_solution - load<Lanes>(old).v * of_old;
    }
};

/// One step of `Count` vectors of columns; `scratch` takes as many values as they hold.
template <class Lanes, std::size_t Count, TimeScheme Scheme, class T = typename Lanes::Value>
[[gnu::always_inline]] inline void step_columns(const LineFactors<T>& f, const Place<T>& u,
                                                T* scratch, const ColumnSupply<T>& supply,
                                                const Place<T>& next) {
    using R = Rows<Lanes, Count>;
    const Place<T> y = R::whole(scratch);
    if constexpr (Scheme == TimeScheme::backward_euler) {
        R::forward(f, u, u, next);
        R::backward(f, u, u, u, supply, TakeSolution<Lanes>{});
    } else if constexpr (Scheme == TimeScheme::crank_nicolson) {
        R::forward(f, u, y, next);
        R::backward(f, y, u, u, supply, LessOld<Lanes>{});
    } else {
        R::forward(f, u, y, next);
        R::backward(f, y, u, y, {}, SecondStage<Lanes>{});
        R::forward(f, y, y, y);
        R::backward(f, y, u, u, supply, TakeSolution<Lanes>{});
    }
}

template <class T>
[[gnu::always_inline]] inline ColumnSupply<T> from_column(ColumnSupply<T> s, index_t j) {
    if (s.with_row != nullptr) s.with_row += j;
    if (s.field != nullptr) s.field += j;
    return s;
}

/// Columns [first, first + count), at most `Count` vectors, by way of scratch.
template <class Lanes, std::size_t Count, TimeScheme Scheme, class T = typename Lanes::Value>
[[gnu::always_inline]] inline void step_packed(const ColumnSweep<T>& s, index_t first,
                                               index_t count) {
    constexpr index_t w = Rows<Lanes, Count>::columns;
    T* const u = s.values + first;
    for (index_t i = 0; i < s.factors.rows; ++i) {
        std::copy_n(u + i * s.stride, count, s.scratch + i * w);
        std::fill_n(s.scratch + i * w + count, w - count, T{});
    }
    ColumnSupply<T> supply = from_column(s.supply, first);
    step_columns<Lanes, Count, Scheme>(s.factors, Rows<Lanes, Count>::whole(s.scratch),
                                       s.scratch + s.factors.rows * w, supply,
                                       {u + (s.ahead == 0 ? w : s.ahead), s.stride});
    for (index_t i = 0; i < s.factors.rows; ++i) {
        std::copy_n(s.scratch + i * w, count, u + i * s.stride);
    }
}

/// Vectors of a group at most: enough independent sums to hide their latency.
inline constexpr std::size_t most_vectors = 4;
using GroupSizes = std::make_index_sequence<most_vectors>;

/// Splits `vectors` into groups of nearly equal size and calls act.run<size>(first vector).
template <class Act, std::size_t... Size>
[[gnu::always_inline]] inline void in_groups(index_t vectors, const Act& act,
                                             std::index_sequence<Size...>) {
    constexpr auto most = static_cast<index_t>(sizeof...(Size));
    const index_t groups = (vectors + most - 1) / most;
    index_t first = 0;
    for (index_t g = 0; g < groups; ++g) {
        const index_t end = vectors * (g + 1) / groups;
        const auto size = static_cast<std::size_t>(end - first);
        ((size == Size + 1 ? act.template run<Size + 1>(first) : void()), ...);
        first = end;
    }
}

template <class Lanes, TimeScheme Scheme, class T = typename Lanes::Value>
struct ColumnGroups {
    const ColumnSweep<T> s;

    template <std::size_t Count>
    [[gnu::always_inline]] inline void run(index_t first) const {
        constexpr index_t w = Lanes::width;
        constexpr index_t group = Rows<Lanes, Count>::columns;
        const index_t j = first * w;
        if (s.packed) {
            step_packed<Lanes, Count, Scheme>(s, j, std::min(group, s.columns - j));
            return;
        }
        const Place<T> u{s.values + j, s.stride, std::min(group, s.columns - j) - w};
        step_columns<Lanes, Count, Scheme>(s.factors, u, s.scratch, from_column(s.supply, j),
                                           {u.values + (s.ahead == 0 ? group : s.ahead), s.stride});
    }
};

template <class Lanes, TimeScheme Scheme, class T = typename Lanes::Value>
[[gnu::always_inline]] inline void step_all_columns(const ColumnSweep<T>& sweep) {
    constexpr index_t w = Lanes::width;
    if (sweep.columns < w) {
        step_packed<Lanes, 1, Scheme>(sweep, 0, sweep.columns);
        return;
    }
    in_groups((sweep.columns + w - 1) / w, ColumnGroups<Lanes, Scheme>{sweep}, GroupSizes{});
}

// Transposition of a square of vectors by exchanging ever smaller halves.
template <class Lanes, std::size_t Half, std::size_t I, std::size_t... L>
[[gnu::always_inline]] inline void exchange(typename Lanes::Values* square,
                                            std::index_sequence<L...>) {
    if constexpr ((I & Half) == 0) {
        constexpr std::size_t w = Lanes::width;
        auto& a = square[I];
        auto& b = square[I + Half];
        const typename Lanes::Values low =
            __builtin_shufflevector(a, b, static_cast<int>((L & Half) == 0 ? L : w + L - Half)...);
        b = __builtin_shufflevector(a, b, static_cast<int>((L & Half) == 0 ? L + Half : w + L)...);
        a = low;
    }
}

template <class Lanes, std::size_t Half, std::size_t... I>
[[gnu::always_inline]] inline void exchange_halves(typename Lanes::Values* square,
                                                   std::index_sequence<I...> all) {
    (exchange<Lanes, Half, I>(square, all), ...);
    if constexpr (Half > 1) exchange_halves<Lanes, Half / 2>(square, all);
}

template <class Lanes, std::size_t... I, class T = typename Lanes::Value>
[[gnu::always_inline]] inline void transpose(const T* const* from, index_t at, T* to,
                                             index_t stride, std::index_sequence<I...> all) {
    typename Lanes::Values square[Lanes::width];
    ((square[I] = load<Lanes>(from[I] + at).v), ...);
    exchange_halves<Lanes, Lanes::width / 2>(square, all);
    ((store<Lanes>(to + static_cast<index_t>(I) * stride).v = square[I]), ...);
}

template <class Lanes, std::size_t... I, class T = typename Lanes::Value>
[[gnu::always_inline]] inline void transpose_back(const T* from, index_t stride, T* const* to,
                                                  index_t at, std::index_sequence<I...> all) {
    typename Lanes::Values square[Lanes::width];
    ((square[I] = load<Lanes>(from + static_cast<index_t>(I) * stride).v), ...);
    exchange_halves<Lanes, Lanes::width / 2>(square, all);
    ((store<Lanes>(to[I] + at).v = square[I]), ...);
}

/// `count` lines (at most one vector's width) into a column of vectors, and back. The last square
/// overlaps the one before where the length is no multiple of the width.
template <class Lanes, class T = typename Lanes::Value>
[[gnu::always_inline]] inline void lines_to_columns(const T* lines, index_t count, index_t rows,
                                                    T* to, index_t stride) {
    constexpr std::make_index_sequence<Lanes::width> all{};
    constexpr index_t w = Lanes::width;
    const T* from[w];
    for (index_t l = 0; l < w; ++l) from[l] = lines + std::min(l, count - 1) * rows;
    for (index_t i = 0; i + w <= rows; i += w) {
        transpose<Lanes>(from, i, to + i * stride, stride, all);
    }
    if (rows % w != 0 && rows > w) {
        transpose<Lanes>(from, rows - w, to + (rows - w) * stride, stride, all);
    } else if (rows < w) {
        for (index_t i = 0; i < rows; ++i) {
            for (index_t l = 0; l < w; ++l) to[i * stride + l] = from[l][i];
        }
    }
}

template <class Lanes, class T = typename Lanes::Value>
[[gnu::always_inline]] inline void columns_to_lines(const T* from, index_t stride, index_t rows,
                                                    T* lines, index_t count) {
    constexpr std::make_index_sequence<Lanes::width> all{};
    constexpr index_t w = Lanes::width;
    if (count < w || rows < w) {
        for (index_t l = 0; l < count; ++l) {
            for (index_t i = 0; i < rows; ++i) lines[l * rows + i] = from[i * stride + l];
        }
        return;
    }
    T* to[w];
    for (index_t l = 0; l < w; ++l) to[l] = lines + l * rows;
    for (index_t i = 0; i + w <= rows; i += w) {
        transpose_back<Lanes>(from + i * stride, stride, to, i, all);
    }
    if (rows % w != 0) {
        transpose_back<Lanes>(from + (rows - w) * stride, stride, to, rows - w, all);
    }
}

template <class Lanes, TimeScheme Scheme, class T = typename Lanes::Value>
struct LineGroups {
    const LineSweep<T> s;

    // the last vector's lines overlap those of the one before where they are too few
    template <std::size_t Count>
    [[gnu::always_inline]] inline void run(index_t first) const {
        constexpr index_t w = Lanes::width;
        constexpr index_t group = Rows<Lanes, Count>::columns;
        const index_t rows = s.factors.rows;
        const index_t count = std::min(w, s.lines);
        for (index_t k = 0; k < group; k += w) {
            const index_t line = std::min(first * w + k, s.lines - count);
            lines_to_columns<Lanes>(s.values + line * rows, count, rows, s.scratch + k, group);
        }
        step_columns<Lanes, Count, Scheme>(s.factors, Rows<Lanes, Count>::whole(s.scratch),
                                           s.scratch + rows * group, {},
                                           {s.values + (first * w + group) * rows, group});
        for (index_t k = 0; k < group; k += w) {
            const index_t line = std::min(first * w + k, s.lines - count);
            columns_to_lines<Lanes>(s.scratch + k, group, rows, s.values + line * rows, count);
        }
    }
};

template <class Lanes, TimeScheme Scheme, class T = typename Lanes::Value>
[[gnu::always_inline]] inline void step_all_lines(const LineSweep<T>& sweep) {
    constexpr index_t w = Lanes::width;
    in_groups((sweep.lines + w - 1) / w, LineGroups<Lanes, Scheme>{sweep}, GroupSizes{});
}

}  // namespace caravel::tissue::lanes
