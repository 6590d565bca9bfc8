#include "caravel/formulation/colloid/charge_regulation.hpp"

#include "caravel/base/constants.hpp"
#include "caravel/base/error.hpp"
#include "caravel/base/roots.hpp"

#include <cmath>
#include <numbers>

namespace caravel::formulation::colloid {
namespace {

constexpr double lowest_ph = -5.0;
constexpr double highest_ph = 20.0;
constexpr double largest_reduced = 56.0;  // e psi/kT of the search

/// Fraction of the groups that carry a charge, signed.
double ionisation(const SurfaceGroup& group, double ph) {
    if (group.kind == "positive") return 1.0;
    if (group.kind == "negative") return -1.0;
    if (group.kind == "acid") return -1.0 / (1.0 + std::pow(10.0, group.pka - ph));
    if (group.kind == "base") return 1.0 / (1.0 + std::pow(10.0, ph - group.pka));
    throw InputError(Diagnostic{{},
                                "unknown kind of surface group '" + group.kind + "'",
                                "acid, base, positive or negative",
                                ""});
}

double ion_charge(std::span<const AdsorbingIon> ions, double potential, double temperature) {
    const std::vector<double> coverage = ion_coverage(ions, potential, temperature);
    double sum = 0.0;
    for (std::size_t i = 0; i < ions.size(); ++i)
        sum += ions[i].valence * elementary_charge * ions[i].sites * coverage[i];
    return sum;
}

}  // namespace

double group_charge(std::span<const SurfaceGroup> groups, double ph) {
    double sum = 0.0;
    for (const SurfaceGroup& group : groups) sum += group.density * ionisation(group, ph);
    return elementary_charge * sum;
}

std::vector<double> ion_coverage(std::span<const AdsorbingIon> ions, double potential,
                                 double temperature) {
    std::vector<double> coverage;
    coverage.reserve(ions.size());
    double total = 1.0;
    for (const AdsorbingIon& ion : ions) {
        const double y = potential / thermal_voltage(temperature);
        coverage.push_back(ion.affinity * ion.concentration * std::exp(-ion.valence * y));
        total += coverage.back();
    }
    for (double& c : coverage) c /= total;
    return coverage;
}

double regulated_potential(std::span<const SurfaceGroup> groups, std::span<const AdsorbingIon> ions,
                           double radius, double ph, const Electrolyte& e) {
    const double per_ph = thermal_voltage(e.temperature) * std::numbers::ln10;
    const auto excess = [&](double psi) {
        return surface_charge(psi, radius, e) - group_charge(groups, ph + psi / per_ph) -
               ion_charge(ions, psi, e.temperature);
    };
    const double limit = largest_reduced * thermal_voltage(e.temperature) / e.valence;
    if (excess(limit) < 0.0 || excess(-limit) > 0.0)
        throw InputError(Diagnostic{{},
                                    "the surface groups carry more charge than a double layer "
                                    "holds",
                                    "at most a few groups per nm2",
                                    ""});
    return find_root(excess, -limit, limit, {1e-15, 200, "the regulated surface potential"});
}

double isoelectric_point(std::span<const SurfaceGroup> groups) {
    const double low = group_charge(groups, lowest_ph);
    const double high = group_charge(groups, highest_ph);
    bool has_base = false;
    bool has_acid = false;
    for (const SurfaceGroup& g : groups) {
        has_base = has_base || g.kind == "base" || g.kind == "positive";
        has_acid = has_acid || g.kind == "acid" || g.kind == "negative";
    }
    if (!has_base || !has_acid || low <= 0.0 || high >= 0.0)
        throw NotAvailable(
            "no isoelectric point: the groups do not change the sign of their charge between pH -5 "
            "and 20");
    return find_root([&](double ph) { return group_charge(groups, ph); }, lowest_ph, highest_ph,
                     {1e-12, 200, "the isoelectric point"});
}

double zeta_potential(std::span<const SurfaceGroup> groups, double radius, double slip, double ph,
                      const Electrolyte& e) {
    const double psi = regulated_potential(groups, {}, radius, ph, e);
    return potential_at(slip, psi, radius, e);
}

}  // namespace caravel::formulation::colloid
