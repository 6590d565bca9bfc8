// Where a continuous function of the place in a step crosses zero.
#pragma once

#include <limits>

namespace caravel::kinetics {

/// What first_crossing returns when there is none.
inline constexpr double no_crossing = 2.0;

// Bisection down to neighbouring places: robust, and cheap beside a step.
template <class Distance>
double bisect_crossing(Distance& distance, double left, double right, double before) {
    while (right - left > std::numeric_limits<double>::epsilon()) {
        const double middle = 0.5 * (left + right);
        const double value = distance(middle);
        if (value == 0.0 || (value < 0.0) != (before < 0.0)) {
            right = middle;
        } else {
            left = middle;
        }
    }
    return right;
}

/// Place in (0, 1], just behind the first zero crossing of distance(x) that samples at the quarters
/// show. A distance that is 0 at x = 0 has crossed before.
template <class Distance>
double first_crossing(Distance distance) {
    double before = distance(0.0);
    double left = 0.0;
    for (const double right : {0.25, 0.5, 0.75, 1.0}) {
        const double after = distance(right);
        if (before * after < 0.0 || (after == 0.0 && before != 0.0)) {
            return bisect_crossing(distance, left, right, before);
        }
        before = after;
        left = right;
    }
    return no_crossing;
}

}  // namespace caravel::kinetics
