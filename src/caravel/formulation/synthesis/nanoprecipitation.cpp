#include "caravel/formulation/synthesis/nanoprecipitation.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/formulation/synthesis/nanoprecipitation_emulsion.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

namespace caravel::formulation::synthesis {
namespace {

using std::numbers::pi;

// Exponential distribution of volumes, which aggregation with a constant kernel tends to: the mean
// diameter is Gamma(4/3) of the diameter of the mean volume.
constexpr double mean_of_exponential = 0.8929795;
constexpr double spread_of_exponential = 0.3634;
constexpr double closest = 0.3e-9;            // m, of two surfaces
constexpr double reference_viscosity = 1e-3;  // Pa s

double diameter_of(double volume) { return std::cbrt(6.0 * volume / pi); }

void check(const PrecipitationSystem& s) {
    const double fraction = s.polymer / s.polymer_density;
    if (!(fraction > 0.0) || fraction > 0.2)
        throw InputError(Diagnostic{{},
                                    fmt::format("polymer fills {:.3g} of the mixture", fraction),
                                    "a volume fraction above 0 and at most 0.2",
                                    "collisions of pairs hold in dilute mixtures only"});
}

/// What the growing aggregate meets.
struct Aggregation {
    const PrecipitationSystem& s;
    double fraction, kernel, exchange, adsorption, equilibrium;

    explicit Aggregation(const PrecipitationSystem& system)
        : s(system),
          fraction(s.polymer / s.polymer_density),
          kernel(4.0 / 3.0 * boltzmann * s.temperature) {
        const double viscosity =
            solution_viscosity(s.viscosity, s.intrinsic_viscosity, s.stabiliser);
        kernel /= viscosity;
        const double thinning = reference_viscosity / viscosity;
        exchange = solvent_exchange_time(s.striation, s.solvent_diffusivity * thinning,
                                         s.solvent_interaction);
        const double stabiliser = s.stabiliser / s.stabiliser_mass;
        const double bound = s.stabiliser_constant * stabiliser;
        equilibrium = bound / (1.0 + bound);
        adsorption = stabiliser > 0.0 ? 2.0 * s.stabiliser_diffusivity * thinning * stabiliser /
                                            s.stabiliser_sites
                                      : 0.0;  // m/s, times 1/d: coverage per time
    }
    double coverage(double time, double diameter) const {
        return equilibrium * -std::expm1(-adsorption * time / diameter);
    }
    double barrier(double time, double volume) const {
        const double d = diameter_of(volume);
        const double covered = coverage(time, d);
        const double sigma = s.charges_per_mass * faraday * s.polymer_density * d / 6.0;
        return charge_barrier(d, sigma, s.ionic_strength, s.relative_permittivity, s.temperature,
                              s.hamaker) +
               s.stabiliser_barrier * covered * covered * (1.0 - softness(time));
    }
    double softness(double time) const {
        return time <= s.mixing_time ? 1.0 : std::exp(-(time - s.mixing_time) / exchange);
    }
    double growth(double time, double volume) const {
        return kernel * fraction * softness(time) * std::exp(-barrier(time, volume));
    }
};

}  // namespace

double solvent_exchange_time(double striation, double diffusivity, double interaction) {
    if (interaction >= 2.0)
        throw InputError(Diagnostic{
            {},
            fmt::format("solvent and water with an interaction parameter of {:.3g}", interaction),
            "below 2, where they mix in all proportions",
            "an immiscible solvent makes an emulsion: method = \"emulsion_evaporation\""});
    return striation * striation / (pi * pi * diffusivity * (1.0 - interaction / 2.0));
}

double charge_barrier(double diameter, double charge_density, double ionic_strength,
                      double relative_permittivity, double temperature, double hamaker) {
    if (charge_density == 0.0) return 0.0;
    const double permittivity = relative_permittivity * vacuum_permittivity;
    const double thermal = boltzmann * temperature;
    const double thermal_potential = thermal / elementary_charge;
    const double ions = avogadro * ionic_strength;  // 1/m3
    const double kappa =
        std::sqrt(2.0 * ions * elementary_charge / (permittivity * thermal_potential));
    const double radius = diameter / 2.0;
    const double reduced =
        2.0 * std::asinh(charge_density / std::sqrt(8.0 * permittivity * thermal * ions));
    const double charge = std::tanh(reduced / 4.0);
    const double repulsion =
        32.0 * pi * permittivity * radius * thermal_potential * thermal_potential * charge * charge;
    double highest = 0.0;
    for (double h = closest; h < 5.0 / kappa; h *= 1.1)
        highest = std::max(
            highest, repulsion * std::log1p(std::exp(-kappa * h)) - hamaker * radius / (12.0 * h));
    return highest / thermal;
}

PrecipitationResult precipitate(const PrecipitationSystem& s) {
    check(s);
    const Aggregation aggregation(s);
    const double chain = s.chain_mass / (avogadro * s.polymer_density);
    PrecipitationResult r;
    r.exchange_time = aggregation.exchange;
    r.aggregation_time = chain / (aggregation.kernel * aggregation.fraction);
    r.damkohler = s.mixing_time / r.aggregation_time;
    double volume = chain;
    double time = 0.0;
    const double end = s.mixing_time + 12.0 * aggregation.exchange;
    while (time < end) {
        // Second order (Heun) with steps of at most 1 % of the volume and of the softening.
        const double first = aggregation.growth(time, volume);
        double h = std::min({0.01 * volume / std::max(first, 1e-300), end - time,
                             0.01 * (s.mixing_time + aggregation.exchange)});
        const double guess = volume + h * first;
        volume += 0.5 * h * (first + aggregation.growth(time + h, guess));
        time += h;
        r.times.push_back(time);
        r.diameters.push_back(mean_of_exponential * diameter_of(volume));
    }
    r.mean_diameter = r.diameters.back();
    r.spread = volume > 2.0 * chain ? spread_of_exponential : 0.0;
    r.number = aggregation.fraction / volume;
    r.barrier = aggregation.barrier(time, volume);
    r.coverage = aggregation.coverage(time, diameter_of(volume));
    return r;
}

}  // namespace caravel::formulation::synthesis
