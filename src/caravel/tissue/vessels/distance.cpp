#include "caravel/tissue/vessels/distance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace caravel::tissue {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Lower envelope of the parabolas value[i] + (x - i h)^2 along one line.
class Line {
  public:
    explicit Line(std::size_t length) : value_(length), apex_(length), begin_(length + 1) {}

    std::vector<double>& values() { return value_; }

    /// values() becomes its envelope at every place of the line with spacing h (m).
    void transform(double h) {
        count_ = 0;
        for (std::size_t i = 0; i < value_.size(); ++i)
            if (value_[i] < infinity) add(i, h);
        if (count_ == 0) return;
        const std::vector<double> old = value_;
        std::size_t piece = 0;
        for (std::size_t i = 0; i < value_.size(); ++i) {
            const double x = static_cast<double>(i) * h;
            while (piece + 1 < count_ && begin_[piece + 1] < x) ++piece;
            const double away = x - static_cast<double>(apex_[piece]) * h;
            value_[i] = old[apex_[piece]] + away * away;
        }
    }

  private:
    void add(std::size_t i, double h) {
        double from = -infinity;
        while (count_ > 0) {
            from = crossing(apex_[count_ - 1], i, h);
            if (from > begin_[count_ - 1]) break;
            --count_;
        }
        if (count_ == 0) from = -infinity;
        apex_[count_] = i;
        begin_[count_] = from;
        ++count_;
    }

    double crossing(std::size_t low, std::size_t high, double h) const {
        const double a = static_cast<double>(low) * h;
        const double b = static_cast<double>(high) * h;
        return 0.5 * (a + b) + 0.5 * (value_[high] - value_[low]) / (b - a);
    }

    std::vector<double> value_;
    std::vector<std::size_t> apex_;
    std::vector<double> begin_;
    std::size_t count_ = 0;
};

}  // namespace

std::vector<double> distance_to(const Grid& grid, const std::vector<std::uint8_t>& marked) {
    std::vector<double> squared(marked.size(), infinity);
    for (std::size_t v = 0; v < marked.size(); ++v)
        if (marked[v] != 0) squared[v] = 0.0;
    const std::array<index_t, 3> n{grid.nx, grid.ny, grid.nz};
    const std::array<index_t, 3> stride{1, grid.nx, grid.nx * grid.ny};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const std::size_t u = (axis + 1) % 3;
        const std::size_t w = (axis + 2) % 3;
        Line line(static_cast<std::size_t>(n[axis]));
        for (index_t a = 0; a < n[u]; ++a)
            for (index_t b = 0; b < n[w]; ++b) {
                const auto at = [&, start = a * stride[u] + b * stride[w]](std::size_t i) {
                    return static_cast<std::size_t>(start + static_cast<index_t>(i) * stride[axis]);
                };
                auto& values = line.values();
                for (std::size_t i = 0; i < values.size(); ++i) values[i] = squared[at(i)];
                line.transform(grid.spacing[axis]);
                for (std::size_t i = 0; i < values.size(); ++i) squared[at(i)] = values[i];
            }
    }
    for (double& d : squared) d = std::sqrt(d);
    return squared;
}

}  // namespace caravel::tissue
