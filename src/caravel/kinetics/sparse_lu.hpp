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

/// The order of work of a factorisation A = L D U and its solution, as indices alone.
struct LuProgram {
    /// Successive rows of L or U with the same number of entries.
    struct Group {
        std::uint32_t width = 0;
        std::uint32_t rows = 0;
    };
    /// One sweep over the rows of a triangle; their entries are successive values.
    struct Sweep {
        std::vector<Group> groups{};
        std::vector<std::uint32_t> rows{};
        std::vector<std::uint32_t> columns{};
        std::size_t first_value = 0;
    };
    struct Update {
        std::uint32_t target = 0;
        std::uint32_t lower = 0;
        std::uint32_t upper = 0;
    };
    /// Where the runs of one pivot end.
    struct Pivot {
        std::uint32_t lower_end = 0;  // in lower_column
        std::uint32_t updates_end = 0;
    };

    std::vector<Pivot> pivots{};
    std::vector<Update> updates{};
    Sweep lower{};                              // rows that have entries
    Sweep upper{};                              // all rows
    std::vector<std::uint32_t> upper_rows{};    // of the values of `upper`
    std::vector<std::uint32_t> lower_column{};  // places of the columns of L in the values
};

/// Factors A = L D U of a pattern whose rows and columns already are in elimination order.
class SparseLu {
  public:
    SparseLu() = default;
    SparseLu(int size, std::span<const int> column_starts, std::span<const int> row_indices);

    int size() const { return size_; }
    /// Matrix values to fill before `factor`: the diagonal (size), then the rest with its fill.
    std::span<double> values() { return values_; }
    /// After `factor`: the factors, the diagonal of which is in inverse_pivots.
    std::span<const double> values() const { return values_; }
    std::span<const double> inverse_pivots() const { return inverse_pivots_; }
    /// Where the pattern's entries stand in `values` (the pattern must hold the diagonal).
    std::span<const int> positions() const { return positions_; }
    /// Entries of L and U that the pattern does not have.
    int fill() const { return static_cast<int>(values_.size() - positions_.size()); }

    const LuProgram& program() const { return program_; }

    /// False when a pivot is 0 or not finite.
    bool factor();
    /// x <- A^-1 x
    void solve(double* x) const;
    /// result = -M x for a matrix with this layout of values.
    void multiply_negative(std::span<const double> values, const double* x, double* result) const;

  private:
    using Group = LuProgram::Group;
    using Sweep = LuProgram::Sweep;
    using Pivot = LuProgram::Pivot;
    struct Layout;

    Sweep lay_out(Layout& layout, const std::vector<std::vector<int>>& columns, bool empty_rows);
    void list_updates(const Layout& layout);
    template <class First>
    static void run(const Sweep& sweep, const double* values, const double* x, double* result,
                    First first);

    int size_ = 0;
    std::vector<double> values_;
    std::vector<double> inverse_pivots_;
    std::vector<int> positions_;
    LuProgram program_;
};

}  // namespace caravel::kinetics
