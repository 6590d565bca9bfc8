// How a body handles a carrier, as the fitted laws say: what a study takes where nothing is
// measured.
#pragma once

#include "caravel/body/law_rates.hpp"
#include "caravel/formulation/formulation.hpp"

namespace caravel::body {

/// The disposition of a particle in a species by the laws: capture by every organ, exchange
/// through the pores of continuous endothelium, renal sieving, loss of captured matter (half-life
/// in phagocytes). `values` in the order of law_parameters(); `body_weight` in kg.
///
/// From the mouse to rat and human: clearances per organ mass and the loss scale with
/// (body weight / 20 g)^-1/4 at equal phagocyte density, sieving does not change. A disposition
/// holds one kind of particle: capture is that of equal particles with the batch's exposure over a
/// day of a mouse (equal_exposure_factor). Label that articles do not find is not in it. Marrow
/// ("bone") captures as bone does; gut takes the mean of intestine and stomach by mass; fat and
/// lymph nodes take the rest's. Throws InputError as rates().
formulation::Disposition disposition_from_laws(const ParticleInBody& particle,
                                               const std::string& species, double body_weight,
                                               std::span<const double> values,
                                               const std::string& calibrated_with);

/// The rules by which the numbers of a mouse are carried to another species, for the report.
std::string extrapolation_rules();

/// The particle of a formulation as the laws see it: its hydrodynamic diameter and zeta potential,
/// PEG among its coatings, ligands, the material class of its layers. `particles_per_kg`: dose.
ParticleInBody particle_from(const formulation::Formulation& formulation,
                             double hydrodynamic_diameter, double particles_per_kg);

}  // namespace caravel::body
