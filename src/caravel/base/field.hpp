// A quantity in space: one value per cell of a grid.
#pragma once

#include "caravel/base/grid.hpp"
#include "caravel/base/view.hpp"

#include <limits>
#include <vector>

namespace caravel {

/// Owns one value (SI) per cell of its grid. Without an initial value they are born NaN, so that a
/// cell that nobody wrote shows.
template <class T = double>
class Field {
  public:
    explicit Field(const Grid& grid) : Field(grid, std::numeric_limits<T>::quiet_NaN()) {
        static_assert(std::numeric_limits<T>::has_quiet_NaN, "this type needs an initial value");
    }
    Field(const Grid& grid, const T& initial)
        : grid_(grid), values_(static_cast<std::size_t>(grid.cell_count()), initial) {}

    const Grid& grid() const { return grid_; }
    index_t size() const { return static_cast<index_t>(values_.size()); }
    View<T> view() { return view_of(values_); }
    View<const T> view() const { return view_of(values_); }

    /// Value of cell (i, j, k); throws std::logic_error outside the grid.
    T& at(index_t i, index_t j, index_t k) { return values_[checked(i, j, k)]; }
    const T& at(index_t i, index_t j, index_t k) const { return values_[checked(i, j, k)]; }

  private:
    std::size_t checked(index_t i, index_t j, index_t k) const {
        CARAVEL_EXPECTS(grid_.contains(i, j, k));
        return static_cast<std::size_t>(grid_.index(i, j, k));
    }

    Grid grid_;
    std::vector<T> values_;
};

}  // namespace caravel
