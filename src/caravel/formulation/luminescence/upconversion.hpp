// Populations of lanthanide levels under light: rate equations, their steady state, and the light
// that comes out.
#pragma once

#include "caravel/formulation/luminescence/judd_ofelt.hpp"

#include <span>
#include <string>
#include <vector>

namespace caravel::formulation::luminescence {

/// Levels and lines of one kind of ion; matrices are levels x levels, row by row.
struct Ion {
    std::string symbol;
    std::vector<std::string> labels;
    std::vector<double> energies;        // 1/m, rising
    std::vector<double> momenta;         // J
    std::vector<double> strengths;       // m2, symmetric
    std::vector<double> magnetic_rates;  // 1/s in vacuum, from row to column
    double width = 0.0;                  // 1/m
    std::size_t size() const { return energies.size(); }
    double strength(std::size_t i, std::size_t j) const { return strengths[i * size() + j]; }
};

struct DopedIon {
    Ion ion;
    double fraction = 0.0;  // of the cation sites
};

struct Illumination {
    double wavelength = 0.0;  // m
    double irradiance = 0.0;  // W/m2
};

/// Quenching at the surface: an ion at depth z below the particle's surface loses its energy at
/// contact/(1 + z/reach)^3, the sum over a half-space of dipoles.
struct SurfaceQuenching {
    double contact = 0.0;  // 1/s
    double reach = 1e-9;   // m
};

/// Mean rate (1/s) over a doped sphere of `diameter` (m) below an undoped shell of `thickness` (m):
/// what every ion feels when energy wanders fast. 0 when `contact` is 0.
double mean_surface_rate(const SurfaceQuenching& surface, double diameter, double thickness);

/// A process that moves one ion from one level to another.
struct LevelStep {
    std::size_t from = 0, to = 0;  // indices over all ions
    double rate = 0.0;             // 1/s
};
/// A process that moves a donor down and an acceptor up.
struct PairStep {
    std::size_t donor_from = 0, donor_to = 0, acceptor_from = 0, acceptor_to = 0;
    double rate = 0.0;  // m3/s
};

/// dn/dt = steps + pairs for the occupations n of the levels of all ions.
struct RateSystem {
    std::vector<DopedIon> ions;
    std::vector<std::size_t> first;      // first level of each ion
    std::vector<double> densities;       // 1/m3 of each ion
    std::vector<LevelStep> spontaneous;  // light, vibrations, surface
    std::vector<LevelStep> emission;     // the light among them
    std::vector<LevelStep> excitation;   // absorption and stimulated emission
    std::vector<PairStep> pairs;
    std::size_t size() const;
    std::size_t ion_of(std::size_t level) const;
    double energy(std::size_t level) const;  // 1/m
};

/// The processes of `ions` in `host` under `light`, each ion losing energy at `surface_rate` (1/s)
/// besides. Pairs sum C/r^6 over acceptors from the nearest distance on: (4 pi/3) C/r_min^3.
/// Throws InputError for fractions that sum to more than 1, no ions, or tables that do not fit.
RateSystem make_rate_system(std::span<const DopedIon> ions, const HostCrystal& host,
                            const Illumination& light, double surface_rate);

/// Change (1/s) of the occupations.
std::vector<double> occupation_change(const RateSystem& system, std::span<const double> n);

/// The steady occupations, each ion's adding up to 1: implicit steps in a growing pseudo-time, the
/// last of them Newton's. Throws NumericalError when it does not settle.
std::vector<double> steady_occupations(const RateSystem& system);

/// Light of one line at steady state.
struct EmissionLine {
    std::string ion, from, to;
    double wavelength = 0.0;  // m
    double photons = 0.0;     // 1/(m3 s) of doped crystal
};
/// All lines, longest wavelength last.
std::vector<EmissionLine> emission_lines(const RateSystem& system, std::span<const double> n);

/// Photons absorbed (1/(m3 s)), stimulated emission subtracted.
double absorbed_photons(const RateSystem& system, std::span<const double> n);

/// Photons emitted with wavelengths in [from, to] (m) per photon absorbed.
double band_quantum_yield(const RateSystem& system, std::span<const double> n, double from,
                          double to);

/// Photons (1/(m3 s)) emitted with wavelengths in [from, to] (m).
double band_photons(const RateSystem& system, std::span<const double> n, double from, double to);

}  // namespace caravel::formulation::luminescence
