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
    /// result = -M x for a matrix with this layout of values.
    void multiply_negative(std::span<const double> values, const double* x, double* result) const;

  private:
    // the entries of one row of L or U: values_ and columns_ from begin to end
    struct Row {
        std::uint32_t row = 0;
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
    };
    struct Update {
        std::uint32_t target = 0;
        std::uint32_t lower = 0;
        std::uint32_t upper = 0;
    };
    // runs that belong to one pivot: of lower_column_, of values_ (row of U), of updates_
    struct Pivot {
        std::uint32_t lower_end = 0;
        std::uint32_t upper_begin = 0;
        std::uint32_t upper_end = 0;
        std::uint32_t updates_end = 0;
    };
    struct Layout;

    void list_updates(const Layout& layout);

    int size_ = 0;
    std::vector<double> values_;
    std::vector<double> inverse_pivots_;
    std::vector<int> positions_;
    std::vector<Pivot> pivots_;
    std::vector<Update> updates_;
    std::vector<std::uint32_t> columns_;       // of values_
    std::vector<Row> lower_;                   // ascending, rows that have entries
    std::vector<Row> upper_;                   // descending, all rows
    std::vector<std::uint32_t> lower_column_;  // places of the columns of L in values_
};

}  // namespace caravel::kinetics
