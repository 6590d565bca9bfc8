// What the functions of this folder ask of their arguments.
#pragma once

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"

#include <string>

namespace caravel::formulation::chemistry {

/// Throws InputError unless `value` lies in [low, high].
inline void require_between(double value, double low, double high, const std::string& what,
                            const std::string& unit) {
    if (value >= low && value <= high) return;
    throw InputError(
        Diagnostic{{},
                   what + " is " + format_number(value, 4) + " " + unit,
                   "from " + format_number(low, 4) + " to " + format_number(high, 4) + " " + unit,
                   ""});
}

/// Throws InputError unless `value` is above 0 and below 1e300.
inline void require_positive(double value, const std::string& what, const std::string& unit) {
    if (value > 0.0 && value < 1e300) return;
    throw InputError(Diagnostic{
        {}, what + " is " + format_number(value, 4) + " " + unit, "a finite number above 0", ""});
}

}  // namespace caravel::formulation::chemistry
