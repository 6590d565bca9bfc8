#include "caravel/formulation/colloid/steric.hpp"

#include "caravel/base/constants.hpp"

#include <cmath>
#include <numbers>

namespace caravel::formulation::colloid {
namespace {

using std::numbers::pi;

constexpr double solvent_volume = 2.99e-29;  // m3, one water molecule (18.0 mL/mol)

}  // namespace

double brush_repulsion(double height, double density, double radius, double gap,
                       double temperature) {
    const double u = gap / (2.0 * height);
    if (u >= 1.0) return 0.0;
    const double shape = 28.0 * (std::pow(u, -0.25) - 1.0) +
                         20.0 / 11.0 * (1.0 - std::pow(u, 2.75)) - 12.0 * (1.0 - u);
    return 16.0 * pi * radius * boltzmann * temperature * height * height * std::pow(density, 1.5) /
           35.0 * shape;
}

double mushroom_repulsion(double gyration_radius, double density, double radius, double gap,
                          double temperature) {
    return 36.0 * pi * radius * boltzmann * temperature * density * gyration_radius *
           std::exp(-gap / gyration_radius);
}

double layer_repulsion(const PolymerLayer& layer, double radius, double gap, double temperature) {
    const double d = layer.thickness;
    const double x = gap / d;
    if (x >= 2.0) return 0.0;
    const double kt = boltzmann * temperature;
    const double f = layer.volume_fraction;
    const double mixing =
        4.0 * pi * radius * kt / solvent_volume * f * f * (0.5 - layer.chi) * d * d;
    if (x >= 1.0) return mixing * (1.0 - 0.5 * x) * (1.0 - 0.5 * x);
    const double overlap = mixing * (0.5 * x - 0.25 - std::log(x));
    if (layer.chain_volume <= 0.0) return overlap;
    const double stretch = 0.5 * (3.0 - x);
    const double compression =
        x * std::log(x * stretch * stretch) - 6.0 * std::log(stretch) + 3.0 * (1.0 - x);
    return overlap + 2.0 * pi * radius * kt * f / layer.chain_volume * d * d * compression;
}

}  // namespace caravel::formulation::colloid
