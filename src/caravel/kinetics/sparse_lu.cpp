#include "caravel/kinetics/sparse_lu.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace caravel::kinetics {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

// Off-diagonal pattern by row and by column, with the fill of eliminating one pivot.
struct Pattern {
    std::vector<std::set<int>> columns_of_row;
    std::vector<std::set<int>> rows_of_column;

    Pattern(int size, std::span<const int> starts, std::span<const int> rows)
        : columns_of_row(at(size)), rows_of_column(at(size)) {
        for (int column = 0; column < size; ++column) {
            for (int i = starts[at(column)]; i < starts[at(column) + 1]; ++i) {
                if (rows[at(i)] != column) {
                    add(rows[at(i)], column);
                }
            }
        }
    }

    void add(int row, int column) {
        columns_of_row[at(row)].insert(column);
        rows_of_column[at(column)].insert(row);
    }

    void fill_in(int pivot) {
        for (const int row : rows_of_column[at(pivot)]) {
            for (const int column : columns_of_row[at(pivot)]) {
                if (row != column) {
                    add(row, column);
                }
            }
        }
    }

    void forget(int pivot) {
        for (const int row : rows_of_column[at(pivot)]) {
            columns_of_row[at(row)].erase(pivot);
        }
        for (const int column : columns_of_row[at(pivot)]) {
            rows_of_column[at(column)].erase(pivot);
        }
    }
};

