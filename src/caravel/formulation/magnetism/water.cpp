#include "caravel/formulation/magnetism/water.hpp"

#include "caravel/formulation/magnetism/checks.hpp"

#include <cmath>

namespace caravel::formulation::magnetism {
namespace {

void check(double temperature) {
    require_between(temperature, 273.15, 373.15, "the temperature of liquid water", "K");
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

}  // namespace caravel::formulation::magnetism
