// Ball milling: impact energy makes boundaries until dislocations no longer pile up.
#pragma once

namespace caravel::formulation::synthesis {

struct MillingSystem {
    double start_diameter = 0.0;   // m
    double ball_diameter = 0.0;    // m
    double speed = 0.0;            // m/s
    double ball_to_powder = 0.0;   // kg/kg
    double duration = 0.0;         // s
    double density = 0.0;          // kg/m3 of the powder
    double shear_modulus = 0.0;    // Pa
    double burgers_vector = 0.0;   // m
    double poisson_ratio = 0.3;    // 1
    double hardness = 0.0;         // Pa
    double boundary_energy = 0.0;  // J/m2 per area of new boundary
    double efficiency = 0.0;       // 1, share of impact energy that makes boundary
    double free_path = 5.0;        // ball diameters between impacts
};

struct MillingResult {
    double mean_diameter = 0.0;    // m, crystallites
    double limit_diameter = 0.0;   // m, after long milling
    double specific_energy = 0.0;  // J/kg of powder
    double progress = 0.0;         // 1, share of the way to the limit in 1/d
};

/// Smallest crystallite: the equilibrium distance of two edge dislocations,
/// 3 G b / (pi (1 - nu) H). Source: T. G. Nieh, J. Wadsworth, Scripta Metall. Mater. 25 (1991) 955.
double dislocation_limit(double shear_modulus, double burgers_vector, double poisson_ratio,
                         double hardness);

/// New boundary in proportion to the energy (Rittinger) that saturates at the limit:
/// 1/d = 1/d0 + (1/dl - 1/d0)(1 - exp(-w/w0)), w0 = 6 gamma / (efficiency rho dl).
/// Throws InputError when the powder starts below the limit.
MillingResult mill(const MillingSystem& system);

}  // namespace caravel::formulation::synthesis
