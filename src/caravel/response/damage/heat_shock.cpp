#include "caravel/response/damage/heat_shock.hpp"

#include "caravel/base/error.hpp"

#include <cmath>

namespace caravel::response {
namespace {

constexpr double least = 1e-9;

/// dy/dt = gain (1 - y) - loss y over one unit of time; gain + loss must be above 0.
double relaxed(double y, double gain, double loss) {
    const double rate = gain + loss;
    const double left = std::exp(-rate);
    const double next = y * left + gain / rate * (1.0 - left);
    return next < least ? 0.0 : next;
}

}  // namespace

HeatShock heat_shock_after(const HeatShockConstants& c, const HeatShock& shock, double dose,
                           double duration, double cool_share) {
    if (!(dose >= 0.0 && duration >= 0.0))
        throw InputError(
            Diagnostic{{}, "negative dose or time of heat", "numbers not below 0", ""});
    if (duration == 0.0) return shock;
    HeatShock next;
    next.stress = relaxed(shock.stress, dose / c.trigger_dose, duration / c.stress_time);
    const double stress = 0.5 * (shock.stress + next.stress);
    next.tolerance = relaxed(shock.tolerance, stress * cool_share * (duration / c.build_time),
                             duration / c.fade_time);
    return next;
}

double relative_kill_rate(const HeatShockConstants& c, double tolerance) {
    return 1.0 / (1.0 + (c.largest_ratio - 1.0) * tolerance);
}

HeatShockConstants find_heat_shock(matter::Library& library) {
    const auto value = [&](const char* property) {
        return library.value("thermal_damage", "heat_shock", property);
    };
    const HeatShockConstants c{value("trigger_dose"),         value("stress_time"),
                               value("build_time"),           value("fade_time"),
                               value("blocking_temperature"), value("largest_ratio")};
    if (!(c.trigger_dose > 0.0 && c.stress_time > 0.0 && c.build_time > 0.0 && c.fade_time > 0.0 &&
          c.largest_ratio >= 1.0))
        throw InputError(Diagnostic{{},
                                    "the constants of heat shock make no sense",
                                    "positive dose and times, a ratio of at least 1",
                                    ""});
    return c;
}

}  // namespace caravel::response
