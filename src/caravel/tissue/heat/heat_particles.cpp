#include "caravel/tissue/heat/heat_particles.hpp"

#include "caravel/base/checks.hpp"
#include "caravel/formulation/thermal/effective_conductivity.hpp"

#include <fmt/format.h>

namespace caravel::tissue {

ParticleFactors particle_factors(const ThermalTissue& tissue, const ThermalParticle& particle,
                                 double volume_fraction) {
    require_between(volume_fraction, 0.0, 1.0, "the particles' volume fraction", "1");
    require_positive(particle.conductivity, "the particles' conductivity", "W/(m.K)");
    require_positive(particle.volumetric_heat_capacity, "the particles' heat capacity", "J/(m3.K)");
    const double k = tissue.conductivity;
    const double c = tissue.volumetric_heat_capacity();
    require_positive(k, "the tissue's conductivity", "W/(m.K)");
    require_positive(c, "the tissue's heat capacity", "J/(m3.K)");
    namespace thermal = formulation::thermal;
    return {thermal::loaded_conductivity(k, particle.conductivity, volume_fraction) / k,
            thermal::mixture(c, particle.volumetric_heat_capacity, volume_fraction) / c};
}

void load_particles(HeatMedium& medium, const ThermalParticle& particle,
                    View<const double> volume_fraction) {
    const index_t cells = medium.grid.cell_count();
    if (volume_fraction.size() != cells || static_cast<index_t>(medium.label.size()) != cells) {
        throw InputError(Diagnostic{{},
                                    fmt::format("{} volume fractions", volume_fraction.size()),
                                    fmt::format("{}, one per voxel", cells),
                                    ""});
    }
    medium.conductivity_factor.assign(static_cast<std::size_t>(cells), 1.0);
    medium.capacity_factor.assign(static_cast<std::size_t>(cells), 1.0);
    for (index_t p = 0; p < cells; ++p) {
        const auto c = static_cast<std::size_t>(p);
        if (volume_fraction[p] == 0.0) continue;
        const ParticleFactors factors =
            particle_factors(medium.tissues.at(medium.label[c]), particle, volume_fraction[p]);
        medium.conductivity_factor[c] = factors.conductivity;
        medium.capacity_factor[c] = factors.capacity;
    }
}

}  // namespace caravel::tissue
