#include "caravel/inference/guards.hpp"

#include "caravel/base/unit.hpp"

#include <cmath>

namespace caravel::inference {

void require_finite(std::span<const double> values, const std::string& what) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isfinite(values[i])) continue;
        throw InputError(
            Diagnostic{{},
                       what + " " + std::to_string(i) + " is " + format_number(values[i]),
                       "a finite number",
                       "numbering starts at 0"});
    }
}

void guard_finite(double value, const std::string& process, const std::string& what,
                  const std::string& place) {
    if (std::isfinite(value)) return;
    NumericalFailure failure;
    failure.process = process;
    failure.quantity = what;
    failure.place = place;
    failure.problem = "is " + format_number(value);
    failure.advice = "narrow the bounds of the parameters or mend the model at this point.";
    throw NumericalError(std::move(failure));
}

void guard_finite(std::span<const double> values, const std::string& process,
                  const std::string& what, const std::string& place) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            guard_finite(values[i], process, what + " " + std::to_string(i), place);
        }
    }
}

std::string describe_point(std::span<const double> point) {
    constexpr std::size_t most = 12;
    std::string text = "(";
    for (std::size_t i = 0; i < point.size() && i < most; ++i) {
        if (i > 0) text += ", ";
        text += format_number(point[i]);
    }
    if (point.size() > most) text += ", ... " + std::to_string(point.size()) + " in all";
    return text + ")";
}

}  // namespace caravel::inference
