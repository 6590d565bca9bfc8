// How particles in the tissue change its conductivity and heat capacity.
#pragma once

#include "caravel/base/view.hpp"
#include "caravel/tissue/heat/heat_medium.hpp"

#include <vector>

namespace caravel::tissue {

/// What heat sees of a particle; interface resistance is in `conductivity` already
/// (formulation::thermal::conductivity_behind_interface).
struct ThermalParticle {
    double conductivity = 0.0;              // W/m/K
    double volumetric_heat_capacity = 0.0;  // J/m3/K
};

/// Factors on the tissue's own conductivity and heat capacity.
struct ParticleFactors {
    double conductivity = 1.0;
    double capacity = 1.0;
};

/// Spheres at a volume fraction (0 to 1): Maxwell up to 0.1, Bruggeman above 0.2, linear between
/// (formulation::thermal::loaded_conductivity); capacity by the mixing rule, exact. Throws
/// InputError for fractions outside 0 to 1 and constants that are not positive.
ParticleFactors particle_factors(const ThermalTissue& tissue, const ThermalParticle& particle,
                                 double volume_fraction);

/// Sets the medium's factors from volume fractions, one per voxel. Throws InputError for another
/// number of them.
void load_particles(HeatMedium& medium, const ThermalParticle& particle,
                    View<const double> volume_fraction);

}  // namespace caravel::tissue
