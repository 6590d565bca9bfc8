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

/// Spectral densities, and the rate (1/s) of one unit of them in R2.
struct OuterSphere {
    double unit = 0.0;
    double across = 0.0, along = 0.0;                  // variances of the moment over its square
    double electron = 0.0, proton = 0.0, still = 0.0;  // of fluctuations, at wS, wI and 0
    double lasting = 0.0;                              // of the mean moment, at wI
};

OuterSphere outer_sphere(const Relaxer& relaxer, const MomentStatistics& s, double field) {
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
    const double number = relaxer.volume_fraction / sphere_volume(relaxer.diameter);
    const double coupling = 1e-7 * proton_gyromagnetic_ratio * s.moment;  // mu0/(4 pi) gamma mu
    OuterSphere o;
    o.unit = 16.0 * pi / 135.0 * coupling * coupling * number / (radius * relaxer.water_diffusion);
    o.across = langevin_over_argument(s.xi);
    o.along = langevin_derivative(s.xi);
    o.electron = freed_density(electron_over_proton * proton, time, s.relaxation);
    o.proton = freed_density(proton, time, s.relaxation);
    o.still = freed_density(0.0, time, s.relaxation);
    o.lasting = freed_density(proton, time);
    return o;
}

void join_regimes(TransverseRates& r) {
    const double plateau = std::min(r.motional_averaging, r.static_dephasing);
    r.free_decay = plateau + r.flips;
    r.spin_echo = std::min(plateau, r.partial_refocusing) + r.flips;
    if (r.partial_refocusing <= plateau)
        r.regime = Regime::partial_refocusing;
    else if (r.static_dephasing < r.motional_averaging)
        r.regime = Regime::static_dephasing;
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
    join_regimes(r);
    return r;
}

TransverseRates transverse_rates(const Relaxer& relaxer, const MomentStatistics& s, double field,
                                 double echo) {
    TransverseRates r = transverse_rates(relaxer, echo);
    const OuterSphere o = outer_sphere(relaxer, s, field);
    const double mean = langevin(s.xi);
    r.flips =
        o.unit *
        ((13.0 * o.across * o.electron + o.along * (3.0 * o.proton + 4.0 * o.still)) / s.domains +
         3.0 * mean * mean * o.lasting);
    join_regimes(r);
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
    const OuterSphere o = outer_sphere(relaxer, s, field);
    const double mean = langevin(s.xi);
    // Independent domains add their fluctuations by power, their mean moments by amplitude.
    return 2.0 * o.unit *
           ((7.0 * o.across * o.electron + 3.0 * o.along * o.proton) / s.domains +
            3.0 * mean * mean * o.lasting);
}

double molar_volume_of_metal(double molar_mass, double density, double metals_per_formula) {
    require_positive(molar_mass, "the molar mass", "kg/mol");
    require_positive(density, "the density", "kg/m3");
    require_positive(metals_per_formula, "the number of metal ions per formula", "1");
    return molar_mass / (density * metals_per_formula);
}

}  // namespace caravel::formulation::magnetism