// The rows of a triangle in an order in which each follows those whose columns it has, with long
// runs of rows that have the same number of entries.
std::vector<int> group_rows(const std::vector<std::vector<int>>& columns) {
    std::vector<std::vector<int>> followers(columns.size());
    std::vector<std::size_t> waits_for(columns.size());
    std::map<std::size_t, std::vector<int>> ready;  // by number of entries
    for (std::size_t row = 0; row < columns.size(); ++row) {
        waits_for[row] = columns[row].size();
        for (const int column : columns[row]) {
            followers[at(column)].push_back(static_cast<int>(row));
        }
        if (columns[row].empty()) {
            ready[0].push_back(static_cast<int>(row));
        }
    }
    std::vector<int> order;
    while (order.size() < columns.size()) {
        const auto longest = std::max_element(
            ready.begin(), ready.end(),
            [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
        std::vector<int>& run = longest->second;
        for (std::size_t next = 0; next < run.size();) {  // it may grow meanwhile
            const int row = run[next++];
            order.push_back(row);
            for (const int follower : followers[at(row)]) {
                if (--waits_for[at(follower)] == 0) {
                    ready[columns[at(follower)].size()].push_back(follower);
                }
            }
        }
        run.clear();
    }
    return order;
}

// `rows` successive rows of a sweep: result = first(row) - sum of value x.
struct Cursor {
    const double* value;
    const std::uint32_t* row;
    const std::uint32_t* column;
};

template <std::size_t Width, class First>
void run_rows(Cursor& cursor, std::uint32_t rows, const double* x, double* result, First first) {
    for (std::uint32_t i = 0; i < rows; ++i) {
        double sum = first(*cursor.row);
        for (std::size_t j = 0; j < Width; ++j) {
            sum -= cursor.value[j] * x[cursor.column[j]];
        }
        result[*cursor.row++] = sum;
        cursor.value += Width;
        cursor.column += Width;
    }
}

template <class First>
void run_wide_rows(Cursor& cursor, std::uint32_t width, std::uint32_t rows, const double* x,
                   double* result, First first) {
    for (std::uint32_t i = 0; i < rows; ++i) {
        double sum = first(*cursor.row);
        for (std::size_t j = 0; j < width; ++j) {
            sum -= cursor.value[j] * x[cursor.column[j]];
        }
        result[*cursor.row++] = sum;
        cursor.value += width;
        cursor.column += width;
    }
}

}  // namespace

std::vector<int> elimination_order(int size, std::span<const int> column_starts,
                                   std::span<const int> row_indices) {
    Pattern pattern(size, column_starts, row_indices);
    std::vector<int> order;
    std::vector<bool> done(at(size), false);
    while (std::ssize(order) < size) {
        int best = -1;
        std::size_t best_cost = 0;
        for (int i = 0; i < size; ++i) {
            if (done[at(i)]) {
                continue;
            }
            const std::size_t cost =
                pattern.columns_of_row[at(i)].size() * pattern.rows_of_column[at(i)].size();
            if (best < 0 || cost < best_cost) {
                best = i;
                best_cost = cost;
            }
        }
        pattern.fill_in(best);
        pattern.forget(best);
        done[at(best)] = true;
        order.push_back(best);
    }
    return order;
}

// Where the entries of L and U stand: the diagonal, L by rows, U by rows.
struct SparseLu::Layout {
    Layout(int size, std::span<const int> starts, std::span<const int> rows)
        : rows_of_column(at(size)), columns_of_row(at(size)), lower_of_row(at(size)) {
        Pattern pattern(size, starts, rows);
        for (int pivot = 0; pivot < size; ++pivot) {
            const auto& below = pattern.rows_of_column[at(pivot)];
            const auto& right = pattern.columns_of_row[at(pivot)];
            rows_of_column[at(pivot)].assign(below.begin(), below.end());
            columns_of_row[at(pivot)].assign(right.rbegin(), right.rend());
            for (const int row : below) {
                lower_of_row[at(row)].push_back(pivot);
            }
            pattern.fill_in(pivot);
            pattern.forget(pivot);
        }
    }

    std::uint32_t add(int row, int column) {
        const auto index = static_cast<std::uint32_t>(place.size());
        place.emplace(std::pair{row, column}, index);
        return index;
    }

    std::vector<std::vector<int>> rows_of_column;        // of L
    std::vector<std::vector<int>> columns_of_row;        // of U, descending
    std::vector<std::vector<int>> lower_of_row;          // columns of L
    std::map<std::pair<int, int>, std::uint32_t> place;  // of (row, column) in values_
};

SparseLu::SparseLu(int size, std::span<const int> column_starts, std::span<const int> row_indices)
    : size_(size), inverse_pivots_(at(size)) {
    program_.pivots.resize(at(size));
    Layout layout(size, column_starts, row_indices);
    for (int row = 0; row < size; ++row) {
        layout.add(row, row);
    }
    program_.lower = lay_out(layout, layout.lower_of_row, false);
    program_.upper = lay_out(layout, layout.columns_of_row, true);
    for (const std::uint32_t row : program_.upper.rows) {
        program_.upper_rows.insert(program_.upper_rows.end(), layout.columns_of_row[row].size(),
                                   row);
    }
    values_.resize(layout.place.size());
    list_updates(layout);
    for (int column = 0; column < size; ++column) {
        for (int i = column_starts[at(column)]; i < column_starts[at(column) + 1]; ++i) {
            positions_.push_back(static_cast<int>(layout.place.at({row_indices[at(i)], column})));
        }
    }
}

SparseLu::Sweep SparseLu::lay_out(Layout& layout, const std::vector<std::vector<int>>& columns,
                                  bool empty_rows) {
    Sweep sweep;
    sweep.first_value = layout.place.size();
    for (const int row : group_rows(columns)) {
        const auto width = static_cast<std::uint32_t>(columns[at(row)].size());
        if (width == 0 && !empty_rows) {
            continue;
        }
        if (sweep.groups.empty() || sweep.groups.back().width != width) {
            sweep.groups.push_back({width, 0});
        }
        ++sweep.groups.back().rows;
        sweep.rows.push_back(static_cast<std::uint32_t>(row));
        for (const int column : columns[at(row)]) {
            layout.add(row, column);
            sweep.columns.push_back(static_cast<std::uint32_t>(column));
        }
    }
    return sweep;
}

void SparseLu::list_updates(const Layout& layout) {
    for (int pivot = 0; pivot < size_; ++pivot) {
        for (const int row : layout.rows_of_column[at(pivot)]) {
            program_.lower_column.push_back(layout.place.at({row, pivot}));
            for (const int column : layout.columns_of_row[at(pivot)]) {
                program_.updates.push_back({layout.place.at({row, column}),
                                            layout.place.at({row, pivot}),
                                            layout.place.at({pivot, column})});
            }
        }
        program_.pivots[at(pivot)].lower_end =
            static_cast<std::uint32_t>(program_.lower_column.size());
        program_.pivots[at(pivot)].updates_end =
            static_cast<std::uint32_t>(program_.updates.size());
    }
}

bool SparseLu::factor() {
    double* const values = values_.data();
    double* const inverses = inverse_pivots_.data();
    const LuProgram::Update* update = program_.updates.data();
    const std::uint32_t* lower = program_.lower_column.data();
    for (std::size_t pivot = 0; pivot < program_.pivots.size(); ++pivot) {
        const Pivot& run = program_.pivots[pivot];
        const double inverse = 1.0 / values[pivot];
        inverses[pivot] = inverse;
        for (const auto* const end = program_.lower_column.data() + run.lower_end; lower != end;
             ++lower) {
            values[*lower] *= inverse;
        }
        for (const auto* const end = program_.updates.data() + run.updates_end; update != end;
             ++update) {
            values[update->target] -= values[update->lower] * values[update->upper];
        }
    }
    double* const upper = values + program_.upper.first_value;
    for (std::size_t i = 0; i < program_.upper_rows.size(); ++i) {
        upper[i] *= inverses[program_.upper_rows[i]];
    }
    return std::all_of(inverse_pivots_.begin(), inverse_pivots_.end(),
                       [](double inverse) { return std::isfinite(inverse) && inverse != 0.0; });
}

template <class First>
void SparseLu::run(const Sweep& sweep, const double* values, const double* x, double* result,
                   First first) {
    Cursor cursor{values + sweep.first_value, sweep.rows.data(), sweep.columns.data()};
    for (const Group& group : sweep.groups) {
        switch (group.width) {
        case 0: run_rows<0>(cursor, group.rows, x, result, first); break;
        case 1: run_rows<1>(cursor, group.rows, x, result, first); break;
        case 2: run_rows<2>(cursor, group.rows, x, result, first); break;
        case 3: run_rows<3>(cursor, group.rows, x, result, first); break;
        case 4: run_rows<4>(cursor, group.rows, x, result, first); break;
        default: run_wide_rows(cursor, group.width, group.rows, x, result, first);
        }
    }
}

void SparseLu::solve(double* x) const {
    const double* const values = values_.data();
    const double* const inverse = inverse_pivots_.data();
    run(program_.lower, values, x, x, [x](std::uint32_t row) { return x[row]; });
    run(program_.upper, values, x, x,
        [x, inverse](std::uint32_t row) { return x[row] * inverse[row]; });
}

void SparseLu::multiply_negative(std::span<const double> values, const double* x,
                                 double* result) const {
    const double* const diagonal = values.data();
    run(program_.upper, diagonal, x, result,
        [x, diagonal](std::uint32_t row) { return -(diagonal[row] * x[row]); });
    run(program_.lower, diagonal, x, result, [result](std::uint32_t row) { return result[row]; });
}

}  // namespace caravel::kinetics
