// Precipitation inside the water droplets of a water-in-oil microemulsion.
#pragma once

namespace caravel::formulation::synthesis {

struct MicroemulsionSystem {
    double precursor = 0.0;            // mol/m3 of the droplets' water
    double water_to_surfactant = 0.0;  // mol/mol
    double head_area = 0.0;            // m2 per surfactant molecule at the droplet
    double molar_volume = 0.0;         // m3/mol of solid
    double critical_nucleus = 2.0;     // formula units
    double exchange_time = 1e-3;       // s
    double reaction_time = 0.1;        // s
    double droplet_spread = 0.1;       // 1
};

struct MicroemulsionResult {
    double droplet_diameter = 0.0;  // m, of the water core
    double occupancy = 0.0;         // formula units per droplet, mean
    double nucleated_share = 0.0;   // of the droplets
    double mean_diameter = 0.0;     // m
    double spread = 0.0;            // 1
    double number = 0.0;            // 1/m3 of water
    double damkohler = 0.0;         // 1, exchange time over reaction time
    bool droplet_limited = false;
};

/// Water core: d = 6 v_w w / a. Droplets that hold at least the critical number of formula units
/// (Poisson) nucleate; those of the others reach them by exchange when it is faster than the
/// reaction (share 1/(1 + exchange/reaction)). Every fusion of two droplets with particles joins
/// these, as long as they fit (coagulation by exchange: Ethayaraja, Dutta, Muthukumaran,
/// Bandyopadhyaya, Langmuir 23 (2007) 3418); no particle outgrows its droplet.
/// Throws InputError when no droplet in 1e12 holds a nucleus.
MicroemulsionResult precipitate_in_droplets(const MicroemulsionSystem& system);

}  // namespace caravel::formulation::synthesis
