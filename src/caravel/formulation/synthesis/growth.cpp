#include "caravel/formulation/synthesis/growth.hpp"

#include "caravel/base/constants.hpp"

#include <algorithm>
#include <cmath>

namespace caravel::formulation::synthesis {
namespace {

/// Keeps exp finite for particles of less than one formula unit, which dissolve at once anyway.
constexpr double largest_exponent = 200.0;

}  // namespace

double GrowthLaw::equilibrium(double radius) const {
    return solubility * std::exp(std::min(capillary_length / radius, largest_exponent));
}

double GrowthLaw::rate(double radius, double concentration) const {
    const double free = deposition + molar_volume * diffusivity *
                                         (concentration - equilibrium(radius)) /
                                         (radius + diffusivity / attachment);
    return radius >= largest_radius ? std::min(free, 0.0) : free;
}

double GrowthLaw::uptake(double radius, double concentration) const {
    if (radius >= largest_radius && rate(radius, concentration) >= 0.0) return 0.0;
    return molar_volume * diffusivity / (radius + diffusivity / attachment);
}

double GrowthLaw::slope(double radius, double concentration) const {
    const double length = radius + diffusivity / attachment;
    const double equilibrium_here = equilibrium(radius);
    return molar_volume * diffusivity / length *
           (equilibrium_here * capillary_length / (radius * radius) -
            (concentration - equilibrium_here) / length);
}

double growth_rate(double radius, double concentration, double solubility, double capillary_length,
                   double molar_volume, double diffusivity, double attachment) {
    return GrowthLaw{molar_volume, diffusivity, attachment, solubility, capillary_length}.rate(
        radius, concentration);
}

double ripening_slope(double gamma, double molar_volume, double solubility, double diffusivity,
                      double temperature) {
    return 8.0 * gamma * molar_volume * molar_volume * solubility * diffusivity /
           (9.0 * gas_constant * temperature);
}

}  // namespace caravel::formulation::synthesis
