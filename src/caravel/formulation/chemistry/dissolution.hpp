// How particles dissolve and degrade.
#pragma once

namespace caravel::formulation::chemistry {

/// Rate of a surface, mol of formula units per m2 and second: acid, neutral and reductive paths,
/// k_a 10^(-n pH) + k_n + k_r [reductant], each with exp(-E/R (1/T - 1/298.15 K)) where E is known.
struct SurfaceRate {
    double acid = 0.0;             // mol/(m2 s) at pH 0, 298.15 K
    double acid_order = 1.0;       // n
    double neutral = 0.0;          // mol/(m2 s)
    double reductive = 0.0;        // m/s, times mol/m3 of reductant (glutathione)
    double acid_activation = 0.0;  // J/mol
    double neutral_activation = 0.0;
};

/// mol/(m2 s). Throws InputError for a pH outside 0..14 or a temperature outside 273..373 K.
double surface_rate(const SurfaceRate& rate, double ph, double temperature, double reductant = 0.0);

/// A particle that shrinks.
struct ShrinkingCore {
    double radius = 0.0;        // m; half the thickness of a plate
    double molar_volume = 0.0;  // m3/mol
    int dimensions = 3;         // 3 sphere, 2 long rod, 1 plate
};

/// Speed (m/s) at which the surface recedes.
double recession(const ShrinkingCore& core, double surface_rate);

/// Share of the matter left after time t (s) when the surface reaction rules (r falls linearly):
/// (1 - v t/r0)^d, exact; 0 when gone.
double share_left(const ShrinkingCore& core, double surface_rate, double time);

/// Time (s) until half has gone: r0/v (1 - 2^(-1/d)).
double dissolution_half_life(const ShrinkingCore& core, double surface_rate);

/// The same for a sphere when diffusion away from it rules (into clean liquid): r^2 falls linearly,
/// r0^2 - 2 D c_s Vm t. D in m2/s, solubility c_s in mol/m3.
double diffusion_limited_share(const ShrinkingCore& core, double diffusion, double solubility,
                               double time);

/// Time (s) until a sphere has shrunk to `radius` with both in series, linear in the
/// concentration: (r0 - r)/v + (r0^2 - r^2)/(2 D c_s Vm).
double mixed_time(const ShrinkingCore& core, double surface_rate, double diffusion,
                  double solubility, double radius);

/// Rate constant (1/s) of bulk hydrolysis: k 10^(-n pH) + k_n with Arrhenius as above; polymers
/// lose exp(-k t).
struct BulkRate {
    double neutral = 0.0;     // 1/s at 310.15 K, pH 7.4
    double acid = 0.0;        // 1/s at pH 0
    double acid_order = 1.0;  // 1
    double activation = 0.0;  // J/mol
};
double bulk_rate(const BulkRate& rate, double ph, double temperature);

}  // namespace caravel::formulation::chemistry
