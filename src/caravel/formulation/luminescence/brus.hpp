// The gap of a semiconductor sphere in the effective-mass picture.
#pragma once

namespace caravel::formulation::luminescence {

struct Semiconductor {
    double gap = 0.0;            // J, of the bulk
    double electron_mass = 0.0;  // in electron masses
    double hole_mass = 0.0;
    double permittivity = 0.0;  // relative
};

/// Gap (J) of a sphere of `diameter` (m): E_g + h^2/(8 mu R^2) - 1.786 e^2/(4 pi eps R) -
/// 0.248 E_Ry*; infinite barriers and parabolic bands make it too large for small dots. L. E. Brus,
/// J. Chem. Phys. 80, 4403 (1984). Throws InputError for sizes that are not positive.
double brus_gap(const Semiconductor& matter, double diameter);

/// Radius (m) of the exciton in the bulk; dots much larger are not confined.
double exciton_radius(const Semiconductor& matter);

/// Binding energy (J) of the exciton in the bulk.
double exciton_energy(const Semiconductor& matter);

}  // namespace caravel::formulation::luminescence
