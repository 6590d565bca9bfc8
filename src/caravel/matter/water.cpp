#include "caravel/matter/water.hpp"

#include "caravel/base/checks.hpp"

#include <cmath>

namespace caravel::matter {
namespace {

constexpr double freezing = 273.15;  // K

void check(double temperature) {
    require_between(temperature, freezing, freezing + 100.0, "the temperature of liquid water", "K",
                    "give the property itself");
}

}  // namespace

double water_viscosity(double temperature) {
    check(temperature);
    return 2.414e-5 * std::pow(10.0, 247.8 / (temperature - 140.0));
}

double water_diffusion(double temperature) {
    check(temperature);
    return 1.635e-8 * std::pow(temperature / 215.05 - 1.0, 2.063);
}

double water_permittivity(double temperature) {
    check(temperature);
    const double t = temperature - freezing;
    return 87.740 + t * (-0.40008 + t * (9.398e-4 - 1.410e-6 * t));
}

}  // namespace caravel::matter
