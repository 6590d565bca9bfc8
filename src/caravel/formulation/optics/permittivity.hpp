// Permittivity of small metal parts and of mixtures.
#pragma once

#include <complex>

namespace caravel::formulation::optics {

/// The free electrons of a metal.
struct FreeElectrons {
    double plasma_energy = 0.0;   // J, hbar omega_p
    double damping = 0.0;         // 1/s, gamma of the bulk
    double fermi_velocity = 0.0;  // m/s
};

/// Mean path (m) of electrons between hits of the surface of a solid: 4 V/S (m3, m2); 4R/3 for a
/// sphere. For a shell take its thickness.
double mean_electron_path(double volume, double surface);

/// Permittivity of metal confined to the mean path `path` (m): the bulk value with the Drude
/// damping gamma replaced by gamma + A v_F/path (Kreibig and Vollmer 1995). `surface_factor` A is 1
/// for diffuse scattering; published values lie between 0.3 and 1.5. `photon_energy` in J. Throws
/// InputError for numbers that are not positive (A may be 0).
std::complex<double> size_corrected_permittivity(std::complex<double> bulk,
                                                 const FreeElectrons& electrons,
                                                 double photon_energy, double path,
                                                 double surface_factor = 1.0);

/// Maxwell-Garnett: separate spherical inclusions of the volume fraction `fraction` in a host.
/// Throws InputError for fractions outside 0 to 1.
std::complex<double> maxwell_garnett(std::complex<double> host, std::complex<double> inclusion,
                                     double fraction);

/// Bruggeman: grains of both materials side by side, `fraction` of the volume is `second`. Throws
/// InputError for fractions outside 0 to 1.
std::complex<double> bruggeman(std::complex<double> first, std::complex<double> second,
                               double fraction);

/// n + i k of a permittivity, n >= 0, k >= 0.
std::complex<double> refractive_index(std::complex<double> permittivity);

}  // namespace caravel::formulation::optics
