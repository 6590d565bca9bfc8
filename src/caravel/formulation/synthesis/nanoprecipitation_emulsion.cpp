#include "caravel/formulation/synthesis/nanoprecipitation_emulsion.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace caravel::formulation::synthesis {
namespace {

// Mean diameter over the largest where volumes are uniform.
constexpr double mean_of_broken = 0.75;

/// Mean square velocity difference (m2/s2) over a distance.
double velocity_difference(double distance, double power, double kinematic) {
    const double kolmogorov = std::pow(kinematic * kinematic * kinematic / power, 0.25);
    // The factor makes the far range 2 (power distance)^(2/3).
    const double x = distance / (std::pow(30.0, 0.75) * kolmogorov);
    return power * distance * distance / (15.0 * kinematic) * std::pow(1.0 + x * x, -2.0 / 3.0);
}

}  // namespace

double covered_interfacial_energy(double bare, double sites, double constant_times_concentration,
                                  double temperature) {
    const double fall =
        gas_constant * temperature * sites * std::log1p(constant_times_concentration);
    if (fall >= bare)
        throw InputError(Diagnostic{
            {},
            fmt::format("adsorption would lower the interfacial energy of {:.3g} mJ/m2 by {:.3g}",
                        1e3 * bare, 1e3 * fall),
            "less than all of it",
            "weaker binding or a lower stabiliser concentration"});
    return bare - fall;
}

double solution_viscosity(double solvent, double intrinsic, double concentration) {
    const double x = intrinsic * concentration;
    return solvent * (1.0 + x + 0.4 * x * x);
}

EmulsionResult emulsify(const EmulsionSystem& s) {
    if (!(s.polymer > 0.0) || s.polymer >= s.polymer_density)
        throw InputError(
            Diagnostic{{},
                       fmt::format("{:.4g} kg/m3 of polymer in the droplets", s.polymer),
                       fmt::format("between 0 and {:.4g}", s.polymer_density),
                       ""});
    EmulsionResult r;
    const double bound =
        s.stabiliser_constant * std::min(s.stabiliser, s.saturation) / s.stabiliser_mass;
    r.interfacial_energy =
        covered_interfacial_energy(s.interfacial_energy, s.stabiliser_sites, bound, s.temperature);
    r.viscosity = solution_viscosity(s.water_viscosity, s.intrinsic_viscosity, s.stabiliser);
    const double kinematic = r.viscosity / s.water_density;
    r.kolmogorov_length = std::pow(kinematic * kinematic * kinematic / s.power_density, 0.25);
    double low = std::log(1e-10);
    double high = std::log(1.0);
    for (int i = 0; i < 60; ++i) {
        const double middle = 0.5 * (low + high);
        const double d = std::exp(middle);
        const double stress = s.water_density * velocity_difference(d, s.power_density, kinematic);
        (stress * d > s.critical_weber * r.interfacial_energy ? high : low) = middle;
    }
    r.droplet_diameter = std::exp(0.5 * (low + high));
    r.mean_diameter =
        mean_of_broken * r.droplet_diameter * std::cbrt(s.polymer / s.polymer_density);
    r.spread = spread_of_broken;
    return r;
}

}  // namespace caravel::formulation::synthesis
