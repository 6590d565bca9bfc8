// Constants of a photosensitiser: given, of data/photosensitisers.csv, or estimated.
#pragma once

#include "caravel/matter/table.hpp"
#include "caravel/response/photodynamic/photodynamics.hpp"

namespace caravel::response {

/// What the macroscopic model needs of a sensitiser and its tumour.
struct SensitiserData {
    double photochemical_rate = 0.0;  // m2/J
    double bleaching = 0.0;           // m3/mol
    double oxygen_half = 0.0;         // mol/m3
    double low_concentration = 0.0;   // mol/m3
    double oxygen_supply = 0.0;       // mol/m3/s
    double reference_oxygen = 0.0;    // mol/m3
    double threshold = 0.0;           // mol/m3
    double threshold_spread = 0.0;
    double radical_share = 0.0;
    double wavelength = 0.0;  // m
    bool estimated = false;   // photochemical_rate from absorption, yield and lifetimes
};

/// xi (m2/J): singlet oxygen that reacts per sensitiser and fluence,
///   xi = yield * reacting * absorption * wavelength / (h c N_A),
/// with absorption in m2/mol (natural logarithm) at the wavelength in vacuum (m), `yield` singlet
/// oxygen per absorbed photon where oxygen abounds, `reacting` the share of it that reacts.
double photochemical_rate(double absorption, double yield, double reacting, double wavelength);

/// Share of the singlet oxygen that reacts with cell matter rather than being quenched by water,
/// from its lifetimes (s) in cells and in water: 1 - cells / water. Throws InputError unless
/// 0 < cells < water.
double reacting_share(double lifetime_in_cells, double lifetime_in_water);

/// Given values first, then the sensitiser's rows, then the rows of `generic` (all but xi, sigma
/// and the wavelength). Throws InputError that names what is missing and which keys would do, or
/// which value is out of range.
SensitiserData find_sensitiser(const PhotodynamicInput& input, matter::Library& library);

}  // namespace caravel::response
