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

    std::vector<std::vector<int>> rows_of_column;  // of L
    std::vector<std::vector<int>> columns_of_row;  // of U, descending
    std::vector<std::vector<int>> lower_of_row;    // columns of L
    std::map<std::pair<int, int>, std::uint32_t> place;  // of (row, column) in values_
};

SparseLu::SparseLu(int size, std::span<const int> column_starts, std::span<const int> row_indices)
    : size_(size), inverse_pivots_(at(size)), pivots_(at(size)) {
    Layout layout(size, column_starts, row_indices);
    // A row ends with the entry whose factor in `solve` is ready last.
    const auto add_row = [&](int row, const std::vector<int>& columns) {
        const auto begin = static_cast<std::uint32_t>(columns_.size());
        for (const int column : columns) {
            layout.add(row, column);
            columns_.push_back(static_cast<std::uint32_t>(column));
        }
        return Row{static_cast<std::uint32_t>(row), begin,
                   static_cast<std::uint32_t>(columns_.size())};
    };
    for (int row = 0; row < size; ++row) {
        add_row(row, {row});
    }
    for (int row = 0; row < size; ++row) {
        if (!layout.lower_of_row[at(row)].empty()) {
            lower_.push_back(add_row(row, layout.lower_of_row[at(row)]));
        }
    }
    for (int row = size - 1; row >= 0; --row) {
        upper_.push_back(add_row(row, layout.columns_of_row[at(row)]));
        pivots_[at(row)].upper_begin = upper_.back().begin;
        pivots_[at(row)].upper_end = upper_.back().end;
    }
    values_.resize(layout.place.size());
    list_updates(layout);
    for (int column = 0; column < size; ++column) {
        for (int i = column_starts[at(column)]; i < column_starts[at(column) + 1]; ++i) {
            positions_.push_back(static_cast<int>(layout.place.at({row_indices[at(i)], column})));
        }
    }
}

void SparseLu::list_updates(const Layout& layout) {
    for (int pivot = 0; pivot < size_; ++pivot) {
        for (const int row : layout.rows_of_column[at(pivot)]) {
            lower_column_.push_back(layout.place.at({row, pivot}));
            for (const int column : layout.columns_of_row[at(pivot)]) {
                updates_.push_back({layout.place.at({row, column}), layout.place.at({row, pivot}),
                                    layout.place.at({pivot, column})});
            }
        }
        pivots_[at(pivot)].lower_end = static_cast<std::uint32_t>(lower_column_.size());
        pivots_[at(pivot)].updates_end = static_cast<std::uint32_t>(updates_.size());
    }
}

bool SparseLu::factor() {
    double* const values = values_.data();
    const Update* update = updates_.data();
    const std::uint32_t* lower = lower_column_.data();
    bool regular = true;
    for (std::size_t pivot = 0; pivot < pivots_.size(); ++pivot) {
        const Pivot& run = pivots_[pivot];
        const double inverse = 1.0 / values[pivot];
        regular = regular && std::isfinite(inverse) && inverse != 0.0;
        inverse_pivots_[pivot] = inverse;
        for (const auto* const end = lower_column_.data() + run.lower_end; lower != end; ++lower) {
            values[*lower] *= inverse;
        }
        for (const auto* const end = updates_.data() + run.updates_end; update != end; ++update) {
            values[update->target] -= values[update->lower] * values[update->upper];
        }
        for (std::uint32_t i = run.upper_begin; i < run.upper_end; ++i) {
            values[i] *= inverse;
        }
    }
    return regular;
}

void SparseLu::solve(double* x) const {
    const double* const values = values_.data();
    const std::uint32_t* const columns = columns_.data();
    for (const Row& row : lower_) {
        double value = x[row.row];
        for (std::uint32_t i = row.begin; i < row.end; ++i) {
            value -= values[i] * x[columns[i]];
        }
        x[row.row] = value;
    }
    for (const Row& row : upper_) {
        double value = x[row.row] * inverse_pivots_[row.row];
        for (std::uint32_t i = row.begin; i < row.end; ++i) {
            value -= values[i] * x[columns[i]];
        }
        x[row.row] = value;
    }
}

void SparseLu::multiply_negative(std::span<const double> values, const double* x,
                                 double* result) const {
    for (const Row& row : upper_) {
        double value = -(values[row.row] * x[row.row]);
        for (std::uint32_t i = row.begin; i < row.end; ++i) {
            value -= values[i] * x[columns_[i]];
        }
        result[row.row] = value;
    }
    for (const Row& row : lower_) {
        double value = result[row.row];
        for (std::uint32_t i = row.begin; i < row.end; ++i) {
            value -= values[i] * x[columns_[i]];
        }
        result[row.row] = value;
    }
}

}  // namespace caravel::kinetics
