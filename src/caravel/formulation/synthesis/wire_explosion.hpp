// Electrical wire explosion: metal vapour that expands against the medium coagulates.
#pragma once

namespace caravel::formulation::synthesis {

struct WireSystem {
    double energy_ratio = 0.0;        // 1, deposited over sublimation energy
    double wire_diameter = 0.0;       // m
    double medium_density = 0.0;      // kg/m3
    double density = 0.0;             // kg/m3 of the metal
    double sublimation_energy = 0.0;  // J/kg
    double temperature = 0.0;         // K of the vapour while particles coagulate
    double volume_expansion = 1.0;    // 1, product (oxide) over metal
};

struct WireResult {
    double mean_diameter = 0.0;    // m, number mean
    double spread = 0.0;           // 1
    double expansion_speed = 0.0;  // m/s
    double plume_diameter = 0.0;   // m, where the swept medium weighs as much as the wire
    double time = 0.0;             // s of coagulation
    double exposure = 0.0;         // s, volume fraction times time
};

/// Expansion speed sqrt(2 (K - 1) e_s); plume radius r sqrt(rho/rho_medium); free-molecular
/// self-preserving coagulation v^(5/6) = (5/12) 6.55 (3/4pi)^(1/6) sqrt(6 kT/rho) phi t.
/// Throws InputError for K <= 1: the wire then melts into micrometre drops.
/// Source of the kernel constant: S. K. Friedlander, Smoke, Dust and Haze, 2nd ed. (2000).
WireResult explode_wire(const WireSystem& system);

}  // namespace caravel::formulation::synthesis
