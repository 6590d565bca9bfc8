#include "caravel/formulation/colloid/adsorption.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/formulation/colloid/grafting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace caravel::formulation::colloid {
namespace {

constexpr double standard_concentration = 1e3;  // mol/m3

}  // namespace

double langmuir_coverage(double affinity, double concentration) {
    const double x = affinity * concentration;
    return x / (1.0 + x);
}

std::vector<double> competitive_coverage(std::span<const Adsorbate> adsorbates) {
    double total = 1.0;
    for (const Adsorbate& a : adsorbates) total += a.affinity * a.concentration;
    std::vector<double> coverage;
    for (const Adsorbate& a : adsorbates) coverage.push_back(a.affinity * a.concentration / total);
    return coverage;
}

double adsorption_constant(double chain_segments, double per_segment, double specific,
                           double valence, double potential, double temperature) {
    const double energy =
        chain_segments * per_segment + specific + valence * elementary_charge * potential;
    return std::exp(-energy / (boltzmann * temperature)) / standard_concentration;
}

double coupled_count(const Coupling& c) {
    if (c.area < 0.0 || c.groups < 0.0 || c.offered < 0.0 || c.footprint <= 0.0 ||
        !(c.yield >= 0.0 && c.yield <= 1.0))
        throw InputError(
            Diagnostic{{},
                       fmt::format("coupling with {:.4g} groups/m2, {:.4g} molecules, yield {:.4g}",
                                   c.groups, c.offered, c.yield),
                       "no negative amounts, a footprint, and a yield of 0 to 1",
                       ""});
    const double packed = jamming_coverage * c.area / c.footprint;
    return std::min({c.offered * c.yield, c.groups * c.area, packed});
}

double oriented_fraction(double blocked_angle) {
    const double angle = std::clamp(blocked_angle, 0.0, std::numbers::pi);
    return 0.5 * (1.0 + std::cos(angle));
}

}  // namespace caravel::formulation::colloid
