// Heat conduction and storage of a medium loaded with particles.
#pragma once

namespace caravel::formulation::thermal {

/// Volume of particles per volume of loaded medium (1) from a mass concentration (kg/m3) and the
/// density of the particle (kg/m3). Throws InputError above 1.
double volume_fraction(double mass_concentration, double particle_density);

/// What the medium sees of a sphere of conductivity `particle` (W/(m K)) behind an interface of
/// conductance `interface` (W/(m2 K); infinite: no resistance): k/(1 + k/(a h)).
double conductivity_behind_interface(double particle, double radius, double interface);

/// Conductivity (W/(m K)) of the homogeneous sphere that stands for a core in a shell, exact for
/// concentric spheres; `core_share` is the core's volume over the whole.
double coated_sphere_conductivity(double core, double shell, double core_share);

/// Conductivity (W/(m K)) of a dilute suspension of spheres: Maxwell's, with the interface of
/// Hasselman and Johnson 1987 (J Compos Mater 21:508) when `particle` comes from
/// conductivity_behind_interface(). Holds to a volume fraction of about 0.1. Throws InputError
/// outside 0..1.
double maxwell_conductivity(double medium, double particle, double fraction);

/// The same for spheres and medium on an equal footing (Bruggeman 1935, symmetric), for fractions
/// above about 0.1.
double bruggeman_conductivity(double medium, double particle, double fraction);

/// Maxwell up to a fraction of 0.1, Bruggeman above 0.2, linear in between.
double loaded_conductivity(double medium, double particle, double fraction);

/// Depolarisation factor of an ellipsoid of revolution along its axis; aspect = polar over
/// equatorial axis. 1/3 for a sphere, 0 for a needle, 1 for a plate.
double depolarisation(double aspect);

/// Spheroids in random directions (stands for rods and discs).
struct ConductingSpheroid {
    double conductivity = 0.0;  // W/(m K)
    double equatorial_radius = 0.0;
    double aspect = 1.0;                // polar over equatorial
    double interface_resistance = 0.0;  // m2 K/W
};

/// Conductivity (W/(m K)) of a dilute suspension of such spheroids, C.-W. Nan et al. 1997 (J Appl
/// Phys 81:6692). Equals Hasselman and Johnson for aspect 1.
double nan_conductivity(double medium, const ConductingSpheroid& particle, double fraction);

/// Volume-weighted mean: density (kg/m3) or volumetric heat capacity (J/(m3 K)) of the mixture;
/// exact for both.
double mixture(double medium, double particle, double fraction);

}  // namespace caravel::formulation::thermal
