// How crowding, quenchers and triggers change the light of a dye.
#pragma once

namespace caravel::formulation::luminescence {

/// Yield left when every dye with another one within a sphere of action stays dark:
/// exp(-ln2 c/c_half). F. Perrin, C. R. Acad. Sci. 178, 1978 (1924). Concentrations in mol/m3;
/// throws InputError when negative or when c_half is not positive.
double perrin_yield(double concentration, double half_concentration);

/// Radius (m) of Perrin's sphere of action whose volume holds ln 2 dyes at c_half (mol/m3).
double perrin_radius(double half_concentration);

/// Concentration (mol/m3) that halves the light when dyes within `radius` (m) quench.
double perrin_half_concentration(double radius);

/// Yield left with a quencher that collides: 1/(1 + k tau c); k in m3/(mol s), tau in s, c in
/// mol/m3. O. Stern and M. Volmer, Phys. Z. 20, 183 (1919).
double stern_volmer_yield(double rate_constant, double lifetime, double concentration);

/// Quantum yield and lifetime (s) of a dye.
struct Emission {
    double quantum_yield = 0.0;
    double lifetime = 0.0;
};
/// What is left when `efficiency` of the excited dyes lose their energy to a dynamic process
/// (energy transfer, collisions): both fall alike.
Emission with_dynamic_loss(const Emission& free, double efficiency);
/// What is left when a `fraction` of the dyes stays dark (static quenching): the lifetime stays.
Emission with_static_loss(const Emission& free, double fraction);

/// Signal after over signal before a trigger: `open` of the dyes are freed of their quencher.
/// (open free + (1 - open) quenched)/quenched. Throws InputError when the quenched yield is 0.
double activation_ratio(double free_yield, double quenched_yield, double open);

}  // namespace caravel::formulation::luminescence
