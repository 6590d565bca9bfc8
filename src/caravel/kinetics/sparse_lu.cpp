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

SparseEntry instruction(int row, int column) {
    return {0.0, static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(column)};
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

SparseLu::SparseLu(int size, std::span<const int> column_starts, std::span<const int> row_indices)
    : size_(size), inverse_pivots_(at(size)) {
    Pattern pattern(size, column_starts, row_indices);
    std::map<std::pair<int, int>, std::uint32_t> place;  // of (row, column) in values_
    for (int i = 0; i < size; ++i) {
        place[{i, i}] = static_cast<std::uint32_t>(i);
    }
    std::vector<std::vector<int>> rows(at(size));
    std::vector<std::vector<int>> columns(at(size));
    for (int pivot = 0; pivot < size; ++pivot) {
        const auto& below = pattern.rows_of_column[at(pivot)];
        const auto& right = pattern.columns_of_row[at(pivot)];
        rows[at(pivot)].assign(below.begin(), below.end());
        columns[at(pivot)].assign(right.begin(), right.end());
        pattern.fill_in(pivot);
        pattern.forget(pivot);
        Pivot run;
        run.lower_begin = static_cast<std::uint32_t>(place.size());
        for (const int row : rows[at(pivot)]) {
            place.emplace(std::pair{row, pivot}, static_cast<std::uint32_t>(place.size()));
        }
        run.upper_begin = static_cast<std::uint32_t>(place.size());
        for (const int column : columns[at(pivot)]) {
            place.emplace(std::pair{pivot, column}, static_cast<std::uint32_t>(place.size()));
        }
        run.end = static_cast<std::uint32_t>(place.size());
        pivots_.push_back(run);
    }
    for (int pivot = 0; pivot < size; ++pivot) {
        for (const int row : rows[at(pivot)]) {
            for (const int column : columns[at(pivot)]) {
                updates_.push_back(
                    {place.at({row, column}), place.at({row, pivot}), place.at({pivot, column})});
            }
        }
        pivots_[at(pivot)].updates_end = static_cast<std::uint32_t>(updates_.size());
    }
    for (int column = 0; column < size; ++column) {
        for (const int row : rows[at(column)]) {
            lower_.push_back(instruction(row, column));
            lower_sources_.push_back(place.at({row, column}));
        }
    }
    for (int column = size - 1; column >= 0; --column) {
        for (int row = 0; row < column; ++row) {
            if (const auto found = place.find({row, column}); found != place.end()) {
                upper_.push_back(instruction(row, column));
                upper_sources_.push_back(found->second);
            }
        }
    }
    values_.resize(place.size());
    for (int column = 0; column < size; ++column) {
        for (int i = column_starts[at(column)]; i < column_starts[at(column) + 1]; ++i) {
            positions_.push_back(static_cast<int>(place.at({row_indices[at(i)], column})));
        }
    }
}

bool SparseLu::factor() {
    double* const values = values_.data();
    const Update* update = updates_.data();
    bool regular = true;
    for (std::size_t pivot = 0; pivot < pivots_.size(); ++pivot) {
        const Pivot& run = pivots_[pivot];
        const double inverse = 1.0 / values[pivot];
        regular = regular && std::isfinite(inverse) && inverse != 0.0;
        inverse_pivots_[pivot] = inverse;
        for (std::uint32_t i = run.lower_begin; i < run.upper_begin; ++i) {
            values[i] *= inverse;
        }
        const Update* const end = updates_.data() + run.updates_end;
        for (; update != end; ++update) {
            values[update->target] -= values[update->lower] * values[update->upper];
        }
        for (std::uint32_t i = run.upper_begin; i < run.end; ++i) {
            values[i] *= inverse;
        }
    }
    for (std::size_t i = 0; i < lower_.size(); ++i) {
        lower_[i].value = values[lower_sources_[i]];
    }
    for (std::size_t i = 0; i < upper_.size(); ++i) {
        upper_[i].value = values[upper_sources_[i]];
    }
    return regular;
}

void SparseLu::solve(double* x) const {
    for (const SparseEntry& entry : lower_) {
        x[entry.row] -= entry.value * x[entry.column];
    }
    const std::size_t size = inverse_pivots_.size();
    for (std::size_t i = 0; i < size; ++i) {
        x[i] *= inverse_pivots_[i];
    }
    for (const SparseEntry& entry : upper_) {
        x[entry.row] -= entry.value * x[entry.column];
    }
}

}  // namespace caravel::kinetics
