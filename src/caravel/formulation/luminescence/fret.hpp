// Energy that an excited dye hands to another dye or to a metal surface.
#pragma once

#include <span>

namespace caravel::formulation::luminescence {

/// A band drawn as a Gaussian over wavelength.
struct Band {
    double centre = 0.0;  // m
    double width = 0.0;   // m, full width at half maximum
};

/// The band's height at `wavelength` relative to its peak.
double band_height(const Band& band, double wavelength);

/// The band as a density of area 1 (1/m).
double band_density(const Band& band, double wavelength);

/// Forster's overlap integral (m6/mol) of a tabulated donor emission (any scale) and acceptor molar
/// absorption (m2/mol, decadic) at increasing wavelengths (m), by the trapezoidal rule: integral of
/// f(lambda) eps(lambda) lambda^4 with f of area 1. Throws InputError for tables that do not fit
/// together or hold no emission.
double overlap_integral(std::span<const double> wavelengths, std::span<const double> emission,
                        std::span<const double> absorption);

/// A dye's spectrum: its main band and one shoulder, 1250 1/cm further, of 0.35 of the height and
/// the same width in energy (the common progression of conjugated dyes; assumed). Height relative
/// to the main band's peak; the shoulder of absorption lies to the blue, that of emission to the
/// red.
double dye_absorption_height(const Band& band, double wavelength);
double dye_emission_height(const Band& band, double wavelength);

/// Overlap integral (m6/mol) of two dyes drawn that way.
double dye_overlap_integral(const Band& emission, const Band& absorption, double peak);

/// The overlap of plain Gaussian bands; `peak` is the acceptor's molar absorption (m2/mol) at its
/// centre.
double overlap_integral(const Band& emission, const Band& absorption, double peak);

/// Distance (m) at which half of the energy is handed on:
/// R0^6 = 9 ln10 kappa^2 Phi J/(128 pi^5 N_A n^4), J in m6/mol; in the field's units
/// R0 = 0.02108 (kappa^2 Phi n^-4 J)^(1/6) nm with J in L/(mol cm) nm^4. T. Forster, Ann. Phys.
/// 437, 55 (1948). kappa^2 = 2/3 for dyes that turn fast. Throws InputError for values out of
/// range.
double forster_radius(double orientation, double quantum_yield, double refractive_index,
                      double overlap);

/// Fraction of energy handed on to `acceptors` at `distance` (m): n x/(1 + n x),
/// x = (R0/distance)^6.
double transfer_efficiency(double forster_radius, double distance, double acceptors = 1.0);

/// Fraction of energy handed on to acceptors scattered at random with `density` (1/m3) all around:
/// sqrt(pi) g exp(g^2) erfc(g), g = (2/3) pi^(3/2) R0^3 density. T. Forster, Z. Naturforsch. 4a,
/// 321 (1949).
double random_transfer_efficiency(double forster_radius, double density);

/// Electrons of a metal as a surface that takes up energy.
struct MetalSurface {
    double plasma_frequency = 0.0;  // rad/s (Persson and Lang's omega_F)
    double fermi_wavenumber = 0.0;  // 1/m
};
/// Bulk gold: 8.4e15 rad/s, 1.2e10 1/m.
inline constexpr MetalSurface gold_surface{8.4e15, 1.2e10};

/// Distance (m) from a metal surface at which half of the energy goes into it:
/// d0 = (0.225 c^3 Phi/(omega^2 omega_F k_F))^(1/4). B. N. J. Persson and N. D. Lang, Phys. Rev. B
/// 26, 5409 (1982); C. S. Yun and others, J. Am. Chem. Soc. 127, 3115 (2005).
double surface_transfer_distance(const MetalSurface& metal, double quantum_yield,
                                 double wavelength);

/// Fraction of energy that goes into the surface at `distance` (m): 1/(1 + (d/d0)^4).
double surface_transfer_efficiency(double half_distance, double distance);

}  // namespace caravel::formulation::luminescence
