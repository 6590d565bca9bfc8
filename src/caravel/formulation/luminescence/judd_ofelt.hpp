// Rates of a lanthanide ion in a crystal: light, lattice vibrations, neighbours.
#pragma once

#include <array>
#include <string_view>

namespace caravel::formulation::luminescence {

/// Total angular momentum of a term symbol: "4I13/2" gives 6.5, "2H(2)11/2" 5.5, "3H6" 6. Throws
/// InputError for anything else.
double total_angular_momentum(std::string_view term);

/// Electric dipole line strength (m2, divided by the squared charge): sum of Omega_t U_t, Omega_2,
/// 4, 6 (m2) and squared reduced matrix elements U (1). B. R. Judd, Phys. Rev. 127, 750 (1962);
/// G. S. Ofelt, J. Chem. Phys. 37, 511 (1962).
double line_strength(const std::array<double, 3>& omega, const std::array<double, 3>& elements);

/// Spontaneous electric dipole emission (1/s) at `wavenumber` (1/m) from a level of momentum J:
/// 16 pi^3 nu^3/(3 eps0 h (2J+1)) n(n^2+2)^2/9 e^2 S.
double electric_dipole_rate(double wavenumber, double strength, double momentum,
                            double refractive_index);

/// Magnetic dipole line strength (in hbar^2, |<L+2S>|^2) between levels of one LS term that differ
/// by at most 1 in J. M. J. Weber, Phys. Rev. 157, 262 (1967).
double magnetic_dipole_strength(double spin, double orbital, double from, double to);

/// Spontaneous magnetic dipole emission (1/s) with `strength` in hbar^2.
double magnetic_dipole_rate(double wavenumber, double strength, double momentum,
                            double refractive_index);

/// Area of an absorption line (m2 per 1/m) at `wavenumber` (1/m).
double absorption_area(double wavenumber, double strength, double momentum,
                       double refractive_index);

/// The crystal that holds the ions.
struct HostCrystal {
    double phonon_energy = 0.0;      // 1/m
    double zero_phonon_rate = 0.0;   // 1/s
    double multiphonon_alpha = 0.0;  // m
    double refractive_index = 1.0;
    double site_volume = 0.0;       // m3 per cation site
    double nearest_distance = 0.0;  // m, between cations
    double stokes_shift = 0.0;      // 1/m
    double loss_exponent() const;   // m, per energy that the lattice takes up in a transfer
};

/// Rate (1/s) at which vibrations bridge a `gap` (1/m) downwards:
/// w0 exp(-alpha (max(gap - shift, 0) - 2 phonon)). T. Miyakawa and D. L. Dexter, Phys. Rev. B 1,
/// 2961 (1970).
double multiphonon_rate(const HostCrystal& host, double gap);

/// The same upwards; 0 for gaps of three phonons and more.
double multiphonon_absorption_rate(const HostCrystal& host, double gap);

/// Absorption cross-section (m2) at `light` (1/m) of a Gaussian line at `wavenumber` with full
/// width `width` (1/m); far from the line phonons help, exp(-alpha |difference|), and where the
/// light falls short they must be there, exp(-difference/kT) at 298 K (F. Auzel, Phys. Rev. B 13,
/// 2809 (1976)).
double absorption_cross_section(const HostCrystal& host, double wavenumber, double strength,
                                double momentum, double width, double light);

/// One side of an energy transfer: a line between two levels.
struct IonLine {
    double wavenumber = 0.0;  // 1/m, positive
    double strength = 0.0;    // m2
    double momentum = 0.0;    // J of the level it starts from
    double width = 0.0;       // 1/m
};

/// Constant C (m6/s) of the dipole-dipole transfer rate C/r^6 from a donor that falls to an
/// acceptor that rises; 0 when the mismatch is too far uphill or above eight phonons. Resonant
/// within the line widths by the overlap of Gaussians, else by the energy-gap law. D. L. Dexter, J.
/// Chem. Phys. 21, 836 (1953); E. M. Chan and others, J. Phys. Chem. B 116, 10561 (2012).
double transfer_constant(const HostCrystal& host, const IonLine& donor, const IonLine& acceptor);

}  // namespace caravel::formulation::luminescence
