// Sparse LU without pivoting as flat index programs: ordered and filled in symbolically once, then
// factored and solved many times without allocation.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace caravel::kinetics {

/// Elimination order of diagonal pivots with the smallest fill bound (Markowitz count, ties by
/// index) for a pattern compressed by column. A star gives no fill: the hub is last.
std::vector<int> elimination_order(int size, std::span<const int> column_starts,
                                   std::span<const int> row_indices);

/// An entry of a matrix as an instruction of a flat program: target[row] op value * x[column].
struct SparseEntry {
    double value = 0.0;
    std::uint32_t row = 0;
    std::uint32_t column = 0;
};

/// Factors A = L D U of a pattern whose rows and columns already are in elimination order.
class SparseLu {
  public:
    SparseLu() = default;
    SparseLu(int size, std::span<const int> column_starts, std::span<const int> row_indices);

    int size() const { return size_; }
    /// Matrix values to fill before `factor`: the diagonal (size), then the rest with its fill.
    std::span<double> values() { return values_; }
    /// Where the pattern's entries stand in `values` (the pattern must hold the diagonal).
    std::span<const int> positions() const { return positions_; }
    /// Entries of L and U that the pattern does not have.
    int fill() const { return static_cast<int>(values_.size() - positions_.size()); }

    /// False when a pivot is 0 or not finite.
    bool factor();
    /// x <- A^-1 x
    void solve(double* x) const;

  private:
    struct Update {
        std::uint32_t target = 0;
        std::uint32_t lower = 0;
        std::uint32_t upper = 0;
    };
    // runs of values_ (column of L, row of U) and of updates_ that belong to one pivot
    struct Pivot {
        std::uint32_t lower_begin = 0;
        std::uint32_t upper_begin = 0;
        std::uint32_t end = 0;
        std::uint32_t updates_end = 0;
    };

    int size_ = 0;
    std::vector<double> values_;
    std::vector<double> inverse_pivots_;
    std::vector<int> positions_;
    std::vector<Pivot> pivots_;
    std::vector<Update> updates_;
    std::vector<SparseEntry> lower_;  // by column, ascending
    std::vector<SparseEntry> upper_;  // by column, descending
    std::vector<std::uint32_t> lower_sources_;
    std::vector<std::uint32_t> upper_sources_;
};

}  // namespace caravel::kinetics
