// A radioactive label on a particle.
#pragma once

namespace caravel::formulation::radiation {

/// Activity (Bq) of `nuclei` radioactive nuclei: ln 2 / half-life times their number.
double activity(double nuclei, double half_life);

/// Activity per mass (Bq/kg) of the pure nuclide of `molar_mass` (kg/mol): the most a label can
/// reach without carrier.
double carrier_free_specific_activity(double molar_mass, double half_life);

/// Part of the label that is neither decayed nor detached after `time` (s); a detachment half-life
/// of 0 means it stays on.
double remaining_label(double time, double half_life, double detachment_half_life);

}  // namespace caravel::formulation::radiation
