#include "caravel/base/interpolate.hpp"

#include "caravel/base/expects.hpp"
#include "caravel/base/unit.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace caravel {

bool is_strictly_ascending(std::span<const double> values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) return false;
        if (i > 0 && !(values[i] > values[i - 1])) return false;
    }
    return true;
}

bool is_ascending(std::span<const double> values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i])) return false;
        if (i > 0 && values[i] < values[i - 1]) return false;
    }
    return true;
}

double interpolate_clamped(std::span<const double> x, std::span<const double> y, double at) {
    CARAVEL_EXPECTS(!x.empty() && x.size() == y.size());
    if (std::isnan(at)) return at;
    if (at <= x.front()) return y.front();
    if (at >= x.back()) return y.back();
    const auto above =
        static_cast<std::size_t>(std::upper_bound(x.begin(), x.end(), at) - x.begin());
    const std::size_t below = above - 1;
    const double weight = (at - x[below]) / (x[above] - x[below]);
    return (1.0 - weight) * y[below] + weight * y[above];
}

double interpolate(std::span<const double> x, std::span<const double> y, double at) {
    CARAVEL_EXPECTS(!x.empty());
    if (!(at >= x.front() && at <= x.back())) {
        throw std::out_of_range(format_number(at) + " is outside the table, which covers " +
                                format_number(x.front()) + " to " + format_number(x.back()));
    }
    return interpolate_clamped(x, y, at);
}

}  // namespace caravel
