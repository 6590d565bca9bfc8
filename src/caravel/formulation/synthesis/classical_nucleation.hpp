// Classical nucleation theory: spherical nuclei with the interfacial energy of the bulk.
#pragma once

namespace caravel::formulation::synthesis {

/// Critical radius (m), 2 gamma Vm/(R T ln S), of a solid with interfacial energy `gamma` (J/m2)
/// and molar volume (m3/mol) at `temperature` (K) and supersaturation S > 1; infinite otherwise.
double critical_radius(double gamma, double molar_volume, double temperature, double log_s);

/// Nucleation barrier over kT, 16 pi gamma^3 v^2 f/(3 (kT)^3 ln^2 S), v the volume of one formula
/// unit, f the heterogeneous factor (0..1); infinite for S <= 1.
double nucleation_barrier(double gamma, double molar_volume, double temperature, double log_s,
                          double heterogeneous_factor = 1.0);

/// Nucleation rate (1/m3/s), A exp(-barrier); 0 for S <= 1.
double nucleation_rate(double prefactor, double barrier);

/// Radius (m) at which a nucleus counts as a particle: where the barrier lies kT below its top,
/// critical radius + sqrt(kT/(4 pi gamma)); at the critical radius itself it would not grow.
double nucleus_radius(double critical_radius, double gamma, double temperature);

/// Heterogeneous factor of a cap with contact angle `angle` (rad) on a flat wall,
/// (2 + cos)(1 - cos)^2/4 (Volmer).
double contact_angle_factor(double angle);

}  // namespace caravel::formulation::synthesis
