#include "caravel/formulation/magnetism/relaxivity.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/base/constants.hpp"
#include "caravel/base/sphere.hpp"
#include "caravel/formulation/magnetism/langevin.hpp"
#include "caravel/formulation/magnetism/spectral_density.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::formulation::magnetism {
namespace {

using std::numbers::pi;

constexpr double largest_volume_fraction = 0.01;
constexpr double electron_over_proton = 658.2;  // gyromagnetic ratios

void check(const Relaxer& relaxer) {
    require_positive(relaxer.diameter, "the diameter", "m");
    require_positive(relaxer.magnetisation, "the magnetisation", "A/m");
    require_between(relaxer.volume_fraction, 1e-15, largest_volume_fraction, "the volume fraction",
                    "1");
    require_positive(relaxer.water_diffusion, "the diffusion coefficient of water", "m2/s");
}

}  // namespace

std::string_view to_text(Regime regime) {
    switch (regime) {
    case Regime::motional_averaging: return "motional averaging";
    case Regime::static_dephasing: return "static dephasing";
    case Regime::partial_refocusing: break;
    }
    return "partial refocusing";
}

TransverseRates transverse_rates(const Relaxer& relaxer, double echo) {
    check(relaxer);
    require_positive(echo, "half of the echo spacing", "s");
    const double phi = relaxer.volume_fraction;
    TransverseRates r;
    r.frequency_shift =
        proton_gyromagnetic_ratio * vacuum_permeability * relaxer.magnetisation / 3.0;
    r.diffusion_time = relaxer.diameter * relaxer.diameter / (4.0 * relaxer.water_diffusion);
    const double dw = r.frequency_shift;
    r.motional_averaging = 16.0 / 45.0 * phi * r.diffusion_time * dw * dw;
    r.static_dephasing = 2.0 * pi / (3.0 * std::sqrt(3.0)) * phi * dw;
    const double x = std::sqrt(0.8) * dw * echo;
    r.partial_refocusing =
        1.8 * phi * std::cbrt(x) * std::pow(1.52 + phi * x, 5.0 / 3.0) / r.diffusion_time;
    r.free_decay = std::min(r.motional_averaging, r.static_dephasing);
    r.spin_echo = std::min(r.free_decay, r.partial_refocusing);
    if (r.partial_refocusing <= r.free_decay)
        r.regime = Regime::partial_refocusing;
    else if (r.static_dephasing < r.motional_averaging)
        r.regime = Regime::static_dephasing;
    return r;
}

double empirical_transverse_relaxivity(double magnetisation, double diameter) {
    require_positive(magnetisation, "the magnetisation", "A/m");
    require_positive(diameter, "the diameter", "m");
    // 1/(s mM) and 1/(s mol/m3) are the same number.
    return 11.6e-12 * magnetisation * magnetisation * diameter * diameter * 1e18;
}

double aggregation_gain(double particles) {
    require_between(particles, 1.0, 1e6, "the number of particles in an aggregate", "1");
    return std::pow(particles, 0.44);
}

double longitudinal_rate(const Relaxer& relaxer, const MomentStatistics& s, double field) {
    check(relaxer);
    require_positive(s.moment, "the magnetic moment", "A.m2");
    // A locked moment has an infinite time.
    if (!std::isinf(s.relaxation))
        require_positive(s.relaxation, "the relaxation time of the moment", "s");
    require_between(s.domains, 1.0, 1e12, "the number of domains", "1");
    require_positive(field, "the flux density", "T");
    const double radius = 0.5 * relaxer.diameter;
    const double time = radius * radius / relaxer.water_diffusion;
    const double proton = proton_gyromagnetic_ratio * field;
    const double mean = langevin(s.xi);
    const double across = langevin_over_argument(s.xi);
    // langevin_derivative is the variance of the moment along the field.
    const double along = langevin_derivative(s.xi);
    const double fluctuating =
        7.0 * across * freed_density(electron_over_proton * proton, time, s.relaxation) +
        3.0 * along * freed_density(proton, time, s.relaxation);
    // Independent domains add their fluctuations by power, their mean moments by amplitude.
    const double densities =
        fluctuating / s.domains + 3.0 * mean * mean * freed_density(proton, time);
    const double number = relaxer.volume_fraction / sphere_volume(relaxer.diameter);
    const double coupling = 1e-7 * proton_gyromagnetic_ratio * s.moment;  // mu0/(4 pi) gamma mu
    return 32.0 * pi / 135.0 * coupling * coupling * number / (radius * relaxer.water_diffusion) *
           densities;
}

double molar_volume_of_metal(double molar_mass, double density, double metals_per_formula) {
    require_positive(molar_mass, "the molar mass", "kg/mol");
    require_positive(density, "the density", "kg/m3");
    require_positive(metals_per_formula, "the number of metal ions per formula", "1");
    return molar_mass / (density * metals_per_formula);
}

}  // namespace caravel::formulation::magnetism
