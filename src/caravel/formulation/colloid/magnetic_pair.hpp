// Attraction of two magnetic dipoles.
#pragma once

namespace caravel::formulation::colloid {

/// mu0 m2/(4 pi kT r3): half the energy of two moments `moment` (A m2) head to tail at centre
/// distance `distance` (m), over kT.
double dipole_coupling(double moment, double distance, double temperature);

/// Energy (J) head to tail, as in a saturating field along the line of centres.
double aligned_dipole_energy(double moment, double distance);

/// Free energy (J) of two moments that turn freely, without field, -kT ln of the mean Boltzmann
/// factor over both orientations (-kT lambda2/3 for weak coupling); by quadrature to 1e-9 up to a
/// coupling of 10, beyond it by the stiff limit 2 lambda - ln(6 lambda2), within 2 %.
double rotating_dipole_energy(double moment, double distance, double temperature);

}  // namespace caravel::formulation::colloid
