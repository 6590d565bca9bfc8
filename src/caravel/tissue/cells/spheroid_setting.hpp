// What a spheroid grows in, and what is seen of it.
#pragma once

#include "caravel/tissue/cells/cell_biology.hpp"

namespace caravel::tissue {

/// Oxygen around and within a spheroid. The medium is still: oxygen diffuses through it from
/// `medium_radius`, where it has the medium's pressure.
struct SpheroidSurroundings {
    double oxygen = 0.0;            // Pa at medium_radius
    double medium_radius = 0.0;     // m
    double medium_diffusion = 0.0;  // m2/s
    double tissue_diffusion = 0.0;  // m2/s
    double decay = 0.0;             // 1/s, everywhere, beside what cells consume
};

/// Surroundings of the line's measurement from data/cells.csv: medium_oxygen, medium_radius,
/// medium_oxygen_diffusion, oxygen_diffusion and, where the line has one, medium_oxygen_decay.
SpheroidSurroundings make_surroundings(const std::string& line, matter::Library& library);

/// Throws InputError for pressures, coefficients or radii that are not positive (decay: negative),
/// or a medium that ends inside the spheroid of this radius (m).
void check_surroundings(const SpheroidSurroundings& surroundings, double radius);

/// What is seen of a spheroid. Fractions are of its radius.
struct SpheroidStructure {
    double time = 0.0;            // s
    double radius = 0.0;          // m, of the sphere of the same volume
    double inhibited = 0.0;       // outermost place, going in, where half of the volume divides
    double necrotic = 0.0;        // ... where half of the volume is dead
    double living_volume = 0.0;   // m3
    double volume = 0.0;          // m3
    double centre_oxygen = 0.0;   // Pa
    double surface_oxygen = 0.0;  // Pa
};

}  // namespace caravel::tissue
