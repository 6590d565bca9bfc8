#include "caravel/formulation/synthesis/microemulsion.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

namespace caravel::formulation::synthesis {
namespace {

using std::numbers::pi;

// Particles double until the next one would not fit: volumes from half a droplet to a whole one,
// all equally likely in the logarithm, have this mean.
constexpr double mean_filling = 0.5 / std::numbers::ln2;
constexpr double water_molecule = 2.99e-29;  // m3

/// Probability that a Poisson number reaches `least`.
double share_of_at_least(double least, double mean) {
    double term = std::exp(-mean);
    double below = 0.0;
    if (term == 0.0) return 1.0;
    for (int k = 0; k < least; ++k) {
        below += term;
        term *= mean / (k + 1);
    }
    // For small means the difference cancels; the first term left is then all that counts.
    return below < 0.999 ? 1.0 - below : term * (1.0 + mean / (least + 1.0));
}

}  // namespace

MicroemulsionResult precipitate_in_droplets(const MicroemulsionSystem& s) {
    MicroemulsionResult r;
    r.droplet_diameter = 6.0 * water_molecule * s.water_to_surfactant / s.head_area;
    const double droplet = pi / 6.0 * std::pow(r.droplet_diameter, 3);
    r.occupancy = s.precursor * avogadro * droplet;
    r.nucleated_share = share_of_at_least(s.critical_nucleus, r.occupancy);
    if (!(r.nucleated_share > 1e-12))
        throw InputError(Diagnostic{
            {},
            fmt::format("no nucleation: droplets hold {:.2g} formula units, a nucleus needs {:.2g}",
                        r.occupancy, s.critical_nucleus),
            "more precursor per droplet",
            "raise precursor or water_to_surfactant"});
    r.damkohler = s.exchange_time / s.reaction_time;
    const double delivered = 1.0 / (1.0 + r.damkohler);
    const double unit = s.molar_volume / avogadro;
    const double own = std::max(r.occupancy, s.critical_nucleus);
    const double others = r.occupancy / r.nucleated_share - r.occupancy;
    const double first = unit * (own + delivered * std::max(others, 0.0));
    // Particles per droplet fall as 1/p = 1/p0 + t/tau: each fusion of two that hold one joins
    // them.
    const double joined = 1.0 + r.nucleated_share * s.reaction_time / s.exchange_time;
    r.droplet_limited = first * joined > mean_filling * droplet;
    const double size = first > droplet
                            ? droplet
                            : std::max(first, std::min(first * joined, mean_filling * droplet));
    r.mean_diameter = std::cbrt(6.0 * size / pi);
    const double grains = std::max(size / unit, 1.0);
    r.spread = r.droplet_limited ? s.droplet_spread
                                 : std::hypot(s.droplet_spread, 1.0 / (3.0 * std::sqrt(grains)));
    r.number = s.precursor * s.molar_volume / size;
    return r;
}

}  // namespace caravel::formulation::synthesis
