#include "caravel/response/damage/vascular_shutdown.hpp"

#include "caravel/base/error.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::response {

double dilation_share(const DilationConstants& c, double temperature) {
    const auto bell = [&](double t) {
        const double below = std::max(0.0, c.peak - t);
        return std::exp(-below * below / c.width);
    };
    const double least = bell(c.rest);
    return std::max(0.0, (bell(temperature) - least) / (1.0 - least));
}

double perfusion_factor(const DilationConstants& c, double omega, double temperature,
                        double largest_gain) {
    if (!(omega >= 0.0))
        throw InputError(
            Diagnostic{{}, "the damage of the vessels is negative", "a number not below 0", ""});
    const double gain =
        largest_gain == 1.0 ? 1.0 : 1.0 + (largest_gain - 1.0) * dilation_share(c, temperature);
    return omega > 0.0 ? std::exp(-omega) * gain : gain;
}

DilationConstants find_dilation(matter::Library& library) {
    const auto value = [&](const char* property) {
        return library.value("thermal_damage", "dilation", property);
    };
    const DilationConstants c{value("peak_temperature"), value("temperature_variance"),
                              value("resting_temperature")};
    if (!(c.width > 0.0 && c.peak > c.rest))
        throw InputError(Diagnostic{{},
                                    "the constants of widening vessels make no sense",
                                    "a positive variance and a peak above the temperature of rest",
                                    ""});
    return c;
}

}  // namespace caravel::response
