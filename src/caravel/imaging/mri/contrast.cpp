#include "caravel/imaging/mri/contrast.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/formulation/magnetism/relaxivity.hpp"

#include <algorithm>

namespace caravel::imaging {
namespace {

namespace magnetism = formulation::magnetism;

// Where rates are still in proportion to the volume fraction of the spheres.
constexpr double dilute = 1e-6;

void check(const Relaxivity& base, const ClusteredParticles& p) {
    require_between(base.r1, 0.0, 1e9, "r1", "1/s per unit");
    require_between(base.r2, 0.0, 1e9, "r2", "1/s per unit");
    require_between(base.r2_star, base.r2, 1e9, "r2*", "1/s per unit", "r2* is at least r2");
    require_positive(p.magnetic_volume, "the magnetic volume", "m3 per unit");
    require_between(p.packing, 1e-6, 0.74, "the packing", "1", "0.74 is the densest of spheres");
    require_positive(p.endosome_diameter, "the diameter of an endosome", "m");
    require_between(p.bound_group, 1.0, 1e6, "the number of particles in a group", "1");
}

/// Rates (1/s per unit) of spheres with the magnetic matter spread over `packing` of their volume.
magnetism::TransverseRates sphere_rates(const ClusteredParticles& p, double packing) {
    magnetism::TransverseRates rates = magnetism::transverse_rates(
        {p.endosome_diameter, packing * p.magnetisation, dilute, p.water_diffusion}, p.half_echo);
    const double per_unit = p.magnetic_volume / packing / dilute;
    rates.static_dephasing *= per_unit;
    rates.free_decay *= per_unit;
    rates.spin_echo *= per_unit;
    return rates;
}

}  // namespace

double shut_in_share(double inside, double diameter, double permeability) {
    require_between(inside, 0.0, 1e12, "the relaxation rate inside", "1/s");
    require_positive(diameter, "the diameter", "m");
    require_positive(permeability, "the permeability", "m/s");
    return 1.0 / (1.0 + inside * diameter / (6.0 * permeability));
}

std::array<Relaxivity, compartment_count> compartment_relaxivities(const Relaxivity& base,
                                                                   const ClusteredParticles& p) {
    check(base, p);
    std::array<Relaxivity, compartment_count> all;
    all.fill(base);
    const magnetism::TransverseRates rates = sphere_rates(p, p.packing);

    Relaxivity& bound = all[static_cast<std::size_t>(Compartment::bound)];
    const double gain = magnetism::aggregation_gain(p.bound_group);
    const auto raised = [&](double rate) {
        return std::max(rate, std::min(gain * rate, rates.static_dephasing));
    };
    bound.r2 = raised(base.r2);
    bound.r2_star = raised(base.r2_star);

    Relaxivity& endosome = all[static_cast<std::size_t>(Compartment::endosome)];
    const double concentration_inside = p.packing / p.magnetic_volume;
    endosome.r1 = base.r1 * shut_in_share(base.r1 * concentration_inside, p.endosome_diameter,
                                          p.permeability);
    endosome.r2 = std::max(rates.spin_echo, endosome.r1);
    endosome.r2_star = std::max(rates.free_decay, endosome.r2);
    return all;
}

}  // namespace caravel::imaging
