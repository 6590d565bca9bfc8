#include "caravel/inference/solver.hpp"

#include "caravel/base/expects.hpp"
#include "caravel/base/unit.hpp"

#include <algorithm>
#include <limits>

namespace caravel::inference {

const char* name_of(Stop stop) {
    switch (stop) {
    case Stop::running: return "running";
    case Stop::gradient: return "gradient";
    case Stop::cost: return "cost";
    case Stop::step: return "step";
    case Stop::stuck: return "stuck";
    case Stop::iterations: return "iterations";
    case Stop::cancelled: return "cancelled";
    }
    return "unknown";
}

bool has_converged(Stop stop) {
    return stop == Stop::gradient || stop == Stop::cost || stop == Stop::step;
}

void Box::project(std::span<double> theta) const {
    CARAVEL_EXPECTS(theta.size() == size());
    for (std::size_t i = 0; i < theta.size(); ++i) {
        theta[i] = std::clamp(theta[i], lower[i], upper[i]);
    }
}

bool Box::holds(std::size_t i, double theta, double slope) const {
    return (theta <= lower[i] && slope > 0.0) || (theta >= upper[i] && slope < 0.0);
}

Box unbounded(std::size_t size) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return {std::vector<double>(size, -infinity), std::vector<double>(size, infinity)};
}

void require_start(const Box& box, std::span<const double> start, const std::string& solver) {
    if (start.empty() || start.size() != box.lower.size() || start.size() != box.upper.size()) {
        throw InputError(Diagnostic{
            {},
            "the start of " + solver + " has " + std::to_string(start.size()) + " parameters",
            std::to_string(box.size()) + " as the bounds",
            ""});
    }
    require_finite(start, "the start of " + solver + ", parameter");
    for (std::size_t i = 0; i < start.size(); ++i) {
        const bool is_range = box.lower[i] < box.upper[i];
        if (is_range && start[i] >= box.lower[i] && start[i] <= box.upper[i]) continue;
        throw InputError(
            Diagnostic{{},
                       "the start of " + solver + ", parameter " + std::to_string(i) + ", is " +
                           format_number(start[i]),
                       "from " + format_number(box.lower[i]) + " to " + format_number(box.upper[i]),
                       is_range ? "" : "the lower bound must be below the upper one"});
    }
}

}  // namespace caravel::inference
