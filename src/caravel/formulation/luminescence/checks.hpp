// What the functions of this folder ask of their arguments.
#pragma once

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"

#include <cmath>
#include <string>

namespace caravel::formulation::luminescence {

/// Throws InputError unless `value` is finite and above 0.
inline void require_positive(double value, const std::string& what, const std::string& unit) {
    if (std::isfinite(value) && value > 0.0) return;
    throw InputError(Diagnostic{
        {}, what + " is " + format_number(value, 4) + " " + unit, "a finite number above 0", ""});
}

/// Throws InputError unless `value` lies in [low, high].
inline void require_between(double value, double low, double high, const std::string& what,
                            const std::string& unit, const std::string& hint = "") {
    if (value >= low && value <= high) return;
    throw InputError(
        Diagnostic{{},
                   what + " is " + format_number(value, 4) + " " + unit,
                   "from " + format_number(low, 4) + " to " + format_number(high, 4) + " " + unit,
                   hint});
}

}  // namespace caravel::formulation::luminescence
