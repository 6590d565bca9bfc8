#include "caravel/response/damage/thermal_dose.hpp"

#include "caravel/base/error.hpp"
#include "caravel/base/unit.hpp"
#include "caravel/response/damage/thermal_ramp.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>

namespace caravel::response {
namespace {

constexpr double reference = 316.15;  // K
constexpr double slope_above = std::numbers::ln2;
constexpr double slope_below = 2.0 * std::numbers::ln2;

void require(bool holds, const char* what, double value, const char* unit) {
    if (holds) return;
    throw InputError(Diagnostic{{},
                                fmt::format("{} is {} {}", what, format_number(value, 6), unit),
                                fmt::format("a finite number of {}, not below 0", unit),
                                ""});
}

void require_temperature(double temperature) {
    require(std::isfinite(temperature) && temperature > 0.0, "the temperature", temperature, "K");
}

double sinh_over(double y) {
    if (std::abs(y) > 0.1) return std::sinh(y) / y;
    const double z = y * y;
    return 1.0 + z / 6.0 * (1.0 + z / 20.0 * (1.0 + z / 42.0 * (1.0 + z / 72.0)));
}

double dose_of_part(const RampPart& part, double slope) {
    const double middle = 0.5 * (part.start + part.end);
    return part.share * std::exp(slope * (middle - reference)) *
           sinh_over(0.5 * slope * (part.end - part.start));
}

}  // namespace

double cem43_rate(double temperature, const DoseLimits& limits) {
    require_temperature(temperature);
    if (temperature < limits.lowest) return 0.0;
    const double felt = std::min(temperature, limits.highest) - reference;
    return std::exp2(felt < 0.0 ? 2.0 * felt : felt);
}

double cem43_dose(double start, double end, double duration, const DoseLimits& limits) {
    require_temperature(start);
    require_temperature(end);
    require(std::isfinite(duration) && duration >= 0.0, "the duration", duration, "s");
    const double low = std::min(limits.lowest, reference);
    const double high = std::max(limits.highest, reference);
    return duration * (dose_of_part(part_of_ramp(start, end, low, reference), slope_below) +
                       dose_of_part(part_of_ramp(start, end, reference, high), slope_above) +
                       share_from(start, end, high) * std::exp(slope_above * (high - reference)));
}

double time_to_dose(double dose, double temperature, const DoseLimits& limits) {
    require(std::isfinite(dose) && dose >= 0.0, "the thermal dose", dose, "s");
    const double rate = cem43_rate(temperature, limits);
    return rate > 0.0 ? dose / rate : std::numeric_limits<double>::infinity();
}

double survival_of_dose(double dose, double lethal_dose) {
    require(std::isfinite(dose) && dose >= 0.0, "the thermal dose", dose, "s");
    if (!(std::isfinite(lethal_dose) && lethal_dose > 0.0))
        throw InputError(
            Diagnostic{{},
                       fmt::format("lethal_dose is {} min", format_number(lethal_dose / 60.0, 6)),
                       "more than 0 min at 43 Cel",
                       "240 min is common for tissue that is to die"});
    return std::exp(-std::numbers::ln10 * 2.0 * dose / lethal_dose);
}

}  // namespace caravel::response
