#include "caravel/response/photodynamic/activation.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <fmt/format.h>

#include <cmath>
#include <initializer_list>
#include <string_view>

namespace caravel::response {
namespace {

struct Named {
    std::string_view name;
    double value;
};

void require_not_negative(std::initializer_list<Named> values) {
    for (const auto& [name, value] : values) {
        if (value >= 0.0 && std::isfinite(value)) continue;
        throw InputError(
            Diagnostic{{}, fmt::format("{} is {}", name, value), "at least 0 and finite", ""});
    }
}

void require_positive(std::initializer_list<Named> values) {
    for (const auto& [name, value] : values) {
        if (value > 0.0 && std::isfinite(value)) continue;
        throw InputError(
            Diagnostic{{}, fmt::format("{} is {}", name, value), "above 0 and finite", ""});
    }
}

}  // namespace

double acid_activity(double ph, double midpoint, double width) {
    if (midpoint == 0.0) return 1.0;
    return 1.0 / (1.0 + std::exp((ph - midpoint) / width));
}

double emitted_power(double absorption, double fluence_rate, double yield) {
    require_not_negative({{"the absorption (1/m)", absorption},
                          {"the fluence rate (W/m2)", fluence_rate},
                          {"the yield", yield}});
    return absorption * fluence_rate * yield;
}

double upconversion_yield(double saturation, double half_fluence_rate, double fluence_rate,
                          double order) {
    require_not_negative(
        {{"the yield at saturation", saturation}, {"the fluence rate (W/m2)", fluence_rate}});
    require_positive({{"the fluence rate of half the yield (W/m2)", half_fluence_rate}});
    const double x = std::pow(fluence_rate / half_fluence_rate, order - 1.0);
    return saturation * x / (1.0 + x);
}

double scintillation_power(double dose_rate, double mass_concentration, double light_yield,
                           double wavelength) {
    require_not_negative({{"the dose rate (Gy/s)", dose_rate},
                          {"the scintillator (kg/m3)", mass_concentration},
                          {"the light yield (1/J)", light_yield}});
    require_positive({{"the wavelength (m)", wavelength}});
    return dose_rate * mass_concentration * light_yield * planck * speed_of_light / wavelength;
}

double uniform_fluence_rate(double power, double absorption) {
    require_not_negative({{"the emitted power (W/m3)", power}});
    require_positive({{"the absorption (1/m)", absorption}});
    return power / absorption;
}

double transfer_fluence_rate(double power, double efficiency, double sensitiser_absorption,
                             double emission, double wavelength) {
    require_not_negative(
        {{"the emitted power (W/m3)", power}, {"the efficiency of transfer", efficiency}});
    require_positive({{"the sensitiser's absorption (1/m)", sensitiser_absorption},
                      {"the wavelength of emission (m)", emission},
                      {"the wavelength (m)", wavelength}});
    return efficiency * power / sensitiser_absorption * (emission / wavelength);
}

}  // namespace caravel::response
